// Checks the twins of test/reference/ against sources that this project did not write: PyTorch, Gymnasium, glibc,
// published known answers, and derivatives by finite differences. Other tests then hold the kernel equal to the twins.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadVectors, parseHexFloat, type TorchNet, type TorchVectors, ulp, worstDifference } from './helpers.ts'
import {
  type Agent,
  advantages,
  chooseAction,
  playEpisode,
  policyDelta,
  type Settings,
  type Transition,
  update,
  valueDelta,
} from './reference/a2c.ts'
import { adamStep, clipGradients, gradientNorm, makeAdam } from './reference/adam.ts'
import { cartpoleStep } from './reference/cartpole.ts'
import { distill, softTargetDelta } from './reference/distill.ts'
import { initNet } from './reference/init.ts'
import {
  type Activation,
  backward,
  forward,
  fromCanonical,
  type Layer,
  type Net,
  type Pass,
  type Shape,
  setCanonical,
  softmax,
  toCanonical,
  zeroNet,
} from './reference/mlp.ts'
import { makeStream, philoxBlock, type Stream, type Words } from './reference/philox.ts'
import { type ProxyMemory, remember, toIndex, toProxyEntries, toProxyState, toSection } from './reference/proxy.ts'
import { f64 } from './reference/rounding.ts'
import { cosExact, sinExact } from './reference/trig.ts'

// ---- random numbers

const hex = (words: number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join(' ')

test('philox gives the known answers of Salmon et al.', () => {
  const ones = 0xffffffff
  const cases: [Words, [number, number], string][] = [
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[ones, ones, ones, ones], [ones, ones], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ]
  for (const [counter, key, expected] of cases) assert.is(hex(philoxBlock(counter, key)), expected)
})

test('the 10,000th word of key (20111115, 0) is that of C++26 std::philox4x32', () => {
  const stream = makeStream(20111115, 0)
  for (let k = 1; k < 10000; k++) stream.word()
  assert.is(stream.word(), 1955073260)
})

test('uniform, integer, shuffle and normals follow their definitions', () => {
  const uniform = makeStream(0, 0).uniform()
  assert.is(uniform, ((0x6627e8d5 >>> 5) * 2 ** 26 + (0xe169c58d >>> 6)) / 2 ** 53)
  const stream = makeStream(1, 2)
  const counts = [0, 0, 0, 0, 0, 0, 0]
  for (let k = 0; k < 7000; k++) counts[stream.integer(7)] += 1
  const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
  assert.ok(chiSquare < 22.46, `chi-square of 6 degrees of freedom at 0.1 %: ${chiSquare}`)
  const order = Array.from({ length: 50 }, (_, k) => k)
  stream.shuffle(order)
  assert.equal(
    order.slice().sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, k) => k),
  )
  const copy = makeStream(7, 7)
  const drawn = makeStream(7, 7).normals(Math.log, 401)
  assert.is(drawn.length, 401)
  for (let k = 0; k < 400; ) {
    const [v1, v2] = [2 * copy.uniform() - 1, 2 * copy.uniform() - 1]
    const s = v1 ** 2 + v2 ** 2
    if (s >= 1) continue
    const [z1, z2] = [drawn[k++], drawn[k++]]
    assert.ok(Math.abs(z1 ** 2 + z2 ** 2 + 2 * Math.log(s)) < 1e-13, 'the radius is that of Box and Muller')
    assert.ok(z1 * v1 > 0 && z2 * v2 > 0 && Math.abs(z1 * v2 - z2 * v1) < 1e-15, 'the direction is that of (v1, v2)')
  }
})

test('integers are redrawn where they would be biased', () => {
  const k = 3 * 2 ** 30
  const stream = makeStream(6, 6)
  const copy = makeStream(6, 6)
  for (let n = 0; n < 1000; n++) {
    let word = copy.word()
    while (word % 4 === 0) word = copy.word()
    assert.is(stream.integer(k), Math.floor((word * 3) / 4), 'a word that 4 divides is drawn again')
  }
})

