// The first weights of a network, drawn from a stream: He uniform (He et al. 2015), Glorot uniform (Glorot, Bengio
// 2010), or orthogonal (Saxe, McClelland, Ganguli 2014) by modified Gram-Schmidt on normals. Everything is computed in
// f64 and rounded to f32 at the end. The paper leaves the choice open [C: learner]; docs/numerics.md ("Networks") has
// the order of draws.

import { Mlp } from './mlp'
import { Stream, streamNormals, streamUniform } from './rng'

/** Kinds of initialisation, by their number in AgentConfig. */
export const HE: u32 = 0
export const GLOROT: u32 = 1
export const ORTHOGONAL: u32 = 2

/** Factor on the orthogonal weights of hidden layers: PyTorch's calculate_gain of tanh; relu layers take it, too. */
const HIDDEN_GAIN: f64 = 5.0 / 3.0

/** How many f64 of scratch initialise needs: the largest matrix, and room for the second normal of the last pair. */
export function initFloats(net: Mlp): usize {
  const rows = <usize>max(net.inputs, net.width)
  return rows * <usize>max(net.width, net.outputs) + 2
}

/** Address of W[i, j], from input i to unit j of layer k; the head, k = depth, is stored by units. */
function weight(net: Mlp, k: u32, i: u32, j: u32): usize {
  const w = net.params + net.layer(k)
  return w + ((k < net.depth ? <usize>i * net.lanes + j : <usize>j * net.lanes + i) << 2)
}

/**
 * Makes `count` vectors of `length` f64 orthonormal, in order; element e of vector k lies at q + k vStride + e eStride,
 * strides in bytes. Modified Gram-Schmidt in two passes: q_k -= (q_j . q_k) q_j for j = 0..k-1, twice, since one pass
 * loses orthogonality by rounding; then q_k is divided by its norm. Dot products and squares are summed from 0 by
 * ascending index.
 */
function orthonormalise(q: usize, count: u32, vStride: usize, length: u32, eStride: usize): void {
  const end = length * eStride
  for (let k: usize = 0; k < count; k++) {
    const vector = q + k * vStride
    for (let pass = 0; pass < 2; pass++) {
      for (let j: usize = 0; j < k; j++) {
        const other = q + j * vStride
        let dot: f64 = 0
        for (let e: usize = 0; e < end; e += eStride) dot += load<f64>(other + e) * load<f64>(vector + e)
        for (let e: usize = 0; e < end; e += eStride) {
          store<f64>(vector + e, load<f64>(vector + e) - dot * load<f64>(other + e))
        }
      }
    }
    let square: f64 = 0
    for (let e: usize = 0; e < end; e += eStride) square += load<f64>(vector + e) * load<f64>(vector + e)
    const norm = sqrt<f64>(square)
    for (let e: usize = 0; e < end; e += eStride) store<f64>(vector + e, load<f64>(vector + e) / norm)
  }
}

/**
 * Draws all weights of `net`, layer by layer from the input, W as (in, out) row-major; biases and padding become 0.
 * He: (2u - 1) sqrt(6 / in), where u is a uniform f64, one for each weight.
 * Glorot: (2u - 1) sqrt(6 / (in + out)), likewise.
 * Orthogonal: in * out normals, drawn in pairs, of which an odd last one is dropped; the columns (in >= out) or else
 * the rows are made orthonormal and multiplied by the gain: HIDDEN_GAIN for a hidden layer, `gain` for the head.
 * `scratch` is f64[initFloats(net)].
 */
export function initialise(net: Mlp, stream: Stream, kind: u32, gain: f64, scratch: usize): void {
  memory.fill(net.params, 0, <usize>net.floats << 2)
  for (let k: u32 = 0; k <= net.depth; k++) {
    const rows = net.rows(k)
    const columns = k < net.depth ? net.width : net.outputs
    if (kind == ORTHOGONAL) {
      const count = <usize>rows * columns
      for (let i: usize = 0; i < count; i += 2) streamNormals(stream, scratch + (i << 3))
      if (rows >= columns) orthonormalise(scratch, columns, 8, rows, <usize>columns << 3)
      else orthonormalise(scratch, rows, <usize>columns << 3, columns, 8)
    }
    const factor = k < net.depth ? HIDDEN_GAIN : gain
    const limit = sqrt<f64>(6.0 / <f64>(kind == HE ? rows : rows + columns))
    for (let i: u32 = 0; i < rows; i++) {
      for (let j: u32 = 0; j < columns; j++) {
        const value =
          kind == ORTHOGONAL
            ? factor * load<f64>(scratch + ((<usize>i * columns + j) << 3))
            : (2.0 * streamUniform(stream) - 1.0) * limit
        store<f32>(weight(net, k, i, j), <f32>value)
      }
    }
  }
}
