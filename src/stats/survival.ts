// Right-censored times: the Kaplan-Meier curve (1958), its median and its mean up to tau, and the two-sample log-rank test
// (Mantel 1966; Peto & Peto 1972): are two methods' completion times drawn from one distribution? A p-value needs a
// distribution function and is left to the caller.

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

/** What happens at one time: how many are at risk then, complete then, and are no longer at risk after it. */
interface Moment {
  readonly time: number
  readonly atRisk: number
  readonly events: number
  readonly leaving: number
}

/** Ascending distinct times. A run that is censored at a time is at risk at that time. */
function moments(observed: readonly Observed[]): Moment[] {
  if (!observed.length) throw new RangeError('"observed" expected at least one time, got none')
  for (const { time } of observed) {
    if (!Number.isFinite(time)) throw new TypeError(`"time" expected a finite number, got ${time}`)
  }
  const sorted = [...observed].sort((a, b) => a.time - b.time)
  const found: Moment[] = []
  for (let i = 0; i < sorted.length; ) {
    const first = i
    const { time } = sorted[i]
    let events = 0
    for (; i < sorted.length && sorted[i].time === time; i++) if (sorted[i].event) events++
    found.push({ time, atRisk: sorted.length - first, events, leaving: i - first })
  }
  return found
}

export interface SurvivalStep {
  /** a time with events; the curve is 1 before the first */
  readonly time: number
  readonly atRisk: number
  readonly events: number
  /** S(time), the share that completes later than this time */
  readonly survival: number
  /** standard error of `survival` */
  readonly error: number
}

/**
 * S(t) = product of (1 - d_i / r_i) over the event times t_i <= t, with d_i events among r_i at risk; its standard error is
 * Greenwood's (1926), S sqrt(sum of d_i / (r_i (r_i - d_i))), and 0 where S is 0, as sqrt(S (1 - S) / n) is, which it equals
 * without censoring. As long as no run is censored, r_i cancels against the r - d of the factor before, so only what is
 * left is divided: without censoring S is the very quotient (runs later than t) / n.
 * @param observed n >= 1 times, any order
 * @throws RangeError for no times, TypeError for a time that is not finite
 */
export function kaplanMeier(observed: readonly Observed[]): SurvivalStep[] {
  return curve(moments(observed))
}

function curve(all: readonly Moment[]): SurvivalStep[] {
  const steps: SurvivalStep[] = []
  let survival = 1
  let base = 1 // S when a run was last censored, and how many stayed at risk then
  let from = all[0].atRisk
  let hazards = 0
  for (const { time, atRisk, events, leaving } of all) {
    const staying = atRisk - events
    if (events) {
      survival = base * (staying / from)
      if (staying) hazards += events / (atRisk * staying)
      steps.push({ time, atRisk, events, survival, error: survival * Math.sqrt(hazards) })
    }
    if (leaving > events) {
      base = survival
      from = atRisk - leaving
    }
  }
  return steps
}

/**
 * The first time t with S(t) <= 1/2; null where the curve stays above. Without censoring it is the lower of the two middle
 * times of an even number, where `quantile` takes their mean. @throws as kaplanMeier
 */
export function survivalMedian(observed: readonly Observed[]): Completion {
  return kaplanMeier(observed).find(({ survival }) => survival <= 0.5)?.time ?? null
}

export interface RestrictedMean {
  /** expected min(time, tau), in the unit of the times */
  readonly mean: number
  /** its standard error */
  readonly error: number
}

/**
 * Restricted mean survival time: the area under the Kaplan-Meier curve from 0 to tau. Variance: sum over the event times
 * t_i <= tau of A_i^2 d_i / (r_i (r_i - d_i)), A_i = the area from t_i to tau (Meier 1975; Klein & Moeschberger, Survival
 * Analysis, 4.5); a time at which all at risk complete adds none, as A_i = 0. Without censoring these are the mean
 * of min(time, tau) and its population variance over n.
 * @param observed n >= 1 times >= 0, any order
 * @param tau > 0, the same for all that is compared
 * @throws RangeError for no times, a negative one, or a tau that is not positive or lies above the last time where that
 * one is censored: the curve is not known there; TypeError for a time that is not finite
 */
export function rmst(observed: readonly Observed[], tau: number): RestrictedMean {
  if (!(tau > 0 && Number.isFinite(tau))) throw new RangeError(`"tau" expected a positive number, got ${tau}`)
  const all = moments(observed)
  if (all[0].time < 0) throw new RangeError(`"time" expected a number >= 0, got ${all[0].time}`)
  const { time: last, events, leaving } = all[all.length - 1]
  if (tau > last && leaving > events) {
    throw new RangeError(`"tau" expected at most ${last}, got ${tau}: the last run is censored at ${last}`)
  }
  const steps = curve(all).filter(({ time }) => time <= tau)
  let area = 0 // from the right
  let variance = 0
  let end = tau
  for (const { time, atRisk, events, survival } of steps.reverse()) {
    area += survival * (end - time)
    if (atRisk > events) variance += (area * area * events) / (atRisk * (atRisk - events))
    end = time
  }
  return { mean: end + area, error: Math.sqrt(variance) }
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