test('orthogonal layers are orthogonal, he and glorot stay inside their bounds', () => {
  for (const [rows, columns] of [
    [7, 5],
    [5, 7],
    [6, 6],
  ]) {
    const shape = { inputs: rows, width: columns, depth: 1, outputs: 1, activation: 'tanh' as const }
    const { W } = initNet(f64, shape, 'orthogonal', 1, makeStream(3, 4)).layers[0]
    const vectors = rows >= columns ? W[0].map((_, j) => W.map((row) => row[j])) : W
    vectors.forEach((a, i) => {
      vectors.forEach((b, j) => {
        const product = a.reduce((sum, value, k) => sum + value * b[k], 0)
        assert.ok(Math.abs(product - (i === j ? 25 / 9 : 0)) < 1e-14 * rows)
      })
    })
    for (const init of ['he', 'glorot'] as const) {
      const drawn = initNet(f64, shape, init, 1, makeStream(3, 4)).layers[0].W.flat()
      const bound = Math.sqrt(6 / (init === 'he' ? rows : rows + columns))
      const largest = Math.max(...drawn.map(Math.abs))
      assert.ok(largest < bound && largest > 0.8 * bound)
    }
  }
})

// ---- PyTorch

const torch = loadVectors<TorchVectors>('mlp-adam-pytorch')

/** A network with the weights of PyTorch, which keeps W as (out, in) row-major; the canonical order is (in, out). */
function fromTorch(sizes: number[], params: number[]): Net {
  const shape = { inputs: sizes[0], width: sizes[1], depth: sizes.length - 2, outputs: sizes[sizes.length - 1] }
  const net = zeroNet({ ...shape, activation: 'relu' })
  let next = 0
  for (const { W, b } of net.layers) {
    for (let j = 0; j < b.length; j++) for (let i = 0; i < W.length; i++) W[i][j] = params[next++]
    for (let j = 0; j < b.length; j++) b[j] = params[next++]
  }
  assert.is(next, params.length)
  return net
}

const fromTorchCanonical = (sizes: number[], params: number[]) => toCanonical(fromTorch(sizes, params).layers)

/** The gradient of loss number t of the golden file: -adv log pi(a) of a policy, c (V - target)^2 of a value. */
function torchGradient(net: Net, head: TorchNet['head'], c: number, t: number): Layer[] {
  const pass = forward(f64, net, torch.X[t])
  const delta =
    head === 'softmax'
      ? policyDelta(f64, softmax(f64, pass.output), torch.a[t], torch.adv[t], 0, 1)
      : valueDelta(f64, pass.output[0], torch.target[t], 1).map((d) => c * d)
  return backward(f64, net, [pass], [delta])
}

// Both sides are f64 and differ only in the order of sums. A sum of 50 products of size 1 to 10 errs by about
// 50 * 10 * 2^-53 = 6e-14, and a layer multiplies that by its gain, which is below 10. The flush at 2^-40 changes no
// delta of the file. Measured: 2e-14.
const TORCH_TOLERANCE = 1e-12

test('outputs and probabilities are those of PyTorch', () => {
  for (const { sizes, params, out32, prob32 } of torch.nets) {
    const net = fromTorch(sizes, params)
    out32.forEach((expected, n) => {
      const { output } = forward(f64, net, torch.X[n])
      assert.ok(worstDifference(output, expected) < TORCH_TOLERANCE)
      if (prob32) assert.ok(worstDifference(softmax(f64, output), prob32[n]) < TORCH_TOLERANCE)
    })
  }
})

test('gradients of the policy, value and soft-target losses are those of PyTorch', () => {
  for (const { sizes, head, params, grad_t, xent } of torch.nets) {
    const net = fromTorch(sizes, params)
    const weighted = Array.isArray(grad_t) ? { 1: grad_t } : grad_t
    for (const [c, graded] of Object.entries(weighted)) {
      graded.forEach(({ grad }, t) => {
        const gradient = toCanonical(torchGradient(net, head, Number(c), t))
        assert.ok(worstDifference(gradient, fromTorchCanonical(sizes, grad)) < TORCH_TOLERANCE)
      })
    }
    if (!xent) continue
    const passes = torch.XB.map((x) => forward(f64, net, x))
    const deltas = passes.map(({ output }, n) => softTargetDelta(f64, softmax(f64, output), torch.TB[n], 32))
    const gradient = toCanonical(backward(f64, net, passes, deltas))
    assert.ok(worstDifference(gradient, fromTorchCanonical(sizes, xent.grad)) < TORCH_TOLERANCE)
  }
})

