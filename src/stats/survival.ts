// Two-sample log-rank test for right-censored times (Mantel 1966; Peto & Peto 1972): are two methods' completion times
// drawn from one distribution? A p-value needs a distribution function and is left to the caller.

import type { Completion } from './quantiles.ts'

export interface Observed {
  /** episodes under observation: the completion, or the cap */
  readonly time: number
  /** true = completed then, false = censored then */
  readonly event: boolean
}

export interface LogRank {
  /** (observed - expected) / sqrt(variance), of sample a: negative where a completes later than b */
  readonly z: number
  /** z z, chi-square with one degree of freedom under equality */
  readonly chi2: number
  /** events of sample a, and how many it would have if both samples shared one hazard */
  readonly observed: number
  readonly expected: number
  readonly variance: number
}

/** Completions, null = censored, as times under observation. */
export function toObserved(times: readonly Completion[], cap: number): Observed[] {
  return times.map((time) => (time === null ? { time: cap, event: false } : { time, event: true }))
}

/**
 * At each time with d events among r at risk, of which d_a and r_a in sample a: expected d r_a / r, variance
 * d (r_a / r) (1 - r_a / r) (r - d) / (r - 1), hypergeometric, hence right under ties. A run that is censored at a time
 * is at risk at that time. Sums run over ascending times. Without a comparison (no events, or at every event only one
 * sample at risk) the variance is 0, and so are z and chi2.
 * @throws RangeError for an empty sample, TypeError for a time that is not finite
 */
export function logrank(a: readonly Observed[], b: readonly Observed[]): LogRank {
  if (!a.length || !b.length) {
    throw new RangeError(`"a" and "b" expected at least one time each, got ${a.length} and ${b.length}`)
  }
  const all = [...a.map((o) => ({ ...o, first: 1 })), ...b.map((o) => ({ ...o, first: 0 }))]
  for (const { time } of all) {
    if (!Number.isFinite(time)) throw new TypeError(`"time" expected a finite number, got ${time}`)
  }
  all.sort((p, q) => p.time - q.time)
  let risk = all.length
  let riskA = a.length
  let observed = 0
  let expected = 0
  let variance = 0
  for (let i = 0; i < all.length; ) {
    const { time } = all[i]
    let leaving = 0
    let leavingA = 0
    let events = 0
    for (; i < all.length && all[i].time === time; i++) {
      leaving++
      leavingA += all[i].first
      if (!all[i].event) continue
      events++
      observed += all[i].first
    }
    if (events) {
      const share = riskA / risk
      expected += events * share
      if (risk > 1) variance += (events * share * (1 - share) * (risk - events)) / (risk - 1)
    }
    risk -= leaving
    riskA -= leavingA
  }
  const z = variance > 0 ? (observed - expected) / Math.sqrt(variance) : 0
  return { z, chi2: z * z, observed, expected, variance }
}
