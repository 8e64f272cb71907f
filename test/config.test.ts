// Config at the border: what src/config/config.ts documents is taken, everything else is refused with a TypeError or a
// RangeError and a message of one form. Also presets, networks, canonical text, and the check of the memory that a run
// needs, which comes before anything is computed.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { fieldNames, fields, rangePresets } from '../src/config/fields.ts'
import { canonicalConfig, defaults, presets, resolveConfig, unsaid } from '../src/config/resolve.ts'
import { policyNets } from '../src/kernel/layout.ts'
import { methods } from '../src/methods/index.ts'
import { checkConfig } from '../src/run/setup.ts'
import { makeStream, type Stream } from './reference/philox.ts'

const FORM = /^"[^"]+" expected .+, got .+$/s

/** The message of the error that `act` throws, which must be of this type, have the form, and begin with `name`. */
function refused(act: () => unknown, type: typeof TypeError | typeof RangeError, name: string): string {
  let message: string | undefined
  try {
    act()
  } catch (error) {
    assert.instance(error, type, String(error))
    message = (error as Error).message
  }
  assert.ok(message !== undefined, `${name}: expected a refusal`)
  assert.match(message!, FORM)
  assert.ok(message!.startsWith(`"${name}`), message)
  return message!
}

const given = (name: string, value: unknown) => ({ [name]: value }) as Partial<Config>

// ---- ranges

/** The lowest and the highest value of each integer, as src/config/config.ts documents them. */
const integers = {
  seed: [0, 2 ** 53 - 1],
  period: [1, 100_000],
  agents: [1, 1024],
  width: [1, 1024],
  depth: [1, 8],
  cap: [1, 1_000_000],
} as const
const integerNames = Object.keys(integers) as (keyof typeof integers)[]

test('integers are taken in their range, ends included, and refused beyond it', () => {
  for (const name of integerNames) {
    const [low, high] = integers[name]
    for (const value of [low, low + 1, Math.floor((low + high) / 2), high]) {
      assert.is(resolveConfig({ [name]: value })[name], value)
      assert.is(fields[name].parse(`${value}`, name), value)
    }
    for (const value of [low - 1, high + 1, -0, 1.5, low + 0.5, Number.NaN, Infinity, -Infinity, -5, 1e300]) {
      const message = refused(() => resolveConfig({ [name]: value }), RangeError, name)
      const shown = Object.is(value, -0) ? '-0' : String(value)
      assert.ok(message.includes(`an integer in ${low}..${high}, got ${shown}`), message)
    }
    for (const value of ['5', '', null, true, 5n, [5], {}, () => 5]) {
      refused(() => resolveConfig(given(name, value)), TypeError, name)
    }
  }
})

test('integers on a command line have no sign, hex, exponent, point, space or empty text', () => {
  const bad = [
    '',
    ' ',
    '-1',
    '+1',
    '0x10',
    '0b1',
    '1e3',
    '1E3',
    '1.0',
    '.5',
    '5.',
    '01',
    '00',
    ' 1',
    '1 ',
    '1_000',
    '1,0',
  ]
  const strange = ['abc', 'NaN', 'Infinity', '١', '½', '1\n', 'null', 'true', '--5', '5n']
  for (const name of integerNames) {
    for (const text of [...bad, ...strange]) refused(() => fields[name].parse(text, name), TypeError, name)
    for (const text of [`${2 ** 53}`, '18446744073709551615', '9'.repeat(400)]) {
      const message = refused(() => fields[name].parse(text, name), RangeError, name)
      assert.ok(message.includes(text.slice(0, 80)), 'the message shows the text as given, and cuts a long one')
    }
  }
  refused(() => fields.nets.parse('24x01', 'nets'), TypeError, 'nets')
})

test('the refusal of more than 215 sections says why', () => {
  assert.match(
    refused(() => resolveConfig({ sections: 300 }), RangeError, 'sections'),
    /1\.\.215 for CartPole-v1, got 300: the index of one of S\^4 clusters has 4 bytes$/,
  )
  assert.is(resolveConfig({ sections: 215 }).sections, 215)
  refused(() => fields.sections.parse('2147483648', 'sections'), RangeError, 'sections')
})

