// Multilayer perceptron, f32, forward and backward: dense hidden layers (relu or tanh), a linear head.
// Parameters in memory (np = width padded to 4, zeros): layer k is (in + 1) rows of np, the bias row last, input-major,
// so that a forward adds x[i] W[i, :] with SIMD across outputs and no reduction (2.7 times faster than output-major at
// 50 x 50, 2026); the head is output-major, `outputs` rows of np, its padded bias behind. Sums: docs/numerics.md.

import { pad4 } from './memory'
import { laneSums, NO_FLOOR, product, products, transpose, ZERO_FLOOR } from './product'

export const RELU: u32 = 0
export const TANH: u32 = 1

/** Back-propagated deltas of hidden layers up to here become 0, or they would feed subnormals to Adam. */
const DELTA_FLOOR: f32 = 9.094947017729282e-13 // 2^-40

/** The input that a bias weighs. */
const ONE = memory.data<f32>([1])

/** Shape of a network and where its parameters lie, relative to this record. */
@unmanaged
export class Mlp {
  inputs: u32
  width: u32
  depth: u32
  outputs: u32
  activation: u32
  /** floats of a hidden row, of the padded input, of the padded output */
  lanes: u32
  inputLanes: u32
  outputLanes: u32
  /** parameters with padding, and without */
  floats: u32
  weights: u32
  /** floats of one sample's activations: input (where a batch has it) | hidden layers | output */
  activations: u32
  paramsAt: u32

  get params(): usize {
    return changetype<usize>(this) + this.paramsAt
  }

  /** Inputs of hidden layer k. */
  @inline rows(k: u32): u32 {
    return k == 0 ? this.inputs : this.width
  }

  /** Byte offset of layer k in the parameters, the head at k = depth. */
  @inline layer(k: u32): usize {
    return k == 0 ? 0 : ((<usize>(this.inputs + 1) + <usize>(k - 1) * (this.width + 1)) * this.lanes) << 2
  }

  /** Byte offset of the values entering layer k in a sample's activations; k = depth + 1 is the output. */
  @inline entering(k: u32): usize {
    return k == 0 ? 0 : (<usize>this.inputLanes + <usize>(k - 1) * this.lanes) << 2
  }
}

export function mlpBytes(): usize {
  return offsetof<Mlp>()
}

/** Parameters with padding: floats of a gradient and of each moment. */
export function mlpFloats(net: Mlp): u32 {
  return net.floats
}

