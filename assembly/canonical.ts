// The canonical order of a network's weights, in which they stand on the wire, in files and in digests: layer by layer
// from the input, first the weights W as (in, out) row-major, then the biases b. It has no padding. In memory the rows
// are padded and the head is stored by outputs (mlp.ts); this file copies between the two and changes no number.

import { Mlp } from './mlp'

/**
 * Copies all weights and biases of a network between memory order, `padded` f32[net.floats], and canonical order,
 * `canonical` f32[net.weights]. Where `pack` is true, it writes `canonical`; else it writes `padded`, whose padding it
 * leaves as it is.
 */
export function mlpCanonical(net: Mlp, padded: usize, canonical: usize, pack: bool): void {
  const row = <usize>net.lanes << 2
  const dense = <usize>net.width << 2
  for (let k: u32 = 0; k < net.depth; k++) {
    const rows = net.rows(k) + 1
    const w = padded + net.layer(k)
    for (let at = w; at < w + rows * row; at += row) {
      if (pack) memory.copy(canonical, at, dense)
      else memory.copy(at, canonical, dense)
      canonical += dense
    }
  }
  // The head is transposed on the way: in memory it has one row per output, in canonical order one row per unit.
  const w = padded + net.layer(net.depth)
  for (let i: usize = 0; i <= net.width; i++) {
    for (let a: usize = 0; a < net.outputs; a++) {
      const at = i < net.width ? w + a * row + (i << 2) : w + net.outputs * row + (a << 2)
      if (pack) store<f32>(canonical, load<f32>(at))
      else store<f32>(at, load<f32>(canonical))
      canonical += 4
    }
  }
}
