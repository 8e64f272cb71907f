// Canonical order of a network's weights, for the wire, files and digests: layer by layer from the input, W as (in, out)
// row-major, then b; without padding.

import { Mlp } from './mlp'

/** Copies between the padded `padded` (f32[net.floats]) and canonical f32[net.weights]: `pack` true fills the canonical. */
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
