// Twin of the networks: dense layers, relu or tanh, a linear head, softmax, and their derivatives. Arrays are canonical
// and without padding: W[i][j] leads from input i to unit j. Sums run by ascending index; only the forward sum of the
// head has the lane order.
import type { Num } from './rounding.ts'

/**
 * A delta of a hidden layer becomes 0 at or below this magnitude, because subnormals cost 15 to 30 times the step
 * (docs/numerics.md).
 */
const SMALLEST_DELTA = 2 ** -40

export type Activation = 'relu' | 'tanh'
export type Shape = { inputs: number; width: number; depth: number; outputs: number; activation: Activation }
export type Layer = { W: number[][]; b: number[] }
export type Net = Shape & { layers: Layer[] }
/**
 * What a forward pass computes: activations[0] is the input, activations[l] is hidden layer l, and output is that of
 * the head before softmax.
 */
export type Pass = { activations: number[][]; output: number[] }

/** A network of zeros: `depth` hidden layers of `width` units, then the head. */
export function zeroNet(shape: Shape): Net {
  const { inputs, width, depth, outputs, activation } = shape
  const sizes = [inputs, ...Array<number>(depth).fill(width), outputs]
  const layers: Layer[] = []
  for (let l = 0; l + 1 < sizes.length; l++) {
    const W = Array.from({ length: sizes[l] }, () => Array<number>(sizes[l + 1]).fill(0))
    layers.push({ W, b: Array<number>(sizes[l + 1]).fill(0) })
  }
  return { inputs, width, depth, outputs, activation, layers }
}

/** The weights layer by layer from the input: W as (in, out) row-major, then b. */
export function toCanonical(layers: Layer[]): number[] {
  const flat: number[] = []
  for (const { W, b } of layers) for (const row of [...W, b]) for (const weight of row) flat.push(weight)
  return flat
}

export function fromCanonical(shape: Shape, flat: ArrayLike<number>): Net {
  const net = zeroNet(shape)
  setCanonical(net, flat)
  return net
}

/** Overwrites the weights of `net`, in canonical order. */
export function setCanonical(net: Net, flat: ArrayLike<number>): void {
  let next = 0
  for (const { W, b } of net.layers) {
    for (const row of W) for (let j = 0; j < row.length; j++) row[j] = flat[next++]
    for (let j = 0; j < b.length; j++) b[j] = flat[next++]
  }
  if (next !== flat.length) throw new RangeError(`"flat" expected ${next} weights, got ${flat.length}`)
}

/** y_j = b_j, then + x_i W_ij for i ascending; then the activation. */
export function hiddenForward(num: Num, activation: Activation, layer: Layer, x: number[]): number[] {
  return layer.b.map((bias, j) => {
    let y = bias
    for (let i = 0; i < x.length; i++) y = num.round(y + num.round(x[i] * layer.W[i][j]))
    if (activation === 'tanh') return num.tanh32(y)
    return Math.max(0, y)
  })
}

/** z_a = (sum over i of h_i W_ia in lane order) + b_a. */
export function headForward(num: Num, layer: Layer, h: number[]): number[] {
  return layer.b.map((bias, a) => {
    const lanes = [0, 0, 0, 0]
    for (let i = 0; i < h.length; i++) lanes[i % 4] = num.round(lanes[i % 4] + num.round(h[i] * layer.W[i][a]))
    const sum = num.round(num.round(lanes[0] + lanes[1]) + num.round(lanes[2] + lanes[3]))
    return num.round(sum + bias)
  })
}

export function forward(num: Num, net: Net, x: number[]): Pass {
  const activations = [x]
  for (let l = 0; l < net.depth; l++) {
    activations.push(hiddenForward(num, net.activation, net.layers[l], activations[l]))
  }
  return { activations, output: headForward(num, net.layers[net.depth], activations[net.depth]) }
}

/** e_a = exp32(z_a - max z); p_a = e_a / (sum of e ascending from 0). */
export function softmax(num: Num, z: number[]): number[] {
  let largest = z[0]
  for (const value of z) if (value > largest) largest = value
  const e = z.map((value) => num.exp32(num.round(value - largest)))
  let sum = 0
  for (const value of e) sum = num.round(sum + value)
  return e.map((value) => num.round(value / sum))
}

/** Delta of a hidden layer with activations h: (sum over j, ascending from 0, of d_j W_ij) f'(h_i); tiny ones are 0. */
function deltaBelow(num: Num, activation: Activation, W: number[][], h: number[], d: number[]): number[] {
  return h.map((value, i) => {
    let sum = 0
    for (let j = 0; j < d.length; j++) sum = num.round(sum + num.round(d[j] * W[i][j]))
    const derivative = activation === 'relu' ? (value > 0 ? 1 : 0) : num.round(1 - num.round(value * value))
    const delta = num.round(sum * derivative)
    return Math.abs(delta) <= SMALLEST_DELTA ? 0 : delta
  })
}

/** Gradients of all layers from the head's delta of each pass, summed over the batch in ascending order from 0. */
export function backward(num: Num, net: Net, passes: Pass[], headDeltas: number[][]): Layer[] {
  const gradients = zeroNet(net).layers
  for (let n = 0; n < passes.length; n++) {
    let d = headDeltas[n]
    for (let l = net.depth; l >= 0; l--) {
      const x = passes[n].activations[l]
      const { W, b } = gradients[l]
      for (let i = 0; i < x.length; i++) {
        for (let j = 0; j < d.length; j++) W[i][j] = num.round(W[i][j] + num.round(x[i] * d[j]))
      }
      for (let j = 0; j < d.length; j++) b[j] = num.round(b[j] + d[j])
      if (l > 0) d = deltaBelow(num, net.activation, net.layers[l].W, x, d)
    }
  }
  return gradients
}
