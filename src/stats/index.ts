// Statistics of completion times: pure functions of plain numbers, no project imports.

export { type BootstrapOptions, type Interval, medianInterval } from './bootstrap.ts'
export { type Completion, type Quartiles, quantile, quartiles } from './quantiles.ts'
export { type LogRank, logrank, type Observed, toObserved } from './survival.ts'
