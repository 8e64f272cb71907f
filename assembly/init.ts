// First weights from a stream, biases 0: He and Glorot uniform, and orthogonal (Saxe, McClelland, Ganguli 2014) by
// modified Gram-Schmidt on normals, all in f64 and then rounded. Draw order and gains: docs/numerics.md.

import { Mlp } from './mlp'
import { Stream, streamNormals, streamUniform } from './rng'

export const HE: u32 = 0
export const GLOROT: u32 = 1
export const ORTHOGONAL: u32 = 2

const HIDDEN_GAIN: f64 = 5.0 / 3.0 // of tanh

/** f64s of scratch that initialise() needs. */
export function initFloats(net: Mlp): usize {
  const rows = <usize>max(net.inputs, net.width)
  return rows * <usize>max(net.width, net.outputs) + 2
}

/** Address of W[i, j] of layer k. */
function weight(net: Mlp, k: u32, i: u32, j: u32): usize {
  const w = net.params + net.layer(k)
  return w + ((k < net.depth ? <usize>i * net.lanes + j : <usize>j * net.lanes + i) << 2)
}

/** Makes the `count` vectors of `length` f64s orthonormal in order; element e of vector k lies at q + k vStride + e eStride. */
function orthonormalise(q: usize, count: u32, vStride: usize, length: u32, eStride: usize): void {
  const end = length * eStride
  for (let k: usize = 0; k < count; k++) {
    const vector = q + k * vStride
    for (let pass = 0; pass < 2; pass++) {
      for (let j: usize = 0; j < k; j++) {
        const other = q + j * vStride
        let dot: f64 = 0
        for (let e: usize = 0; e < end; e += eStride) dot += load<f64>(other + e) * load<f64>(vector + e)
        for (let e: usize = 0; e < end; e += eStride) store<f64>(vector + e, load<f64>(vector + e) - dot * load<f64>(other + e))
      }
    }
    let square: f64 = 0
    for (let e: usize = 0; e < end; e += eStride) square += load<f64>(vector + e) * load<f64>(vector + e)
    const norm = sqrt<f64>(square)
    for (let e: usize = 0; e < end; e += eStride) store<f64>(vector + e, load<f64>(vector + e) / norm)
  }
}

/** Draws all weights of `net`; `gain` is the head's where the init is orthogonal; scratch f64[initFloats(net)]. */
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
