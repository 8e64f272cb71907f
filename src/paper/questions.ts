// What a claim asks of runs, as data: a quantity of some arms, and the side of a bound on which the claim says it lies. The
// quantities are computed in quantities.ts, the verdicts in judge.ts.

import type { Config } from '../config/config.ts'

/** The runs of one setting, whatever their seeds. */
export type Arm = Partial<Config>

/** A place of a figure of what was measured on the wire: trafficFigures.ts. */
export interface Spot {
  readonly panel: string
  readonly series: string
  readonly x: number
}

/** A number that runs, measurements or a formula give. All ratios are a over b. */
export type Quantity =
  /** ratio of mean completion times, restricted to the cap */
  | { readonly kind: 'time'; readonly a: Arm; readonly b: Arm }
  /** ratio of mean environment steps of an agent until completion or the cap */
  | { readonly kind: 'steps'; readonly a: Arm; readonly b: Arm }
  /** ratio of mean completion times, each times the number of its agents */
  | { readonly kind: 'total'; readonly a: Arm; readonly b: Arm }
  /** ratio of the standard deviations of completion times, restricted to the cap */
  | { readonly kind: 'spread'; readonly a: Arm; readonly b: Arm }
  /** ratio of two ratios of mean completion times: (a[0] over a[1]) over (b[0] over b[1]) */
  | { readonly kind: 'interaction'; readonly a: readonly [Arm, Arm]; readonly b: readonly [Arm, Arm] }
  /** ratio of mean bytes per agent and exchange */
  | { readonly kind: 'bytes'; readonly way: 'up' | 'down'; readonly a: Arm; readonly b: Arm }
  /** ratio of the standard deviations, over runs, of a run's mean bytes per agent and exchange */
  | { readonly kind: 'byteSpread'; readonly way: 'up' | 'down'; readonly a: Arm; readonly b: Arm }
  /** ratio of mean bytes of all exchanges until completion or the cap, both ways, per agent */
  | { readonly kind: 'spent'; readonly a: Arm; readonly b: Arm }
  /** ratio of two ratios of bytes received: (a[0] over a[1]) over (b[0] over b[1]) */
  | { readonly kind: 'gap'; readonly a: readonly [Arm, Arm]; readonly b: readonly [Arm, Arm] }
  /** exponent of the power law that fits bytes received over the number of agents; `arms` ascend in it */
  | { readonly kind: 'growth'; readonly arms: readonly Arm[] }
  /** mean over seeds of what was measured at a spot, or of its ratio to another */
  | { readonly kind: 'measured'; readonly figure: string; readonly a: Spot; readonly b?: Spot }
  /** ratio of two means over seeds of what was measured, for what varies so much that the mean of ratios is biased: times */
  | { readonly kind: 'measuredMeans'; readonly figure: string; readonly a: Spot; readonly b: Spot }
  /** ratio of two such ratios: (a[0] over a[1]) over (b[0] over b[1]), of means over seeds */
  | {
      readonly kind: 'measuredInteraction'
      readonly figure: string
      readonly a: readonly [Spot, Spot]
      readonly b: readonly [Spot, Spot]
    }
  /** a number that follows from a formula, exactly */
  | { readonly kind: 'formula'; readonly value: number }

/** Where the claim says that the quantity lies. A margin makes it an equivalence or a non-inferiority. */
export type Side =
  | { readonly below: number; readonly isMargin?: boolean }
  | { readonly above: number; readonly isMargin?: boolean }
  | { readonly within: readonly [low: number, high: number] }

/** One comparison of a claim, with a verdict of its own. */
export interface ClaimCell {
  /** what tells it from the claim's other cells: N = 4 */
  readonly label: string
  readonly quantity: Quantity
  readonly side: Side
  /** whether it is shown beside the claim and decides nothing */
  readonly isAside?: boolean
}

/** A statement of the paper, in our words, or a question of ours. */
export interface Claim {
  /** 1 to 22: our number of a statement of the paper; a name for those of ours */
  readonly id: string
  /** the heading in the paper under which it stands; `ours` where the paper does not say it */
  readonly place: string
  readonly text: string
  /** the figure whose runs or measurements it rests on */
  readonly figure: string
  readonly cells: readonly ClaimCell[]
  /** any: it holds where one cell holds; all unless given */
  readonly rule?: 'all' | 'any'
  /** a title of a few words, for the figure of the readings */
  readonly short?: string
  /** whether it is judged under the eight readings too */
  readonly isRead?: boolean
}

/** The arms that runs must give, in the order in which a quantity takes them; none where the wire was measured. */
export function armsOf(quantity: Quantity): readonly Arm[] {
  switch (quantity.kind) {
    case 'measured':
    case 'measuredMeans':
    case 'measuredInteraction':
    case 'formula':
      return []
    case 'growth':
      return quantity.arms
    case 'interaction':
    case 'gap':
      return [...quantity.a, ...quantity.b]
    default:
      return [quantity.a, quantity.b]
  }
}

/** The same quantity of other arms. @param change is given each arm and returns that which takes its place */
export function withArms(quantity: Quantity, change: (arm: Arm) => Arm): Quantity {
  switch (quantity.kind) {
    case 'measured':
    case 'measuredMeans':
    case 'measuredInteraction':
    case 'formula':
      return quantity
    case 'growth':
      return { ...quantity, arms: quantity.arms.map(change) }
    case 'interaction':
    case 'gap': {
      const [a0, a1, b0, b1] = armsOf(quantity).map(change)
      return { ...quantity, a: [a0, a1], b: [b0, b1] }
    }
    default:
      return { ...quantity, a: change(quantity.a), b: change(quantity.b) }
  }
}
