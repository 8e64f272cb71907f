// The paper's Table 1, Table 2 and figures 2 to 5 as data: what each one runs. All settings are written out although they
// are the defaults, so that a figure does not move with a default. Ours are the controls, without which a gain of federation cannot
// be told from chance or from practice, the upper bound, FRD in Fig. 4, FRD with two passes in Fig. 3, the axes and the seeds.

import type { Config } from '../config/config.ts'
import { rangePresets } from '../config/fields.ts'
import { CONTROLS } from '../methods/index.ts'
import { entryBytes } from '../wire/payload.ts'

/** One curve, or one row of contrasts. */
export interface FigureSeries {
  /** a method's name, or any other name */
  readonly label: string
  /** its panel, or the heading of its contrasts, where a figure has several */
  readonly panel?: string
  readonly config: Partial<Config>
  /** of contrasts: label of the series that it is compared with; a series without one is such a baseline itself */
  readonly against?: string
  /** whose completion counts; the first agent's unless given, as in the paper */
  readonly outcome?: WhoseCompletion
}

/** Whose completion counts: the first agent's, that of the mean over agents, or the last agent's. */
export type WhoseCompletion = 'first' | 'mean' | 'last'

/** What a figure of completion measures on its y axis. */
export type CompletionUnit =
  /** episodes that each agent has played, as we read the paper [C: completion-unit] */
  | 'episodes'
  /** episodes of all agents together */
  | 'total'
  /** environment steps of all agents together */
  | 'steps'

/** How many seeds each place of a figure gets, unless seeds are given. */
export interface FigureSeeds {
  readonly full: number
  readonly quick: number
  /** places on the axis of agents that need more, and how many: claims about spread do */
  readonly more?: { readonly agents: readonly number[]; readonly full: number }
}

/** A figure: what it runs, and how it is drawn. */
export interface Figure {
  readonly title: string
  /**
   * How it is drawn. methods: completion, one panel per method over the controls; curves: completion, panels of series;
   * survival: share of completed missions over episodes, one panel per place; payload: bytes of an exchange; spent: bytes to
   * completion; contrasts: completion of each series against its baseline, one row each
   */
  readonly kind: 'methods' | 'curves' | 'survival' | 'payload' | 'spent' | 'contrasts'
  /** what the y axis of completion counts; episodes unless given */
  readonly unit?: CompletionUnit
  /** the x axis; quick is the shorter one */
  readonly axis: {
    readonly field: 'agents' | 'sections' | 'period' | 'width' | 'participation' | 'dropout'
    readonly full: readonly number[]
    readonly quick: readonly number[]
  }
  /** in drawing order */
  readonly series: readonly FigureSeries[]
  /** shared by all runs, but for what a series or the axis sets */
  readonly base: Partial<Config>
  readonly seeds: FigureSeeds
}

/** The default reading of what the text leaves open and claims depend on: docs/choices.md, ids ranges, critic, distill-adam. */
export const READING = { ranges: rangePresets.wide, critic: 'policy', distillAdam: 'shared' } as const

/** The learner as we read the paper. */
export const PAPER = { preset: 'paper', ...READING } as const

/** The setting of figures 3 to 5: S, E, n and l [P] under the default reading. */
export const STANDARD = { ...PAPER, sections: 30, period: 25, width: 50, depth: 2 } as const

/** Table 1, settings 1 to 5 [P]: what Fig. 2 compares. Pairs that differ in one factor: 1-2 (n), 2-3 (S), 4-5 (E). */
export const settings = {
  1: { sections: 100, period: 25, width: 24, depth: 2 },
  2: { sections: 100, period: 25, width: 100, depth: 2 },
  3: { sections: 50, period: 25, width: 100, depth: 2 },
  4: { sections: 100, period: 10, width: 24, depth: 1 },
  5: { sections: 100, period: 50, width: 24, depth: 1 },
} as const

export type TableSetting = keyof typeof settings

/** W(n, l) of Table 2, as we count it [C: frl-bytes]: weights and biases of a policy network of CartPole; l = depth hidden layers of n = width units. */
export function policyWeights(width: number, depth: number): number {
  return 5 * width + (depth - 1) * (width * width + width) + 2 * width + 2
}