test('every other field refuses wrong types and wrong values', () => {
  const reals = ['policyRate', 'valueRate', 'gamma', 'lambda', 'rewardScale', 'clip', 'entropy', 'distillRate'] as const
  for (const name of reals) {
    for (const value of [-1, -0, -1e-300, Number.NaN, Infinity, 1e7]) {
      refused(() => resolveConfig({ [name]: value }), RangeError, name)
    }
    for (const value of ['1', null, true, [1]]) refused(() => resolveConfig(given(name, value)), TypeError, name)
    for (const text of ['', '-', '.5', '1.', '0x1', '+1', '1e', 'e3', 'NaN', 'Infinity', '1,5', ' 1', '01']) {
      refused(() => fields[name].parse(text, name), TypeError, name)
    }
  }
  for (const name of ['rollout', 'epochs', 'batch'] as const) {
    for (const value of [0, -1, 0.5, 5000]) refused(() => resolveConfig({ [name]: value }), RangeError, name)
  }
  const words = [
    'until',
    'activation',
    'init',
    'memoryReset',
    'merge',
    'distillAdam',
    'mixupTies',
    'mixupKeep',
  ] as const
  for (const name of [...words, 'frlCritic', 'frlInit', 'preset'] as const) {
    const known = fields[name].expects
    assert.match(known, /^one of [\w-]+(, [\w-]+)+$/)
    for (const value of ['', 'x', 'toString', '__proto__', defaults[name].toUpperCase(), ` ${defaults[name]}`]) {
      const message = refused(() => resolveConfig(given(name, value)), RangeError, name)
      assert.ok(message.includes(known), 'the message lists the known ones')
      refused(() => fields[name].parse(value, name), RangeError, name)
    }
    for (const value of [null, 1, true, [defaults[name]]]) {
      refused(() => resolveConfig(given(name, value)), TypeError, name)
    }
  }
  for (const value of ['true', 1, null]) refused(() => resolveConfig(given('bootstrap', value)), TypeError, 'bootstrap')
  for (const text of ['', '1', 'True', 'yes'])
    refused(() => fields.bootstrap.parse(text, 'bootstrap'), TypeError, 'bootstrap')
  for (const value of [-1e7, 1e7, Number.NaN]) {
    refused(() => resolveConfig({ terminalReward: value }), RangeError, 'terminalReward')
  }
  for (const value of ['', 'a b', '../x', '__proto__', 5, null]) {
    refused(() => resolveConfig(given('method', value)), TypeError, 'method')
    refused(() => resolveConfig(given('env', value)), TypeError, 'env')
  }
  for (const value of [[], 'narrow', null, 5]) refused(() => resolveConfig(given('ranges', value)), TypeError, 'ranges')
  for (const value of [
    [0],
    [-1],
    [1, Number.NaN],
    [Infinity],
    [[1, 1]],
    [[2, 1]],
    [[0, Infinity]],
    [[1]],
    [[1, 2, 3]],
  ]) {
    refused(() => resolveConfig(given('ranges', value)), RangeError, 'ranges[')
  }
})

test('a portion lies between 0 and 1, or is drawn from a Beta of a shape', () => {
  const { parse, show } = fields.mixupPortion
  for (const [text, value] of [
    ['0.5', 0.5],
    ['0.001', 0.001],
    ['1e-7', 1e-7],
    ['beta:1', { beta: 1 }],
    ['beta:0.2', { beta: 0.2 }],
    ['beta:1000', { beta: 1000 }],
  ] as const) {
    assert.equal(parse(text, 'mixup-portion'), value)
    assert.is(show(value), text)
    assert.equal(resolveConfig({ mixupPortion: value }).mixupPortion, value)
  }
  for (const text of ['', 'beta', 'beta:', 'beta:x', 'beta: 1', 'Beta:1', 'beta:1:2', '.5', '50%', 'half', 'alpha:1']) {
    refused(() => parse(text, 'mixup-portion'), TypeError, 'mixup-portion')
  }
  for (const text of ['0', '1', '-0.5', '2', 'beta:0', 'beta:-1', 'beta:1001']) {
    refused(() => parse(text, 'mixup-portion'), RangeError, 'mixup-portion')
  }
  for (const value of [0, 1, -0, Number.NaN, { beta: 0 }, { beta: Infinity }]) {
    refused(() => resolveConfig({ mixupPortion: value }), RangeError, 'mixupPortion')
  }
  for (const value of ['0.5', 'beta:1', null, [0.5], {}, { beta: '1' }, { alpha: 1 }]) {
    refused(() => resolveConfig(given('mixupPortion', value)), TypeError, 'mixupPortion')
  }
})

