// The twin's gradients beside central differences of its losses, in f64, along random directions: policy with entropy,
// value, and distillation, for networks of random shapes. (That the kernel has the twin's bits is a test of every run:
// test/twin.test.ts.) node dist/test/slow/gradients.js [CASES] [SEED]
import { tally } from '../helpers.ts'
import { policyDelta, valueDelta } from '../reference/a2c.ts'
import { softTargetDelta } from '../reference/distill.ts'
import {
  backward,
  forward,
  fromCanonical,
  type Net,
  type Shape,
  softmax,
  toCanonical,
  zeroNet,
} from '../reference/mlp.ts'
import { makeStream } from '../reference/philox.ts'
import { f64 } from '../reference/rounding.ts'

const [cases = 2000, seed = 1] = process.argv.slice(2).map(Number)
const stream = makeStream(seed, 0x67726164)
const uniform = () => 2 * stream.uniform() - 1
const below = (count: number) => Math.floor(stream.uniform() * count)
const STEP = 2 ** -17
const TOLERANCE = 1e-6

/** A loss of the outputs of a batch, with its gradient at each output. */
interface Loss {
  readonly of: (outputs: number[][]) => number
  readonly deltas: (outputs: number[][]) => number[][]
}

function drawLoss(outputs: number, count: number): Loss {
  const kind = below(3)
  const probabilities = (z: number[]) => softmax(f64, z)
  if (kind === 0) {
    const steps = Array.from({ length: count }, () => ({ action: below(outputs), advantage: 3 * uniform() }))
    const entropy = below(2) * 0.3 * stream.uniform()
    const plogp = (p: number[]) => p.reduce((sum, value) => sum + value * Math.log(value), 0)
    return {
      of: (batch) =>
        batch.reduce((sum, z, t) => {
          const p = probabilities(z)
          return sum - (steps[t].advantage * Math.log(p[steps[t].action]) - entropy * plogp(p)) / count
        }, 0),
      deltas: (batch) =>
        batch.map((z, t) => policyDelta(f64, probabilities(z), steps[t].action, steps[t].advantage, entropy, count)),
    }
  }
  if (kind === 1) {
    const targets = Array.from({ length: count }, () => probabilities(Array.from({ length: outputs }, uniform)))
    return {
      of: (batch) =>
        batch.reduce((sum, z, t) => {
          const p = probabilities(z)
          return sum - targets[t].reduce((part, q, a) => part + q * Math.log(p[a]), 0) / count
        }, 0),
      deltas: (batch) => batch.map((z, t) => softTargetDelta(f64, probabilities(z), targets[t], count)),
    }
  }
  const targets = Array.from({ length: count }, () => 5 * uniform())
  return {
    of: (batch) => batch.reduce((sum, [value], t) => sum + (value - targets[t]) ** 2 / count, 0),
    deltas: (batch) =>
      batch.map(([value], t) => [...valueDelta(f64, value, targets[t], count), ...Array<number>(outputs - 1).fill(0)]),
  }
}

/** Which hidden units are active, which a step of relu must not change. */
const signs = (net: Net, inputs: number[][]) =>
  inputs
    .flatMap((x) =>
      forward(f64, net, x)
        .activations.slice(1)
        .flat()
        .map((h) => h > 0),
    )
    .join()

/** The relative error of the derivative along a random direction; null where a unit of relu switches on the way. */
function errorOfCase(): number | null {
  const shape: Shape = {
    inputs: 1 + below(6),
    width: 1 + below(12),
    depth: 1 + below(3),
    outputs: 2 + below(3),
    activation: below(2) ? 'relu' : 'tanh',
  }
  const flat = toCanonical(zeroNet(shape).layers).map(uniform)
  const direction = flat.map(uniform)
  const inputs = Array.from({ length: 1 + below(4) }, () => Array.from({ length: shape.inputs }, uniform))
  const loss = drawLoss(shape.outputs, inputs.length)
  const moved = (step: number) =>
    fromCanonical(
      shape,
      flat.map((weight, i) => weight + step * direction[i]),
    )
  const [net, ahead, behind] = [0, STEP, -STEP].map(moved)
  if (shape.activation === 'relu' && new Set([net, ahead, behind].map((one) => signs(one, inputs))).size > 1)
    return null
  const outputsOf = (one: Net) => inputs.map((x) => forward(f64, one, x).output)
  const passes = inputs.map((x) => forward(f64, net, x))
  const gradient = toCanonical(backward(f64, net, passes, loss.deltas(outputsOf(net))))
  const analytic = gradient.reduce((sum, value, i) => sum + value * direction[i], 0)
  const numeric = (loss.of(outputsOf(ahead)) - loss.of(outputsOf(behind))) / (2 * STEP)
  const scale = gradient.reduce((sum, value, i) => sum + Math.abs(value * direction[i]), 0)
  return Math.abs(analytic - numeric) / Math.max(scale, 1e-3)
}

let failures = 0
let worst = 0
for (let done = 0; done < cases; ) {
  const error = errorOfCase()
  if (error === null) continue
  done++
  worst = Math.max(worst, error)
  if (!(error < TOLERANCE)) failures++
}
console.log(`largest relative error ${worst.toExponential(1)}, tolerance ${TOLERANCE}`)
console.log(tally('gradients beside central differences', cases, failures))
process.exitCode = failures ? 1 : 0
