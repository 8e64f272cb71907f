// The claims of the paper, in our words and by number, as data: what each one compares, and on which side of what bound it must
// lie. A claim that something does not happen has a margin of a tenth. Here are those that compare completion times with PD
// and FRL, and the list of all. Questions of ours, about controls and extensions, are in controls.ts. Judged in judge.ts.

import { ablationClaims } from './ablationClaims.ts'
import { arm, each, MANY, mixedArm, NOT_LARGER, SMALLER, time } from './arms.ts'
import { AGENTS } from './figures.ts'
import { mixupClaims } from './mixupClaims.ts'
import { payloadClaims } from './payloadClaims.ts'
import type { Claim } from './questions.ts'

const EVALUATION = 'Performance Evaluation'
const WITH_PD = 'Comparison with PD'
const WITH_FRL = 'Comparison with FRL'

/** Claims 13, 18, 19 and 21. */
const comparisonClaims: readonly Claim[] = [
  {
    id: '13',
    place: `${WITH_PD}; Fig. 4`,
    text: 'with more than two agents MixFRD completes about as soon as PD: no later by a tenth',
    figure: 'fig4',
    short: 'MixFRD no later than PD',
    isRead: true,
    cells: each(AGENTS, NOT_LARGER, (n) => time(arm('mixfrd', n), arm('pd', n))).map((cell, i) => ({
      ...cell,
      isAside: AGENTS[i] <= 2,
    })),
  },
  {
    id: '18',
    place: EVALUATION,
    text: 'as S grows MixFRD becomes PD: at S = 215 it takes as long, within a tenth',
    figure: 'sections',
    cells: [
      {
        label: 'N = 4',
        quantity: time(arm('mixfrd', 4, { sections: 215 }), arm('pd', 4)),
        side: { within: [0.9, 1.1] },
      },
    ],
  },
  {
    id: '19',
    place: `${WITH_FRL}; Fig. 4`,
    text: 'FRL completes sooner than MixFRD',
    figure: 'fig4',
    short: 'FRL sooner than MixFRD',
    isRead: true,
    cells: each(MANY, SMALLER, (n) => time(arm('frl', n), arm('mixfrd', n))),
  },
  {
    id: '21',
    place: WITH_FRL,
    text: 'MixFRD federates agents of different networks, which FRL cannot: sooner than without it',
    figure: 'nets',
    cells: (['independent', 'own', 'uniform'] as const).map((control) => ({
      label: { independent: 'than no exchange', own: "than one's own memory", uniform: 'than uniform targets' }[
        control
      ],
      quantity: time(mixedArm('mixfrd'), mixedArm(control)),
      side: SMALLER,
    })),
  },
]

const numberOf = ({ id }: Claim) => Number.parseInt(id, 10)

/** All claims of the paper, by number. */
export const paperClaims: readonly Claim[] = [
  ...mixupClaims,
  ...ablationClaims,
  ...payloadClaims,
  ...comparisonClaims,
].sort((a, b) => numberOf(a) - numberOf(b))
