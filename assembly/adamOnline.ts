// One training step at batch 1, with gradient and Adam fused: each gradient, which is a product of an activation and a
// delta, is used in registers and never stored. While the processor's divider works on the updates, which take three
// quarters of the step, everything else is computed: the gradients and the deltas of the layer below. The bits are
// those of mlpBackward and adamStep (docs/numerics.md, "Networks" and "Adam"). This step cannot clip the gradient,
// whose norm is not known before the last update.

import { Adam, adamBegin, adamEnd, At0, At16, At32, At48, update, updateFirst, updateSecond } from './adam'
import { hiddenDelta } from './delta'
import { highHalves, interleaveHigh, interleaveLow, lowHalves } from './lanes'
import { deactivate, Mlp, RELU } from './mlp'

/**
 * Updates a row of `bytes` bytes at p with moments m and v: the gradient of column j is x d[j], where x holds the row's
 * input in every lane. Four vectors at a time take their offsets from the instructions; the last ones follow singly.
 */
// @ts-ignore: decorator
@inline
function trainRow(p: usize, m: usize, v: usize, x: v128, d: usize, bytes: usize, scale: v128, guard: v128): void {
  const end = d + bytes
  for (const most = end - 48; d < most; d += 64) {
    update<At0>(p, m, v, f32x4.mul(x, v128.load(d)), scale, guard)
    update<At16>(p, m, v, f32x4.mul(x, v128.load(d, 16)), scale, guard)
    update<At32>(p, m, v, f32x4.mul(x, v128.load(d, 32)), scale, guard)
    update<At48>(p, m, v, f32x4.mul(x, v128.load(d, 48)), scale, guard)
    p += 64
    m += 64
    v += 64
  }
  for (; d < end; d += 16) {
    update<At0>(p, m, v, f32x4.mul(x, v128.load(d)), scale, guard)
    p += 16
    m += 16
    v += 16
  }
}

/**
 * Adds d[j] W[i, j] for four columns j, ascending, to the sums of four rows i, f32[4] at `sums`. The rows lie `bytes`
 * apart from q on; q and d stand at the first of the columns. The 4 x 4 tile is transposed in registers (lanes.ts). The
 * sums stay in memory: if they were in a register, the compiler would move this work behind the updates and spill
 * registers, which costs 15 % of a step (2026).
 */
// @ts-ignore: decorator
@inline
function addColumns(q: usize, bytes: usize, d: usize, sums: usize): void {
  const w0 = v128.load(q)
  const w1 = v128.load(q + bytes)
  const w2 = v128.load(q + 2 * bytes)
  const w3 = v128.load(q + 3 * bytes)
  const t0 = interleaveLow(w0, w1)
  const t1 = interleaveLow(w2, w3)
  const t2 = interleaveHigh(w0, w1)
  const t3 = interleaveHigh(w2, w3)
  let s = v128.load(sums)
  s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(d), lowHalves(t0, t1)))
  s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(d, 4), highHalves(t0, t1)))
  s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(d, 8), lowHalves(t2, t3)))
  s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(d, 12), highHalves(t2, t3)))
  v128.store(sums, s)
}

/**
 * Trains a hidden layer: `rows` rows of `bytes` bytes and the bias row behind them, with inputs x f32[rows] and deltas
 * d. Where `below` is not 0, below[i] becomes the sum over j of d[j] W[i, j], for each row i: j ascending from 0, with
 * the weights before the update. Four rows are taken at a time, so that what is read for the sums is updated at once.
 * Elements of `below` from `rows` up to its padded end get values without a meaning.
 */