/** Sizes of CartPole, for which "Performance Evaluation" gives 12, 24 and 4 bytes. */
const CARTPOLE = { observations: 4, actions: 2 }

/** b_p, b_rm and b_w of Table 2 [P]: bytes of an entry of a ProxRM, of a replay memory, and of a weight. */
export const unitBytes = {
  proxies: entryBytes('proxies', CARTPOLE),
  replay: entryBytes('replay', CARTPOLE),
  weights: entryBytes('weights', CARTPOLE),
} as const

/** The numbers of agents of the full figures. The text does not list the paper's; 3 is there because a claim is about more than two. */
export const AGENTS = [1, 2, 3, 4, 6, 8, 10] as const

/** The axis of figures over the number of agents. */
export const overAgents = { field: 'agents', full: AGENTS, quick: [1, 2, 4] } as const

const seeds = { full: 100, quick: 12 }
/** Figures 3 and 4 carry the claims about spread. */
const spreadSeeds = { ...seeds, more: { agents: [2, 4], full: 200 } }

/** A series that is a method and nothing else. */
export const bare = (method: string): FigureSeries => ({ label: method, config: { method } })

/** FRD with two passes over its download: as many gradient steps as MixFRD takes, without its midpoints. */
export const TWO_PASSES: FigureSeries = { label: 'frd-twice', config: { method: 'frd', epochs: 2 } }

/** FRD and its controls under one setting, in a panel named by it. */
function underSetting(setting: TableSetting): FigureSeries[] {
  const { sections, period, width, depth } = settings[setting]
  const panel = `Setting ${setting}: S ${sections}, E ${period}, n ${width}, l ${depth}`
  return ['frd', ...CONTROLS].map((method) => ({ label: method, panel, config: { method, ...settings[setting] } }))
}

const compared = ['mixfrd', 'frd', 'pd', 'frl', 'central', ...CONTROLS].map(bare)

/** Figures 2 to 5 of the paper. */
export const paperFigures = {
  fig2: {
    title: 'FRD under the settings of Table 1',
    kind: 'curves',
    axis: overAgents,
    series: ([1, 2, 3, 4, 5] as const).flatMap(underSetting),
    base: PAPER,
    seeds,
  },
  fig3: {
    title: 'FRD and MixFRD: mission completion time over the number of agents',
    kind: 'methods',
    axis: overAgents,
    series: [bare('mixfrd'), bare('frd'), TWO_PASSES, ...CONTROLS.map(bare)],
    base: STANDARD,
    seeds: spreadSeeds,
  },
  fig4: {
    title: 'Mission completion time over the number of agents',
    kind: 'methods',
    // N = 1 stays for every method: FRD alone distils its own memory, MixFRD its midpoints too, PD every step of it, and
    // FRL gets its own weights back, as without an exchange.
    axis: overAgents,
    series: compared,
    base: STANDARD,
    seeds: spreadSeeds,
  },
  fig5: {
    title: 'Payload of an exchange over the width of the policy network',
    kind: 'payload',
    axis: { field: 'width', full: [10, 25, 50, 75, 100, 150, 200], quick: [10, 50, 100] },
    series: ['mixfrd', 'pd', 'frl'].map(bare),
    // n is that of the policy network alone [P]: the value network stays as at n = 50.
    base: { ...STANDARD, agents: 2, critic: { width: 50, depth: 2 } },
    seeds: { full: 60, quick: 3 },
  },
} as const satisfies Record<string, Figure>

/** The same runs as Fig. 4's, drawn in other units. */
export const otherUnits = {
  curves: {
    title: 'Share of missions completed, over the episodes of an agent',
    kind: 'survival',
    axis: { field: 'agents', full: [1, 2, 4, 8], quick: [1, 2, 4] },
    series: compared,
    base: STANDARD,
    seeds: spreadSeeds,
  },
  total: {
    title: 'Episodes of all agents together until one completes the mission',
    kind: 'methods',
    unit: 'total',
    axis: overAgents,
    series: compared,
    base: STANDARD,
    seeds: spreadSeeds,
  },
  steps: {
    title: 'Environment steps of all agents together until one completes the mission',
    kind: 'methods',
    unit: 'steps',
    axis: overAgents,
    series: compared,
    base: STANDARD,
    seeds: spreadSeeds,
  },
} as const satisfies Record<string, Figure>