test('an unknown field is refused with a list of the known ones, and so are inherited and odd names', () => {
  const odd = JSON.parse('{"__proto__": {"agents": 5}}')
  for (const value of [{ agent: 3 }, { Sections: 3 }, { '': 1 }, { toString: 1 }, odd]) {
    const message = refused(() => resolveConfig(value as Partial<Config>), TypeError, 'config')
    for (const name of fieldNames) assert.ok(message.includes(name))
  }
  assert.equal(resolveConfig({ agents: undefined, nets: undefined }), defaults, 'undefined means not given')
})

// ---- presets and networks

test('the defaults are those that the documentation names', () => {
  const expected: Partial<Config> = { env: 'CartPole-v1', preset: 'paper', method: 'mixfrd', agents: 2, sections: 30 }
  const sizes: Partial<Config> = { period: 25, width: 50, depth: 2, seed: 1, cap: 1000, until: 'first', nets: null }
  const learner: Partial<Config> = {
    critic: 'policy',
    distillAdam: 'shared',
    policyRate: 1e-3,
    valueRate: 5e-3,
    gamma: 0.99,
  }
  for (const [name, value] of Object.entries({ ...expected, ...sizes, ...learner, terminalReward: -100, rollout: 1 })) {
    assert.equal(defaults[name as keyof Config], value, name)
  }
  assert.equal(resolveConfig(), defaults)
  assert.equal(resolveConfig(defaults), defaults)
  for (const name of fieldNames) {
    assert.ok(fields[name].doc.length > 7 && fields[name].expects.length > 5, `${name} has a doc line`)
  }
})

test('a preset sets its own values and nothing else, and given values go before those of the preset', () => {
  for (const preset of ['paper', 'tuned'] as const) {
    const config = resolveConfig({ preset })
    assert.equal(config, { ...defaults, ...presets[preset], preset })
    for (const name of fieldNames) {
      if (name === 'preset' || name === 'nets') continue
      const other = { preset, [name]: resolveConfig({ preset: preset === 'paper' ? 'tuned' : 'paper' })[name] }
      assert.equal(resolveConfig(other), { ...config, ...other }, name)
    }
  }
  assert.equal(presets.paper, {}, 'the preset paper changes no default')
  const tuned = resolveConfig({ preset: 'tuned' })
  assert.equal([tuned.rollout, tuned.lambda, tuned.clip, tuned.rewardScale], [128, 0.95, 0.5, 0.05])
  assert.equal([tuned.terminalReward, tuned.bootstrap, tuned.distillAdam], [null, true, 'own'])
})

test('nets give each agent its network, and set N', () => {
  const nets = fields.nets.parse('24x1,50x2,100x8', 'nets')
  assert.equal(nets, [
    { width: 24, depth: 1 },
    { width: 50, depth: 2 },
    { width: 100, depth: 8 },
  ])
  const config = resolveConfig({ nets })
  assert.is(config.agents, 3)
  assert.equal(policyNets(config), nets)
  assert.equal(resolveConfig({ nets, agents: 3 }), config)
  assert.equal(resolveConfig(config), config)
  assert.equal(
    policyNets(resolveConfig({ agents: 3, width: 7 })),
    Array.from({ length: 3 }, () => ({ width: 7, depth: 2 })),
  )
  for (const text of [
    '',
    '50',
    'x',
    '50x',
    'x2',
    '50x2x1',
    '50x2,',
    ',50x2',
    '50*2',
    '50X2',
    '-50x2',
    '5e1x2',
    ' 50x2',
  ]) {
    refused(() => fields.nets.parse(text, 'nets'), TypeError, 'nets')
  }
  for (const text of ['0x1', '1025x1', '50x0', '50x9', Array(1025).fill('5x1').join()]) {
    refused(() => fields.nets.parse(text, 'nets'), RangeError, 'nets')
  }
  for (const value of ['50x2', 5, {}, [5], [null], [{ width: 5 }], [{ width: '5', depth: 1 }]]) {
    refused(() => resolveConfig(given('nets', value)), TypeError, 'nets')
  }
  refused(() => resolveConfig({ nets: [] }), RangeError, 'nets')
})

