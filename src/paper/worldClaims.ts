// Questions of ours beyond CartPole: does what holds there hold on Acrobot, and is exchange worth more where every agent has
// a world of its own?

import { each, LARGER, SMALLER, time } from './arms.ts'
import { furtherFigures } from './extensions.ts'
import type { Arm, Claim } from './questions.ts'
import { ALL_WORLDS, OWN_WORLD, WORST_WORLD } from './worldsFigure.ts'

const NAMES = { mixfrd: 'MixFRD', frd: 'FRD', pd: 'PD', frl: 'FRL', uniform: 'distilling uniform targets' } as const
const SEVERAL = [2, 4, 8] as const

/** An arm on Acrobot with the tuned learner. */
const acrobot = (method: string, agents: number): Arm => ({
  ...furtherFigures.acrobot.base,
  preset: 'tuned',
  distillAdam: 'own',
  method,
  agents,
})

const sooner = (method: keyof typeof NAMES, control: string, than: string): Claim => ({
  id: `acrobot ${method} ${control}`,
  place: 'ours',
  text: `on Acrobot ${NAMES[method]} completes sooner than ${than}`,
  figure: 'acrobot',
  cells: each(SEVERAL, SMALLER, (n) => time(acrobot(method, n), acrobot(control, n))),
})

const inWorlds = (method: Exclude<keyof typeof NAMES, 'uniform'>): Claim => ({
  id: `worlds ${method}`,
  place: 'ours',
  text: `where poles differ in length (0.1 to 0.9 m) agents score higher after ${NAMES[method]} than without exchange`,
  figure: 'worlds',
  cells: [OWN_WORLD, ALL_WORLDS, WORST_WORLD].map((panel) => ({
    label: panel,
    quantity: {
      kind: 'measured',
      figure: 'worlds',
      a: { panel, series: method, x: 0.4 },
      b: { panel, series: 'independent', x: 0.4 },
    },
    side: LARGER,
  })),
})

/** Questions about other worlds than the paper's. */
export const worldClaims: readonly Claim[] = [
  ...(['mixfrd', 'frd', 'pd', 'frl', 'uniform'] as const).map((method) => sooner(method, 'independent', 'no exchange')),
  sooner('frd', 'own', "distilling one's own memory"),
  sooner('frd', 'uniform', 'distilling uniform targets'),
  sooner('frl', 'frd', 'FRD'),
  ...(['mixfrd', 'frd', 'pd', 'frl'] as const).map(inWorlds),
]