// A step moves a weight by about the rate, 1e-3, and the gradient has a relative error of about 1e-13, which gives
// 1e-14 after 100 steps. Besides, 100 roundings of a weight below 4 err by at most 100 * 2^-52 = 2e-14 on each side.
// Measured: 3e-16.
const ADAM_TOLERANCE = 1e-12

test('weights after 1, 10 and 100 steps of Adam are those of PyTorch', () => {
  let compared = 0
  for (const { sizes, head, params, adam } of torch.nets) {
    for (const [epsilon, checkpoints] of Object.entries(adam)) {
      const net = fromTorch(sizes, params)
      const state = makeAdam(net)
      const settings = { rate: 1e-3, epsilon: Number(epsilon), clip: null, form: 'pytorch' as const }
      const steps = Math.max(...Object.keys(checkpoints).map(Number))
      for (let t = 0; t < steps; t++) {
        adamStep(f64, net, state, torchGradient(net, head, 1, t), settings)
        const expected = checkpoints[t + 1]
        if (expected === undefined) continue
        compared += 1
        const worst = worstDifference(toCanonical(net.layers), fromTorchCanonical(sizes, expected))
        assert.ok(worst < ADAM_TOLERANCE, `${sizes} eps ${epsilon} step ${t + 1}: ${worst}`)
      }
    }
  }
  assert.is(compared, 14)
})

test("Keras's form is the textbook's step with epsilon outside the correction", () => {
  const shape = { inputs: 1, width: 1, depth: 0, outputs: 1, activation: 'relu' as const }
  const net = fromCanonical(shape, [0.5, -0.25])
  const state = makeAdam(net)
  const expected = [0.5, -0.25]
  const m = [0, 0]
  const v = [0, 0]
  for (let t = 1; t <= 200; t++) {
    const g = [Math.sin(t), 1e-6 * Math.cos(3 * t)]
    const gradients = fromCanonical(shape, g).layers
    adamStep(f64, net, state, gradients, { rate: 1e-3, epsilon: 1e-7, clip: null, form: 'keras' })
    const rate = (1e-3 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t)
    for (let k = 0; k < 2; k++) {
      m[k] = 0.9 * m[k] + 0.1 * g[k]
      v[k] = 0.999 * v[k] + 0.001 * g[k] * g[k]
      expected[k] -= (rate * m[k]) / (Math.sqrt(v[k]) + 1e-7)
    }
  }
  assert.ok(worstDifference(toCanonical(net.layers), expected) < 1e-13)
})

test('clipping scales a gradient to the norm and does not change a smaller one', () => {
  const shape = { inputs: 3, width: 5, depth: 2, outputs: 2, activation: 'relu' as const }
  const { layers } = initNet(f64, shape, 'he', 1, makeStream(5, 6))
  const norm = Math.hypot(...toCanonical(layers))
  assert.ok(Math.abs(gradientNorm(layers) - norm) < 1e-14 * norm)
  assert.is(clipGradients(f64, layers, 2 * norm), layers)
  assert.ok(Math.abs(gradientNorm(clipGradients(f64, layers, 0.5)) - 0.5) < 1e-15)
})

// ---- trig and CartPole

type Pairs = [string, string][]

test('exact sin and cos are within 1 ulp of glibc, and equal nearly always', () => {
  const libm = loadVectors<{ sin: Pairs; cos: Pairs }>('libm-glibc')
  for (const [exact, pairs] of [
    [sinExact, libm.sin],
    [cosExact, libm.cos],
  ] as const) {
    let equal = 0
    for (const [x, y] of pairs) {
      const expected = parseHexFloat(y)
      const got = exact(parseHexFloat(x))
      if (got === expected) equal += 1
      assert.ok(Math.abs(got - expected) <= ulp(expected), `${x}: expected ${expected}, got ${got}`)
    }
    assert.ok(pairs.length > 600 && equal / pairs.length > 0.99, `${equal} of ${pairs.length}`)
  }
})

type Episode = { seed: number; length: number; actions: number[]; terminated: number[]; state: string[][] }
const gymnasium = loadVectors<{ random: Episode[]; mixed: Episode[]; balance: Episode[] }>('cartpole-gymnasium')

