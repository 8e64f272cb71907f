// The paper's claims, and ours about its controls, as data: which arms are compared and what the claim says of them. The
// wording is ours; "where" is the place in the paper, "control" marks a question that it does not ask. Judged in judge.ts.

import type { Config } from '../config/config.ts'
import { mixupVariants } from './extensions.ts'
import { STANDARD, settings } from './figures.ts'
import { BETWEEN, ERROR, ONCE, WITHIN } from './trafficFigures.ts'

type Arm = Partial<Config>

/** A place of a figure of what was measured on the wire: trafficFigures.ts. */
export interface Spot {
  readonly panel: string
  readonly series: string
  readonly x: number
}

/** What is claimed of the arms. */
export type Question =
  /** a completes the mission sooner than b */
  | { readonly kind: 'sooner'; readonly a: Arm; readonly b: Arm }
  /** a's mean time is within a tenth of b's */
  | { readonly kind: 'alike'; readonly a: Arm; readonly b: Arm }
  /** a's completion times are spread less than b's, on the log scale, by quartiles and by distances from the median */
  | { readonly kind: 'steadier'; readonly a: Arm; readonly b: Arm }
  /** a[0] gains over its control a[1], and more than b[0] over b[1] */
  | { readonly kind: 'gains'; readonly a: readonly [Arm, Arm]; readonly b: readonly [Arm, Arm] }
  /** a sends fewer bytes than b, an agent and exchange */
  | { readonly kind: 'cheaper'; readonly way: 'up' | 'down'; readonly a: Arm; readonly b: Arm }
  /** a has sent and received fewer bytes than b when its mission completes, an agent */
  | { readonly kind: 'thrifty'; readonly a: Arm; readonly b: Arm }
  /** the ratio of bytes received, a[0] over a[1], is larger than b[0] over b[1] */
  | { readonly kind: 'widens'; readonly a: readonly [Arm, Arm]; readonly b: readonly [Arm, Arm] }
  /** of what was measured on the wire: a, or a / b, lies below (above) a bound */
  | { readonly kind: 'below' | 'above'; readonly a: Spot; readonly b?: Spot; readonly bound: number }
  /** the bytes received grow with the agents, exponentially rather than as a power */
  | { readonly kind: 'explodes'; readonly arms: readonly (readonly [agents: number, arm: Arm])[] }

/** The arms that runs must give, in the order in which they are judged; none where the wire was measured. */
export function armsOf(question: Question): readonly Arm[] {
  switch (question.kind) {
    case 'below':
    case 'above':
      return []
    case 'explodes':
      return question.arms.map(([, one]) => one)
    case 'gains':
    case 'widens':
      return [...question.a, ...question.b]
    default:
      return [question.a, question.b]
  }
}

export interface Claim {
  readonly where: string
  readonly text: string
  readonly question: Question
  /** the figure whose runs it rests on */
  readonly figure: string
}

const arm = (method: string, agents: number, more: Arm = {}): Arm => ({ ...STANDARD, method, agents, ...more })
const under = (setting: keyof typeof settings, method: string, agents: number) => arm(method, agents, settings[setting])

/** One claim for each number of agents. */
function each(agents: readonly number[], make: (n: number) => Claim): Claim[] {
  return agents.map((n) => {
    const claim = make(n)
    return { ...claim, text: `${claim.text}, N = ${n}` }
  })
}

const sooner = (where: string, text: string, figure: string, a: Arm, b: Arm): Claim => ({
  where,
  text,
  figure,
  question: { kind: 'sooner', a, b },
})

const MANY = [2, 4, 8] as const

