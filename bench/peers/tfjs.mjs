// The work in TensorFlow.js (argument cpu or wasm), in the fastest of the forms that were tried: the weights of a
// network are one variable that tf.split cuts, so that tf.train.adam runs its dozen operations once; the forward pass
// is a fused matMul with bias and relu; the backward pass is written by hand (by the tape a step takes up to twice as
// long, and tfjs-core alone registers no gradients). The epsilon of the kernel stands before the correction of the
// second moment and that of tf.train.adam after it, hence an epsilon of its own for each step.

import { createRequire } from 'node:module'
import { ENTRIES, LAYERS, serve, slices, total } from './protocol.mjs'

const require = createRequire(import.meta.url)
const backend = process.argv[2] === 'wasm' ? 'wasm' : 'cpu'
console.warn = () => {}
const tf = require('@tensorflow/tfjs-core')
require(`@tensorflow/tfjs-backend-${backend}`)
await tf.setBackend(backend)
await tf.ready()

class Net {
  constructor(sizes, weights, rate) {
    this.layers = slices(sizes)
    this.pieces = this.layers.flatMap(({ matrix, bias, end }) => [bias - matrix, end - bias])
    this.flat = tf.variable(tf.tensor1d(weights))
    this.adam = tf.train.adam(rate, 0.9, 0.999)
    this.power = 1
  }

  /** The matrices and biases of this step. */
  cut() {
    const pieces = tf.split(this.flat, this.pieces)
    return this.layers.map(({ rows, columns }, k) => [tf.reshape(pieces[2 * k], [rows, columns]), pieces[2 * k + 1]])
  }

  /** The activations, of which the input is the first; the output is linear. */
  forward(weights, x) {
    const acts = [x]
    weights.forEach(([b, bias], k) => {
      acts.push(tf.fused.matMul({ a: acts[k], b, bias, activation: k < weights.length - 1 ? 'relu' : 'linear' }))
    })
    return acts
  }

  /** One step of Adam, from the gradient at the output. */
  train(weights, acts, head) {
    const gradients = []
    let d = head
    for (let k = weights.length - 1; k >= 0; k--) {
      gradients.unshift(
        tf.reshape(tf.matMul(acts[k], d, true), [-1]),
        d.shape[0] > 1 ? tf.sum(d, 0) : tf.reshape(d, [-1]),
      )
      if (k) d = tf.mul(tf.matMul(d, weights[k][0], false, true), tf.step(acts[k]))
    }
    this.power *= 0.999
    this.adam.epsilon = 1e-7 / Math.sqrt(1 - this.power)
    this.adam.applyGradients([{ name: this.flat.name, tensor: tf.concat(gradients) }])
  }

  sum() {
    return total(this.flat.dataSync())
  }

  dispose() {
    this.flat.dispose()
    this.adam.dispose()
  }
}

function online(n, data) {
  const { policy: sizes, value: valueSizes } = LAYERS(n)
  const policy = new Net(sizes, data.policy, 1e-3)
  const value = new Net(valueSizes, data.value, 5e-3)
  const taken = [tf.tensor2d([[1, 0]]), tf.tensor2d([[0, 1]])]
  const observe = (at) => tf.tensor2d(data.observations.subarray(at, at + 4), [1, 4])
  const step = (k) =>
    tf.tidy(() => {
      const s = observe(6 * (k & 1022))
      const next = observe(6 * (k & 1022) + 6)
      const weights = policy.cut()
      const valueWeights = value.cut()
      const acts = policy.forward(weights, s)
      const here = value.forward(valueWeights, s)
      const target = tf.add(tf.mul(value.forward(valueWeights, next).at(-1), 0.99), 1)
      const error = tf.sub(here.at(-1), target)
      policy.train(weights, acts, tf.mul(tf.sub(taken[k & 1], tf.softmax(acts[3])), error))
      value.train(valueWeights, here, tf.mul(error, 2))
    })
  const dispose = () => [policy, value, ...taken].map((held) => held.dispose())
  return { step, sums: () => [policy.sum(), value.sum()], dispose }
}

function distil(n, batch, data) {
  const net = new Net(LAYERS(n).policy, data.policy, 1e-3)
  const inputs = tf.tensor2d(data.inputs, [ENTRIES, 4])
  const targets = tf.tensor2d(data.targets, [ENTRIES, 2])
  const pass = (order) =>
    tf.tidy(() => {
      const index = tf.tensor1d(order, 'int32')
      const x = tf.gather(inputs, index)
      const q = tf.gather(targets, index)
      for (let start = 0; start < ENTRIES; start += batch) {
        tf.tidy(() => {
          const weights = net.cut()
          const acts = net.forward(weights, tf.slice(x, [start, 0], [batch, 4]))
          const wrong = tf.sub(tf.softmax(acts[3]), tf.slice(q, [start, 0], [batch, 2]))
          net.train(weights, acts, tf.div(wrong, batch))
        })
      }
    })
  const dispose = () => [net, inputs, targets].map((held) => held.dispose())
  return { pass, sums: () => [net.sum()], dispose }
}

serve(`tfjs-${backend}`, tf.version_core, { online, distil })
