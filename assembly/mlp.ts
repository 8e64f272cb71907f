// Multilayer perceptron, f32, forward and backward: `depth` dense hidden layers of `width` units (relu or tanh), then a
// linear head ("Ablation Study on FRD"). Softmax and losses are not here. Parameters in memory, rows padded with zeros:
// a hidden layer is input-major, (in + 1) rows of `lanes` floats, the bias row last, so that a forward adds the rows
// x[i] W[i, :] with SIMD across the units and reduces nothing (2.7 times faster than output-major at 50 x 50, 2026);
// the head is output-major, one row of `lanes` per output, then its biases, outputLanes floats. Bits: docs/numerics.md.

import { hiddenDelta } from './delta'
import { laneSums, transpose } from './lanes'
import { pad4 } from './memory'
import { NO_FLOOR, paysSparse, product, products, sparseProduct, ZERO_FLOOR } from './product'

/** Activations of the hidden layers, by their number in AgentConfig. */
export const RELU: u32 = 0
export const TANH: u32 = 1

/** The input of a bias, which is always 1. */
const ONE = memory.data<f32>([1])

/** Shape of a network, and where its parameters lie. */
@unmanaged
export class Mlp {
  inputs: u32 // components of the input
  width: u32 // units of each hidden layer: how we read the paper's n
  depth: u32 // hidden layers, at least 1, l in the paper
  outputs: u32 // units of the head
  activation: u32 // RELU or TANH
  lanes: u32 // floats of a row of `width`, padded to a multiple of 4
  inputLanes: u32 // floats of the input, padded likewise
  outputLanes: u32 // floats of the output, padded likewise
  floats: u32 // floats of all parameters, padding included
  weights: u32 // number of weights and biases, without padding
  activations: u32 // floats of a sample's activations: input (used in a batch) | hidden layers | output, each padded
  paramsAt: u32 // bytes from this record to the parameters

  /** Address of the parameters, f32[floats]. */
  get params(): usize {
    return changetype<usize>(this) + this.paramsAt
  }

  /** Inputs of layer k, of the head at k = depth. */
  @inline rows(k: u32): u32 {
    return k == 0 ? this.inputs : this.width
  }

  /** Bytes from the first parameter to layer k, to the head at k = depth. */
  @inline layer(k: u32): usize {
    return k == 0 ? 0 : ((<usize>(this.inputs + 1) + <usize>(k - 1) * (this.width + 1)) * this.lanes) << 2
  }

  /** Bytes from a sample's first activation to what enters layer k; at k = depth + 1 that is the output. */
  @inline entering(k: u32): usize {
    return k == 0 ? 0 : (<usize>this.inputLanes + <usize>(k - 1) * this.lanes) << 2
  }
}

/** Bytes of a network's record. */
export function mlpBytes(): usize {
  return offsetof<Mlp>()
}

/** Floats of a network's parameters with padding; a gradient and each of Adam's moments are as long. */
export function mlpFloats(net: Mlp): u32 {
  return net.floats
}

/**
 * Fills a network's record; the parameters f32[mlpFloats] are to lie `paramsAt` bytes behind it. Sizes are at least 1
 * and not checked. The parameters are not touched; their padding must be 0, and it stays 0.
 */
export function mlpConfigure(net: Mlp, inputs: u32, width: u32, depth: u32, outputs: u32, activation: u32,
  paramsAt: u32): void {
  net.inputs = inputs
  net.width = width
  net.depth = depth
  net.outputs = outputs
  net.activation = activation
  net.lanes = pad4(width)
  net.inputLanes = pad4(inputs)
  net.outputLanes = pad4(outputs)
  net.floats = (inputs + 1 + (depth - 1) * (width + 1) + outputs) * net.lanes + net.outputLanes
  net.weights = (inputs + 1) * width + (depth - 1) * (width + 1) * width + (width + 1) * outputs
  net.activations = net.inputLanes + depth * net.lanes + net.outputLanes
  net.paramsAt = paramsAt
}

/**
 * The hyperbolic tangent, f32: AssemblyScript's port of musl, which is compiled into the module. The error is at most
 * 2.2 ulp (every f32 x with 2^-14 <= x <= 10.5 was tried, 2026; the worst is x = 0.2333). Odd to the bit.
 */
export function tanh32(x: f32): f32 {
  return NativeMathf.tanh(x)
}

/** The floor of a hidden layer's sums: 0 for relu. tanh has no floor; it is applied in place after the product. */
function floorOf(net: Mlp): i32 {
  return net.activation == RELU ? ZERO_FLOOR : NO_FLOOR
}

/** tanh32 of h f32[width], in place; the padding stays 0. */
function applyTanh(net: Mlp, h: usize): void {
  for (const end = h + (<usize>net.width << 2); h < end; h += 4) store<f32>(h, tanh32(load<f32>(h)))
}

