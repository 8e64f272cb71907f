// Statistics of completion times: pure functions of plain numbers, no project imports. No p-values: what they need of a
// distribution is in src/distributions.ts.

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
export { type Completion, iqm, type Quartiles, quantile, quartiles } from './quantiles.ts'
export { type BrunnerMunzel, brunnerMunzel, type MannWhitney, mannWhitney } from './ranks.ts'
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
