// What a run has reported so far: scores and their moving means, the bytes of its exchanges, and the states that were
// sent last.

import type { Environment } from './core.ts'
import type { Exchanged, Heat, Report } from './messages.ts'
import { bestOf } from './mission.ts'

const POINTS = 1500 // a screen cannot show more

type Progress = Extract<Report, { type: 'progress' }>

export class History {
  /** of each agent, by episode */
  readonly scores: readonly number[][]
  /** of each agent, by episode: the mean of its scores over the episodes that the mission counts, or fewer at first */
  readonly means: readonly number[][]
  readonly exchanges: Exchanged[] = []
  /** the bytes of all exchanges so far, after each exchange */
  readonly totals = [{ episode: 0, up: 0, down: 0 }]
  heat: Heat | null = null
  readonly #env: Environment
  /** the sums of the last scores, which make the means */
  readonly #sums: number[]

  constructor(agents: number, env: Environment) {
    this.#env = env
    this.scores = Array.from({ length: agents }, () => [])
    this.means = this.scores.map(() => [])
    this.#sums = this.scores.map(() => 0)
  }

  get episodes(): number {
    return this.scores[0].length
  }

  /** The bytes so far. */
  get total(): { up: number; down: number } {
    return this.totals.at(-1)!
  }

  /** The best of the agents' present means; null before the first episode. */
  get best(): number | null {
    return this.episodes
      ? bestOf(
          this.#env.mission,
          this.means.map((list) => list.at(-1)!),
        )
      : null
  }

  /** What the chart of scores draws: the episodes, then the scores of so many agents, then their means. */
  scoreRows(agents: number): number[][] {
    const kept = thinned(this.episodes)
    const pick = (list: readonly number[]) => kept.map((k) => list[k])
    return [kept.map((k) => k + 1), ...[...this.scores.slice(0, agents), ...this.means.slice(0, agents)].map(pick)]
  }

  /** What the chart of bytes draws: the episodes, then the bytes up to each in both directions. */
  byteRows(): number[][] {
    const kept = thinned(this.totals.length).map((k) => this.totals[k])
    const last = { ...kept.at(-1)!, episode: this.episodes }
    const all = last.episode > kept.at(-1)!.episode ? [...kept, last] : kept
    return [all.map((t) => t.episode), all.map((t) => t.up), all.map((t) => t.down)]
  }

  grow({ scores, exchanges, heat }: Progress): void {
    const { window } = this.#env.mission
    for (const episode of scores) {
      for (const [agent, score] of episode.entries()) {
        const own = this.scores[agent]
        own.push(score)
        this.#sums[agent] += score - (own.length > window ? own[own.length - 1 - window] : 0)
        this.means[agent].push(this.#sums[agent] / Math.min(own.length, window))
      }
    }
    this.exchanges.push(...exchanges)
    if (heat) this.heat = heat
    for (const { episode, up, down } of exchanges) {
      const before = this.total
      this.totals.push({ episode, up: before.up + up, down: before.down + down })
    }
  }
}

/** The positions of the values to draw: all of them or, where there are too many to see, every n-th and the last. */
function thinned(length: number): number[] {
  const stride = Math.max(1, Math.ceil(length / POINTS))
  const kept = Array.from({ length: Math.ceil(length / stride) }, (_, k) => k * stride)
  if (length && kept.at(-1) !== length - 1) kept.push(length - 1)
  return kept
}