/** The dot products x . a and x . b in lanes 0 and 1, each in lane order; x, a and b are f32 of `bytes`, padded. */
// @ts-ignore: decorator
@inline
function dots(x: usize, a: usize, b: usize, bytes: usize): v128 {
  let s = f32x4.splat(0)
  let t = s
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(x + i)
    s = f32x4.add(s, f32x4.mul(value, v128.load(a + i)))
    t = f32x4.add(t, f32x4.mul(value, v128.load(b + i)))
  }
  return laneSums(s, t)
}

/**
 * The head: out[a] = (sum over i of h[i] W[i, a], in lane order) + b[a], where h is the last hidden layer and w the
 * address of the head's parameters. Two outputs are taken at a time, since one sum over lanes then serves both.
 */
// @ts-ignore: decorator
@inline
function headForward(net: Mlp, h: usize, w: usize, out: usize): void {
  const row = <usize>net.lanes << 2
  let left = net.outputs
  let bias = w + left * row
  for (; left > 1; left -= 2) {
    v128.store64_lane(out, f32x4.add(dots(h, w, w + row, row), v128.load64_zero(bias)), 0)
    w += 2 * row
    out += 8
    bias += 8
  }
  if (left > 0) v128.store_lane<f32>(out, f32x4.add(dots(h, w, w, row), v128.load_splat<f32>(bias)), 0)
}

/**
 * Forward of one input x, dense f32[inputs]: writes hidden layers and output into `acts`, f32[activations]. The input
 * may lie at the front of `acts` or elsewhere. Hidden: y[j] = f(b[j] + sum over i of x[i] W[i, j]), i ascending, f is
 * relu or tanh32; then the head. relu keeps NaN and -0. It is a function of its own because a call of mlpForwardAll
 * with one sample would cost 1 % of an online step at n = 24 (2026).
 */
export function mlpForward(net: Mlp, x: usize, acts: usize): void {
  const row = <usize>net.lanes << 2
  const floor = floorOf(net)
  let w = net.params
  let h = acts + (<usize>net.inputLanes << 2)
  const isSparse = net.activation == RELU && paysSparse(net.lanes)
  for (let left = net.depth, rows = net.inputs; left > 0; left--, rows = net.width) {
    const biases = w + rows * row
    if (isSparse && left < net.depth) sparseProduct(x, 4, rows, w, row, biases, h, net.lanes, floor)
    else product(x, 4, rows, w, row, biases, h, net.lanes, floor)
    if (net.activation == TANH) applyTanh(net, h)
    w = biases + row
    x = h
    h += row
  }
  headForward(net, x, w, h)
}

/**
 * mlpForward of `count` samples, with the same bits. Their inputs lie xStride bytes apart, and their activations
 * `stride` bytes apart. Layer by layer, two samples at a time share the loads of the weights.
 */
export function mlpForwardAll(net: Mlp, x: usize, xStride: usize, acts: usize, stride: usize, count: u32): void {
  const row = <usize>net.lanes << 2
  const bytes = count * stride
  const floor = floorOf(net)
  let w = net.params
  let h = acts + (<usize>net.inputLanes << 2)
  for (let left = net.depth, rows = net.inputs; left > 0; left--, rows = net.width) {
    const biases = w + rows * row
    const isBehindRelu = net.activation == RELU && left < net.depth
    products(count, x, xStride, 4, rows, w, row, biases, h, stride, net.lanes, floor, isBehindRelu)
    if (net.activation == TANH) for (let b: usize = 0; b < bytes; b += stride) applyTanh(net, h + b)
    w = biases + row
    x = h
    xStride = stride
    h += row
  }
  let b: usize = 0
  // With one output, two samples share one sum over lanes (1 % of an online step at n = 24, 2026).
  if (net.outputs == 1) {
    for (; b + stride < bytes; b += 2 * stride) {
      const values = f32x4.add(dots(w, x + b, x + b + stride, row), v128.load_splat<f32>(w + row))
      v128.store_lane<f32>(h + b, values, 0)
      v128.store_lane<f32>(h + b + stride, values, 1)
    }
  }
  for (; b < bytes; b += stride) headForward(net, x + b, w, h + b)
}

/** Makes sums d, f32[lanes], into deltas by hiddenDelta, in place; h are the layer's activations. Padding becomes 0. */
// @ts-ignore: decorator
@inline
export function deactivate(net: Mlp, h: usize, d: usize): void {
  const bytes = <usize>net.lanes << 2
  if (net.activation == RELU) {
    for (let i: usize = 0; i < bytes; i += 16) v128.store(d + i, hiddenDelta(true, v128.load(h + i), v128.load(d + i)))
  } else {
    for (let i: usize = 0; i < bytes; i += 16) v128.store(d + i, hiddenDelta(false, v128.load(h + i), v128.load(d + i)))
  }
  for (let i: usize = <usize>net.width << 2; i < bytes; i += 4) store<f32>(d + i, 0)
}