// @ts-ignore: decorator
@inline
function trainLayer(p: usize, m: usize, v: usize, rows: u32, bytes: usize, x: usize, d: usize, below: usize,
  scale: v128, guard: v128): void {
  let left = rows
  if (below != 0) {
    for (; left >= 4; left -= 4) {
      const x0 = v128.load_splat<f32>(x)
      const x1 = v128.load_splat<f32>(x, 4)
      const x2 = v128.load_splat<f32>(x, 8)
      const x3 = v128.load_splat<f32>(x, 12)
      v128.store(below, f32x4.splat(0))
      for (let j: usize = 0; j < bytes; j += 16) {
        addColumns(p + j, bytes, d + j, below)
        const delta = v128.load(d + j)
        // Four roots, then four divisions: the processor's divider changes its kind of work less often (9 to 15 % of a
        // step in Bun, where the compiler keeps the order; nothing in V8; 2026).
        const d0 = updateSecond<At0>(v + j, f32x4.mul(x0, delta), guard)
        const d1 = updateSecond<At0>(v + j + bytes, f32x4.mul(x1, delta), guard)
        const d2 = updateSecond<At0>(v + j + 2 * bytes, f32x4.mul(x2, delta), guard)
        const d3 = updateSecond<At0>(v + j + 3 * bytes, f32x4.mul(x3, delta), guard)
        updateFirst<At0>(p + j, m + j, f32x4.mul(x0, delta), scale, d0)
        updateFirst<At0>(p + j + bytes, m + j + bytes, f32x4.mul(x1, delta), scale, d1)
        updateFirst<At0>(p + j + 2 * bytes, m + j + 2 * bytes, f32x4.mul(x2, delta), scale, d2)
        updateFirst<At0>(p + j + 3 * bytes, m + j + 3 * bytes, f32x4.mul(x3, delta), scale, d3)
      }
      below += 16
      x += 16
      p += 4 * bytes
      m += 4 * bytes
      v += 4 * bytes
    }
    // Of the last one to three rows only the sums are taken here, together with those of the rows behind them, which
    // are not rows of W: their sums fall into the padding of `below`.
    if (left > 0) {
      v128.store(below, f32x4.splat(0))
      for (let j: usize = 0; j < bytes; j += 16) addColumns(p + j, bytes, d + j, below)
    }
  }
  // The rows that are left, and at last the bias row, whose input is 1.
  for (; ; left--) {
    const one = f32x4.splat(1)
    trainRow(p, m, v, left > 0 ? v128.load_splat<f32>(x) : one, d, bytes, scale, guard)
    if (left == 0) return
    x += 4
    p += bytes
    m += bytes
    v += bytes
  }
}

/**
 * Trains the head at p: its rows, one per output, and its biases, with the last hidden layer h, f32[lanes], and the
 * output's deltas d, f32[outputLanes]. above[j] becomes the delta of hidden unit j: the sum over the outputs a,
 * ascending from 0, of d[a] W[j, a], with the weights before the update, made into a delta by hiddenDelta.
 */
// @ts-ignore: decorator
@inline
function trainHead(net: Mlp, p: usize, m: usize, v: usize, h: usize, d: usize, above: usize, scale: v128,
  guard: v128): void {
  const bytes = <usize>net.lanes << 2
  const biases = net.outputs * bytes
  for (let j: usize = 0; j < bytes; j += 16) {
    const input = v128.load(h + j)
    let sum = f32x4.splat(0)
    for (let q = j, a = d; q < biases; q += bytes, a += 4) {
      const delta = v128.load_splat<f32>(a)
      sum = f32x4.add(sum, f32x4.mul(delta, v128.load(p + q)))
      update<At0>(p + q, m + q, v + q, f32x4.mul(delta, input), scale, guard)
    }
    v128.store(above + j, hiddenDelta(net.activation == RELU, input, sum))
  }
  trainRow(p + biases, m + biases, v + biases, f32x4.splat(1), d, <usize>net.outputLanes << 2, scale, guard)
}

/**
 * One step of Adam with the gradient of one sample: x is its input f32[inputs], `acts` are its activations after
 * mlpForward (the input is not read there), `head` is the output's delta f32[outputLanes], padded with zeros, and
 * `deltas` is scratch, two rows of net.lanes floats. The weights become those that mlpBackward of a batch of one and
 * adamStep would make of them, to the bit; the rate is that of the optimiser. Nothing is checked.
 */
export function trainOnline(net: Mlp, adam: Adam, x: usize, acts: usize, head: usize, deltas: usize): void {
  const scale = f32x4.splat(adamBegin(adam, adam.rate))
  const guard = f32x4.splat(adam.guard)
  const row = <usize>net.lanes << 2
  const p = net.params
  const m = adam.first
  const v = adam.second
  let at = net.layer(net.depth)
  let h = acts + net.entering(net.depth)
  let above = deltas
  let below = deltas + row
  trainHead(net, p + at, m + at, v + at, h, head, above, scale, guard)
  // From the last hidden layer down: `above` holds the deltas of the layer, `below` receives those of the one below it.
  for (let left = net.depth; left > 0; left--) {
    const isFirst = left == 1
    const rows = isFirst ? net.inputs : net.width
    at -= (rows + 1) * row
    h = isFirst ? x : h - row
    trainLayer(p + at, m + at, v + at, rows, row, h, above, isFirst ? 0 : below, scale, guard)
    if (!isFirst) deactivate(net, h, below)
    const held = above
    above = below
    below = held
  }
  adamEnd(adam)
}