/** Fills the record; the parameters f32[mlpFloats] lie `paramsAt` bytes behind it. */
export function mlpConfigure(net: Mlp, inputs: u32, width: u32, depth: u32, outputs: u32, activation: u32, paramsAt: u32): void {
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

// ---- forward

/** f32 hyperbolic tangent: AssemblyScript's port of musl, inside the module. */
export function tanh32(x: f32): f32 {
  return NativeMathf.tanh(x)
}

/** relu is a floor of the product's sums; tanh comes behind it, in place. */
function floorOf(net: Mlp): i32 {
  return net.activation == RELU ? ZERO_FLOOR : NO_FLOOR
}

function applyTanh(net: Mlp, h: usize): void {
  for (const end = h + (<usize>net.width << 2); h < end; h += 4) store<f32>(h, tanh32(load<f32>(h)))
}

/** x a and x b in the lower lanes, all three f32 of `bytes`. */
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

/** The linear head: outputs from the last hidden layer h, weights w. */
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
 * Fills the hidden layers and the output of `acts` (f32[net.activations]) from the input x, at its front or elsewhere.
 * Not mlpForwardAll of one, which would cost 1 % of an online step at n = 24 (2026).
 */
export function mlpForward(net: Mlp, x: usize, acts: usize): void {
  const row = <usize>net.lanes << 2
  const floor = floorOf(net)
  let w = net.params
  let h = acts + (<usize>net.inputLanes << 2)
  for (let left = net.depth, rows = net.inputs; left > 0; left--, rows = net.width) {
    const biases = w + rows * row
    product(x, 4, rows, w, row, biases, h, net.lanes, floor)
    if (net.activation == TANH) applyTanh(net, h)
    w = biases + row
    x = h
    h += row
  }
  headForward(net, x, w, h)
}

/** mlpForward of `count` samples, whose inputs lie xStride and whose activations `stride` bytes apart. */
export function mlpForwardAll(net: Mlp, x: usize, xStride: usize, acts: usize, stride: usize, count: u32): void {
  const row = <usize>net.lanes << 2
  const bytes = count * stride
  const floor = floorOf(net)
  let w = net.params
  let h = acts + (<usize>net.inputLanes << 2)
  for (let left = net.depth, rows = net.inputs; left > 0; left--, rows = net.width) {
    const biases = w + rows * row
    products(count, x, xStride, 4, rows, w, row, biases, h, stride, net.lanes, floor)
    if (net.activation == TANH) for (let b: usize = 0; b < bytes; b += stride) applyTanh(net, h + b)
    w = biases + row
    x = h
    xStride = stride
    h += row
  }
  let b: usize = 0
  if (net.outputs == 1) {
    for (; b + stride < bytes; b += 2 * stride) {
      const values = f32x4.add(dots(w, x + b, x + b + stride, row), v128.load_splat<f32>(w + row))
      v128.store_lane<f32>(h + b, values, 0)
      v128.store_lane<f32>(h + b + stride, values, 1)
    }
  }
  for (; b < bytes; b += stride) headForward(net, x + b, w, h + b)
}

// ---- backward

/** Sums of deltas into deltas: times the activation's derivative at its value h, small ones to 0. */
// @ts-ignore: decorator
@inline
export function hiddenDelta(isRelu: bool, h: v128, sum: v128): v128 {
  const one = f32x4.splat(1)
  const delta = isRelu ? v128.and(sum, f32x4.gt(h, f32x4.splat(0))) : f32x4.mul(sum, f32x4.sub(one, f32x4.mul(h, h)))
  return v128.and(delta, f32x4.gt(f32x4.abs(delta), f32x4.splat(DELTA_FLOOR)))
}

/** hiddenDelta of d[0..lanes) at h, in place; padding 0. */
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

/** Scratch of a backward pass over up to `capacity` samples, offsets relative to this record; holds no state. */
@unmanaged
export class Batch {
  acts: usize
  deltas: usize
  gradient: usize
  transposed: usize
  actBytes: usize
  deltaBytes: usize
}

export function batchBytes(net: Mlp, capacity: u32): usize {
  const sample = <usize>net.activations + <usize>net.depth * net.lanes + net.outputLanes
  const transposed = <usize>net.width * net.lanes + 4 * <usize>net.lanes
  return 64 + ((sample * capacity + net.floats + transposed) << 2)
}

export function batchConfigure(batch: Batch, net: Mlp, capacity: u32): void {
  batch.actBytes = <usize>net.activations << 2
  batch.deltaBytes = (<usize>net.depth * net.lanes + net.outputLanes) << 2
  batch.acts = changetype<usize>(batch) + 64
  batch.deltas = batch.acts + batch.actBytes * capacity
  batch.gradient = batch.deltas + batch.deltaBytes * capacity
  batch.transposed = batch.gradient + (<usize>net.floats << 2)
}

/** The gradient that mlpBackward leaves, laid out as the parameters. */
export function batchGradient(batch: Batch): usize {
  return batch.gradient
}

/** Activations of sample b; its input goes to the front. */
// @ts-ignore: decorator
@inline
export function sampleActs(batch: Batch, b: u32): usize {
  return batch.acts + b * batch.actBytes
}

/** Delta entering layer k from above for sample b: the hidden layers' in order, the head's last. */
// @ts-ignore: decorator
@inline
export function sampleDelta(batch: Batch, net: Mlp, b: u32, k: u32): usize {
  return batch.deltas + b * batch.deltaBytes + ((<usize>k * net.lanes) << 2)
}

/**
 * Gradient of all parameters, summed over `count` samples, -> batch.gradient, laid out as the parameters.
 * Expects each sample's activations (after mlpForward) and its head delta (padded with zeros).
 */
export function mlpBackward(net: Mlp, batch: Batch, count: u32): void {
  const row = <usize>net.lanes << 2
  const depth = net.depth
  const head = batch.gradient + net.layer(depth)
  const top = sampleDelta(batch, net, 0, depth)
  const acts = batch.acts + net.entering(depth)
  products(net.outputs, top, 4, batch.deltaBytes, count, acts, batch.actBytes, 0, head, row, net.lanes, NO_FLOOR)
  product(ONE, 0, count, top, batch.deltaBytes, 0, head + net.outputs * row, net.outputLanes, NO_FLOOR)

  // Rows of W, or of its transpose, that carry the delta of layer k + 1 down to layer k.
  let carrier = net.params + net.layer(depth)
  let carried = net.outputs
  for (let k = depth; k-- > 0; ) {
    const below = sampleDelta(batch, net, 0, k)
    const stride = batch.deltaBytes
    products(count, below + row, stride, 4, carried, carrier, row, 0, below, stride, net.lanes, NO_FLOOR)
    for (let b: u32 = 0; b < count; b++) deactivate(net, sampleActs(batch, b) + net.entering(k + 1), below + b * stride)
    const rows = net.rows(k)
    const gradient = batch.gradient + net.layer(k)
    const inputs = batch.acts + net.entering(k)
    products(rows, inputs, 4, batch.actBytes, count, below, stride, 0, gradient, row, net.lanes, NO_FLOOR)
    product(ONE, 0, count, below, stride, 0, gradient + rows * row, net.lanes, NO_FLOOR)
    if (k > 0) {
      transpose(net.params + net.layer(k), batch.transposed, net.lanes)
      carrier = batch.transposed
      carried = net.width
    }
  }
}
