// Public names of the statistics of completion times: pure functions of plain numbers. The distribution functions for
// p-values need optional packages, so they are a name of frd/node: `loadDistributions`.

export {
  type BettingInterval,
  type BettingOptions,
  bettingCapital,
  bettingIntervals,
  bettingSequence,
} from './betting.ts'
export {
  type Bootstrap,
  type BootstrapOptions,
  bootstrapInterval,
  type Estimate,
  type Interval,
  medianInterval,
} from './bootstrap.ts'
export { holm } from './holm.ts'
export { mean } from './mean.ts'
export { type Completion, type Quartiles, quantile, quartiles } from './quantiles.ts'
export { type Ranks, rank } from './ranks.ts'
export { type BrownForsythe, brownForsythe } from './spread.ts'
export {
  kaplanMeier,
  type LogRank,
  logrank,
  type Observed,
  type RestrictedMean,
  rmst,
  type SurvivalStep,
  survivalMedian,
  toObserved,
} from './survival.ts'
