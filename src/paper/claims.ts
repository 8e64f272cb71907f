// The claims of the paper, in our words and in its own order of places, as data: what each one compares and on which side of
// what bound it must lie. A claim that something does not happen has a margin of a tenth. Questions of ours, about controls
// and extensions, are in controls.ts. Judged in judge.ts.

import { MIXED } from './extensions.ts'
import { AGENTS, paperFigures, policyWeights, STANDARD, settings, type TableSetting } from './figures.ts'
import type { Arm, Cell, Claim, Quantity, Side } from './questions.ts'
import {
  BALANCING,
  BETWEEN,
  BYTES,
  CLUSTERS,
  CORRELATIONS,
  ERROR,
  EXPLAINED,
  LEARNING,
  ONCE,
  PD_CLUSTERS,
  PD_SCORE,
  PROXY_SCORE,
} from './trafficFigures.ts'

/** An arm in the setting of figures 3 to 5. */
export const arm = (method: string, agents: number, more: Arm = {}): Arm => ({ ...STANDARD, method, agents, ...more })

/** An arm in one setting of Table 1. */
const under = (setting: TableSetting, method: string, agents: number): Arm => arm(method, agents, settings[setting])

/** One cell for each number of agents. */
export function each(agents: readonly number[], side: Side, quantity: (n: number) => Quantity): Cell[] {
  return agents.map((n) => ({ label: `N = ${n}`, quantity: quantity(n), side }))
}

const time = (a: Arm, b: Arm): Quantity => ({ kind: 'time', a, b })
const spread = (a: Arm, b: Arm): Quantity => ({ kind: 'spread', a, b })

const SMALLER = { below: 1 } as const
const LARGER = { above: 1 } as const
/** Not smaller by more than a tenth. */
const NOT_SMALLER = { above: 0.9, isMargin: true } as const
/** Not larger by more than a tenth. */
const NOT_LARGER = { below: 1.1, isMargin: true } as const

const MANY = AGENTS.filter((n) => n > 1)
/** Where Fig. 5 and the text speak of payloads. */
const PAYLOAD_AGENTS = [2, 4, 8] as const
const WAYS = ['up', 'down'] as const
const WAY_WORDS = { up: 'uplink', down: 'downlink' } as const

const MIXUP = 'Mixup Augmented FRD (MixFRD)'
const ABLATION = 'Ablation Study on FRD'
const EVALUATION = 'Performance Evaluation'
const WITH_PD = 'Comparison with PD'
const WITH_FRL = 'Comparison with FRL'

/** The ratio T(N, setting) / T(1, setting) of FRD, setting 2 over setting 1: how much more the larger network gains. */
const gain = (n: number, control: (setting: TableSetting) => Arm): Quantity => ({
  kind: 'interaction',
  a: [under(2, 'frd', n), control(2)],
  b: [under(1, 'frd', n), control(1)],
})

const COMPONENTS = ['position', 'velocity', 'angular-velocity'] as const

/** An arm of Fig. 5, where n is that of the policy network alone. */
const payloadArm = (method: string, width: number): Arm => ({ ...paperFigures.fig5.base, method, width })

/** An arm whose three agents have different networks. */
export const mixedArm = (method: string): Arm => ({
  ...STANDARD,
  method,
  agents: 3,
  width: undefined,
  depth: undefined,
  nets: MIXED,
})