// Gymnasium used glibc's sin and cos, which are rarely 1 ulp off. That error reaches the increment tau * acceleration,
// hence a tolerance of 1 ulp of the larger of the old value and the increment (`meta` of the vectors). The positions
// use neither function and are equal.
test("each step from Gymnasium's state is Gymnasium's next state", () => {
  let components = 0
  let equal = 0
  for (const { length, actions, terminated, state } of Object.values(gymnasium).flatMap((group) =>
    Array.isArray(group) ? (group as Episode[]) : [],
  )) {
    const rows = state.map((row) => row.map(parseHexFloat))
    for (let k = 0; k < length; k++) {
      const result = cartpoleStep({ sin64: sinExact, cos64: cosExact }, rows[k], actions[k])
      assert.is(result.terminated, terminated[k] === 1)
      assert.is(result.reward, 1)
      result.state.forEach((value, component) => {
        const old = rows[k][component]
        const expected = rows[k + 1][component]
        const tolerance = component % 2 === 0 ? 0 : ulp(Math.max(Math.abs(old), Math.abs(expected - old)))
        assert.ok(Math.abs(value - expected) <= tolerance, `step ${k}, component ${component}: ${value}, ${expected}`)
        components += 1
        if (value === expected) equal += 1
      })
    }
  }
  assert.is(components, 4 * 3239)
  assert.ok(equal / components > 0.995, `${equal} of ${components} equal`)
})

test('the limits of 2.4 m and 12 degrees are strict', () => {
  const next = (x: number, theta: number) => cartpoleStep(f64, [x, 0, theta, 0], 1).terminated
  const above = (limit: number) => limit + ulp(limit)
  for (const sign of [1, -1]) {
    assert.not(next(sign * 2.4, 0) || next(0, sign * 0.20943951023931953))
    assert.ok(next(sign * above(2.4), 0) && next(0, sign * above(0.20943951023931953)))
  }
})

// ---- gradients

type Problem = {
  net: Net
  X: number[][]
  loss: (output: number[], n: number) => number
  deltas: (p: Pass[]) => number[][]
}
const pick = <T>(stream: Stream, choices: readonly T[]): T => choices[stream.integer(choices.length)]
const normals = (stream: Stream, count: number) => stream.normals(Math.log, count)
const logSoftmax = (z: number[]) => {
  const largest = Math.max(...z)
  const logSum = Math.log(z.reduce((sum, value) => sum + Math.exp(value - largest), 0))
  return z.map((value) => value - largest - logSum)
}

/** One random case: a network, a batch, a loss written from its definition, and the deltas that are its derivative. */
function drawProblem(stream: Stream, kind: 'policy' | 'value' | 'soft'): Problem {
  const activation = pick(stream, ['relu', 'tanh'] as const) as Activation
  const outputs = kind === 'value' ? 1 : pick(stream, [2, 3, 5])
  const width = pick(stream, [1, 3, 5, 7, 24, 50])
  const shape = { inputs: pick(stream, [4, 3, 6]), width, depth: pick(stream, [1, 2, 3]), outputs, activation }
  const net = initNet(f64, shape, pick(stream, ['he', 'glorot'] as const), 1, stream)
  for (const { b } of net.layers) for (let j = 0; j < b.length; j++) b[j] = stream.uniform() - 0.5
  const B = 1 + stream.integer(8)
  const X = Array.from({ length: B }, () => normals(stream, shape.inputs))
  if (kind === 'value') {
    const targets = normals(stream, B)
    const loss = ([V]: number[], n: number) => (V - targets[n]) ** 2 / B
    return { net, X, loss, deltas: (p) => p.map(({ output }, n) => valueDelta(f64, output[0], targets[n], B)) }
  }
  if (kind === 'soft') {
    const targets = X.map(() => softmax(f64, normals(stream, outputs)))
    const loss = (z: number[], n: number) => -logSoftmax(z).reduce((sum, log, a) => sum + targets[n][a] * log, 0) / B
    return {
      net,
      X,
      loss,
      deltas: (p) => p.map(({ output }, n) => softTargetDelta(f64, softmax(f64, output), targets[n], B)),
    }
  }
  const actions = X.map(() => stream.integer(outputs))
  const A = normals(stream, B)
  const c = pick(stream, [0, 0.01, 0.5])
  const loss = (z: number[], n: number) => {
    const logs = logSoftmax(z)
    const H = -logs.reduce((sum, log) => sum + Math.exp(log) * log, 0)
    return (-A[n] * logs[actions[n]] - c * H) / B
  }
  return {
    net,
    X,
    loss,
    deltas: (p) => p.map(({ output }, n) => policyDelta(f64, softmax(f64, output), actions[n], A[n], c, B)),
  }
}

