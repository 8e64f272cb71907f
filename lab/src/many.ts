// Many runs: what each group's seeds gave. Runs end in any order, short ones first, which would flatter; so a seed is
// shown when all groups have it and all seeds before it are shown.

import { type BettingInterval, bettingSequence, quantile } from './core.ts'
import type { Outcome } from './messages.ts'

/** What the seeds so far say of the first group against another. */
export interface Versus {
  /** the confidence sequence of the episodes that the first group saves, after each seed */
  readonly looks: BettingInterval[]
  /** seeds in which the first group was later */
  reversed: number
  /** seeds in which both took equally long */
  equal: number
  /** the seed from which on the interval leaves 0 out; 0 while it does not */
  clear: number
}

/** The seeds that are shown, of one group. */
export interface Summary {
  readonly completed: number
  readonly median: number | null
  /** mean bytes that an agent sends in an exchange; null where none was sent */
  readonly bytes: number | null
}

export class Many {
  /** by seed from 1, group by group, in the order of the seeds alone */
  readonly shown: Outcome[][]
  readonly versus: Versus[]
  readonly cap: number
  /** seeds of which a run failed, which are left out */
  failed = 0
  readonly #waiting: Map<number, Outcome>[]
  readonly #next: ReturnType<typeof bettingSequence>[]

  constructor(groups: number, cap: number) {
    this.cap = cap
    this.shown = Array.from({ length: groups }, () => [])
    this.#waiting = this.shown.map(() => new Map())
    this.versus = this.shown.slice(1).map(() => ({ looks: [], reversed: 0, equal: 0, clear: 0 }))
    this.#next = this.versus.map(() => bettingSequence({ low: -cap, high: cap }))
  }

  /** How many seeds are shown. */
  get seeds(): number {
    return this.shown[0].length
  }

  /** Takes what a seed gave. @returns whether more is shown than before */
  take(arm: number, seed: number, outcome: Outcome): boolean {
    this.#waiting[arm].set(seed, outcome)
    const before = this.seeds
    for (;;) {
      const next = this.seeds + 1
      const row = this.#waiting.map((one) => one.get(next))
      if (row.includes(undefined)) return this.seeds > before
      this.#show(row as Outcome[])
    }
  }

  #show(row: readonly Outcome[]): void {
    for (const [arm, outcome] of row.entries()) this.shown[arm].push(outcome)
    if (row.some(({ failure }) => failure !== null)) {
      this.failed++
      return
    }
    const times = row.map(({ completion }) => completion ?? this.cap)
    for (const [k, versus] of this.versus.entries()) {
      const saved = times[k + 1] - times[0]
      const look = this.#next[k](saved)
      versus.looks.push(look)
      if (saved < 0) versus.reversed++
      if (saved === 0) versus.equal++
      if (!versus.clear && (look.low > 0 || look.high < 0)) versus.clear = this.seeds
    }
  }

  /** Of the seeds that are shown. */
  summary(arm: number): Summary {
    const sound = this.shown[arm].filter(({ failure }) => failure === null)
    const times = sound.map(({ completion }) => completion)
    const sent = sound.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]))
    return {
      completed: times.filter((time) => time !== null).length,
      median: times.length ? quantile(times, 0.5) : null,
      bytes: sent.length ? sent.reduce((sum, one) => sum + one, 0) / sent.length : null,
    }
  }
}
