// Claims about what is sent: the cost of communication, its growth with clusters, agents and networks, and privacy.

import { arm, eachWay, LARGER, payloadArm, SMALLER } from './arms.ts'
import { AGENTS, policyWeights } from './figures.ts'
import type { Claim, ClaimCell } from './questions.ts'
import {
  BALANCING,
  BYTES,
  CLUSTERS,
  CORRELATIONS,
  ERROR,
  LEARNING,
  ONCE,
  PD_CLUSTERS,
  PD_SCORE,
  PROXY_SCORE,
} from './trafficFigures.ts'

const EVALUATION = 'Performance Evaluation'
const WITH_PD = 'Comparison with PD'
const WITH_FRL = 'Comparison with FRL'

/** Claims 3, 14 to 17, 20 and 22. */
export const payloadClaims: readonly Claim[] = [
  ...(['frd', 'pd', 'frl'] as const).flatMap((other): Claim[] => [
    {
      id: `3 ${other}`,
      place: 'Abstract',
      text: `MixFRD costs less communication than ${other.toUpperCase()}: bytes per exchange`,
      figure: 'fig4',
      cells: eachWay(SMALLER, (way, n) => ({ kind: 'bytes', way, a: arm('mixfrd', n), b: arm(other, n) })),
    },
    {
      id: `3 ${other} variance`,
      place: 'Abstract',
      text: `the other reading of that sentence: MixFRD's communication cost varies less than that of ${other.toUpperCase()}`,
      figure: 'fig4',
      cells: eachWay(SMALLER, (way, n) => ({ kind: 'byteSpread', way, a: arm('mixfrd', n), b: arm(other, n) })),
    },
  ]),
  {
    id: '14',
    place: `${WITH_PD}; Fig. 5`,
    text: "MixFRD's payload is far smaller than PD's: less than half",
    figure: 'payloads',
    cells: eachWay({ below: 0.5 }, (way, n) => ({ kind: 'bytes', way, a: arm('mixfrd', n), b: arm('pd', n) })),
  },
  {
    id: '14 gap',
    place: WITH_PD,
    text: 'more agents do not narrow that gap: read as the ratio of downlinks, PD over MixFRD, it is larger with ten agents than with two',
    figure: 'payloads',
    cells: [
      {
        label: '10 agents over 2',
        quantity: { kind: 'gap', a: [arm('pd', 10), arm('mixfrd', 10)], b: [arm('pd', 2), arm('mixfrd', 2)] },
        side: LARGER,
      },
    ],
  },
  {
    id: '15',
    place: WITH_PD,
    text: "payloads grow with the explored states: PD's bytes rise with the distinct clusters of an exchange (a ProxRM's do by definition)",
    figure: 'progress',
    cells: [
      {
        label: 'rank correlation',
        quantity: { kind: 'measured', figure: 'progress', a: { panel: CORRELATIONS, series: PD_CLUSTERS, x: 2 } },
        side: { above: 0 },
      },
    ],
  },
  {
    id: '15 holding',
    place: WITH_PD,
    text: "an agent that holds the pole explodes PD's memory, and a ProxRM less: bytes follow the score more closely",
    figure: 'progress',
    cells: [
      {
        label: "PD's bytes and the score",
        quantity: { kind: 'measured', figure: 'progress', a: { panel: CORRELATIONS, series: PD_SCORE, x: 2 } },
        side: { above: 0.9 },
      },
      {
        label: "a ProxRM's bytes and the score",
        quantity: { kind: 'measured', figure: 'progress', a: { panel: CORRELATIONS, series: PROXY_SCORE, x: 2 } },
        side: { below: 0.9 },
      },
      {
        label: 'a ProxRM over PD at episode 300',
        quantity: {
          kind: 'measured',
          figure: 'progress',
          a: { panel: BYTES, series: 'mixfrd', x: 300 },
          b: { panel: BYTES, series: 'pd', x: 300 },
        },
        side: { below: 0.5 },
      },
    ],
  },
  {
    id: '16',
    place: WITH_PD,
    text: "PD's global memory grows exponentially with the agents: faster than in proportion",
    figure: 'payloads',
    cells: [
      {
        label: 'exponent of the power law',
        quantity: { kind: 'growth', arms: AGENTS.map((n) => arm('pd', n)) },
        side: { above: 1.1 },
      },
    ],
  },
  {
    id: '17',
    place: EVALUATION,
    text: 'a ProxRM has at most S^4 entries',
    figure: 'clusters',
    cells: [5, 30].map((x) => ({
      label: `S = ${x}`,
      quantity: { kind: 'measured', figure: 'clusters', a: { panel: LEARNING, series: CLUSTERS, x } },
      side: { below: x * x * x * x },
    })),
  },
  {
    id: '17 diverse',
    place: EVALUATION,
    text: 'it grows with S only where the observations are diverse: from S = 30 to 215 more for agents that learn than for one that balances',
    figure: 'clusters',
    cells: [
      {
        label: 'learning over balancing',
        quantity: {
          kind: 'measuredInteraction',
          figure: 'clusters',
          a: [
            { panel: LEARNING, series: CLUSTERS, x: 215 },
            { panel: LEARNING, series: CLUSTERS, x: 30 },
          ],
          b: [
            { panel: BALANCING, series: CLUSTERS, x: 215 },
            { panel: BALANCING, series: CLUSTERS, x: 30 },
          ],
        },
        side: LARGER,
      },
    ],
  },
  {
    id: '20',
    place: `${WITH_FRL}; Fig. 5`,
    text: "FRL's payload grows with the square of n: from n = 1000 to 2000 its weights become four times as many",
    figure: 'fig5',
    cells: [2, 1, 3].map((depth) => ({
      label: `l = ${depth}`,
      ...(depth !== 2 && { isAside: true }),
      quantity: { kind: 'formula', value: policyWeights(2000, depth) / policyWeights(1000, depth) },
      side: { within: [3.6, 4.4] },
    })),
  },
  {
    id: '20 advantage',
    place: WITH_FRL,
    text: 'so MixFRD has the advantage where the payload is limited: it sends less than FRL at n = 200',
    figure: 'fig5',
    cells: (['up', 'down'] as const).map((way) => ({
      label: `${way}link, N = 2`,
      quantity: { kind: 'bytes', way, a: payloadArm('mixfrd', 200), b: payloadArm('frl', 200) },
      side: SMALLER,
    })),
  },
  {
    id: '22',
    place: 'Abstract; opening section; Conclusions',
    text: 'a ProxRM protects privacy: few of the policies that it sends are of a single step, and states are guessed badly (measures and bounds are ours)',
    figure: 'privacy',
    cells: [30, 100].flatMap((x): ClaimCell[] => [
      {
        label: `single steps, S = ${x}`,
        quantity: { kind: 'measured', figure: 'privacy', a: { panel: ONCE, series: 'frd', x } },
        side: { below: 0.5 },
      },
      {
        label: `error over that of the mean state, S = ${x}`,
        quantity: { kind: 'measured', figure: 'privacy', a: { panel: ERROR, series: 'frd', x } },
        side: { above: 0.5 },
      },
    ]),
  },
]
