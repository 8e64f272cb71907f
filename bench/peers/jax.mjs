// The work in jax-js on its wasm backend: a step is one jit-compiled function of both networks' states, with grad for the
// gradients and Adam written out (jax-js has no optimizer of its own), and one small array a step from the host.

import { createRequire } from 'node:module'
import { blockUntilReady, defaultDevice, grad, init, jit, lax, nn, numpy as np, tree } from '@jax-js/jax'
import { ENTRIES, LAYERS, serve, slices, total } from './protocol.mjs'

const { version } = createRequire(import.meta.url)('./node_modules/@jax-js/jax/package.json')
await init('wasm')
defaultDevice('wasm')
const FLAT = !!process.env.FLAT, ONE = !process.env.TWO

const state = (sizes, weights) => {
  const p = FLAT ? np.array(weights) : slices(sizes).map(({ rows, columns, matrix, bias, end }) => ({
    w: np.array(weights.slice(matrix, bias), { shape: [rows, columns] }),
    b: np.array(weights.slice(bias, end)),
  }))
  const zeros = () => tree.map((x) => np.zeros(x.shape), p)
  return { p, m: zeros(), v: zeros() }
}

function forward(sizes, p, x) {
  if (FLAT) {
    const q = np.split(p, slices(sizes).flatMap((l) => [l.bias, l.end]).slice(0, -1))
    p = slices(sizes).map(({ rows, columns }, k) => ({ w: q[2 * k].reshape([rows, columns]), b: q[2 * k + 1] }))
  }
  return p.reduce((h, { w, b }, k) => np.dot(k ? nn.relu(h) : h, w).add(b), x)
}

/** the factor and the epsilon of Adam's step number t, the first is 1 */
function factors(rate, t) {
  const root = Math.sqrt(1 - 0.999)
  return [((rate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t)) * (0.1 / root), 1e-7 / root]
}

function adam({ p, m, v }, g, a, e) {
  const first = tree.map((x, y) => x.mul(0.9).add(y), m, tree.ref(g))
  const second = tree.map((x, y) => x.mul(0.999).add(np.square(y)), v, g)
  const step = (x, y, z) => x.sub(y.mul(a.ref).div(np.sqrt(z).add(e)))
  const next = tree.map(step, p, tree.ref(first), tree.ref(second))
  a.dispose()
  return { p: next, m: first, v: second }
}

const sum = ({ p }) => tree.leaves(p).reduce((all, x) => all + total(x.ref.dataSync()), 0)

function online(n, data) {
  const sizes = LAYERS(n)
  const states = [state(sizes.policy, data.policy), state(sizes.value, data.value)]
  // told: s, s', action one-hot, Adam's factor for each network
  const e = factors(1, 1)[1]
  const learn = jit((policy, value, told) => {
    const [s, next, taken, a, b] = np.split(told, [4, 8, 10, 11])
    const target = forward(sizes.value, tree.ref(value.p), next.reshape([1, 4])).mul(0.99).add(1)
    const valueLoss = (p, x, y) => {
      const error = y.sub(forward(sizes.value, p, x))
      return [np.square(error.ref).sum(), error]
    }
    const policyLoss = (p, x, y, advantage) => nn.logSoftmax(forward(sizes.policy, p, x)).mul(y).mul(advantage).sum().neg()
    const x = s.reshape([1, 4])
    const [valueGradient, advantage] = grad(valueLoss, { hasAux: true })(tree.ref(value.p), x.ref, target)
    const gradient = grad(policyLoss)(tree.ref(policy.p), x, taken.reshape([1, 2]), advantage)
    return [adam(policy, gradient, a, e), adam(value, valueGradient, b, e)]
  })
  let t = 0
  const step = (k) => {
    t++
    const at = 6 * (k & 1022)
    const told = new Float32Array(12)
    told.set(data.observations.subarray(at, at + 4))
    told.set(data.observations.subarray(at + 6, at + 10), 4)
    told[8 + (k & 1)] = 1
    told[10] = factors(1e-3, t)[0]
    told[11] = factors(5e-3, t)[0]
    const [policy, value] = learn(...states, np.array(told))
    states[0] = policy
    states[1] = value
  }
  const dispose = () => {
    tree.dispose(states)
    learn.dispose()
  }
  return { step, flush: () => blockUntilReady(states), sums: () => states.map(sum), dispose }
}

function distil(n, batch, data) {
  const sizes = LAYERS(n).policy
  let held = state(sizes, data.policy)
  const e = factors(1, 1)[1]
  const learn = jit((net, x, q, a) => {
    const loss = (p) => nn.logSoftmax(forward(sizes, p, x)).mul(q).sum().neg().div(x.shape[0])
    return adam(net, grad(loss)(tree.ref(net.p)), a, e)
  })
  let t = 0
  const pass = (order) => {
    for (let start = 0; start < ENTRIES; start += batch) {
      t++
      const end = Math.min(start + batch, ENTRIES)
      const x = new Float32Array(4 * (end - start))
      const q = new Float32Array(2 * (end - start))
      for (let b = start; b < end; b++) {
        x.set(data.inputs.subarray(4 * order[b], 4 * order[b] + 4), 4 * (b - start))
        q.set(data.targets.subarray(2 * order[b], 2 * order[b] + 2), 2 * (b - start))
      }
      const given = (values, columns) => np.array(values, { shape: [end - start, columns] })
      held = learn(held, given(x, 4), given(q, 2), np.array(Float32Array.of(factors(1e-3, t)[0])))
    }
  }
  const dispose = () => {
    tree.dispose(held)
    learn.dispose()
  }
  return { pass, flush: () => blockUntilReady(held), sums: () => [sum(held)], dispose }
}

serve('jax-js', version, { online, distil })
