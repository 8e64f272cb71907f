// From a quantity of runs to a statistic of paired arms: plain functions of summaries. Those of measurements are at the end.

import type { Config } from '../config/config.ts'
import type { Measurement } from '../results/measures.ts'
import { meanPayload, type Summary } from '../results/summary.ts'
import { mean } from '../stats/index.ts'
import { type Arms, deviation, meanTime, restricted } from './effects.ts'
import { armsOf, type Quantity, type Spot } from './questions.ts'

/** The quantities that runs give. */
export type RunQuantity = Exclude<Quantity, MeasuredQuantity | { readonly kind: 'formula' }>

/** The quantities that measurements give. */
export type MeasuredQuantity = Extract<
  Quantity,
  { readonly kind: 'measured' | 'measuredMeans' | 'measuredInteraction' }
>

/** What a statistic needs to know of an arm beside its runs. */
export type ArmConfig = Pick<Config, 'agents' | 'cap'>

const bytesOf = (runs: readonly Summary[], way: 'up' | 'down', { agents }: ArmConfig) =>
  meanPayload(runs, `${way}linkBytes`, agents)

/** Bytes per agent and exchange, run by run; runs without an exchange have none. */
const bytesEach = (runs: readonly Summary[], way: 'up' | 'down', config: ArmConfig) =>
  runs.filter(({ exchanges }) => exchanges > 0).map((run) => bytesOf([run], way, config))

const spent = (runs: readonly Summary[], { agents }: ArmConfig) =>
  mean(runs.map((run) => (run.uplinkBytes + run.downlinkBytes) / agents))

const spreadOf = (runs: readonly Summary[], { cap }: ArmConfig) => deviation(runs.map((run) => restricted(run, cap)))

/** The statistic of a quantity, of the runs of its arms. @param configs of the arms, in the order of armsOf */
export function statisticOf(
  quantity: RunQuantity,
  configs: readonly ArmConfig[],
  ln: (x: number) => number,
): (arms: Arms) => number {
  const time = (arms: Arms, i: number) => meanTime(arms[i], configs[i].cap)
  switch (quantity.kind) {
    case 'time':
      return (arms) => time(arms, 0) / time(arms, 1)
    case 'total':
      return (arms) => (configs[0].agents * time(arms, 0)) / (configs[1].agents * time(arms, 1))
    case 'steps': {
      const steps = (arms: Arms, i: number) => mean(arms[i].map(({ envSteps }) => envSteps)) / configs[i].agents
      return (arms) => steps(arms, 0) / steps(arms, 1)
    }
    case 'spread':
      return (arms) => spreadOf(arms[0], configs[0]) / spreadOf(arms[1], configs[1])
    case 'interaction':
      return (arms) => time(arms, 0) / time(arms, 1) / (time(arms, 2) / time(arms, 3))
    case 'bytes': {
      const { way } = quantity
      return (arms) => bytesOf(arms[0], way, configs[0]) / bytesOf(arms[1], way, configs[1])
    }
    case 'byteSpread': {
      const spread = (arms: Arms, i: number) => deviation(bytesEach(arms[i], quantity.way, configs[i]))
      return (arms) => spread(arms, 0) / spread(arms, 1)
    }
    case 'spent':
      return (arms) => spent(arms[0], configs[0]) / spent(arms[1], configs[1])
    case 'gap': {
      const bytes = (arms: Arms, i: number) => bytesOf(arms[i], 'down', configs[i])
      return (arms) => bytes(arms, 0) / bytes(arms, 1) / (bytes(arms, 2) / bytes(arms, 3))
    }
    case 'growth': {
      const x = configs.map(({ agents }) => ln(agents))
      return (arms) =>
        slope(
          x,
          arms.map((arm, i) => ln(bytesOf(arm, 'down', configs[i]))),
        )
    }
  }
}

/** The slope of the least-squares line of y on x. */
function slope(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)]
  const sxx = x.reduce((sum, value) => sum + (value - mx) * (value - mx), 0)
  return x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) / sxx
}

/** Whether runs answer a quantity. */
export const isOfRuns = (quantity: Quantity): quantity is RunQuantity => armsOf(quantity).length > 0

/** What a quantity of measurements is made of: its spots, and its statistic of their values over the same seeds. */
export function measuredStatistic(quantity: MeasuredQuantity): {
  readonly spots: readonly Spot[]
  readonly statistic: (values: readonly (readonly number[])[]) => number
} {
  if (quantity.kind === 'measuredInteraction') {
    const statistic = ([a0, a1, b0, b1]: readonly (readonly number[])[]) => mean(a0) / mean(a1) / (mean(b0) / mean(b1))
    return { spots: [...quantity.a, ...quantity.b], statistic }
  }
  if (quantity.kind === 'measuredMeans') {
    return { spots: [quantity.a, quantity.b], statistic: ([a, b]) => mean(a) / mean(b) }
  }
  const { a, b } = quantity
  if (!b) return { spots: [a], statistic: ([values]) => mean(values) }
  return { spots: [a, b], statistic: ([values, others]) => mean(values.map((value, i) => value / others[i])) }
}

/** The values at spots, of the seeds that all of them have. */
export function valuesAt(measures: readonly Measurement[], spots: readonly Spot[]): readonly (readonly number[])[] {
  const found = spots.map(({ panel, series, x }) => {
    const here = measures.filter((one) => one.panel === panel && one.series === series && one.x === x)
    return new Map(here.map(({ seed, value }) => [seed, value]))
  })
  const seeds = [...found[0].keys()].filter((seed) => found.every((values) => values.has(seed))).sort((a, b) => a - b)
  return found.map((values) => seeds.map((seed) => values.get(seed)!))
}
