// Distillation ("Standalone and Distributed RL Operations"): supervised training of the policy network towards (state,
// policy) entries, in mini-batches. The paper leaves the loss, the optimiser, the passes and the batches open
// [C: distillation]: the loss is the cross-entropy with the entry's policy as a soft target. The value network does not take part.

import { Adam, trainBatch } from './adam'
import { clearFloats, copyFloats } from './memory'
import { Batch, batchConfigure, Mlp, mlpBackward, mlpForwardAll, sampleActs, sampleDelta } from './mlp'
import { Stream, streamShuffle } from './rng'
import { softmax } from './softmax'

/**
 * Trains `net` by `epochs` passes over `entries`, f32[count][inputs + outputs], dense: a state, then the target policy.
 * Each pass takes the order 0..count-1, shuffled by `stream`, in consecutive mini-batches of `size`, the last of which
 * may be smaller. The delta of a sample's logit a is (p_a - t_a) / B in f32, where p is the softmax of the network's
 * output, t the target and B the batch's own size; one Adam step with `rate` (clipped where clip > 0) follows each
 * batch. `order` is scratch u32[count], and `scratch` is batchBytes(net, size) bytes.
 * @returns false where a delta is not finite; the batches before have then been trained, that batch has not
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
          unsound += delta - delta // adds 0 where delta is finite, else NaN
        }
      }
      if (unsound != 0) return false
      mlpBackward(net, scratch, samples)
      trainBatch(net, adam, scratch.gradient, rate, clip)
    }
  }
  return true
}
