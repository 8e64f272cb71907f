// The work by hand in plain JavaScript: loops over Float32Array, without a library. It has the algorithm of the
// kernel and the yardstick (Adam with unscaled moments, one factor and one epsilon per step), and is the reference of
// check.mjs.

import { LAYERS, serve, slices, total } from './protocol.mjs'

const BETA1 = 0.9
const BETA2 = 0.999

class Net {
  constructor(sizes, weights, rate) {
    this.layers = slices(sizes)
    this.p = weights
    this.m = new Float32Array(weights.length)
    this.v = new Float32Array(weights.length)
    this.g = new Float32Array(weights.length)
    this.deltas = sizes.map((size) => new Float32Array(size))
    this.rate = rate
    this.power1 = 1
    this.power2 = 1
  }

  forward(acts) {
    const { p, layers } = this
    for (let k = 0; k < layers.length; k++) {
      const { rows, columns, matrix, bias } = layers[k]
      const x = acts[k]
      const y = acts[k + 1]
      for (let j = 0; j < columns; j++) y[j] = p[bias + j]
      for (let i = 0; i < rows; i++) {
        const xi = x[i]
        const row = matrix + i * columns
        for (let j = 0; j < columns; j++) y[j] += xi * p[row + j]
      }
      if (k < layers.length - 1) for (let j = 0; j < columns; j++) if (y[j] < 0) y[j] = 0
    }
    return acts[layers.length]
  }

  /**
   * Adds the gradient of a sample to g, from its activations and from the gradient at the output in the last deltas.
   */
  backward(acts) {
    const { p, g, layers, deltas } = this
    for (let k = layers.length - 1; k >= 0; k--) {
      const { rows, columns, matrix, bias } = layers[k]
      const x = acts[k]
      const d = deltas[k + 1]
      const below = deltas[k]
      for (let j = 0; j < columns; j++) g[bias + j] += d[j]
      for (let i = 0; i < rows; i++) {
        const xi = x[i]
        if (k && xi <= 0) {
          below[i] = 0
          continue
        }
        const row = matrix + i * columns
        let sum = 0
        for (let j = 0; j < columns; j++) {
          g[row + j] += xi * d[j]
          sum += d[j] * p[row + j]
        }
        below[i] = sum
      }
    }
  }

  adam() {
    const { p, m, v, g } = this
    this.power1 *= BETA1
    this.power2 *= BETA2
    const root = Math.sqrt(1 - BETA2)
    const a = ((this.rate * Math.sqrt(1 - this.power2)) / (1 - this.power1)) * ((1 - BETA1) / root)
    const e = 1e-7 / root
    for (let i = 0; i < p.length; i++) {
      const gi = g[i]
      m[i] = BETA1 * m[i] + gi
      v[i] = BETA2 * v[i] + gi * gi
      p[i] -= (a * m[i]) / (Math.sqrt(v[i]) + e)
      g[i] = 0
    }
  }
}

const activations = (sizes) => sizes.map((size) => new Float32Array(size))

/** The softmax of two values, from their difference. */
function softmax(z, p) {
  p[0] = 1 / (1 + Math.exp(z[1] - z[0]))
  p[1] = 1 / (1 + Math.exp(z[0] - z[1]))
}

function online(n, data) {
  const sizes = LAYERS(n)
  const policy = new Net(sizes.policy, data.policy, 1e-3)
  const value = new Net(sizes.value, data.value, 5e-3)
  const [acts, here, next] = [sizes.policy, sizes.value, sizes.value].map(activations)
  const p = new Float32Array(2)
  const step = (k) => {
    const at = 6 * (k & 1022)
    for (let i = 0; i < 4; i++) {
      acts[0][i] = here[0][i] = data.observations[at + i]
      next[0][i] = data.observations[at + 6 + i]
    }
    softmax(policy.forward(acts), p)
    const v = value.forward(here)[0]
    const target = 1 + 0.99 * value.forward(next)[0]
    const head = policy.deltas[3]
    for (let a = 0; a < 2; a++) head[a] = (p[a] - (a === (k & 1) ? 1 : 0)) * (target - v)
    policy.backward(acts)
    policy.adam()
    value.deltas.at(-1)[0] = 2 * (v - target)
    value.backward(here)
    value.adam()
  }
  return { step, sums: () => [total(policy.p), total(value.p)] }
}

function distil(n, batch, data) {
  const sizes = LAYERS(n).policy
  const net = new Net(sizes, data.policy, 1e-3)
  const acts = activations(sizes)
  const p = new Float32Array(2)
  const pass = (order) => {
    for (let start = 0; start < order.length; start += batch) {
      for (let b = start; b < start + batch; b++) {
        const k = order[b]
        for (let i = 0; i < 4; i++) acts[0][i] = data.inputs[4 * k + i]
        softmax(net.forward(acts), p)
        for (let a = 0; a < 2; a++) net.deltas[3][a] = (p[a] - data.targets[2 * k + a]) / batch
        net.backward(acts)
      }
      net.adam()
    }
  }
  return { pass, sums: () => [total(net.p)] }
}

serve('plain', `node-${process.versions.node}`, { online, distil })