export const claims: readonly Claim[] = [
  ...each(MANY, (n) =>
    sooner(
      'abstract',
      'FRD completes the mission sooner than no exchange',
      'fig3',
      arm('frd', n),
      arm('independent', n),
    ),
  ),
  ...each(MANY, (n) =>
    sooner(
      'abstract',
      'MixFRD completes the mission sooner than no exchange',
      'fig3',
      arm('mixfrd', n),
      arm('independent', n),
    ),
  ),
  ...each(MANY, (n) =>
    sooner('control', "FRD completes sooner than distilling one's own memory", 'fig3', arm('frd', n), arm('own', n)),
  ),
  ...each(MANY, (n) =>
    sooner('control', 'FRD completes sooner than distilling uniform targets', 'fig3', arm('frd', n), arm('uniform', n)),
  ),
  sooner('Fig. 3', 'FRD with ten agents completes sooner than with two', 'fig3', arm('frd', 10), arm('frd', 2)),
  sooner(
    'control',
    'without exchange, ten agents complete sooner than two',
    'fig3',
    arm('independent', 10),
    arm('independent', 2),
  ),
  ...([24, 10] as const).map(
    (small): Claim => ({
      where: 'Fig. 2',
      text: `FRD gains more at n = 100 than at n = ${small}, N = 4`,
      figure: 'width',
      question: {
        kind: 'gains',
        a: [arm('frd', 4, { width: 100 }), arm('independent', 4, { width: 100 })],
        b: [arm('frd', 4, { width: small }), arm('independent', 4, { width: small })],
      },
    }),
  ),
  ...each([4, 8], (n) =>
    sooner(
      'Fig. 2',
      'two hidden layers (setting 3) complete sooner than one (setting 1)',
      'fig2',
      under(3, 'frd', n),
      under(1, 'frd', n),
    ),
  ),
  ...each([4, 8], (n) =>
    sooner(
      'Fig. 2',
      'exchange every 50 episodes (setting 5) beats every 10 (setting 4)',
      'fig2',
      under(5, 'frd', n),
      under(4, 'frd', n),
    ),
  ),
  sooner('Fig. 2', 'E = 25 completes sooner than E = 5, N = 4', 'period', arm('frd', 4), arm('frd', 4, { period: 5 })),
  ...each([4, 8], (n) =>
    sooner(
      'Fig. 2',
      'S = 100 (setting 1) completes sooner than S = 50 (setting 2)',
      'fig2',
      under(1, 'frd', n),
      under(2, 'frd', n),
    ),
  ),
  sooner(
    'Fig. 2',
    'S = 30 completes sooner than S = 5, N = 4',
    'sections',
    arm('frd', 4),
    arm('frd', 4, { sections: 5 }),
  ),
  ...each([1, 2, 4, 8], (n) => ({
    where: 'Fig. 3',
    text: "MixFRD's completion varies less than FRD's",
    figure: 'fig3',
    question: { kind: 'steadier', a: arm('mixfrd', n), b: arm('frd', n) },
  })),
  ...each([2, 4, 8], (n) => ({
    where: 'Fig. 3',
    text: "FRD's completion varies less than without exchange",
    figure: 'fig3',
    question: { kind: 'steadier', a: arm('frd', n), b: arm('independent', n) },
  })),
  ...each([4, 8], (n) => ({
    where: 'Fig. 4',
    text: 'MixFRD takes as long as PD, within a tenth',
    figure: 'fig4',
    question: { kind: 'alike', a: arm('mixfrd', n), b: arm('pd', n) },
  })),
  ...(['mixfrd', 'frd', 'pd'] as const).flatMap((other) =>
    each([2, 8], (n) => sooner('Fig. 4', `FRL completes sooner than ${other}`, 'fig4', arm('frl', n), arm(other, n))),
  ),
  ...each(MANY, (n) =>
    sooner('control', 'FRL completes sooner than no exchange', 'fig4', arm('frl', n), arm('independent', n)),
  ),
  ...each(MANY, (n) => ({
    where: 'Fig. 4',
    text: 'a ProxRM is smaller than the replay memory (uplink)',
    figure: 'payloads',
    question: { kind: 'cheaper', way: 'up', a: arm('mixfrd', n), b: arm('pd', n) },
  })),
  {
    where: 'Fig. 4',
    text: "PD's downlink grows exponentially with the agents, N = 1..10",
    figure: 'payloads',
    question: { kind: 'explodes', arms: [1, 2, 4, 6, 8, 10].map((n) => [n, arm('pd', n)] as const) },
  },
  {
    where: 'Fig. 4',
    text: 'the downlink of PD is more times that of MixFRD with ten agents than with two',
    figure: 'payloads',
    question: { kind: 'widens', a: [arm('pd', 10), arm('mixfrd', 10)], b: [arm('pd', 2), arm('mixfrd', 2)] },
  },
  ...(['pd', 'frl'] as const).flatMap((other) =>
    each(MANY, (n) => ({
      where: 'abstract',
      text: `MixFRD spends fewer bytes to completion than ${other}`,
      figure: 'spent',
      question: { kind: 'thrifty', a: arm('mixfrd', n), b: arm(other, n) },
    })),
  ),
  ...[25, 50, 75, 100, 150, 200].map(
    (width): Claim => ({
      where: 'Fig. 5',
      text: `a ProxRM is smaller than the policy's weights at n = ${width} (uplink), N = 2`,
      figure: 'fig5',
      question: {
        kind: 'cheaper',
        way: 'up',
        a: arm('mixfrd', 2, { width }),
        b: arm('frl', 2, { width }),
      },
    }),
  ),
  {
    where: 'text',
    text: 'FRD at S = 215 takes as long as PD, within a tenth (S -> infinity), N = 4',
    figure: 'sections',
    question: { kind: 'alike', a: arm('frd', 4, { sections: 215 }), b: arm('pd', 4) },
  },
  ...mixupVariants.map(([variant, more]) =>
    sooner(
      'text',
      `mixup of neighbours in pole angle completes sooner than with ${variant}, N = 2`,
      'mixup',
      arm('mixfrd', 2),
      arm('mixfrd', 2, more),
    ),
  ),
  ...each([4], (n) =>
    sooner(
      'control',
      'with the tuned learner, FRD completes sooner than no exchange',
      'presets',
      arm('frd', n, { preset: 'tuned' }),
      arm('independent', n, { preset: 'tuned' }),
    ),
  ),
  ...each([4], (n) =>
    sooner(
      'control',
      'with the tuned learner, FRL completes sooner than no exchange',
      'presets',
      arm('frl', n, { preset: 'tuned' }),
      arm('independent', n, { preset: 'tuned' }),
    ),
  ),
  ...each(MANY, (n) =>
    sooner('control', 'FedHPD completes sooner than no exchange', 'fedhpd', arm('fedhpd', n), arm('independent', n)),
  ),
  ...[5, 25, 100].map(
    (x): Claim => ({
      where: 'text',
      text: `agents' states are hardly correlated: two share less than half of what one shares with itself, E = ${x}`,
      figure: 'overlap',
      question: {
        kind: 'below',
        a: { panel: '', series: BETWEEN, x },
        b: { panel: '', series: WITHIN, x },
        bound: 0.5,
      },
    }),
  ),
  {
    where: 'text',
    text: 'as agents improve a ProxRM stays small: at episode 300 it takes under half of the bytes of the replay memory',
    figure: 'progress',
    question: {
      kind: 'below',
      a: { panel: 'bytes', series: 'mixfrd', x: 300 },
      b: { panel: 'bytes', series: 'pd', x: 300 },
      bound: 0.5,
    },
  },
  ...[30, 100].flatMap((x): Claim[] => [
    {
      where: 'title',
      text: `a ProxRM hides single steps: under half of the policies it sends are of one step, S = ${x}`,
      figure: 'privacy',
      question: { kind: 'below', a: { panel: ONCE, series: 'frd', x }, bound: 0.5 },
    },
    {
      where: 'title',
      text: `a ProxRM hides states: they are guessed no better than to half of the prior's error, S = ${x}`,
      figure: 'privacy',
      question: { kind: 'above', a: { panel: ERROR, series: 'frd', x }, bound: 0.5 },
    },
  ]),
]
