// Config: everything that decides the bits of a run, as one flat record. Each field stands once, in `fields`,
// with its default, range, flag and doc line; the command line, the validation and the digest all read that table.
// [P] = the paper says it, [C: id] = the paper leaves it open (docs/choices.md).

import {
  type AgentNet,
  agentNetwork,
  expected,
  type Field,
  flag,
  integer,
  later,
  type Net,
  network,
  oneOf,
  type Portion,
  parseReal,
  portion,
  real,
  word,
} from './field.ts'
import { methods } from './methods/index.ts'

export type { AgentNet, Net } from './field.ts'

export interface Config {
  readonly env: string
  readonly preset: 'paper' | 'tuned'
  readonly method: string
  readonly agents: number
  readonly sections: number
  readonly period: number
  readonly width: number
  readonly depth: number
  readonly nets: readonly AgentNet[] | null
  readonly seed: number
  readonly cap: number
  readonly until: 'first' | 'last' | 'cap'
  readonly activation: 'relu' | 'tanh'
  readonly init: 'he' | 'glorot' | 'orthogonal'
  readonly critic: Net | 'policy'
  readonly policyRate: number
  readonly valueRate: number
  readonly gamma: number
  readonly rollout: number
  readonly lambda: number
  readonly rewardScale: number
  readonly terminalReward: number | null
  readonly bootstrap: boolean
  readonly clip: number
  readonly entropy: number
  readonly ranges: readonly number[]
  readonly memoryReset: 'exchange' | 'never'
  readonly merge: 'mean' | 'visits'
  readonly epochs: number
  readonly batch: number
  readonly distillRate: number
  readonly distillAdam: 'own' | 'shared'
  readonly mixupTies: 'velocity' | 'index'
  readonly mixupKeep: 'append' | 'replace'
  readonly mixupBy: 'angle' | 'euclidean' | 'cosine' | 'jaccard' | 'random'
  readonly mixupPortion: Portion
  readonly frlCritic: 'average' | 'local'
  readonly frlInit: 'common' | 'independent'
}

const width = integer(50, 1, 1024, 'n, units of each hidden layer of the policy network [P]', 'n')
const depth = integer(2, 1, 8, 'l, hidden layers of the policy network [P]', 'l')
const agents = integer(2, 1, 1024, 'N, agents that learn in lock step [P]', 'N')

const activation = oneOf(['relu', 'tanh'], 'relu', 'hidden activation [C: learner]')
const policyRate = real(1e-3, 0, 10, "learning rate of the policy's Adam [C: learner]")
const net = network(width, depth)
const agentNet = agentNetwork(net, activation, policyRate)

const nets: Field<readonly AgentNet[] | null> = {
  default: null,
  doc: 'a policy network an agent, as 24x1,50x2,100x2; replaces --agents, -n and -l',
  expects: 'networks such as 24x1,50x2:tanh,100x2::0.003 (width x depth, activation of the agent, its policy rate)',
  parse: (text, name) =>
    nets.check(
      text.split(',').map((part) => agentNet.parse(part, name)),
      name,
    ),
  check: (got, name) => {
    if (got === null) return null
    if (!Array.isArray(got)) throw new TypeError(expected(name, nets.expects, got))
    agents.check(got.length, `${name}.length`)
    return got.map((value, i) => agentNet.check(value, `${name}[${i}]`))
  },
  show: (value) => (value === null ? 'none' : value.map(agentNet.show).join(',')),
}

const critic: Field<Net | 'policy'> = {
  default: { width: 24, depth: 1 },
  doc: 'value network as WIDTHxDEPTH, or "policy" for the policy\'s own size [C: learner]',
  expects: 'a network such as 24x1 (width x depth), or policy',
  parse: (text, name) => (text === 'policy' ? text : net.parse(text, name)),
  check: (got, name) => (got === 'policy' ? got : net.check(got, name)),
  show: (value) => (value === 'policy' ? value : net.show(value)),
}

const terminalReward: Field<number | null> = {
  default: -100,
  doc: "learner's reward of a step that terminates, instead of the environment's, or none [C: learner]",
  expects: 'a number in -1000000..1000000, or none',
  parse: (text, name) =>
    terminalReward.check(text === 'none' ? null : parseReal(text, name, terminalReward.expects), name),
  check: (got, name) => (got === null ? null : real(0, -1e6, 1e6, '').check(got, name)),
  show: (value) => (value === null ? 'none' : String(value)),
}