/** The loss at the weights w + s d, and which relu units are on there. */
function lossAt({ net, X, loss }: Problem, w: number[], d: number[], s: number): { loss: number; pattern: string } {
  setCanonical(
    net,
    w.map((weight, k) => weight + s * d[k]),
  )
  let sum = 0
  let pattern = ''
  X.forEach((x, n) => {
    const { activations, output } = forward(f64, net, x)
    sum += loss(output, n)
    if (net.activation === 'relu') for (const h of activations.slice(1)) for (const y of h) pattern += y > 0 ? '1' : '0'
  })
  setCanonical(net, w)
  return { loss: sum, pattern }
}

// The step h of a fourth-order central difference along a dense normal direction. Its truncation error is
// h^4 f''''' / 30, and its rounding error is 1e-16 |f| / h.
const DIFFERENCE_STEP = 1e-4

/** The relative error of the gradient along d, or null where a relu unit switches within the span of the difference. */
function gradientError(problem: Problem, d: number[]): number | null {
  const { net, X, deltas } = problem
  const w = toCanonical(net.layers)
  const passes = X.map((x) => forward(f64, net, x))
  const gradient = toCanonical(backward(f64, net, passes, deltas(passes)))
  const claimed = gradient.reduce((sum, g, k) => sum + g * d[k], 0)
  const h = DIFFERENCE_STEP
  const [a, b, y, z] = [-2, -1, 1, 2].map((step) => lossAt(problem, w, d, step * h))
  if (new Set([a.pattern, b.pattern, y.pattern, z.pattern]).size > 1) return null
  const measured = (8 * (y.loss - b.loss) - (z.loss - a.loss)) / (12 * h)
  if (claimed === measured) return 0
  return Math.abs(claimed - measured) / Math.max(Math.abs(claimed), Math.abs(measured))
}

test('gradients are the derivatives of the losses: 2,000 cases, relative error below 1e-6', () => {
  const stream = makeStream(2020, 4)
  let cases = 0
  let redrawn = 0
  while (cases < 2000) {
    const problem = drawProblem(stream, (['policy', 'value', 'soft'] as const)[cases % 3])
    const error = gradientError(problem, normals(stream, toCanonical(problem.net.layers).length))
    if (error === null) {
      redrawn += 1
      continue
    }
    const { layers, ...shape } = problem.net
    assert.ok(error < 1e-6, `case ${cases}, ${JSON.stringify(shape)}: relative error ${error}`)
    cases += 1
  }
  assert.ok(redrawn < 2000, `${redrawn} cases redrawn`)
})

// ---- actor-critic, ProxRM, distillation

const settings: Settings = {
  rollout: 32,
  gamma: 0.99,
  lambda: 0.95,
  rewardScale: 0.05,
  terminalReward: null,
  bootstrap: true,
  clip: 0.5,
  entropy: 0,
  policyRate: 3e-3,
  valueRate: 5e-3,
  epsilon: 1e-7,
}

function drawRollout(stream: Stream, T: number, end: 'cut' | 'terminated' | 'truncated'): Transition[] {
  return Array.from({ length: T }, (_, t) => ({
    state: normals(stream, 4),
    next: normals(stream, 4),
    policy: [0.5, 0.5],
    action: stream.integer(2),
    reward: 1,
    terminated: end === 'terminated' && t === T - 1,
    truncated: end === 'truncated' && t === T - 1,
  }))
}

