// The table of configuration fields, each once: its default, range, flag and sentence. The command line, the checks, the
// stored results and the digests all read this table. `source` says whether the paper gives a value or docs/choices.md.

import { absent } from './absent.ts'
import { integerIn, listOf, numberIn } from './checks.ts'
import type { Config } from './config.ts'
import { expected, nearestOf } from './errors.ts'
import {
  type Field,
  flag,
  integer,
  oneOf,
  orWord,
  parseReal,
  portion,
  real,
  type Span,
  steps,
  version,
  word,
} from './field.ts'
import { agentNetworks, MAX_DEPTH, MAX_WIDTH, network } from './networks.ts'
import { trigger } from './trigger.ts'
import { worlds } from './worlds.ts'

const P = 'the paper'
const LEARNER = 'learner'
const DISTILLATION = 'distillation'

const MAX_AGENTS = 1024

const activation = oneOf(['relu', 'tanh'], 'relu', { doc: 'activation of hidden layers', source: LEARNER })

const TWELVE_DEGREES = (12 * 2 * Math.PI) / 360

/** Half-widths of the cut for each component (m, m/s, rad, rad/s), by the names that `--ranges` takes. [C: ranges] */
export const rangePresets: Readonly<Record<string, readonly number[]>> = {
  narrow: [2.4, 3, TWELVE_DEGREES, 3.5],
  double: [4.8, 4, 2 * TWELVE_DEGREES, 4],
  wide: [4.8, 5, 7.5 * TWELVE_DEGREES, 5],
}

/** The sequences of MixFRD that no component of a state names. */
export const DISTANCES = ['euclidean', 'cosine', 'jaccard', 'random'] as const

const halfWidth = numberIn(1e-6, 1e6)
const bound = numberIn(-1e6, 1e6)
/** The two ends of an interval, in any order; -0 becomes 0. */
export const ends = listOf((end, part) => bound(end === 0 ? 0 : end, part), 2)

/** Checks one interval. That around 0 becomes its half-width, so that one cut has one text. */
function checkRange(got: unknown, name: string): number | Span {
  if (!Array.isArray(got)) return halfWidth(got, name)
  const [low, high] = ends(got, name)
  if (high - low < 2e-6) throw new RangeError(expected(name, 'a lower end below the upper one', `${low}:${high}`))
  return low === -high ? high : [low, high]
}

const ranges: Field<Config['ranges']> = {
  default: rangePresets.wide,
  unsaid: rangePresets.narrow,
  doc: 'interval of each state component that is cut (CartPole: m, m/s, rad, rad/s)',
  source: 'ranges',
  expects: `${Object.keys(rangePresets).join(', ')} for CartPole, or for each component a half-width or both ends, such as 2.4,3,-0.2:0.2,3.5`,
  parse: (text, name) =>
    Object.hasOwn(rangePresets, text)
      ? rangePresets[text]
      : ranges.check(
          text.split(',').map((part) => {
            const nearest = nearestOf(Object.keys(rangePresets), part)
            if (nearest) throw new TypeError(expected(name, ranges.expects, text, `did you mean ${nearest}?`))
            const ends = part.split(':').map((end) => parseReal(end, name, ranges.expects))
            return ends.length === 1 ? ends[0] : ends
          }),
          name,
        ),
  check: (got, name) => {
    if (!Array.isArray(got) || !got.length) throw new TypeError(expected(name, ranges.expects, got))
    return Array.from(got, (value, i) => checkRange(value, `${name}[${i}]`))
  },
  show: (value) => value.map((range) => (typeof range === 'number' ? range : range.join(':'))).join(','),
}