/** The claims of the paper. */
export const paperClaims: readonly Claim[] = [
  {
    id: '1',
    place: `Abstract; ${MIXUP}`,
    text: "MixFRD's completion time varies less than FRD's",
    figure: 'fig4',
    isRead: true,
    cells: each(AGENTS, SMALLER, (n) => spread(arm('mixfrd', n), arm('frd', n))),
  },
  ...(['pd', 'frl'] as const).map(
    (other): Claim => ({
      id: `2 ${other}`,
      place: 'Abstract',
      text: `MixFRD's completion time varies less than that of ${other.toUpperCase()}`,
      figure: 'fig4',
      isRead: true,
      cells: each(AGENTS, SMALLER, (n) => spread(arm('mixfrd', n), arm(other, n))),
    }),
  ),
  ...(['frd', 'pd', 'frl'] as const).flatMap((other): Claim[] => [
    {
      id: `3 ${other}`,
      place: 'Abstract',
      text: `MixFRD costs less communication than ${other.toUpperCase()}: bytes per exchange`,
      figure: 'payloads',
      cells: WAYS.flatMap((way) =>
        each(PAYLOAD_AGENTS, SMALLER, (n) => ({ kind: 'bytes', way, a: arm('mixfrd', n), b: arm(other, n) })).map(
          (cell) => ({ ...cell, label: `${WAY_WORDS[way]}, ${cell.label}` }),
        ),
      ),
    },
    {
      id: `3 ${other} variance`,
      place: 'Abstract',
      text: `the other reading of that sentence: MixFRD's communication cost varies less than that of ${other.toUpperCase()}`,
      figure: 'payloads',
      cells: WAYS.flatMap((way) =>
        each(PAYLOAD_AGENTS, SMALLER, (n) => ({ kind: 'byteSpread', way, a: arm('mixfrd', n), b: arm(other, n) })).map(
          (cell) => ({ ...cell, label: `${WAY_WORDS[way]}, ${cell.label}` }),
        ),
      ),
    },
  ]),
  {
    id: '4',
    place: MIXUP,
    text: "of the four components the pole's angle matters most: mixup by it is sooner or steadier than by another",
    figure: 'mixup',
    cells: COMPONENTS.flatMap((mixupBy) => [
      {
        label: `sooner than by ${mixupBy}`,
        quantity: time(arm('mixfrd', 2), arm('mixfrd', 2, { mixupBy })),
        side: SMALLER,
      },
      {
        label: `steadier than by ${mixupBy}`,
        quantity: spread(arm('mixfrd', 2), arm('mixfrd', 2, { mixupBy })),
        side: SMALLER,
      },
    ]),
  },
  {
    id: '4 variance',
    place: MIXUP,
    text: "the pole's angle explains more of the policy's variance than any other component",
    figure: 'explained',
    cells: (['x', 'x_dot', 'theta_dot'] as const).map((component) => ({
      label: `over ${component}`,
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
    id: '5',
    place: ABLATION,
    text: 'with S = 100 (setting 2) completion becomes sooner with the number of agents',
    figure: 'fig2',
    isRead: true,
    cells: [1, 2].map((n) => ({
      label: `8 agents over ${n}`,
      quantity: time(under(2, 'frd', 8), under(2, 'frd', n)),
      side: SMALLER,
    })),
  },
  {
    id: '5 too small',
    place: ABLATION,
    text: 'with S = 50 (setting 3), too small, it does not',
    figure: 'fig2',
    isRead: true,
    cells: [1, 2].map((n) => ({
      label: `8 agents over ${n}`,
      quantity: time(under(3, 'frd', 8), under(3, 'frd', n)),
      side: NOT_SMALLER,
    })),
  },
  {
    id: '5 difference',
    place: ABLATION,
    text: 'so setting 3 gains less from agents than setting 2',
    figure: 'fig2',
    isRead: true,
    cells: [1, 2].map((n) => ({
      label: `8 agents over ${n}`,
      quantity: {
        kind: 'interaction',
        a: [under(3, 'frd', 8), under(3, 'frd', n)],
        b: [under(2, 'frd', 8), under(2, 'frd', n)],
      },
      side: LARGER,
    })),
  },
  {
    id: '6',
    place: ABLATION,
    text: 'S sets the payload: FRD sends more with S = 100 (setting 2) than with S = 50 (setting 3)',
    figure: 'fig2',
    cells: each(AGENTS, LARGER, (n) => ({ kind: 'bytes', way: 'up', a: under(2, 'frd', n), b: under(3, 'frd', n) })),
  },
  {
    id: '7',
    place: ABLATION,
    text: 'too frequent exchange may be harmful: E = 10 (setting 4) completes later than E = 50 (setting 5)',
    figure: 'fig2',
    isRead: true,
    cells: each(AGENTS, LARGER, (n) => time(under(4, 'frd', n), under(5, 'frd', n))),
  },
  {
    id: '7 mechanism',
    place: ABLATION,
    text: 'because the states of agents are hardly correlated then: two agents share fewer clusters at E = 10 than at E = 50',
    figure: 'overlap',
    cells: [
      {
        label: 'E = 10 over E = 50',
        quantity: {
          kind: 'measured',
          figure: 'overlap',
          a: { panel: '', series: BETWEEN, x: 10 },
          b: { panel: '', series: BETWEEN, x: 50 },
        },
        side: SMALLER,
      },
    ],
  },
  {
    id: '8',
    place: ABLATION,
    text: 'a larger network does not always outdo a smaller one: n = 100 (setting 2) completes later than n = 24 (setting 1) for some N',
    figure: 'fig2',
    isRead: true,
    rule: 'any',
    cells: each(AGENTS, LARGER, (n) => time(under(2, 'frd', n), under(1, 'frd', n))),
  },
  {
    id: '8 steps',
    place: ABLATION,
    text: 'it has a higher sample complexity: it takes more environment steps for some N',
    figure: 'fig2',
    rule: 'any',
    cells: each(AGENTS, LARGER, (n) => ({ kind: 'steps', a: under(2, 'frd', n), b: under(1, 'frd', n) })),
  },
  {
    id: '8 alone',
    place: ABLATION,
    text: 'the same without an exchange, in episodes, for some N',
    figure: 'fig2',
    rule: 'any',
    cells: each(AGENTS, LARGER, (n) => time(under(2, 'independent', n), under(1, 'independent', n))),
  },
  {
    id: '9',
    place: ABLATION,
    text: 'the federation gain is higher for the larger network: from one agent to N, setting 2 gains more than setting 1',
    figure: 'fig2',
    isRead: true,
    cells: each(MANY, SMALLER, (n) => gain(n, (setting) => under(setting, 'frd', 1))),
  },
  {
    id: '9 no exchange',
    place: ABLATION,
    text: 'the same, the gain being that over no exchange',
    figure: 'fig2',
    isRead: true,
    cells: each(MANY, SMALLER, (n) => gain(n, (setting) => under(setting, 'independent', n))),
  },
  {
    id: '9 own',
    place: ABLATION,
    text: "the same, the gain being that over distilling one's own memory: federation, not rescue",
    figure: 'fig2',
    cells: each(MANY, SMALLER, (n) => gain(n, (setting) => under(setting, 'own', n))),
  },
  {
    id: '10',
    place: MIXUP,
    text: "with few agents FRD is unstable: eight agents' completion varies less than two agents'",
    figure: 'fig4',
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
    text: 'a portion near 0 or 1, drawn from Beta(0.2, 0.2), is no help against FRD',
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
  {
    id: '13',
    place: WITH_PD,
    text: 'with more than two agents MixFRD completes about as soon as PD: no later by a tenth',
    figure: 'fig4',
    isRead: true,
    cells: each(AGENTS, NOT_LARGER, (n) => time(arm('mixfrd', n), arm('pd', n))).map((cell, i) => ({
      ...cell,
      isAside: AGENTS[i] <= 2,
    })),
  },
  {
    id: '14',
    place: `${WITH_PD}; Fig. 5`,
    text: "MixFRD's payload is far smaller than PD's: less than half",
    figure: 'payloads',
    cells: WAYS.flatMap((way) =>
      each(PAYLOAD_AGENTS, { below: 0.5 }, (n) => ({ kind: 'bytes', way, a: arm('mixfrd', n), b: arm('pd', n) })).map(
        (cell) => ({ ...cell, label: `${WAY_WORDS[way]}, ${cell.label}` }),
      ),
    ),
  },
  {
    id: '14 gap',
    place: WITH_PD,
    text: 'more agents do not close that gap: the ratio of downlinks, PD over MixFRD, is no smaller with ten agents than with two',
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
    text: "payloads grow with the explored states: PD's bytes rise with the distinct clusters of an exchange",
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
    place: WITH_FRL,
    text: 'FRL completes sooner than MixFRD',
    figure: 'fig4',
    isRead: true,
    cells: each(MANY, SMALLER, (n) => time(arm('frl', n), arm('mixfrd', n))),
  },
  {
    id: '20',
    place: `${WITH_FRL}; Fig. 5`,
    text: "FRL's payload grows with the square of n: from n = 1000 to 2000 its weights become four times as many",
    figure: 'fig5',
    cells: [1, 2, 3].map((depth) => ({
      label: `l = ${depth}`,
      quantity: { kind: 'formula', value: policyWeights(2000, depth) / policyWeights(1000, depth) },
      side: { within: [3.6, 4.4] },
    })),
  },
  {
    id: '20 advantage',
    place: WITH_FRL,
    text: "so MixFRD has the advantage as networks grow: it sends less than the policy's weights at n = 200",
    figure: 'fig5',
    cells: WAYS.map((way) => ({
      label: `${WAY_WORDS[way]}, N = 2`,
      quantity: { kind: 'bytes', way, a: payloadArm('mixfrd', 200), b: payloadArm('frl', 200) },
      side: SMALLER,
    })),
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
  {
    id: '22',
    place: 'Abstract; introduction',
    text: 'a ProxRM protects privacy: few of the policies that it sends are of a single step, and states are guessed badly (bounds are ours)',
    figure: 'privacy',
    cells: [30, 100].flatMap((x): Cell[] => [
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
