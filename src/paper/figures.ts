// The paper's Table 1 and figures 2 to 5 as data: what each one runs. S = 30, E = 25, n = 50, l = 2 of figures 3 to 5 [P] are
// written out although they are the defaults, so that a figure does not move with a default.
// The controls (independent, own, uniform) are ours: without them a gain of federation cannot be told from chance.

import type { Config } from '../config/config.ts'
import { CONTROLS } from '../methods/index.ts'
import { entryBytes } from '../wire/payload.ts'

/** One curve, or one row of contrasts. */
export interface FigureSeries {
  readonly label: string
  /** its panel, or the heading of its contrasts, where a figure has several */
  readonly panel?: string
  readonly config: Partial<Config>
  /** of contrasts: label of the series it is compared with; without one it is such a baseline itself */
  readonly against?: string
  /** whose completion counts; default the first agent's, as in the paper */
  readonly outcome?: WhoseCompletion
}

export type WhoseCompletion = 'first' | 'mean' | 'last'

export interface Figure {
  readonly title: string
  /**
   * How it is drawn. methods: completion, a panel a method over the controls; curves: completion, panels of series;
   * payload: bytes an exchange; spent: bytes to completion; contrasts: completion of each series against its baseline, a row each
   */
  readonly kind: 'methods' | 'curves' | 'payload' | 'spent' | 'contrasts'
  /** the x axis; quick is the shorter one */
  readonly axis: {
    readonly field: 'agents' | 'sections' | 'period' | 'width'
    readonly full: readonly number[]
    readonly quick: readonly number[]
  }
  /** in drawing order */
  readonly series: readonly FigureSeries[]
  /** shared by all runs, but for what a series or the axis sets */
  readonly base: Partial<Config>
  /** seeds a point where none are given */
  readonly seeds: { readonly full: number; readonly quick: number }
}

/** The setting of figures 3 to 5 [P]. */
export const STANDARD = { preset: 'paper', sections: 30, period: 25, width: 50, depth: 2 } as const

const seeds = { full: 100, quick: 12 }
const overAgents = { field: 'agents', full: [1, 2, 4, 6, 8, 10], quick: [1, 2, 4] } as const

export const bare = (method: string): FigureSeries => ({ label: method, config: { method } })

/**
 * Table 1, settings 1 to 5: what Fig. 2 compares. A reconstruction: the paper's cells were not at hand. It keeps what is
 * known of them: 1 and 2 differ in S (50 being "too small"), 1 and 3 in the network, 4 and 5 in E alone, 1 differs from 4
 * and 5 in two factors, and at N = 8 setting 4 takes 522 and 5 takes 342 episodes in an independent simulation.
 */
export const settings = {
  1: { sections: 100, period: 25, width: 50, depth: 1 },
  2: { sections: 50, period: 25, width: 50, depth: 1 },
  3: { sections: 100, period: 25, width: 50, depth: 2 },
  4: { sections: 100, period: 10, width: 24, depth: 1 },
  5: { sections: 100, period: 50, width: 24, depth: 1 },
} as const

/** W(n, l) of Table 2 [P]: weights of a policy network of CartPole; l = depth hidden layers of n = width units. */
export function policyWeights(width: number, depth: number): number {
  return 5 * width + (depth - 1) * (width * width + width) + 2 * width + 2
}

/** Sizes of CartPole, for which Table 2 gives 12, 24 and 4 bytes. */
const CARTPOLE = { observations: 4, actions: 2 }

/** b_p, b_rm and b_w of Table 2 [P]: bytes of an entry of a ProxRM, of a replay memory, and of a weight. */
export const unitBytes = {
  proxies: entryBytes('proxies', CARTPOLE),
  replay: entryBytes('replay', CARTPOLE),
  weights: entryBytes('weights', CARTPOLE),
} as const

export type TableSetting = keyof typeof settings

/** FRD and its control under one setting, in a panel named by it. */
function underSetting(setting: TableSetting): FigureSeries[] {
  const { sections, period, width, depth } = settings[setting]
  const panel = `${setting}: S ${sections}, E ${period}, net ${width}x${depth}`
  return ['frd', 'independent'].map((method) => ({ label: method, panel, config: { method, ...settings[setting] } }))
}

export const paperFigures = {
  fig2: {
    title: 'FRD under the settings of Table 1',
    kind: 'curves',
    axis: overAgents,
    series: ([1, 2, 3, 4, 5] as const).flatMap(underSetting),
    base: { preset: 'paper' },
    seeds,
  },
  fig3: {
    title: 'FRD and MixFRD: mission completion time over the number of agents',
    kind: 'methods',
    axis: overAgents,
    series: ['mixfrd', 'frd', ...CONTROLS].map(bare),
    base: STANDARD,
    seeds,
  },
  fig4: {
    title: 'Mission completion time over the number of agents',
    kind: 'methods',
    // N = 1 stays for every method: FRD alone distils its own memory, MixFRD its midpoints too, PD every step of it, and
    // FRL gets its own weights back, as without an exchange.
    axis: overAgents,
    series: ['mixfrd', 'frd', 'pd', 'frl', ...CONTROLS].map(bare),
    base: STANDARD,
    seeds,
  },
  fig5: {
    title: 'Payload of an exchange over the width of the policy network',
    kind: 'payload',
    axis: { field: 'width', full: [10, 25, 50, 75, 100, 150, 200], quick: [10, 50, 100] },
    series: ['mixfrd', 'pd', 'frl'].map(bare),
    base: { ...STANDARD, agents: 2 },
    seeds: { full: 60, quick: 3 },
  },
} as const satisfies Record<string, Figure>