/** Scratch of a backward pass over up to `capacity` samples; the arrays follow 64 bytes behind. It holds no state. */
@unmanaged
export class Batch {
  acts: usize // address of the activations f32[capacity][activations]
  deltas: usize // address of the deltas: for each sample depth rows of `lanes`, then one of `outputLanes`
  gradient: usize // address of the gradient f32[floats], laid out as the parameters
  transposed: usize // address of the transpose of one hidden layer's W, rows of `lanes`
  actBytes: usize // bytes of one sample's activations
  deltaBytes: usize // bytes of one sample's deltas
}

/** Bytes of the scratch that a backward pass over up to `capacity` samples needs, its record included. */
export function batchBytes(net: Mlp, capacity: u32): usize {
  const sample = <usize>net.activations + <usize>net.depth * net.lanes + net.outputLanes
  const transposed = <usize>net.width * net.lanes + 4 * <usize>net.lanes
  return 64 + ((sample * capacity + net.floats + transposed) << 2)
}

/** Fills the record at the front of that scratch; the addresses in it are absolute. */
export function batchConfigure(batch: Batch, net: Mlp, capacity: u32): void {
  batch.actBytes = <usize>net.activations << 2
  batch.deltaBytes = (<usize>net.depth * net.lanes + net.outputLanes) << 2
  batch.acts = changetype<usize>(batch) + 64
  batch.deltas = batch.acts + batch.actBytes * capacity
  batch.gradient = batch.deltas + batch.deltaBytes * capacity
  batch.transposed = batch.gradient + (<usize>net.floats << 2)
}

/** Address of the gradient that mlpBackward leaves, f32[floats], laid out as the parameters. */
export function batchGradient(batch: Batch): usize {
  return batch.gradient
}

/** Address of the activations of sample b; its input goes to the front. */
// @ts-ignore: decorator
@inline
export function sampleActs(batch: Batch, b: u32): usize {
  return batch.acts + b * batch.actBytes
}

/** Address of the delta of layer k for sample b: f32[lanes], or for the head, k = depth, f32[outputLanes]. */
// @ts-ignore: decorator
@inline
export function sampleDelta(batch: Batch, net: Mlp, b: u32, k: u32): usize {
  return batch.deltas + b * batch.deltaBytes + ((<usize>k * net.lanes) << 2)
}

/**
 * The gradient of all parameters, summed over `count` samples, goes to batch.gradient; the weights are not changed. It
 * needs each sample's activations (by mlpForward, the input in front) and its head delta, padded with zeros. Gradient
 * of W[i, j]: the sum over the samples of x[i] d[j]. Gradient of b[j]: the sum over the samples of d[j]. Delta of the
 * layer below: the sum over j of d[j] W[i, j], made into a delta by hiddenDelta. Each of these sums runs by ascending
 * index from 0. The error of each is that of `product`, the derivative of the activation apart.
 */
export function mlpBackward(net: Mlp, batch: Batch, count: u32): void {
  const row = <usize>net.lanes << 2
  const depth = net.depth
  const head = batch.gradient + net.layer(depth)
  const top = sampleDelta(batch, net, 0, depth)
  const acts = batch.acts + net.entering(depth)
  const isRelu = net.activation == RELU
  products(net.outputs, top, 4, batch.deltaBytes, count, acts, batch.actBytes, 0, head, row, net.lanes, NO_FLOOR, false)
  product(ONE, 0, count, top, batch.deltaBytes, 0, head + net.outputs * row, net.outputLanes, NO_FLOOR)

  // The matrix whose rows, one per unit of layer k + 1, lead from its deltas to layer k: the head, then transposes.
  let matrix = net.params + net.layer(depth)
  let matrixRows = net.outputs
  for (let k = depth; k-- > 0; ) {
    const below = sampleDelta(batch, net, 0, k)
    const stride = batch.deltaBytes
    // The deltas of a hidden layer above are 0 where its relu was.
    const isBehindRelu = isRelu && k + 1 < depth
    products(count, below + row, stride, 4, matrixRows, matrix, row, 0, below, stride, net.lanes, NO_FLOOR,
      isBehindRelu)
    for (let b: u32 = 0; b < count; b++) deactivate(net, sampleActs(batch, b) + net.entering(k + 1), below + b * stride)
    const rows = net.rows(k)
    const gradient = batch.gradient + net.layer(k)
    const inputs = batch.acts + net.entering(k)
    products(rows, inputs, 4, batch.actBytes, count, below, stride, 0, gradient, row, net.lanes, NO_FLOOR,
      isRelu && k > 0)
    product(ONE, 0, count, below, stride, 0, gradient + rows * row, net.lanes, NO_FLOOR)
    if (k > 0) {
      transpose(net.params + net.layer(k), batch.transposed, net.lanes)
      matrix = batch.transposed
      matrixRows = net.width
    }
  }
}