test('advantages are the sums of discounted one-step errors, at each kind of end', () => {
  const stream = makeStream(8, 8)
  for (const end of ['cut', 'terminated', 'truncated'] as const) {
    for (const bootstrap of [true, false]) {
      for (const terminalReward of [null, -100]) {
        const rollout = drawRollout(stream, 9, end)
        const values = normals(stream, 9)
        const nextValues = normals(stream, 9)
        const got = advantages({ ...settings, bootstrap, terminalReward }, rollout, values, nextValues)
        const errors = values.map((V, t) => {
          const last = t === 8 ? end : 'cut'
          const reward = last === 'terminated' && terminalReward !== null ? terminalReward : 0.05
          const keepsNext = last === 'cut' || (last === 'truncated' && bootstrap)
          return reward + (keepsNext ? 0.99 * nextValues[t] : 0) - V
        })
        const expected = errors.map((_, t) =>
          errors.slice(t).reduce((sum, error, k) => sum + (0.99 * 0.95) ** k * error, 0),
        )
        assert.ok(worstDifference(got.advantages, expected) < 1e-12)
        const targets = expected.map((A, t) => A + values[t])
        assert.ok(worstDifference(got.targets, targets) < 1e-12)
        const online = advantages({ ...settings, rollout: 1, bootstrap, terminalReward }, rollout, values, nextValues)
        assert.ok(worstDifference(online.advantages, errors) < 1e-12)
      }
    }
  }
})

test('an update moves both networks by Adam along the whole loss of its rollout', () => {
  const stream = makeStream(9, 9)
  const shape = { inputs: 4, width: 7, depth: 2, outputs: 2, activation: 'tanh' as const }
  const agent = makeAgent(shape, { ...settings, entropy: 0.02, clip: null }, stream)
  const rollout = drawRollout(stream, 6, 'terminated')
  const before = { policy: toCanonical(agent.policy.layers), value: toCanonical(agent.value.layers) }
  const V = (x: number[]) => forward(f64, agent.value, x).output[0]
  const values = rollout.map(({ state }) => V(state))
  const nextValues = rollout.map(({ next }) => V(next))
  const estimate = advantages(agent.settings, rollout, values, nextValues)
  const policyLoss = (z: number[], n: number) => {
    const logs = logSoftmax(z)
    const H = -logs.reduce((sum, log) => sum + Math.exp(log) * log, 0)
    return (-estimate.advantages[n] * logs[rollout[n].action] - 0.02 * H) / 6
  }
  const valueLoss = ([value]: number[], n: number) => (value - estimate.targets[n]) ** 2 / 6
  update(f64, agent, rollout)
  const X = rollout.map(({ state }) => state)
  const unused = () => []
  for (const [net, w, adam, loss] of [
    [agent.policy, before.policy, agent.policyAdam, policyLoss],
    [agent.value, before.value, agent.valueAdam, valueLoss],
  ] as const) {
    const d = normals(stream, w.length)
    const problem = { net, X, loss, deltas: unused }
    const at = (step: number) => lossAt(problem, w, d, step * DIFFERENCE_STEP).loss
    const measured = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * DIFFERENCE_STEP)
    const claimed = adam.m.reduce((sum, g, k) => sum + g * d[k], 0)
    assert.is(adam.t, 1)
    assert.ok(Math.abs(claimed - measured) < 1e-6 * Math.abs(measured), `${claimed}, ${measured}`)
  }
})

function makeAgent(shape: Shape, agentSettings: Settings, stream: Stream): Agent {
  const policy = initNet(f64, shape, 'glorot', 1, stream)
  const value = initNet(f64, { ...shape, outputs: 1 }, 'glorot', 1, stream)
  const networks = { policy, value, policyAdam: makeAdam(policy), valueAdam: makeAdam(value) }
  return { ...networks, settings: agentSettings, reset: makeStream(10, 0), action: makeStream(11, 0), records: [] }
}

test('an episode of each learner records every step, and its last rollout ends with it', () => {
  for (const rollout of [1, 8]) {
    const shape = { inputs: 4, width: 24, depth: 1, outputs: 2, activation: 'tanh' as const }
    const agent = makeAgent(shape, { ...settings, rollout }, makeStream(12, 0))
    const scores = [playEpisode(f64, agent), playEpisode(f64, agent), playEpisode(f64, agent)]
    assert.is(
      agent.records.length,
      scores.reduce((sum, score) => sum + score, 0),
    )
    assert.is(
      agent.policyAdam.t,
      scores.reduce((sum, score) => sum + Math.ceil(score / rollout), 0),
    )
    assert.is(agent.valueAdam.t, agent.policyAdam.t)
    assert.ok(agent.records.every(({ policy }) => Math.abs(policy[0] + policy[1] - 1) < 1e-15))
  }
})

