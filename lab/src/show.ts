// The run that is shown: the films of its groups, the tour through them, and where the playhead is. A push acts on a copy,
// and the visitor's own episode takes the place of the film; neither changes what was filmed.

import type { Comparison } from './comparison.ts'
import { drawingOf } from './drawings.ts'
import type { Drawing } from './lanes.ts'
import { worldOf } from './lanes.ts'
import { Memory } from './memory.ts'
import type { Report, Track } from './messages.ts'
import { newWorker } from './pool.ts'
import { Reel } from './reel.ts'
import { GLIMPSE, type Place, type Tour, tourOf } from './tour.ts'

const STEP_SECONDS = 0.02 // of a copy that was pushed, and of the visitor's episode

/** A copy of an agent that was pushed. */
export interface Copy {
  readonly agent: number
  readonly episode: number
  readonly track: Track
  seconds: number
}

/** The visitor's own episode. */
export interface Visiting {
  readonly worker: Worker
  isSlow: boolean
  state: Track | null
  steps: number
  entries: number
  isOver: boolean
}

interface Listener {
  readonly changed: () => void
  readonly weights: (group: number, agent: number, bytes: Uint8Array<ArrayBuffer>) => void
}

export class Show {
  readonly reels: readonly Reel[]
  readonly drawing: Drawing
  place: Place = { episode: 1, step: 0 }
  isPlaying: boolean
  /** the group whose agent 0 shows what it gathers */
  group = 0
  memory: Memory
  tour: Tour
  copy: Copy | null = null
  visiting: Visiting | null = null
  #seconds = 0
  readonly #listener: Listener

  constructor({ groups, env }: Comparison, isPlaying: boolean, listener: Listener) {
    this.#listener = listener
    this.drawing = drawingOf(env)
    this.isPlaying = isPlaying
    this.reels = groups.map(
      (group, g) =>
        new Reel(group, env, {
          changed: () => this.#grown(),
          pushed: (agent, episode, track) => {
            this.copy = { agent, episode, track, seconds: 0 }
            listener.changed()
          },
          weights: (agent, bytes) => listener.weights(g, agent, bytes),
        }),
    )
    this.memory = new Memory(this.reels[0])
    this.tour = tourOf(this.reels)
  }

  close(): void {
    for (const reel of this.reels) reel.close()
    this.leave()
  }

  /** whether all runs have ended */
  get isWhole(): boolean {
    return this.reels.every(({ outcome, failure }) => outcome || failure)
  }

  get episodes(): number {
    return Math.max(1, ...this.reels.map(({ episodes }) => episodes.length))
  }

  #grown(): void {
    const { tour } = this
    this.tour = tourOf(this.reels)
    // The tour of a run that has ended has other times: it goes on where it was.
    if (tour.stops.length !== this.tour.stops.length && this.#seconds >= tour.seconds) {
      this.#seconds = this.tour.timeOf(this.place.episode) + tour.seconds
    }
    // Without motion, the last picture is shown at once.
    if (!this.isPlaying && this.isWhole && this.place.episode === 1 && this.place.step === 0) {
      this.go({ episode: this.episodes, step: GLIMPSE })
    }
    this.#listener.changed()
  }

  /** Goes on by so many seconds. @returns whether anything moved */
  advance(seconds: number): boolean {
    if (this.copy) {
      this.copy.seconds += seconds
      return true
    }
    if (!this.isPlaying || this.visiting) return false
    this.#seconds = Math.min(this.#seconds + seconds, this.tour.seconds)
    const { episode, step } = this.tour.at(this.#seconds)
    const isMoved = episode !== this.place.episode || step !== this.place.step
    this.place = { episode, step }
    if (this.isWhole && this.#seconds >= this.tour.seconds) {
      this.isPlaying = false
      this.#listener.changed()
    }
    return isMoved
  }

  play(isPlaying: boolean): void {
    this.copy = null
    this.leave()
    this.isPlaying = isPlaying
    if (isPlaying && this.#seconds >= this.tour.seconds) this.#seconds = 0
    this.#listener.changed()
  }

  /** Moves the playhead by hand, and stops. */
  go({ episode, step }: Place): void {
    const last = this.episodes
    this.copy = null
    this.leave()
    this.isPlaying = false
    const at = Math.min(Math.max(episode, 1), last)
    const longest = Math.max(0, ...this.reels.map((reel) => reel.longestOf(at)))
    this.place = { episode: at, step: Math.min(Math.max(step, 0), longest) }
    this.#seconds = this.tour.timeOf(at)
    this.#listener.changed()
  }

  /** One step on; the next episode where this one is over. */
  step(): void {
    const { episode, step } = this.place
    const longest = Math.max(0, ...this.reels.map((reel) => reel.longestOf(episode)))
    this.go(step < longest ? { episode, step: step + 1 } : { episode: episode + 1, step: 0 })
  }

  /** The first episode after the next exchange of any group, or the last episode. */
  nextExchange(): void {
    const next = this.reels.flatMap(({ exchanges }) => exchanges.map(({ episode }) => episode + 1))
    const later = next.filter((episode) => episode > this.place.episode)
    this.go({ episode: later.length ? Math.min(...later) : this.episodes, step: 0 })
  }

  pick(group: number): void {
    this.group = group
    this.memory = new Memory(this.reels[group])
    this.#listener.changed()
  }

  /** Pushes a copy of the first agent of the first group that still plays. */
  push(): void {
    const { push } = this.drawing
    const [reel] = this.reels
    const { env } = reel
    const { episode, step } = this.place
    if (!push) return
    const count = reel.episodes[episode - 1]?.tracks.length ?? 0
    const agents = Array.from({ length: count }, (_, agent) => agent)
    const agent = agents.find((one) => reel.stepsOf(episode, one) > step) ?? 0
    const track = reel.episodes[episode - 1]?.tracks[agent]
    if (!track) return
    const at = Math.min(step, reel.stepsOf(episode, agent) - 1) * env.observations
    const state = Array.from(track.subarray(at, at + env.observations))
    state[push.component] += push.by
    this.isPlaying = false
    reel.send({ type: 'push', agent, episode, state, parameters: worldOf(agent, env, reel.group.config) })
  }

  /** Lets the visitor play an episode. */
  visit(isSlow: boolean): void {
    this.leave()
    this.isPlaying = false
    this.copy = null
    const worker = newWorker()
    const visiting: Visiting = { worker, isSlow, state: null, steps: 0, entries: 0, isOver: false }
    worker.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.type !== 'step') return
      Object.assign(visiting, { state: data.state, steps: data.steps, entries: data.entries, isOver: data.isOver })
      if (data.isOver) this.#listener.changed()
    }
    const { config, task } = this.reels[0].group
    const millisecondsPerStep = STEP_SECONDS * 1000 * (isSlow ? 2 : 1)
    worker.postMessage({ type: 'play', env: config.env, config: task.config, millisecondsPerStep })
    this.visiting = visiting
    this.#listener.changed()
  }

  act(action: number): void {
    this.visiting?.worker.postMessage({ type: 'action', action })
  }

  /** Ends the visitor's episode. */
  leave(): void {
    this.visiting?.worker.terminate()
    this.visiting = null
  }

  /** The step of the copy that is shown. */
  get copyStep(): number {
    return this.copy ? Math.floor(this.copy.seconds / STEP_SECONDS) : 0
  }
}
