// What all peers in JavaScript share: weights and data from the congruential sequence of bench/native/yardstick.c, and
// the protocol on standard input and output. Each command is one line, and so is each answer:
//   online N REPS, distil N BATCH REPS   nanoseconds per step, nanoseconds per sample; BATCH divides 1,024
//   check N, check N BATCH               sums of all policy and all value weights after three online steps; sum of
//                                        all policy weights after one pass in the given order, not shuffled

import { createInterface } from 'node:readline'

export const ENTRIES = 1024
export const LAYERS = (n) => ({ policy: [4, n, n, 2], value: [4, n, n, 1] })

/** x <- 1664525 x + 1013904223 mod 2^32, as a number in [-0.5, 0.5). */
function sequence() {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) / 2 ** 24 - 0.5
  }
}

/** Where the layers lie in flat weights: each is its matrix [rows, columns], input-major, and then its bias. */
export function slices(sizes) {
  let at = 0
  return sizes.slice(1).map((columns, k) => {
    const rows = sizes[k]
    const matrix = at
    const bias = matrix + rows * columns
    at = bias + columns
    return { rows, columns, matrix, bias, end: at }
  })
}

const fill = (count, draw) => Float32Array.from({ length: count }, draw)

function drawOnline(n) {
  const draw = sequence()
  const { policy, value } = LAYERS(n)
  return {
    policy: fill(slices(policy).at(-1).end, draw),
    value: fill(slices(value).at(-1).end, draw),
    observations: fill(6 * ENTRIES, () => draw() / 8),
  }
}

function drawDistil(n) {
  const draw = sequence()
  const policy = fill(slices(LAYERS(n).policy).at(-1).end, draw)
  const inputs = new Float32Array(4 * ENTRIES)
  const targets = new Float32Array(2 * ENTRIES)
  for (let k = 0; k < ENTRIES; k++) {
    for (let i = 0; i < 4; i++) inputs[4 * k + i] = draw()
    targets[2 * k] = draw() + 0.5
    targets[2 * k + 1] = 1 - targets[2 * k]
  }
  return { policy, inputs, targets }
}

/** Shuffles the order in place by Fisher and Yates. */
export function shuffle(order) {
  for (let i = order.length; i > 1; i--) {
    const j = Math.floor(Math.random() * i)
    const held = order[i - 1]
    order[i - 1] = order[j]
    order[j] = held
  }
  return order
}

export const total = (weights) => weights.reduce((sum, w) => sum + w, 0)

/**
 * Answers the commands with what the two functions of the peer return:
 *   online(n, data)        { step(k), sums(), dispose() }; step k takes 4 floats of the observations at 6 (k & 1022)
 *                          as its state, 4 floats at 6 (k & 1022) + 6 as the next state, action k & 1 and reward 1
 *   distil(n, batch, data) { pass(order), sums(), dispose() }
 */
export async function serve(name, version, { online, distil }) {
  const order = Int32Array.from({ length: ENTRIES }, (_, k) => k)
  let held = ''
  let work = null
  const make = (key, n, batch) => {
    if (key === held) return
    work?.dispose?.()
    work = batch ? distil(n, batch, drawDistil(n)) : online(n, drawOnline(n))
    held = key
  }
  const check = (n, batch) => {
    held = ''
    make('check', n, batch)
    if (batch) work.pass(order)
    else for (let k = 0; k < 3; k++) work.step(k)
    return work.sums().join(' ')
  }
  const time = (kind, reps) => {
    const shuffled = order.slice()
    const begin = performance.now()
    if (kind === 'online') for (let k = 0; k < reps; k++) work.step(k)
    else for (let k = 0; k < reps; k++) work.pass(shuffle(shuffled))
    return (((performance.now() - begin) * 1e6) / reps / (kind === 'online' ? 1 : ENTRIES)).toFixed(3)
  }
  const answer = (line) => {
    const [kind, ...words] = line.trim().split(/\s+/)
    const numbers = words.map(Number)
    const [n, batch] = numbers
    if (batch && kind !== 'online' && ENTRIES % batch) return 'unknown'
    const form = numbers.every((x) => Number.isInteger(x) && x > 0) ? `${kind} ${numbers.length}` : ''
    if (form === 'check 1' || form === 'check 2') return check(n, batch)
    if (form !== 'online 2' && form !== 'distil 3') return 'unknown'
    make(words.slice(0, -1).join(' '), n, kind === 'distil' ? batch : 0)
    return time(kind, numbers.at(-1))
  }
  console.log(`ready ${name} ${version}`)
  for await (const line of createInterface({ input: process.stdin })) console.log(answer(line))
}
