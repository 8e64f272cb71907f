// The works that the kernel and the yardstick both know, each with the command that a contender is given.

import { environments } from '../src/config/environment.ts'
import { STEPS } from './learning.ts'

export interface Work {
  readonly name: string
  readonly command: string
  /** what the yardstick is asked, where that is another work; null where it has none like it */
  readonly native?: string | null
  readonly unit: string
  /** the most repetitions in a sample */
  readonly most?: number
}

const WIDTHS = [24, 50, 100]

export const works: readonly Work[] = [
  ...WIDTHS.map((n) => ({ name: `W1 online step, 4-${n}-${n}-2`, command: `online ${n}`, unit: 'ns per step' })),
  ...WIDTHS.flatMap((n) =>
    [32, 64, 256].map((batch) => ({
      name: `W3 distillation per sample, 4-${n}-${n}-2, batch ${batch}`,
      command: `distil ${n} ${batch}`,
      unit: 'ns per sample',
      most: 100,
    })),
  ),
  ...environments.map(({ name }) => ({
    name: `W4 step of ${name} with its observation`,
    command: `physics ${name}`,
    unit: 'ns per step',
  })),
]

/** W2: whole steps in the kernel, with policy, sampling and physics, beside the training step of W1. */
export const wholeSteps: readonly (Work & { readonly native: string })[] = WIDTHS.map((n) => ({
  name: `W2 whole step beside W1's, 4-${n}-${n}-2`,
  command: `episode ${n}`,
  native: `online ${n}`,
  unit: 'ns per step',
}))

/**
 * W5: whole steps of a policy that learns. Beside preset paper stands the training step of W1; the yardstick has nothing
 * like the updates of preset tuned, which are made from 128 steps.
 */
export const learnings: readonly Work[] = (['paper', 'tuned'] as const).flatMap((preset) =>
  [24, 50].map((n) => ({
    name: `W5 step while learning, ${preset}, 4-${n}-${n}-2, ${STEPS.toLocaleString('en')} steps`,
    command: `learning ${preset} ${n}`,
    native: preset === 'paper' ? `online ${n}` : null,
    unit: 'ns per step',
  })),
)
