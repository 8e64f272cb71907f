// The agents in motion: one canvas per group, or the one that the visitor plays.

import { colour, groupColour } from './colours.ts'
import { drawLanes, saidOf, worldOf } from './lanes.ts'
import { SHOWN } from './messages.ts'
import type { Show } from './show.ts'

/** Draws the canvases of the groups at the playhead. */
export function drawStage(show: Show, canvases: readonly HTMLCanvasElement[]): void {
  const { visiting, drawing, copy, place } = show
  for (const [group, canvas] of canvases.entries()) {
    const reel = show.reels[group]
    const { env } = reel
    const { config } = reel.group
    const width = canvas.parentElement!.clientWidth
    if (visiting) {
      const tracks = visiting.state ? [visiting.state] : []
      const said = [visiting.steps ? `step ${visiting.steps}` : 'here it starts']
      drawLanes(canvas, Math.min(width, 420), {
        drawing,
        env,
        worlds: [env.parameters],
        tracks,
        colour: colour('ink'),
        at: 0,
        said,
      })
      return
    }
    const last = reel.episodes.length
    const episode = Math.min(place.episode, Math.max(last, 1))
    const isPast = place.episode > last && last > 0
    const count = Math.min(config.agents, SHOWN)
    const worlds = Array.from({ length: count }, (_, agent) => worldOf(agent, env, config))
    const tracks = [...(reel.episodes[episode - 1]?.tracks ?? [])]
    const said: (string | undefined)[] = []
    let at = isPast ? Number.POSITIVE_INFINITY : place.step
    if (isPast) {
      const when = reel.outcome?.completion
      for (let agent = 0; agent < count; agent++)
        said[agent] = agent === 0 ? `${when ? 'complete' : 'ended'} at ${last}` : ''
    }
    if (copy && group === 0) {
      // The copy is shown by itself; the others stand where they were.
      tracks[copy.agent] = copy.track.slice()
      for (const [agent, track] of tracks.entries()) {
        if (agent === copy.agent) {
          said[agent] = `pushed: ${saidOf(track, show.copyStep, env, drawing)}`
          continue
        }
        const from = Math.min(place.step, track.length / env.observations - 1) * env.observations
        tracks[agent] = track.slice(from, from + env.observations)
        said[agent] = ''
      }
      at = show.copyStep
    }
    drawLanes(canvas, width, { drawing, env, worlds, tracks, colour: groupColour(group), at, said })
  }
}
