// The film of an episode, one lane per agent. How a lane shows a state is a drawing: one file each, named in drawings.ts.

import { fit } from './canvas.ts'
import { agentColour, colour } from './colours.ts'
import type { Config, Environment } from './core.ts'
import type { Film, Track } from './messages.ts'

const LABEL = 18 // px above a lane
const PALE = 0.4 // opacity of what an agent did last, once its episode is over

/** One agent's part of the canvas, whose origin is the upper left corner. */
export interface Lane {
  readonly context: CanvasRenderingContext2D
  /** px */
  readonly width: number
  readonly env: Environment
  /** the colour of the agent */
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
  /** seconds from one step to the next; null where they are not known */
  readonly stepSeconds: number | null
  /** the units of components that have one, by their names */
  readonly units: Readonly<Record<string, string>>
  /** what each action does, where it is known */
  readonly actions: readonly string[]
  /** @param worlds the physical parameters of each agent's world */
  readonly plan: (width: number, env: Environment, worlds: readonly Lane['parameters'][]) => Plan
}

/** What the lanes show. */
export interface Scene {
  readonly drawing: Drawing
  readonly env: Environment
  readonly agents: readonly number[]
  /** physical parameters of the world of each of these agents */
  readonly worlds: readonly Lane['parameters'][]
  /** null before the first film: the lanes are empty */
  readonly film: Film | null
}

/** The physical parameters of the world of an agent. */
export function worldOf(agent: number, env: Environment, { worlds }: Config): Lane['parameters'] {
  const own = Object.entries(worlds ?? {}).map(([name, list]) => [name, list[agent]] as const)
  return { ...env.parameters, ...Object.fromEntries(own) }
}

const stepsOf = (track: Track, { observations }: Environment) => track.length / observations - 1

/** Steps of the film's longest track; 0 without a film. */
export function lengthOf(film: Film | null, env: Environment): number {
  return film ? Math.max(...film.tracks.map((track) => stepsOf(track, env))) : 0
}

/** Draws a step of the film. */
export function drawLanes(canvas: HTMLCanvasElement, width: number, scene: Scene, at: number): void {
  const { drawing, env, agents, worlds, film } = scene
  const columns = agents.length === 1 ? 1 : agents.length > 4 && width > 620 ? 4 : 2
  const laneWidth = width / columns
  const plan = drawing.plan(laneWidth, env, worlds)
  const laneHeight = LABEL + plan.height
  const height = Math.ceil(agents.length / columns) * laneHeight
  const context = fit(canvas, width, height)
  context.clearRect(0, 0, width, height)
  const longest = Math.max(lengthOf(film, env), 1)
  for (const [k, agent] of agents.entries()) {
    const track = film?.tracks[k] ?? null
    const steps = track ? stepsOf(track, env) : 0
    const step = Math.min(Math.floor(at), steps)
    context.save()
    context.translate((k % columns) * laneWidth, Math.floor(k / columns) * laneHeight)
    context.fillStyle = colour('ink')
    context.font = '13px system-ui, sans-serif'
    context.fillText(`agent ${agent}${track ? `: ${step} steps` : ''}`, 4, 13)
    context.translate(0, LABEL)
    plan.draw({
      context,
      width: laneWidth,
      env,
      colour: agentColour(agent),
      opacity: at > steps ? PALE : 1,
      parameters: worlds[k],
      track,
      step,
      steps: longest,
    })
    context.restore()
  }
}