test('nets may give an agent its own activation and policy rate', () => {
  const text = '24x1,50x2:tanh,50x2:tanh:0.0005,100x2::0.003'
  const nets = fields.nets.parse(text, 'nets')!
  assert.equal(nets, [
    { width: 24, depth: 1 },
    { width: 50, depth: 2, activation: 'tanh' },
    { width: 50, depth: 2, activation: 'tanh', rate: 0.0005 },
    { width: 100, depth: 2, rate: 0.003 },
  ])
  assert.is(fields.nets.show(nets), text)
  assert.equal(resolveConfig({ nets }).nets, nets)
  for (const bad of [
    '50x2:',
    '50x2::',
    '50x2:tanh:',
    '50x2:tanh:1:2',
    '50x2::x',
    '50x2::+1',
    ':tanh',
    '50:tanh',
    '::1',
  ]) {
    refused(() => fields.nets.parse(bad, 'nets'), TypeError, 'nets')
  }
  for (const bad of [
    '50x2:Tanh',
    '50x2:sigmoid',
    '50x2: tanh',
    '50x2:toString',
    '50x2::-1',
    '50x2::11',
    '50x2:tanh:11',
  ]) {
    refused(() => fields.nets.parse(bad, 'nets'), RangeError, 'nets')
  }
  const size = { width: 5, depth: 1 }
  for (const extra of [
    { activation: null },
    { activation: 1 },
    { rate: '1' },
    { rate: null },
    { activations: 'tanh' },
  ]) {
    refused(() => resolveConfig(given('nets', [{ ...size, ...extra }])), TypeError, 'nets[0]')
  }
  for (const extra of [{ activation: 'sigmoid' }, { rate: -1 }, { rate: Number.NaN }, { rate: 11 }]) {
    refused(() => resolveConfig(given('nets', [size, { ...size, ...extra }])), RangeError, 'nets[1].')
  }
  refused(() => fields.critic.parse('24x1:tanh', 'critic'), TypeError, 'critic')
  refused(() => resolveConfig(given('critic', { ...size, activation: 'tanh' })), TypeError, 'critic')
})

/** The values that were the defaults of the first results and are not any more. */
const FIRST = { ranges: rangePresets.narrow, critic: { width: 24, depth: 1 }, distillAdam: 'own' } as const

test('a net leaves out what the config says anyway, so that one run has one key', () => {
  const size = { width: 5, depth: 1 }
  const saying = { ...size, activation: 'relu', rate: 1e-3 } as const
  assert.equal(resolveConfig({ nets: [saying, size] }), resolveConfig({ nets: [size, size] }))
  const config = resolveConfig({ nets: [saying, size], activation: 'tanh', policyRate: 0.5 })
  assert.equal(config.nets, [saying, size])
  assert.equal(resolveConfig({ preset: 'tuned', nets: [{ ...size, activation: 'tanh', rate: 3e-3 }] }).nets, [size])
  assert.equal(resolveConfig({ nets: [{ ...size, activation: undefined, rate: undefined }] }).nets, [size])
  assert.is(canonicalConfig(resolveConfig({ ...FIRST, nets: [saying, size] })), 'nets=5x1,5x1\n')
  const mixed = resolveConfig({ ...FIRST, nets: [{ ...size, activation: 'tanh' }, { ...size, rate: 0.5 }, size] })
  assert.is(canonicalConfig(mixed), 'agents=3\nnets=5x1:tanh,5x1::0.5,5x1\n')
})

