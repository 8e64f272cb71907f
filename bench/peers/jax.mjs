// The work in jax-js on its wasm backend, in the fastest of the forms that were tried: a step is one jit-compiled
// function with grad for the gradients and Adam written out (jax-js itself has no optimizer). jax-js instantiates one
// module per kernel, so that the number of kernels decides the cost: the weights of a network are one array, and V(s)
// and V(s') come from one product of two rows. Reading weights back after a step executes the step; steps that are left
// pending cost a hundred times more.

import { createRequire } from 'node:module'
import { defaultDevice, grad, init, jit, lax, nn, numpy as np, tree } from '@jax-js/jax'
import { ENTRIES, LAYERS, serve, slices, total } from './protocol.mjs'

const { version } = createRequire(import.meta.url)('./node_modules/@jax-js/jax/package.json')
await init('wasm')
defaultDevice('wasm')

const ROOT = Math.sqrt(1 - 0.999)
const EPSILON = 1e-7 / ROOT

/** Adam's factor at step t, of which the first is 1, for a rate of 1. */
const factor = (t) => (Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)) * (0.1 / ROOT)

const start = (weights) => ({ p: np.array(weights), m: np.zeros([weights.length]), v: np.zeros([weights.length]) })

function adam({ p, m, v }, g, rate) {
  const first = m.mul(0.9).add(g.ref)
  const second = v.mul(0.999).add(np.square(g))
  const next = p.sub(first.ref.mul(rate).div(np.sqrt(second.ref).add(EPSILON)))
  return { p: next, m: first, v: second }
}

/** The matrices and biases in flat weights. */
function cut(sizes, flat) {
  const layers = slices(sizes)
  const pieces = np.split(flat, layers.flatMap(({ bias, end }) => [bias, end]).slice(0, -1))
  return layers.map(({ rows, columns }, k) => [pieces[2 * k].reshape([rows, columns]), pieces[2 * k + 1]])
}

const forward = (layers, x) => layers.reduce((h, [w, b], k) => np.dot(k ? nn.relu(h) : h, w).add(b), x)

function online(n, data) {
  const sizes = LAYERS(n)
  // `told` holds s, s', the action as one-hot, and Adam's factor.
  const learn = jit((policy, value, told) => {
    const [pair, taken, a] = np.split(told, [8, 10])
    const states = pair.reshape([2, 4])
    const valueLoss = (p, both) => {
      const [v, w] = np.split(forward(cut(sizes.value, p), both).reshape([2]), 2)
      const error = v.sub(lax.stopGradient(w.mul(0.99).add(1)))
      return [np.square(error.ref).sum(), error.sum()]
    }
    const policyLoss = (p, s, onehot, error) =>
      nn
        .logSoftmax(forward(cut(sizes.policy, p), s))
        .mul(onehot)
        .sum()
        .mul(error)
    const [gradient, error] = grad(valueLoss, { hasAux: true })(value.p.ref, states.ref)
    const [s, next] = np.split(states, 2)
    next.dispose()
    const policyGradient = grad(policyLoss)(policy.p.ref, s, taken, error)
    return [adam(policy, policyGradient, a.ref.mul(1e-3)), adam(value, gradient, a.mul(5e-3))]
  })
  let nets = [start(data.policy), start(data.value)]
  let t = 0
  const step = (k) => {
    const at = 6 * (k & 1022)
    const told = new Float32Array(11)
    told.set(data.observations.subarray(at, at + 4))
    told.set(data.observations.subarray(at + 6, at + 10), 4)
    told[8 + (k & 1)] = 1
    told[10] = factor(++t)
    nets = learn(...nets, np.array(told))
    nets[1].p.ref.dataSync()
  }
  const sums = () => nets.map(({ p }) => total(p.ref.dataSync()))
  return { step, sums, dispose: () => [tree.dispose(nets), learn.dispose()] }
}

function distil(n, batch, data) {
  const { policy } = LAYERS(n)
  const learn = jit((net, rows, a) => {
    const loss = (p, given) => {
      const [x, q] = np.split(given, [4], 1)
      return nn
        .logSoftmax(forward(cut(policy, p), x))
        .mul(q)
        .sum()
        .mul(-1 / batch)
    }
    return adam(net, grad(loss)(net.p.ref, rows), a.mul(1e-3))
  })
  let net = start(data.policy)
  let t = 0
  const pass = (order) => {
    for (let from = 0; from < ENTRIES; from += batch) {
      const rows = new Float32Array(6 * batch)
      for (let b = 0; b < batch; b++) {
        const k = order[from + b]
        rows.set(data.inputs.subarray(4 * k, 4 * k + 4), 6 * b)
        rows.set(data.targets.subarray(2 * k, 2 * k + 2), 6 * b + 4)
      }
      net = learn(net, np.array(rows, { shape: [batch, 6] }), np.array([factor(++t)]))
      net.p.ref.dataSync()
    }
  }
  return { pass, sums: () => [total(net.p.ref.dataSync())], dispose: () => [tree.dispose(net), learn.dispose()] }
}

serve('jax-js', version, { online, distil })