const TWELVE_DEGREES = (12 * 2 * Math.PI) / 360

/** Half-widths of the cut, a component (m, m/s, rad, rad/s). [C: ranges] */
export const rangePresets: Readonly<Record<string, readonly number[]>> = {
  narrow: [2.4, 3, TWELVE_DEGREES, 3.5],
  double: [4.8, 4, 2 * TWELVE_DEGREES, 4],
  wide: [4.8, 5, 7.5 * TWELVE_DEGREES, 5],
}

const ranges: Field<readonly number[]> = {
  default: rangePresets.narrow,
  doc: 'half-width of the cut of each state component (m, m/s, rad, rad/s): narrow, double, wide, or numbers [C: ranges]',
  expects: `${Object.keys(rangePresets).join(', ')}, or positive numbers such as 2.4,3,0.21,3.5`,
  parse: (text, name) =>
    Object.hasOwn(rangePresets, text)
      ? rangePresets[text]
      : ranges.check(
          text.split(',').map((part) => parseReal(part, name, ranges.expects)),
          name,
        ),
  check: (got, name) => {
    if (!Array.isArray(got) || !got.length) throw new TypeError(expected(name, ranges.expects, got))
    return got.map((value, i) => real(1, 1e-6, 1e6, '').check(value, `${name}[${i}]`))
  },
  show: (value) => value.join(','),
}

export const fields: { readonly [K in keyof Config]: Field<Config[K]> } = {
  env: word('CartPole-v1', 'environment [P]'),
  preset: oneOf(['paper', 'tuned'], 'paper', "the learner: the paper's, or one tuned for CartPole [C: learner]"),
  method: oneOf<string>(Object.keys(methods), 'mixfrd', 'what the agents exchange [P]'),
  agents,
  sections: integer(
    30,
    1,
    215,
    'S, sections a state component is cut in [P]',
    'S',
    '216^4 clusters do not fit the 4-byte index',
  ),
  period: integer(25, 1, 100_000, 'E, episodes between two exchanges [P]', 'E'),
  width,
  depth,
  nets,
  seed: integer(1, 0, Number.MAX_SAFE_INTEGER, 'seed of all random streams'),
  cap: integer(1000, 1, 1_000_000, 'episodes after which a run is censored [C: cap]'),
  until: oneOf(
    ['first', 'last', 'cap'],
    'first',
    'stop when the first agent, the last agent, or only the cap completes',
  ),
  activation,
  init: oneOf(['he', 'glorot', 'orthogonal'], 'he', 'weight initialisation [C: learner]'),
  critic,
  policyRate,
  valueRate: real(5e-3, 0, 10, "learning rate of the value network's Adam [C: learner]"),
  gamma: real(0.99, 0, 1, 'discount [C: learner]'),
  rollout: integer(1, 1, 4096, 'steps an update [C: learner]'),
  lambda: real(0, 0, 1, 'GAE lambda, where a rollout has more than one step [C: learner]'),
  rewardScale: real(1, 0, 1e6, 'factor on every reward the learner sees [C: learner]'),
  terminalReward,
  bootstrap: flag(false, "whether the step limit's last step counts V of its next state [C: learner]"),
  clip: real(0, 0, 1e6, 'bound on the gradient norm of each network, 0 for none [C: learner]'),
  entropy: real(0, 0, 100, 'weight of the entropy bonus [C: learner]'),
  ranges,
  memoryReset: oneOf(['exchange', 'never'], 'exchange', 'when the memories are emptied [C: memory-reset]'),
  merge: oneOf(
    ['mean', 'visits'],
    'mean',
    "the server's weights of a cluster's policies; visits adds 4 B an entry [C: merge]",
  ),
  epochs: integer(1, 1, 1000, 'passes over the downloaded entries [C: distillation]'),
  batch: integer(32, 1, 4096, 'mini-batch of the distillation [C: distillation]'),
  distillRate: real(1e-3, 0, 10, "learning rate of the distillation's Adam [C: distillation]"),
  distillAdam: oneOf(
    ['own', 'shared'],
    'own',
    "Adam state of the distillation: its own, or the policy's [C: distillation]",
  ),
  mixupTies: oneOf(
    ['velocity', 'index'],
    'velocity',
    'order of entries with one pole angle: theta_dot, x, x_dot, or their index [C: mixup-ties]',
  ),
  mixupKeep: oneOf(
    ['append', 'replace'],
    'append',
    'midpoints are appended to the entries, or replace them [C: mixup-append]',
  ),
  frlCritic: oneOf(['average', 'local'], 'average', 'whether FRL averages the value network too [C: frl-critic]'),
  frlInit: oneOf(['common', 'independent'], 'common', "FRL's starting weights [C: frl-init]"),
  mixupBy: later(
    oneOf(
      ['angle', 'euclidean', 'cosine', 'jaccard', 'random'],
      'angle',
      'sequence whose neighbours are mixed: by pole angle [P], a chain of nearest ones, or shuffled [C: mixup-by]',
    ),
  ),
  mixupPortion: later(
    portion(0.5, 'portion of the first of two mixed entries; beta: drawn for each pair [C: mixup-portion]'),
  ),
}