test('nets exclude width, depth and another number of agents', () => {
  const nets = fields.nets.parse('24x1,50x2,100x2', 'nets')
  for (const other of [{ width: 7 }, { depth: 1 }, { agents: 4 }, { agents: 1 }]) {
    const message = refused(() => resolveConfig({ nets, ...other }), RangeError, 'nets')
    assert.ok(message.includes(Object.keys(other)[0]) && message.includes(String(Object.values(other)[0])), message)
  }
})

// ---- canonical text

/** A random part of a config: about a third of the fields, each with a random value. */
function drawConfig(stream: Stream): Partial<Config> {
  const pick = <T>(values: readonly T[]): T => values[stream.integer(values.length)]
  const net = () => ({ width: 1 + stream.integer(1024), depth: 1 + stream.integer(8) })
  const agentNet = () => ({
    ...net(),
    ...(stream.integer(2) && { activation: pick(['relu', 'tanh']) }),
    ...(stream.integer(2) && { rate: pick([0, 1e-7, 0.003, 10]) }),
  })
  const drawn: Record<string, unknown> = {}
  for (const name of fieldNames) {
    if (stream.integer(3)) continue
    const { expects } = fields[name]
    const range = /^(an integer|a number) in (-?\d+)\.\.(\d+)/.exec(expects)
    if (name === 'sections') drawn[name] = 1 + stream.integer(215)
    else if (name === 'terminalReward') drawn[name] = pick([null, -100, 0, 1.5, -1e6, 1e-7])
    else if (range) {
      const [low, high] = [Number(range[2]), Number(range[3])]
      const value = low + stream.uniform() * (high - low) * pick([1, 1e-3, 1e-9])
      drawn[name] = range[1] === 'an integer' ? Math.floor(value) : value
    } else if (expects.startsWith('one of ')) drawn[name] = pick(expects.slice(7).split(', '))
    else if (expects === 'true or false') drawn[name] = stream.integer(2) === 1
    else if (name === 'critic') drawn[name] = pick(['policy', net()])
    else if (name === 'mixupBy') drawn[name] = pick(['position', 'angle', 'cosine', 'random'])
    else if (name === 'ranges') drawn[name] = pick([...Object.values(rangePresets), [1e-6, 5, [-1, 0.5], [2, 1e6]]])
    else if (name === 'method') drawn[name] = pick(Object.keys(methods))
    else if (name === 'mixupPortion') drawn[name] = pick([0.25, 1e-9, 0.5, { beta: 0.2 }, { beta: 1000 }])
    else if (name === 'nets') drawn[name] = Array.from({ length: 1 + stream.integer(5) }, agentNet)
  }
  if (drawn.nets) for (const name of ['agents', 'width', 'depth']) delete drawn[name]
  return drawn as Partial<Config>
}

test('canonical text leaves out the values of the first results, is sorted, and does not depend on the order of fields', () => {
  assert.equal(unsaid, { ...defaults, ...FIRST })
  assert.is(canonicalConfig(unsaid), '')
  assert.is(canonicalConfig(defaults), 'critic=policy\ndistillAdam=shared\nranges=4.8,5,1.5707963267948966,5\n')
  assert.is(canonicalConfig(resolveConfig({ ...FIRST, sections: 31, agents: 4 })), 'agents=4\nsections=31\n')
  const stream = makeStream(3, 1)
  for (let n = 0; n < 200; n++) {
    const drawn = drawConfig(stream)
    const names = Object.keys(drawn)
    stream.shuffle(names as never)
    const shuffled = Object.fromEntries(names.map((name) => [name, drawn[name as keyof Config]]))
    const config = resolveConfig(drawn)
    const text = canonicalConfig(config)
    assert.is(canonicalConfig(resolveConfig(shuffled)), text)
    const lines = text.split('\n').slice(0, -1)
    assert.equal(lines.slice().sort(), lines)
    const differing = fieldNames.filter((name) => fields[name].show(config[name] as never) !== showUnsaid(name))
    assert.equal(
      lines.map((line) => line.slice(0, line.indexOf('='))),
      differing.slice().sort(),
    )
  }
})

const showUnsaid = (name: keyof Config) => fields[name].show(unsaid[name] as never)

