// Host face of assembly/envs.ts: names, sizes and limits of the environments the kernel knows.

import type { Config } from '../config.ts'
import { expected } from '../field.ts'
import type { Kernel } from './wasm.ts'

export interface Environment {
  readonly id: number
  readonly name: string
  /** components of an observation */
  readonly observations: number
  readonly actions: number
  /** longest episode, steps */
  readonly limit: number
}

const RECORD_BYTES = 64

export function environments(kernel: Kernel): Environment[] {
  const record = kernel.reserve(RECORD_BYTES)
  return Array.from({ length: kernel.envCount() }, (_, i) => {
    const name = kernel.text(kernel.envName(i + 1, record))
    return {
      id: i + 1,
      name,
      observations: kernel.envObservations(record),
      actions: kernel.envActions(record),
      limit: kernel.envLimit(record),
    }
  })
}

/** S^observations: how many clusters a config cuts the environment's states in. @throws RangeError for ranges of others */
export function clustersOf(env: Environment, { ranges, sections }: Config): number {
  if (ranges.length !== env.observations) {
    throw new RangeError(expected('ranges', `${env.observations} half-widths`, ranges.length))
  }
  return ranges.reduce((clusters) => clusters * sections, 1)
}
