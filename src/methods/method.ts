// A method is a value: what an agent uploads, how the server aggregates, what an agent does with the download.
// Bytes stand between, because the payload is what is sent; `download` decodes the very bytes `aggregate` returned.

import type { Config } from '../config.ts'
import type { Agent } from '../kernel/agent.ts'
import type { PayloadKind, Space } from '../payload.ts'

/** What a method may know of its run beside agents and bytes. */
export interface Setting {
  readonly config: Config
  readonly space: Space
}

export interface Method {
  readonly name: string
  /** one line for help texts and docs */
  readonly doc: string
  readonly payload: (config: Config) => PayloadKind
  /** the memory that agents keep for it */
  readonly memory: 'proxies' | 'replay' | 'none'
  /** entries that a download distils at most, where the agents upload M in all at most; null: there is no exchange */
  readonly targets: ((entries: number) => number) | null
  readonly upload: (agent: Agent, setting: Setting) => Uint8Array
  readonly aggregate: (uploads: readonly Uint8Array[], setting: Setting) => Uint8Array
  readonly download: (agent: Agent, global: Uint8Array, setting: Setting) => void
  /** payload as the paper counts it, where that is not the whole body */
  readonly paperBytes?: (agent: Agent) => number
  /** whether all agents draw their first weights from agent 0's stream */
  readonly commonInit?: (config: Config) => boolean
  /** @throws RangeError where the method cannot run this config */
  readonly check?: (config: Config) => void
}

export const NOTHING = new Uint8Array(0)

/**
 * What `read` makes of a global payload, once for all agents that receive the same bytes: the work is identical, the
 * result is only read. Keyed by the object, so a payload that was tampered with on its way is another one.
 */
export function sharedByAgents<T>(read: (global: Uint8Array, agent: Agent, setting: Setting) => T) {
  const known = new WeakMap<Uint8Array, T>()
  return (global: Uint8Array, agent: Agent, setting: Setting): T => {
    const found = known.get(global)
    if (found !== undefined) return found
    const made = read(global, agent, setting)
    known.set(global, made)
    return made
  }
}