test('the text of any value parses back to that value, and the canonical text holds the whole config', () => {
  const stream = makeStream(3, 2)
  for (let n = 0; n < 300; n++) {
    const config = resolveConfig(drawConfig(stream))
    for (const name of fieldNames) {
      if (name === 'nets' && config.nets === null) continue
      const text = fields[name].show(config[name] as never)
      assert.equal(fields[name].parse(text, name), config[name], `${name} ${text}`)
    }
    const read: Record<string, unknown> = { ...unsaid, agents: undefined }
    for (const line of canonicalConfig(config).split('\n').slice(0, -1)) {
      const name = line.slice(0, line.indexOf('=')) as keyof Config
      read[name] = fields[name].parse(line.slice(name.length + 1), name)
    }
    assert.equal(resolveConfig({ ...(read as unknown as Config), agents: config.agents }), config)
    assert.equal(resolveConfig(JSON.parse(JSON.stringify(config))), config, 'JSON keeps it')
  }
})

// ---- before a run

test('an unknown method or environment is refused with a list of the known ones', () => {
  for (const method of ['fedavg', 'toString', 'constructor', 'MixFRD', 'hasOwnProperty']) {
    const message = refused(() => checkConfig({ method }), RangeError, 'method')
    for (const name of Object.keys(methods)) assert.ok(message.includes(name), message)
    assert.ok(message.includes(`got "${method}"`), message)
  }
  assert.match(
    refused(() => checkConfig({ method: 'MixFRD' }), RangeError, 'method'),
    /did you mean mixfrd\?$/,
  )
  assert.match(
    refused(() => checkConfig({ env: 'Pendulum-v1' }), RangeError, 'env'),
    /CartPole-v1/,
  )
  refused(() => checkConfig({ ranges: [1, 2, 3] }), RangeError, 'ranges')
  refused(() => checkConfig({ ranges: [1, 2, 3, 4, 5] }), RangeError, 'ranges')
})

test('a run that needs more than 2 GB is refused with its size, before any memory is reserved', () => {
  const big: Partial<Config>[] = [
    { method: 'pd', agents: 1024, period: 100_000, cap: 1_000_000 },
    { method: 'pd', agents: 16, period: 10_000, cap: 20_000 },
    { method: 'frd', agents: 1024, sections: 215, period: 1000, cap: 2000 },
    { method: 'independent', agents: 1024, width: 1024, depth: 8 },
    { method: 'frd', agents: 1, sections: 215, period: 100_000, cap: 1_000_000, memoryReset: 'never' },
    { nets: Array.from({ length: 64 }, () => ({ width: 1024, depth: 8 })), critic: 'policy' },
  ]
  for (const config of big) {
    const message = refused(() => checkConfig(config), RangeError, 'config')
    const megabytes = Number(/at most 2048 MB of memory, got (\d+) MB: fewer/.exec(message)?.[1])
    assert.ok(megabytes >= 2048 && megabytes < 1e9, message)
  }
  const size = (agents: number) => {
    const message = refused(
      () => checkConfig({ method: 'pd', agents, period: 50_000, cap: 60_000 }),
      RangeError,
      'config',
    )
    return Number(/got (\d+) MB/.exec(message)![1])
  }
  // Each agent has a replay memory of 600 MB, and all agents share one buffer for the entries of all, so that the size
  // is linear in the number of agents.
  assert.ok(Math.abs(size(12) - size(8) - (size(8) - size(4))) <= 2)
  for (const config of [{}, { agents: 16 }, { method: 'pd', agents: 4, period: 100 }, { sections: 215 }])
    checkConfig(config)
  checkConfig({ method: 'pd', agents: 1024, period: 100_000, cap: 100_000 })
})

test('checkConfig returns the whole config, and keeps sections and period only where there is an exchange', () => {
  assert.equal(checkConfig(), defaults)
  assert.equal(checkConfig({ sections: 7, period: 3 }), { ...defaults, sections: 7, period: 3 })
  assert.equal(checkConfig({ method: 'independent', sections: 7, period: 3 }), { ...defaults, method: 'independent' })
})

test.run()
