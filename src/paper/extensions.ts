// What the paper says without a figure, and what it leaves open, as figures of the same form as its own: data, no code that
// runs anything. Each has the controls or the baseline that its question needs.

import type { Config } from '../config/config.ts'
import { fields } from '../config/fields.ts'
import { CONTROLS } from '../methods/index.ts'
import { methodStyles } from '../plot/styles.ts'
import { bare, type Figure, type FigureSeries, overAgents, PAPER, STANDARD, type WhoseCompletion } from './figures.ts'

const seeds = { full: 100, quick: 10 }

/** Fields from their flags' texts, as docs/choices.md writes them. */
export function given(...flags: readonly (readonly [name: keyof Config, text: string])[]): Partial<Config> {
  return Object.fromEntries(flags.map(([name, text]) => [name, fields[name].parse(text, name)]))
}

const BASELINES = ['frd', 'mixfrd', 'frl'].map(bare)

/** One-factor alternatives to the defaults, each under the method that it concerns: docs/choices.md. */
const CHOICES: readonly (readonly [method: string, field: keyof Config, ...values: string[]])[] = [
  ['frd', 'ranges', 'double', 'narrow'],
  ['frd', 'critic', '24x1'],
  ['frd', 'distillAdam', 'own'],
  ['frd', 'epochs', '2', '5'],
  ['frd', 'batch', '8', '128'],
  ['frd', 'distillRate', '0.0003', '0.003'],
  ['frd', 'distillCount', 'own'],
  ['frd', 'memoryReset', 'never'],
  ['frd', 'merge', 'visits'],
  ['frd', 'bootstrap', 'true'],
  ['frd', 'terminalReward', 'none'],
  ['frd', 'activation', 'tanh'],
  ['frd', 'init', 'glorot'],
  ['frd', 'gamma', '0.95'],
  ['frd', 'policyRate', '0.0003', '0.003'],
  ['frd', 'valueRate', '0.001'],
  ['frd', 'rollout', '8'],
  ['frd', 'rewardScale', '0.1'],
  ['frd', 'clip', '0.5'],
  ['frd', 'entropy', '0.01'],
  ['mixfrd', 'mixupTies', 'index'],
  ['mixfrd', 'mixupKeep', 'replace'],
  ['frl', 'frlCritic', 'local'],
  ['frl', 'frlInit', 'independent'],
]

/** The fields of `CHOICES` in words. */
const WORDS: Readonly<Partial<Record<keyof Config, string>>> = {
  ranges: 'ranges',
  critic: 'value network',
  distillAdam: 'Adam of the distillation:',
  epochs: 'passes',
  batch: 'batch',
  distillRate: 'rate of the distillation',
  distillCount: 'entries distilled:',
  memoryReset: 'memory emptied:',
  merge: 'mean weighted by',
  bootstrap: 'bootstrap at the limit:',
  terminalReward: 'reward at an end:',
  activation: 'activation',
  init: 'initialisation',
  gamma: 'discount',
  policyRate: 'rate of the policy',
  valueRate: 'rate of the value',
  rollout: 'steps per update',
  rewardScale: 'rewards times',
  clip: 'gradient norm at most',
  entropy: 'entropy bonus',
  mixupTies: 'ties by',
  mixupKeep: 'midpoints',
  frlCritic: 'value networks:',
  frlInit: 'first weights:',
}

function alternatives([method, name, ...values]: (typeof CHOICES)[number]): FigureSeries[] {
  return values.map((value) => ({
    label: `${WORDS[name] ?? name} ${value}`,
    panel: `${methodStyles[method].label}, one choice changed`,
    config: { method, ...given([name, value]) },
    against: method,
  }))
}

const OUTCOMES = ['first', 'mean', 'last'] as const

/**
 * FRD's gain over no exchange, by whose completion counts, of the same runs. They play to the cap: when the last agent
 * completes the first ones have often fallen back, so the mean over agents completes later still. [C: until]
 */