test('an agent that balances is truncated after 500 steps', () => {
  const shape = { inputs: 4, width: 1, depth: 1, outputs: 2, activation: 'tanh' as const }
  const agent = makeAgent(shape, { ...settings, policyRate: 0, valueRate: 0 }, makeStream(12, 1))
  setCanonical(agent.policy, [0.2, 0.5, 5, 1, 0, -1000, 1000, 0, 0])
  assert.is(playEpisode(f64, agent), 500)
  assert.is(agent.policyAdam.t, 16, '15 rollouts of 32 and one of 20')
})

test('an action is the first whose running sum exceeds u, or the last one if there is none', () => {
  assert.equal(
    [0, 0.2499, 0.25, 0.74, 0.75, 0.999].map((u) => chooseAction([0.25, 0.5, 0.25], u)),
    [0, 0, 1, 1, 2, 2],
  )
  assert.is(chooseAction([0.25, 0.25], 0.9), 1)
})

test('the ProxRM gives the example of the paper, and its boundaries, clamping, digits and averages are right', () => {
  assert.equal(toProxyState(f64, { ranges: [90], sections: 2 }, 0), [-45])
  assert.equal(
    [-9, -1, -0.5, 0, 0.5, 1, 9].map((o) => toSection(o, 1, 4)),
    [0, 0, 1, 2, 3, 3, 3],
  )
  const grid = { ranges: [2.4, 3, 0.2, 3.5], sections: 30 }
  for (const index of [0, 1, 29, 30, 12345, 30 ** 4 - 1]) {
    assert.is(toIndex(grid, toProxyState(f64, grid, index)), index)
  }
  const memory: ProxyMemory = new Map()
  const entries = [
    { state: [0.01, 0, 0, 0], policy: [0.25, 0.75] },
    { state: [-2, 0, 0, 0], policy: [1, 0] },
    { state: [0.02, 0, 0, 0], policy: [0.75, 0.25] },
  ]
  for (const entry of entries) remember(grid, memory, entry)
  assert.equal(toProxyEntries(f64, memory), [
    { index: toIndex(grid, entries[1].state), policy: [1, 0] },
    { index: toIndex(grid, entries[0].state), policy: [0.5, 0.5] },
  ])
})

test('distillation takes every entry once per epoch, and divides the last batch by its own size', () => {
  const stream = makeStream(13, 0)
  const shape = { inputs: 4, width: 5, depth: 1, outputs: 2, activation: 'relu' as const }
  const policy = initNet(f64, shape, 'he', 1, stream)
  const twin = fromCanonical(shape, toCanonical(policy.layers))
  const entries = Array.from({ length: 21 }, () => ({
    state: normals(stream, 4),
    policy: softmax(f64, normals(stream, 2)),
  }))
  const distillSettings = { epochs: 2, batch: 8, rate: 1e-3, epsilon: 1e-7 }
  const adam = makeAdam(policy)
  distill(f64, policy, adam, entries, makeStream(14, 0), distillSettings)
  assert.is(adam.t, 6)
  const replay = makeStream(14, 0)
  const byHand = makeAdam(twin)
  for (let epoch = 0; epoch < 2; epoch++) {
    const order = entries.map((_, n) => n)
    replay.shuffle(order)
    for (const batch of [order.slice(0, 8), order.slice(8, 16), order.slice(16)]) {
      const passes = batch.map((n) => forward(f64, twin, entries[n].state))
      const deltas = passes.map(({ output }, n) =>
        softmax(f64, output).map((p, a) => (p - entries[batch[n]].policy[a]) / batch.length),
      )
      adamStep(f64, twin, byHand, backward(f64, twin, passes, deltas), {
        rate: 1e-3,
        epsilon: 1e-7,
        clip: null,
        form: 'keras',
      })
    }
  }
  assert.equal(toCanonical(policy.layers), toCanonical(twin.layers))
})

test.run()