/** Every field of `Config` with its default, range, flag and sentence. */
export const fields: { readonly [K in keyof Config]: Field<Config[K]> } = {
  env: word('CartPole-v1', { doc: 'environment', source: P }),
  preset: oneOf(['paper', 'tuned'], 'paper', {
    doc: 'the learner: as we read the paper, or one tuned for CartPole',
    source: LEARNER,
  }),
  method: word('mixfrd', { doc: 'what the agents exchange', source: P }),
  agents: integer(2, 1, MAX_AGENTS, { doc: 'how many agents learn in lock step (N)', source: P, alias: 'N' }),
  sections: integer(30, 1, 2147483647, {
    doc: 'sections that each state component is cut into (S); 215 at most where there are 4',
    source: P,
    alias: 'S',
  }),
  period: integer(25, 1, 100_000, { doc: 'episodes between two exchanges (E)', source: P, alias: 'E' }),
  width: integer(50, 1, MAX_WIDTH, {
    doc: 'units of each hidden layer of the policy network (n)',
    source: P,
    alias: 'n',
  }),
  depth: integer(2, 1, MAX_DEPTH, { doc: 'hidden layers of the policy network (l)', source: P, alias: 'l' }),
  nets: agentNetworks(integerIn(1, MAX_AGENTS), activation.check, {
    doc: 'a policy network for each agent; replaces --agents, -n and -l',
  }),
  seed: integer(1, 0, Number.MAX_SAFE_INTEGER, { doc: 'seed of all random streams' }),
  cap: integer(1000, 1, 1_000_000, {
    doc: 'episodes after which a run that has not completed is censored',
    source: 'cap',
  }),
  until: oneOf(['first', 'last', 'cap'], 'first', {
    doc: 'stop once the first agent has completed, once the last one has, or only at the cap',
    source: 'until',
  }),
  activation,
  init: oneOf(['he', 'glorot', 'orthogonal'], 'he', { doc: 'initialisation of weights', source: LEARNER }),
  critic: orWord(network({ width: 24, depth: 1 }, { doc: '' }), 'policy', 'policy', 'policy', {
    doc: "size of the value network; policy: that of the agent's policy network",
    source: 'critic',
    unsaid: { width: 24, depth: 1 },
  }),
  policyRate: real(1e-3, 0, 10, { doc: "learning rate of the policy's Adam", source: LEARNER }),
  valueRate: real(5e-3, 0, 10, { doc: "learning rate of the value network's Adam", source: LEARNER }),
  gamma: real(0.99, 0, 1, { doc: 'discount', source: LEARNER }),
  rollout: integer(1, 1, 4096, { doc: 'steps per update', source: LEARNER }),
  lambda: real(0, 0, 1, {
    doc: 'lambda of generalised advantage estimation, where a rollout has more than one step',
    source: LEARNER,
  }),
  rewardScale: real(1, 0, 1e6, { doc: 'factor on every reward that the learner sees', source: LEARNER }),
  terminalReward: orWord(real(0, -1e6, 1e6, { doc: '' }), 'none', null, -100, {
    doc: "reward that the learner sees for a step that terminates; none: the environment's",
    source: LEARNER,
  }),
  bootstrap: flag(false, {
    doc: 'whether the last step before the step limit counts the value of its next state',
    source: LEARNER,
  }),
  clip: real(0, 0, 1e6, { doc: "bound on the norm of each network's gradient, 0 for none", source: LEARNER }),
  entropy: real(0, 0, 100, { doc: 'weight of the entropy bonus', source: LEARNER }),
  ranges,
  memoryReset: oneOf(['exchange', 'never'], 'exchange', {
    doc: 'when the memories are emptied: after each exchange or never',
    source: 'memory-reset',
  }),
  merge: oneOf(['mean', 'visits'], 'mean', {
    doc: "weights of a cluster's policies in the server's mean: all alike, or visits, which add 4 bytes per entry",
    source: 'merge',
  }),
  epochs: integer(1, 1, 1000, { doc: 'passes over the downloaded entries', source: DISTILLATION }),
  batch: integer(32, 1, 4096, { doc: 'entries of a mini-batch of the distillation', source: DISTILLATION }),
  distillRate: real(1e-3, 0, 10, { doc: 'learning rate of the distillation', source: DISTILLATION }),
  distillAdam: oneOf(['own', 'shared'], 'shared', {
    doc: "Adam of the distillation: its own, or the policy's",
    source: 'distill-adam',
    unsaid: 'own',
  }),
  mixupTies: oneOf(['velocity', 'index'], 'velocity', {
    doc: 'order of entries of one section: by the other components (CartPole: theta_dot, x, x_dot), or by index',
    source: 'mixup-ties',
  }),
  mixupKeep: oneOf(['append', 'replace'], 'append', {
    doc: 'whether midpoints are appended to the entries, or replace them',
    source: 'mixup-append',
  }),
  frlCritic: oneOf(['average', 'local'], 'average', {
    doc: 'whether FRL averages the value networks too',
    source: 'frl-critic',
  }),
  frlInit: oneOf(['common', 'independent'], 'common', {
    doc: "whether FRL's agents start from the same weights",
    source: 'frl-init',
  }),
  mixupBy: {
    ...word('angle', {
      doc: "the sequence whose neighbours are mixed: by one component, a chain of nearest entries, or random; default: the environment's",
      source: 'mixup-by',
      later: true,
    }),
    expects: `a component (CartPole: position, velocity, angle, angular-velocity), or ${DISTANCES.join(', ')}`,
  },
  mixupPortion: portion(0.5, {
    doc: 'portion of the first of two mixed entries; beta: drawn for each pair',
    source: 'mixup-portion',
    later: true,
  }),
  distillCount: oneOf(['all', 'own'], 'all', {
    doc: 'how many of the downloaded entries are distilled: all, or as many as the agent sent, drawn anew',
    source: DISTILLATION,
    later: true,
  }),
  worlds: worlds({
    doc: 'physical parameters of the environment with a value for each agent, so that every agent has a world of its own',
    later: true,
  }),
  codec: steps('float32', {
    doc: 'how payloads are encoded: as float32, as in the paper, or in fewer bytes',
    later: true,
  }),
  minVisits: integer(1, 1, 1_000_000, {
    doc: 'visits that a cluster needs to be sent',
    later: true,
  }),
  growth: real(1, 1, 10, {
    doc: 'factor by which each period is longer than the one before',
    later: true,
  }),
  trigger: trigger({
    doc: 'when an agent sends: always, or if its policy or score has moved by more than T since it last did',
    later: true,
  }),
  participation: real(1, 1e-3, 1, {
    doc: 'fraction of the agents that is drawn for each exchange',
    later: true,
  }),
  dropout: real(0, 0, 0.999, {
    doc: 'probability that a frame is lost, in each direction',
    later: true,
  }),
  absent: absent(MAX_AGENTS, {
    doc: 'agents that take no part in a period, period by period; a federation with a deadline records them',
    later: true,
  }),
  envVersion: version('the version of an environment of your own, which its value or its file gives'),
  methodVersion: version('the version of a method of your own, which its value or its file gives'),
  startVersion: version('the hash of the weights that the agents start from, which their models give'),
}

/** The names of all fields, in the table's order. */
export const fieldNames = Object.keys(fields) as (keyof Config)[]

/** The fields that say how one agent learns, whatever its size. */
export const learnerSettings = [
  'activation',
  'init',
  'critic',
  'policyRate',
  'valueRate',
  'gamma',
  'rollout',
  'lambda',
  'rewardScale',
  'terminalReward',
  'bootstrap',
  'clip',
  'entropy',
] as const satisfies readonly (keyof Config)[]
