// Twin of distillation: cross-entropy of the policy network towards given policies at given states (of a replay memory
// or of proxies), in shuffled mini-batches, with the Adam state that is given and without clipping.
import type { Entry } from './a2c.ts'
import { type Adam, adamStep } from './adam.ts'
import { backward, forward, type Net, softmax } from './mlp.ts'
import type { Stream } from './philox.ts'
import type { Num } from './rounding.ts'

export type DistillSettings = { epochs: number; batch: number; rate: number; epsilon: number }

/** Head delta of the mean over B of -(sum of t log p), in f32: (p_a - t_a) / B. */
export function softTargetDelta(num: Num, p: number[], target: number[], B: number): number[] {
  return p.map((value, a) => num.round(num.round(value - target[a]) / B))
}

/** One mini-batch: forward passes, gradients summed in the order given, and one step of Adam. */
export function distillStep(num: Num, policy: Net, adam: Adam, entries: Entry[], settings: DistillSettings): void {
  const passes = entries.map(({ state }) => forward(num, policy, state))
  const deltas = passes.map(({ output }, n) =>
    softTargetDelta(num, softmax(num, output), entries[n].policy, entries.length),
  )
  const { rate, epsilon } = settings
  adamStep(num, policy, adam, backward(num, policy, passes, deltas), { rate, epsilon, clip: null, form: 'keras' })
}

/** In each epoch the stream `replay` shuffles the order 0..M-1, which is cut into consecutive mini-batches. */
export function distill(
  num: Num,
  policy: Net,
  adam: Adam,
  entries: Entry[],
  replay: Stream,
  settings: DistillSettings,
): void {
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    const order = entries.map((_, n) => n)
    replay.shuffle(order)
    for (let start = 0; start < order.length; start += settings.batch) {
      const batch = order.slice(start, start + settings.batch).map((n) => entries[n])
      distillStep(num, policy, adam, batch, settings)
    }
  }
}
