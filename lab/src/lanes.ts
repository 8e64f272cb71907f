// The agents of a group in one episode, one lane per agent. How a lane shows a state is a drawing: one file each, named in
// drawings.ts.

import { fit } from './canvas.ts'
import { colour } from './colours.ts'
import type { Config, Environment } from './core.ts'
import type { Track } from './messages.ts'

const LABEL = 16 // px above a lane
const PALE = 0.45 // opacity of what an agent did last, once its episode is over

/** One agent's part of the canvas, whose origin is the upper left corner. */
export interface Lane {
  readonly context: CanvasRenderingContext2D
  /** px */
  readonly width: number
  readonly env: Environment
  /** the colour of the group */
  readonly colour: string
  /** opacity of what the agent does; it is pale once its episode is over */
  readonly opacity: number
  /** physical parameters of the agent's world */
  readonly parameters: Readonly<Record<string, number>>
  /** null before the first film */
  readonly track: Track | null
  /** the step that is shown */
  readonly step: number
  /** steps of the longest track of the film, at least 1 */
  readonly steps: number
}

/** A drawing at a certain width of the lanes: all lanes have one scale. */
export interface Plan {
  /** px */
  readonly height: number
  readonly draw: (lane: Lane) => void
}

/** What the page knows of an environment beside what the environment says of itself. */
export interface Drawing {
  /** what is drawn, as a plural */
  readonly shows: string
  /** the narrowest lane in which it can be read, px */
  readonly least: number
  /** what a lane says once its agent's episode is over before the limit: "fell at" */
  readonly ended: string
  /** the units of components that have one, by their names */
  readonly units: Readonly<Record<string, string>>
  /** how far from 0 a component may be before an episode ends, by its name */
  readonly ends: Readonly<Record<string, number>>
  /** what each action does, where it is known */
  readonly actions: readonly string[]
  /** the component that a push changes and by how much; null where a copy cannot go on from a state */
  readonly push: { readonly component: number; readonly by: number } | null
  /** @param worlds the physical parameters of each agent's world */
  readonly plan: (width: number, env: Environment, worlds: readonly Lane['parameters'][]) => Plan
}

/** What the lanes show. */
export interface Scene {
  readonly drawing: Drawing
  readonly env: Environment
  /** physical parameters of the world of each agent that is drawn */
  readonly worlds: readonly Lane['parameters'][]
  /** the episode of each agent; none before the first film */
  readonly tracks: readonly Track[]
  readonly colour: string
  readonly at: number
  /** what a lane says instead of its step, where it shows something else than the run */
  readonly said: readonly (string | undefined)[]
}

/** The physical parameters of the world of an agent. */
export function worldOf(agent: number, env: Environment, { worlds }: Config): Lane['parameters'] {
  const own = Object.entries(worlds ?? {}).map(([name, list]) => [name, list[agent]] as const)
  return { ...env.parameters, ...Object.fromEntries(own) }
}

const stepsOf = (track: Track, { observations }: Environment) => track.length / observations - 1

/** What a lane says of an agent: its step, or how its episode ended. */
export function saidOf(track: Track | undefined, at: number, env: Environment, drawing: Drawing): string {
  if (!track) return ''
  const steps = stepsOf(track, env)
  if (at < steps) return `step ${at}`
  return steps >= env.limit ? `all ${steps}` : `${drawing.ended} ${steps}`
}

/** Draws a step of an episode. */
export function drawLanes(canvas: HTMLCanvasElement, width: number, scene: Scene): void {
  const { drawing, env, worlds, tracks, at } = scene
  const count = Math.max(worlds.length, 1)
  const columns = Math.max(1, Math.min(count, Math.floor(width / drawing.least)))
  const laneWidth = width / columns
  const plan = drawing.plan(laneWidth, env, worlds)
  const laneHeight = LABEL + plan.height
  const context = fit(canvas, width, Math.ceil(count / columns) * laneHeight)
  context.clearRect(0, 0, width, Math.ceil(count / columns) * laneHeight)
  const longest = Math.max(1, ...tracks.map((track) => stepsOf(track, env)))
  for (const [k, parameters] of worlds.entries()) {
    const track = tracks[k] ?? null
    const steps = track ? stepsOf(track, env) : 0
    const isOver = at >= steps
    context.save()
    context.translate((k % columns) * laneWidth, Math.floor(k / columns) * laneHeight)
    context.fillStyle = colour(isOver && steps < env.limit ? 'soft' : 'ink')
    context.font = '12px system-ui, sans-serif'
    context.fillText(scene.said[k] ?? saidOf(track ?? undefined, at, env, drawing), 2, 12, laneWidth - 4)
    context.translate(0, LABEL)
    const step = Math.min(at, steps)
    const opacity = isOver && steps < env.limit ? PALE : 1
    plan.draw({
      context,
      width: laneWidth,
      env,
      colour: scene.colour,
      opacity,
      parameters,
      track,
      step,
      steps: longest,
    })
    context.restore()
  }
}
