// Right-censored times: the Kaplan-Meier curve (1958), its median and its mean up to tau, and the two-sample log-rank
// test (Mantel 1966; Peto and Peto 1972), which asks whether the completion times of two methods have one distribution.
// For the p-value, see `logrank`.

import { type Check, finite, listOf, record } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { type Completion, completionsOf } from './quantiles.ts'

/** How long a run was observed. */
export interface Observed {
  /** episodes: its completion, or its cap */
  readonly time: number
  /** whether it completed at that time; otherwise it was censored at that time */
  readonly event: boolean
}

/** The two-sample log-rank test. */
export interface LogRank {
  /** (observed - expected) / sqrt(variance) of sample a: negative where a completes later than b */
  readonly z: number
  /** z squared; where both samples have one distribution, it follows chi-square with one degree of freedom */
  readonly chi2: number
  /** completions of sample a */
  readonly observed: number
  /** how many completions it would have if both samples shared one hazard */
  readonly expected: number
  /** the variance of the difference of these two numbers */
  readonly variance: number
}

/** One observed time. @throws TypeError for a time that is not finite, or an event that is neither true nor false */
const observation: Check<Observed> = (value, name) => {
  const { time, event } = record(value, name)
  if (typeof time !== 'number' || !Number.isFinite(time)) throw new TypeError(expected('time', 'a finite number', time))
  if (typeof event !== 'boolean') throw new TypeError(expected('event', 'true or false', event))
  return { time, event }
}
const observedOf = listOf(observation)

/** Completion times as observed times; a censored one was observed up to the cap. @throws TypeError, RangeError */
export function toObserved(times: readonly Completion[], cap: number): Observed[] {
  finite(cap, 'cap')
  return completionsOf(times, 'times').map((time) =>
    time === null ? { time: cap, event: false } : { time, event: true },
  )
}

/**
 * What happens at one time: how many runs are at risk, how many complete, and how many are no longer at risk after it.
 */
interface Moment {
  readonly time: number
  readonly atRisk: number
  readonly events: number
  readonly leaving: number
}

/** The distinct times, ascending. A run that is censored at a time is at risk at that time. */
function moments(observed: readonly Observed[]): Moment[] {
  const checked = observedOf(observed, 'observed')
  if (!checked.length) throw new RangeError(expected('observed', 'at least one time', 0))
  const sorted = [...checked].sort((a, b) => a.time - b.time)
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

/** A step of the Kaplan-Meier curve. */
export interface SurvivalStep {
  /** a time at which runs complete; the curve is 1 before the first */
  readonly time: number
  /** runs that are under observation at this time */
  readonly atRisk: number
  /** runs that complete at this time */
  readonly events: number
  /** S(time): the share that completes later */
  readonly survival: number
  /** the standard error of `survival` */
  readonly error: number
}

/**
 * The Kaplan-Meier curve: S(t) is the product of (1 - d_i / r_i) over the times t_i <= t at which d_i of r_i runs at
 * risk complete. Its standard error is Greenwood's (1926), S sqrt(sum of d_i / (r_i (r_i - d_i))), and 0 where S is 0;
 * without censoring it equals sqrt(S (1 - S) / n). As long as no run is censored, r_i cancels against r - d of the
 * factor before, and only what is left is divided, so that without censoring S is exactly (runs later than t) / n.
 *
 * @example
 * const steps = kaplanMeier(toObserved([243, 310, null], 1000))
 * @param observed at least one time, in any order
 * @throws RangeError for no times, TypeError for a time that is not finite
 */
export function kaplanMeier(observed: readonly Observed[]): SurvivalStep[] {
  return curve(moments(observed))
}

function curve(all: readonly Moment[]): SurvivalStep[] {
  const steps: SurvivalStep[] = []
  let survival = 1
  let base = 1 // S at the last censoring; `from` is how many stayed at risk then
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
 * The first time t with S(t) <= 1/2, or null if the curve stays above 1/2. Of an even number of times without
 * censoring, it is the lower one of the two in the middle, where `quantile` takes the mean of both.
 * @throws as kaplanMeier
 */
export function survivalMedian(observed: readonly Observed[]): Completion {
  return kaplanMeier(observed).find(({ survival }) => survival <= 0.5)?.time ?? null
}

/** A mean of times that are cut off at tau. */
export interface RestrictedMean {
  /** the expected min(time, tau), in the unit of the times */
  readonly mean: number
  /** its standard error */
  readonly error: number
}

/**
 * Restricted mean survival time: the area under the Kaplan-Meier curve from 0 to tau. Its variance is the sum over the
 * times t_i <= tau of A_i^2 d_i / (r_i (r_i - d_i)) with A_i the area from t_i to tau (Meier 1975; Klein and
 * Moeschberger, Survival Analysis, 4.5). A time at which all runs at risk complete adds nothing, because A_i is 0.
 * Without censoring, the results are the mean of min(time, tau), and its population variance divided by n.
 * @param observed at least one time, in any order, none of them negative
 * @param tau above 0, the same for all samples that are compared
 * @throws RangeError for no times, a negative time, a tau that is not positive, or a tau above the last time if that
 *   time is censored, because the curve is not known there; TypeError for a time that is not finite
 */
export function rmst(observed: readonly Observed[], tau: number): RestrictedMean {
  if (!(finite(tau, 'tau') > 0)) throw new RangeError(expected('tau', 'a positive number', tau))
  const all = moments(observed)
  if (all[0].time < 0) throw new RangeError(expected('time', 'a number >= 0', all[0].time))
  const { time: last, events, leaving } = all[all.length - 1]
  if (tau > last && leaving > events) {
    throw new RangeError(expected('tau', `at most ${last}`, tau, `the last run is censored at ${last}`))
  }
  const steps = curve(all).filter(({ time }) => time <= tau)
  let area = 0 // summed from the right
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
 * The two-sample log-rank test. For each time at which d of r runs at risk complete, d_a and r_a of them in sample a,
 * it adds the expected d r_a / r and the hypergeometric variance d (r_a / r) (1 - r_a / r) (r - d) / (r - 1), which is
 * right under ties. A run that is censored at a time is at risk at that time. Sums run over ascending times. If nothing
 * can be compared (no run completes, or only one sample is at risk whenever a run does), the variance is 0, and so are
 * z and chi2. The p-value is `chi2Tail(chi2, 1)` of `loadDistributions` of frd/node.
 *
 * @example
 * const { chi2Tail } = await loadDistributions()
 * const { z, chi2 } = logrank(toObserved(timesOfFrd, 1000), toObserved(timesOfPd, 1000))
 * const p = chi2Tail(chi2, 1)
 * @throws RangeError for an empty sample, TypeError for a time that is not finite
 */
export function logrank(a: readonly Observed[], b: readonly Observed[]): LogRank {
  if (!observedOf(a, 'a').length || !observedOf(b, 'b').length) {
    throw new RangeError(expected('a and b', 'at least one time each', [a.length, b.length]))
  }
  const all = [...a.map((o) => ({ ...o, first: 1 })), ...b.map((o) => ({ ...o, first: 0 }))]
  all.sort((p, q) => p.time - q.time)
  let risk = all.length
  let riskA = a.length
  let observed = 0
  let foreseen = 0
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
      foreseen += events * share
      if (risk > 1) variance += (events * share * (1 - share) * (risk - events)) / (risk - 1)
    }
    risk -= leaving
    riskA -= leavingA
  }
  const z = variance > 0 ? (observed - foreseen) / Math.sqrt(variance) : 0
  return { z, chi2: z * z, observed, expected: foreseen, variance }
}