function byOutcome(outcome: WhoseCompletion): FigureSeries[] {
  const config = { until: 'cap' } as const
  const alone = `no exchange, ${outcome} agent`
  return [
    { label: alone, config: { ...config, method: 'independent' }, outcome },
    {
      label: `${outcome} agent completes`,
      panel: 'FRD against no exchange',
      config: { ...config, method: 'frd' },
      outcome,
      against: alone,
    },
  ]
}

/** Mixed networks of three agents. */
export const MIXED = [
  { width: 24, depth: 1 },
  { width: 50, depth: 2 },
  { width: 100, depth: 2 },
]

/** Other sequences and portions than neighbours in pole angle with portion 0.5. */
const MIXUP_VARIANTS = [
  ["by the cart's position", given(['mixupBy', 'position'])],
  ["by the cart's velocity", given(['mixupBy', 'velocity'])],
  ["by the pole's angular velocity", given(['mixupBy', 'angular-velocity'])],
  ['Euclidean distance', given(['mixupBy', 'euclidean'])],
  ['cosine distance', given(['mixupBy', 'cosine'])],
  ['Jaccard distance', given(['mixupBy', 'jaccard'])],
  ['random pairs', given(['mixupBy', 'random'])],
  ['portion Beta(0.2, 0.2)', given(['mixupPortion', 'beta:0.2'])],
  ['portion Beta(1, 1)', given(['mixupPortion', 'beta:1'])],
] as const

const PLAIN_MIXUP = 'by the pole angle, portion 0.5'

const MIXUPS: readonly FigureSeries[] = [
  { label: PLAIN_MIXUP, config: { method: 'mixfrd' } },
  ...MIXUP_VARIANTS.map(([label, more]) => ({ label, config: { method: 'mixfrd', ...more }, against: PLAIN_MIXUP })),
  { label: 'no mixup (FRD)', config: { method: 'frd' }, against: PLAIN_MIXUP },
]

const ALONE = 'no exchange'

const NETS: readonly FigureSeries[] = [
  { label: ALONE, config: { method: 'independent', nets: MIXED } },
  ...['frd', 'mixfrd', 'pd', 'fedhpd', 'own', 'uniform'].map((method) => ({
    label: method,
    config: { method, nets: MIXED },
    against: ALONE,
  })),
]

/** Four methods under one learner, in a panel named by it. */
const learners = (panel: string, learner: Partial<Config>): FigureSeries[] =>
  ['mixfrd', 'frd', 'frl', 'independent'].map((method) => ({ label: method, panel, config: { method, ...learner } }))

const everyMethod = (panel: string, learner: Partial<Config>): FigureSeries[] =>
  ['mixfrd', 'frd', 'pd', 'frl', ...CONTROLS].map((method) => ({
    label: method,
    panel,
    config: { method, ...learner },
  }))

/** The methods with 8 and with 32 agents, one panel each. */
const CROWDS: readonly FigureSeries[] = [8, 32].flatMap((agents) =>
  ['mixfrd', 'frd', 'frl', 'pd', 'independent'].map((method) => ({
    label: method,
    panel: `${agents} agents`,
    config: { method, agents },
  })),
)
const crowdSeeds = { full: 60, quick: 3, more: { agents: [8], full: 100 } }

