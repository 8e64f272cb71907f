// The paper's figures as data: what each one runs. Fig. 4: S = 30, E = 25, n = 50, l = 2 [P], written out
// although they are the defaults, so that a figure does not move with a default.
// The controls (independent, own, uniform) are ours: without them a gain of federation cannot be told from chance.

import type { Config } from './config.ts'

export interface Figure {
  readonly title: string
  /** in drawing order: the paper's four, then the controls */
  readonly methods: readonly string[]
  /** N on the x axis; quick is the shorter axis */
  readonly agents: { readonly full: readonly number[]; readonly quick: readonly number[] }
  /** shared by every cell */
  readonly base: Partial<Config>
}

export const figures = {
  fig4: {
    title: 'Mission completion time over the number of agents',
    methods: ['mixfrd', 'frd', 'pd', 'frl', 'independent', 'own', 'uniform'],
    // full: the x axis of the paper's Fig. 2. N = 1 stays for every method: FRD alone distils its own memory, MixFRD
    // its midpoints too, PD every step of it, and FRL gets its own weights back, as without an exchange
    agents: { full: [1, 2, 4, 6, 8, 10], quick: [1, 2, 4, 8] },
    base: { preset: 'paper', sections: 30, period: 25, width: 50, depth: 2 },
  },
} as const satisfies Record<string, Figure>

export type FigureName = keyof typeof figures

export const figureNames = Object.keys(figures) as FigureName[]

export interface PlanOptions {
  /** the quick axis instead of the full one */
  readonly quick: boolean
  readonly seeds: readonly number[]
}

/**
 * The runs of a figure, one a cell and seed, seed-major: all cells of the first seed, then of the second. So an
 * interrupted sweep has whole seeds, and every cell the same ones.
 * @returns methods x agents x seeds partial configs, for resolveConfig
 * @throws RangeError for an unknown figure
 */
export function plan(name: string, { quick, seeds }: PlanOptions): Partial<Config>[] {
  const { methods, agents, base } = findFigure(name)
  const axis = quick ? agents.quick : agents.full
  return seeds.flatMap((seed) =>
    methods.flatMap((method) => axis.map((count) => ({ ...base, method, agents: count, seed }))),
  )
}

/** @throws RangeError that lists the known figures */
export function findFigure(name: string): Figure {
  if (Object.hasOwn(figures, name)) return figures[name as FigureName]
  throw new RangeError(`"figure" expected one of ${figureNames.join(', ')}, got "${name}"`)
}
