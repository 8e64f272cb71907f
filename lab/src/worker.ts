// One run in a Web Worker: drives the library's generator, flat out or an episode at a time, and reports. Watching changes
// nothing: frames are seen by a transport that carries as the default does, filmed episodes are the very ones learned from.
// Where each tab is an agent, the agent of this one waits for the page before it plays, not the run.

import { runApart } from './apart.ts'
import {
  type Agent,
  type Config,
  checkConfig,
  environments,
  federationName,
  HEADER_BYTES,
  type Here,
  observing,
  type RunEvent,
  type RunResult,
  resolveConfig,
  run,
} from './core.ts'
import { playSeen } from './film.ts'
import { heatOf } from './heat.ts'
import { type Command, type Exchanged, type Film, type Report, SHOWN, type Track } from './messages.ts'

const REPORT_MS = 200 // between two reports when flat out
/** a mean of 490 of 500 over ten scores needs each to be 400 at least, the one before the last too */
const MAY_COMPLETE = 0.8
const SLICE_MS = 20 // between two looks at the page's commands when flat out

let flatOut = false
let isFilmWanted = false
let wake = () => {}

const post = (report: Report, transfer: Transferable[] = []) => self.postMessage(report, { transfer })

self.onmessage = ({ data }: MessageEvent<Command>) => {
  if (data.type === 'next') isFilmWanted = true
  else flatOut = data.flatOut
  if (data.type === 'start') {
    drive(data.config, data.isApart).catch(({ message }: Error) => {
      post(isUnderWay ? { type: 'stopped', message } : { type: 'refused', message })
    })
  }
  wake()
}

/** A turn of the event loop, in which commands come in; a message comes sooner than a timer would. */
const turn = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })

/** Waits until an episode may be played. */
async function allowed(): Promise<void> {
  while (!flatOut && !isFilmWanted) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
}

/** whether all agents are here, and the run has begun */
let isUnderWay = false

async function drive(given: Partial<Config>, isApart: boolean): Promise<void> {
  // An agent alone may fit where all together do not.
  if (isApart) federationName(given)
  const config = isApart ? resolveConfig(given) : checkConfig(given)
  const heating = heatOf(config)
  const { limit } = environments.find(({ name }) => name === config.env)!
  const ready = (agent: number | null) => post({ type: 'ready', config, limit, showsStates: heating !== null, agent })

  /** bodies that are seen, and those that an exchange has carried since the last report */
  let uplinks: readonly Uint8Array[] = []
  let sent: readonly Uint8Array[] = []
  let episode = 0
  /** the one that is being played; the tracks of its agents, where it is filmed */
  let playing = 0
  let tracks: Track[] = []
  let mayBeLast = false

  const play = (agent: Agent) => {
    if (tracks.length >= SHOWN || !(isFilmWanted || mayBeLast)) return agent.playEpisode()
    tracks.push(playSeen(agent))
    return agent.steps
  }
  const near = () => {
    ready(null)
    const transport = observing((frames) => {
      uplinks = frames.map((frame) => frame.subarray(HEADER_BYTES))
    })
    return run(config, { transport, play })
  }
  const apart = () =>
    runApart(config, {
      onSeat: ready,
      onAwaited: (agents) => post({ type: 'awaited', agents }),
      play: async (agent) => {
        await allowed()
        tracks = []
        playing++
        const score = play(agent)
        if (heating && playing % config.period === 0) uplinks = [heating.uplinkOf(agent)]
        return score
      },
    })
  const events = isApart ? apart() : near()

  let scores: (readonly number[])[] = []
  let exchanges: Exchanged[] = []
  /** filmed but not asked for, so not shown unless the run is over after it */
  let last: Film | null = null
  let reported = performance.now()
  let turned = reported
  const report = () => {
    const heat = heating && sent.length ? heating.heat(sent, exchanges.at(-1)!.episode) : null
    post({ type: 'progress', scores, exchanges, heat })
    scores = []
    exchanges = []
    sent = []
    reported = performance.now()
  }
  const show = (film: Film) =>
    post(
      { type: 'film', ...film },
      film.tracks.map(({ buffer }) => buffer as ArrayBuffer),
    )

  for (;;) {
    if (!flatOut) {
      if (scores.length || exchanges.length) report()
      if (!isApart) await allowed()
    } else if (performance.now() - turned > SLICE_MS) {
      await turn()
      turned = performance.now()
    }
    if (!isApart) {
      tracks = []
      playing = episode + 1
    }
    const next: IteratorResult<Here | RunEvent, RunResult> = await events.next()
    const { done, value } = next
    if (done) {
      report()
      if (last) show(last)
      const { completion, completions, episodes, envSteps, failure, digest } = value
      const first = completion === null ? [] : [...completions.keys()].filter((i) => completions[i] === completion)
      post({ type: 'done', completion, first, episodes, envSteps, failure: failure?.message ?? null, digest })
      return
    }
    if (value.type === 'here') {
      isUnderWay = value.agents.length === config.agents
      post(value)
    } else if (value.type === 'episode') {
      episode = value.episode
      scores.push(value.scores)
      mayBeLast = episode + 1 === config.cap || value.scores.some((score) => score >= MAY_COMPLETE * limit)
      last = tracks.length && playing === episode ? { episode, tracks } : null
      tracks = []
    } else {
      const sum = (bytes: readonly number[]) => bytes.reduce((total, count) => total + count, 0)
      const { uplinkBytes, downlinkBytes, digest } = value
      exchanges.push({ episode, up: sum(uplinkBytes), down: sum(downlinkBytes), digest })
      sent = uplinks
    }
    if (isFilmWanted && last) {
      isFilmWanted = false
      report()
      show(last)
      last = null
    } else if (performance.now() - reported > REPORT_MS) report()
  }
}