/** Figures of ours. */
export const furtherFigures = {
  sections: {
    title: 'Sections S of each state component, four agents',
    kind: 'curves',
    axis: { field: 'sections', full: [5, 10, 20, 30, 50, 100, 215], quick: [5, 30, 215] },
    // PD does not use S, so it is drawn at S = 30 only.
    series: [...['mixfrd', 'frd', 'independent'].map(bare), { label: 'pd', config: { method: 'pd', sections: 30 } }],
    base: { ...STANDARD, agents: 4 },
    seeds,
  },
  period: {
    title: 'Exchange period E, four agents',
    kind: 'curves',
    axis: { field: 'period', full: [5, 10, 25, 50, 100], quick: [5, 25, 100] },
    series: ['frd', 'independent'].map(bare),
    base: { ...STANDARD, agents: 4 },
    seeds,
  },
  width: {
    title: 'Width n of the policy network, four agents',
    kind: 'curves',
    axis: { field: 'width', full: [10, 24, 50, 100], quick: [10, 50, 100] },
    series: ['frd', 'independent'].map(bare),
    base: { ...STANDARD, agents: 4 },
    seeds,
  },
  presets: {
    title: 'The learner as we read the paper, and a tuned one',
    kind: 'curves',
    axis: { field: 'agents', full: [1, 2, 4, 8], quick: [1, 2, 4] },
    series: [
      ...learners('As we read the paper', PAPER),
      ...learners('A tuned learner', { preset: 'tuned', ranges: PAPER.ranges, distillAdam: 'own' }),
    ],
    base: { sections: 30, period: 25, width: 50, depth: 2 },
    seeds,
  },
  fedhpd: {
    title: 'FedHPD: distillation on public states',
    kind: 'methods',
    axis: overAgents,
    series: ['fedhpd', 'frd', ...CONTROLS].map(bare),
    base: STANDARD,
    seeds,
  },
  payloads: {
    title: 'Payload of an exchange over the number of agents',
    kind: 'payload',
    axis: overAgents,
    series: ['mixfrd', 'pd', 'frl'].map(bare),
    base: STANDARD,
    seeds,
  },
  spent: {
    title: 'Payload of all exchanges up to completion',
    kind: 'spent',
    axis: overAgents,
    series: ['mixfrd', 'pd', 'frl'].map(bare),
    base: STANDARD,
    seeds,
  },
  acrobot: {
    title: 'Acrobot: episodes to a mean return of -100',
    kind: 'curves',
    axis: { field: 'agents', full: [1, 2, 4, 8], quick: [1, 4] },
    series: [
      ...everyMethod('A tuned learner', { preset: 'tuned', distillAdam: 'own' }),
      // -100 for the step that reaches the height would punish success.
      ...everyMethod('As we read the paper, without its terminal reward', { preset: 'paper', terminalReward: null }),
    ],
    base: { env: 'Acrobot-v1', sections: 10, period: 10, width: 50, depth: 2, cap: 500 },
    seeds: { full: 40, quick: 6 },
  },
  participation: {
    title: 'A fraction of the agents takes part in each exchange',
    kind: 'curves',
    axis: { field: 'participation', full: [0.125, 0.25, 0.5, 0.75, 1], quick: [0.25, 1] },
    series: CROWDS,
    base: STANDARD,
    seeds: crowdSeeds,
  },
  losses: {
    title: 'Links that lose frames, both ways',
    kind: 'curves',
    axis: { field: 'dropout', full: [0, 0.1, 0.2, 0.3, 0.5], quick: [0, 0.3] },
    series: CROWDS,
    base: STANDARD,
    seeds: crowdSeeds,
  },
  mixup: {
    title: 'Which entries mixup mixes, and in what portion, two agents',
    kind: 'contrasts',
    axis: { field: 'agents', full: [2], quick: [2] },
    series: MIXUPS,
    base: STANDARD,
    seeds: { full: 200, quick: 10 },
  },
  nets: {
    title: 'Mixed networks: 24x1, 50x2 and 100x2',
    kind: 'contrasts',
    axis: { field: 'agents', full: [3], quick: [3] },
    series: NETS,
    base: { ...PAPER, sections: 30, period: 25 },
    seeds,
  },
  choices: {
    title: 'What the paper leaves open, each choice changed alone: four agents',
    kind: 'contrasts',
    axis: { field: 'agents', full: [4], quick: [4] },
    series: [...BASELINES, ...CHOICES.flatMap(alternatives), ...OUTCOMES.flatMap(byOutcome)],
    base: STANDARD,
    seeds,
  },
} as const satisfies Record<string, Figure>
