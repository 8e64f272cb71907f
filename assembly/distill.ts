// Distillation (paper, section "Federated reinforcement distillation"): supervised mini-batch steps of the policy network
// towards (state, policy) entries by cross-entropy with soft targets, shuffled by the stream `replay`.

import { Adam, trainBatch } from './adam'
import { clearFloats, copyFloats } from './memory'
import { Batch, batchConfigure, Mlp, mlpBackward, mlpForwardAll, sampleActs, sampleDelta } from './mlp'
import { Stream, streamShuffle } from './rng'
import { softmax } from './softmax'

/**
 * `epochs` passes over entries f32[count][inputs + outputs] in batches of `size`; `order` is scratch u32[count].
 * @returns false where a delta is not finite
 */
export function distillEntries(net: Mlp, adam: Adam, rate: f64, clip: f64, entries: usize, count: u32, order: usize,
  stream: Stream, epochs: u32, size: u32, scratch: Batch): bool {
  const state = <usize>net.inputs << 2
  const stride = state + (<usize>net.outputs << 2)
  batchConfigure(scratch, net, size)
  for (let epoch: u32 = 0; epoch < epochs; epoch++) {
    for (let i: usize = 0; i < count; i++) store<u32>(order + (i << 2), <u32>i)
    streamShuffle(stream, order, count)
    for (let start: u32 = 0; start < count; start += size) {
      const samples = min(size, count - start)
      for (let b: u32 = 0; b < samples; b++) {
        copyFloats(sampleActs(scratch, b), entries + load<u32>(order + (<usize>(start + b) << 2)) * stride, net.inputs)
      }
      mlpForwardAll(net, scratch.acts, scratch.actBytes, scratch.acts, scratch.actBytes, samples)
      let unsound: f32 = 0
      for (let b: u32 = 0; b < samples; b++) {
        const target = entries + load<u32>(order + (<usize>(start + b) << 2)) * stride + state
        const p = sampleActs(scratch, b) + net.entering(net.depth + 1)
        softmax(p, p, net.outputs)
        const head = sampleDelta(scratch, net, b, net.depth)
        clearFloats(head, net.outputLanes)
        for (let a: usize = 0; a < <usize>net.outputs << 2; a += 4) {
          const delta = (load<f32>(p + a) - load<f32>(target + a)) / <f32>samples
          store<f32>(head + a, delta)
          unsound += delta - delta // 0, or NaN where not finite
        }
      }
      if (unsound != 0) return false
      mlpBackward(net, scratch, samples)
      trainBatch(net, adam, scratch.gradient, rate, clip)
    }
  }
  return true
}
