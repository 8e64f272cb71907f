// Twin of the initial weights: he (He et al. 2015), glorot (Glorot and Bengio 2010), orthogonal (Saxe et al. 2014).
// Layers are drawn in order from the input, and biases are 0. A test draws the policy network first and then the value
// network, from the stream `init`.
import { type Net, type Shape, zeroNet } from './mlp.ts'
import type { Stream } from './philox.ts'
import type { Num } from './rounding.ts'

export type Init = 'he' | 'glorot' | 'orthogonal'
export const HIDDEN_GAIN = 5 / 3
export const POLICY_HEAD_GAIN = 0.01
export const VALUE_HEAD_GAIN = 1

/** `headGain` matters to `orthogonal` only. */
export function initNet(num: Num, shape: Shape, init: Init, headGain: number, stream: Stream): Net {
  const net = zeroNet(shape)
  net.layers.forEach((layer, l) => {
    const rows = layer.W.length
    const columns = layer.b.length
    if (init === 'orthogonal') {
      layer.W = orthogonal(num, rows, columns, l < net.depth ? HIDDEN_GAIN : headGain, stream)
    } else {
      const bound = Math.sqrt(6 / (init === 'he' ? rows : rows + columns))
      layer.W = layer.W.map((row) => row.map(() => num.round((2 * stream.uniform() - 1) * bound)))
    }
  })
  return net
}

/** A matrix of rows x columns whose columns (where rows >= columns) or else rows are orthonormal, times the gain. */
function orthogonal(num: Num, rows: number, columns: number, gain: number, stream: Stream): number[][] {
  const normals = stream.normals(num.log64, rows * columns)
  const matrix = Array.from({ length: rows }, (_, i) => normals.slice(i * columns, (i + 1) * columns))
  const tall = rows >= columns
  const q = orthonormalise(tall ? transpose(matrix) : matrix)
  return (tall ? transpose(q) : q).map((row) => row.map((value) => num.round(value * gain)))
}

/** Modified Gram-Schmidt: each vector loses its part along every earlier one, twice, and is divided by its norm. */
function orthonormalise(vectors: number[][]): number[][] {
  const q = vectors.map((vector) => vector.slice())
  for (let k = 0; k < q.length; k++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const along = dot(q[j], q[k])
        for (let i = 0; i < q[k].length; i++) q[k][i] -= along * q[j][i]
      }
    }
    const norm = Math.sqrt(dot(q[k], q[k]))
    for (let i = 0; i < q[k].length; i++) q[k][i] /= norm
  }
  return q
}

function dot(a: number[], b: number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function transpose(matrix: number[][]): number[][] {
  return matrix[0].map((_, j) => matrix.map((row) => row[j]))
}
