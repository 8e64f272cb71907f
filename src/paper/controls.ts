// Questions of ours, as data like the paper's claims: what is left of a gain beside the controls, and what extensions say. None
// of them is a sentence of the paper, and their p-values are a family of their own.

import { arm, each, MANY, mixedArm, SMALLER, time } from './arms.ts'
import { AGENTS } from './figures.ts'
import type { Arm, Claim } from './questions.ts'
import { sendingClaims } from './sendingClaims.ts'
import { withheldClaims } from './withheldClaims.ts'
import { worldClaims } from './worldClaims.ts'

const OURS = 'ours'

const NAMES: Readonly<Record<string, string>> = {
  frd: 'FRD',
  mixfrd: 'MixFRD',
  pd: 'PD',
  frl: 'FRL',
  fedhpd: 'FedHPD',
  independent: 'no exchange',
  own: "distilling one's own memory",
  uniform: 'distilling uniform targets',
  central: 'one learner of all environments',
}

/** One question per method: does it complete sooner than a control? */
const sooner = (methods: readonly string[], control: string, figure: string): Claim[] =>
  methods.map((method) => ({
    id: `${method} ${control}`,
    place: OURS,
    text: `${NAMES[method]} completes sooner than ${NAMES[control]}`,
    figure,
    cells: each(MANY, SMALLER, (n) => time(arm(method, n), arm(control, n))),
  }))

const tuned = (method: string, agents: number): Arm => arm(method, agents, { preset: 'tuned', distillAdam: 'own' })

/** Questions about controls and extensions. */
export const ownClaims: readonly Claim[] = [
  ...sooner(['frd', 'mixfrd', 'pd', 'frl'], 'independent', 'fig4'),
  ...sooner(['frd', 'mixfrd'], 'own', 'fig4'),
  ...sooner(['frd', 'mixfrd'], 'uniform', 'fig4'),
  ...sooner(['frd', 'mixfrd', 'frl'], 'central', 'fig4'),
  {
    id: 'mixfrd steps',
    place: OURS,
    text: "MixFRD's completion varies less than that of FRD with two passes, which takes as many gradient steps",
    figure: 'fig3',
    cells: each(AGENTS, SMALLER, (n) => ({ kind: 'spread', a: arm('mixfrd', n), b: arm('frd', n, { epochs: 2 }) })),
  },
  {
    id: 'mixfrd steps time',
    place: OURS,
    text: 'MixFRD completes sooner than FRD with two passes',
    figure: 'fig3',
    cells: each(AGENTS, SMALLER, (n) => time(arm('mixfrd', n), arm('frd', n, { epochs: 2 }))),
  },
  {
    id: 'frd steps of one',
    place: OURS,
    text: 'FRD that distils only as many entries as an agent sent still completes sooner than no exchange',
    figure: 'choices',
    cells: [
      { label: 'N = 4', quantity: time(arm('frd', 4, { distillCount: 'own' }), arm('independent', 4)), side: SMALLER },
    ],
  },
  ...(['pd', 'frl'] as const).map(
    (other): Claim => ({
      id: `spent ${other}`,
      place: OURS,
      text: `MixFRD spends fewer bytes until completion than ${NAMES[other]}`,
      figure: 'spent',
      cells: each(MANY, SMALLER, (n) => ({ kind: 'spent', a: arm('mixfrd', n), b: arm(other, n) })),
    }),
  ),
  {
    id: 'total episodes',
    place: OURS,
    text: 'more agents cost FRD more episodes in all: N T(N) is above T(1)',
    figure: 'total',
    cells: each(MANY, { above: 1 }, (n) => ({ kind: 'total', a: arm('frd', n), b: arm('frd', 1) })),
  },
  ...(['frd', 'frl'] as const).map(
    (method): Claim => ({
      id: `tuned ${method}`,
      place: OURS,
      text: `with the tuned learner ${NAMES[method]} completes sooner than no exchange`,
      figure: 'presets',
      cells: each([2, 4, 8], SMALLER, (n) => time(tuned(method, n), tuned('independent', n))),
    }),
  ),
  ...sooner(['fedhpd'], 'independent', 'fedhpd'),
  {
    id: 'fedhpd mixed',
    place: OURS,
    text: 'FedHPD, made for agents of different networks, completes sooner there than MixFRD',
    figure: 'nets',
    cells: [
      {
        label: 'N = 3',
        quantity: time(mixedArm('fedhpd'), mixedArm('mixfrd')),
        side: SMALLER,
      },
    ],
  },
  {
    id: 'period',
    place: OURS,
    text: 'at the standard setting E = 25 completes sooner than E = 5',
    figure: 'period',
    cells: [{ label: 'N = 4', quantity: time(arm('frd', 4), arm('frd', 4, { period: 5 })), side: SMALLER }],
  },
  {
    id: 'sections',
    place: OURS,
    text: 'at the standard setting S = 30 completes sooner than S = 5',
    figure: 'sections',
    cells: [{ label: 'N = 4', quantity: time(arm('frd', 4), arm('frd', 4, { sections: 5 })), side: SMALLER }],
  },
  ...(['euclidean', 'cosine', 'jaccard'] as const).map(
    (mixupBy): Claim => ({
      id: `mixup ${mixupBy}`,
      place: OURS,
      text: `mixup of neighbours in pole angle completes sooner than by ${mixupBy} distance, which the paper names as a possibility`,
      figure: 'mixup',
      cells: [{ label: 'N = 2', quantity: time(arm('mixfrd', 2), arm('mixfrd', 2, { mixupBy })), side: SMALLER }],
    }),
  ),
  ...worldClaims,
  ...sendingClaims,
  ...withheldClaims,
]