export const fieldNames = Object.keys(fields) as (keyof Config)[]

/** The learners as data: what each preset sets beside its name. [C: learner] */
export const presets: Readonly<Record<Config['preset'], Partial<Config>>> = {
  paper: {},
  tuned: {
    activation: 'tanh',
    init: 'orthogonal',
    critic: 'policy',
    policyRate: 3e-3,
    rollout: 32,
    lambda: 0.95,
    rewardScale: 0.05,
    terminalReward: null,
    bootstrap: true,
    clip: 0.5,
  },
}

export const defaults = Object.fromEntries(fieldNames.map((name) => [name, fields[name].default])) as unknown as Config

/**
 * The full config of a partial one: defaults, then the preset's values, then the given ones, each checked.
 * @throws TypeError for an unknown field or a wrong type, RangeError for a wrong value
 */
export function resolveConfig(given: Partial<Config> = {}): Config {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) throw new TypeError(expected('config', `fields ${fieldNames.join(', ')}`, name))
  }
  const preset = fields.preset.check(given.preset ?? defaults.preset, 'preset')
  const merged: Record<string, unknown> = { ...defaults, ...presets[preset] }
  for (const name of fieldNames) if (given[name] !== undefined) merged[name] = given[name]
  for (const name of fieldNames) merged[name] = fields[name].check(merged[name], name)
  const config = merged as unknown as Config
  if (config.nets === null) return config
  for (const name of ['agents', 'width', 'depth'] as const) {
    const own = name === 'agents' ? config.nets.length : defaults[name]
    if ((given[name] ?? own) === own) continue
    throw new RangeError(expected('nets', `no "${name}" beside it`, given[name], 'it gives each agent its network'))
  }
  return { ...config, agents: config.nets.length, nets: config.nets.map((net) => plainNet(net, config)) }
}

/** Without what the config says anyway: one run, one key. */
function plainNet({ width, depth, activation, rate }: AgentNet, config: Config): AgentNet {
  return {
    width,
    depth,
    ...(activation !== undefined && activation !== config.activation && { activation }),
    ...(rate !== undefined && rate !== config.policyRate && { rate }),
  }
}

/** Policy network of each agent, length N. */
export function policyNets(config: Config): readonly AgentNet[] {
  return config.nets ?? Array.from({ length: config.agents }, () => ({ width: config.width, depth: config.depth }))
}

/** Whether the field's value differs from that of the other config. */
function differs<K extends keyof Config>(name: K, config: Config, other: Config): boolean {
  return fields[name].show(config[name]) !== fields[name].show(other[name])
}

/** The fields that a stored line names, in order: the first ones all, later ones where the preset does not imply them. */
export function storedFields(config: Config): (keyof Config)[] {
  const implied = { ...defaults, ...presets[config.preset] }
  return fieldNames.filter((name) => !fields[name].later || differs(name, config, implied))
}

/** Sorted `name=value` lines of the fields that differ from their schema-1 default: what digests and keys hold. */
export function canonicalConfig(config: Config): string {
  const show = <K extends keyof Config>(name: K) => fields[name].show(config[name])
  return [...fieldNames]
    .sort()
    .filter((name) => differs(name, config, defaults))
    .map((name) => `${name}=${show(name)}\n`)
    .join('')
}
