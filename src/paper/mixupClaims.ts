// Claims about MixFRD ("Mixup Augmented FRD (MixFRD)" and the abstract): spread of completion times, and what to mix.

import { arm, each, LARGER, NOT_SMALLER, SMALLER, spread, time } from './arms.ts'
import { AGENTS } from './figures.ts'
import type { Claim } from './questions.ts'
import { componentNames, EXPLAINED } from './trafficFigures.ts'

const MIXUP = 'Mixup Augmented FRD (MixFRD)'
const COMPONENTS = ['position', 'velocity', 'angular-velocity'] as const
const mixupNames = {
  position: "cart's position",
  velocity: "cart's velocity",
  'angular-velocity': "pole's angular velocity",
} as const

/** Claims 1, 2, 4, 10, 11 and 12. */
export const mixupClaims: readonly Claim[] = [
  {
    id: '1',
    place: `Abstract; ${MIXUP}; Fig. 3`,
    text: "MixFRD's completion time varies less than FRD's",
    figure: 'fig3',
    short: 'MixFRD steadier than FRD',
    isRead: true,
    cells: each(AGENTS, SMALLER, (n) => spread(arm('mixfrd', n), arm('frd', n))),
  },
  ...(['pd', 'frl'] as const).map(
    (other): Claim => ({
      id: `2 ${other}`,
      place: 'Abstract',
      text: `MixFRD's completion time varies less than that of ${other.toUpperCase()}`,
      figure: 'fig4',
      short: `MixFRD steadier than ${other.toUpperCase()}`,
      isRead: true,
      cells: each(AGENTS, SMALLER, (n) => spread(arm('mixfrd', n), arm(other, n))),
    }),
  ),
  ...COMPONENTS.map(
    (mixupBy): Claim => ({
      id: `4 ${mixupBy}`,
      place: MIXUP,
      text: `of the four components the pole's angle matters most: mixup by it is sooner or steadier than by the ${mixupNames[mixupBy]}`,
      figure: 'mixup',
      rule: 'any',
      cells: [
        { label: 'sooner', quantity: time(arm('mixfrd', 2), arm('mixfrd', 2, { mixupBy })), side: SMALLER },
        { label: 'steadier', quantity: spread(arm('mixfrd', 2), arm('mixfrd', 2, { mixupBy })), side: SMALLER },
      ],
    }),
  ),
  {
    id: '4 variance',
    place: MIXUP,
    text: "of the four components the pole's angle matters most: it explains more of the policy's variance than any other",
    figure: 'explained',
    cells: (['x', 'x_dot', 'theta_dot'] as const).map((component) => ({
      label: `over the ${componentNames[component]}`,
      quantity: {
        kind: 'measured',
        figure: 'explained',
        a: { panel: EXPLAINED, series: 'theta', x: 4 },
        b: { panel: EXPLAINED, series: component, x: 4 },
      },
      side: LARGER,
    })),
  },
  {
    id: '10',
    place: MIXUP,
    text: "few agents explore too little, and FRD is unstable: eight agents' completion varies less than two agents'",
    figure: 'fig3',
    short: 'FRD steadier with 8 agents than 2',
    isRead: true,
    cells: [{ label: '8 agents over 2', quantity: spread(arm('frd', 8), arm('frd', 2)), side: SMALLER }],
  },
  {
    id: '11',
    place: MIXUP,
    text: 'mixing pairs that are picked at random makes it much worse',
    figure: 'mixup',
    cells: [
      {
        label: 'against pairs by pole angle',
        quantity: time(arm('mixfrd', 2, { mixupBy: 'random' }), arm('mixfrd', 2)),
        side: LARGER,
      },
      { label: 'against FRD', quantity: time(arm('mixfrd', 2, { mixupBy: 'random' }), arm('frd', 2)), side: LARGER },
    ],
  },
  {
    id: '12',
    place: MIXUP,
    text: 'a portion near 0 or 1 adds little to the memory: drawn from Beta(0.2, 0.2) it is neither sooner nor steadier than FRD',
    figure: 'mixup',
    cells: [
      {
        label: 'not sooner',
        quantity: time(arm('mixfrd', 2, { mixupPortion: { beta: 0.2 } }), arm('frd', 2)),
        side: NOT_SMALLER,
      },
      {
        label: 'not steadier',
        quantity: spread(arm('mixfrd', 2, { mixupPortion: { beta: 0.2 } }), arm('frd', 2)),
        side: NOT_SMALLER,
      },
    ],
  },
]
