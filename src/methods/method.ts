// A method is a value: what an agent uploads, how the server aggregates, what an agent does with the download.
// Bytes stand between, because the payload is what is sent; `download` decodes the very bytes `aggregate` returned.

import type { Config } from '../config.ts'
import type { Agent } from '../kernel/agent.ts'

/** What travels, hence how many bytes an entry: see payload.ts. `none`: nothing does. */
export type PayloadKind = 'none' | 'proxies' | 'visits' | 'replay' | 'weights'

export interface Method {
  readonly name: string
  /** one line for help texts and docs */
  readonly doc: string
  readonly payload: (config: Config) => PayloadKind
  /** which memory the agents must keep; null with payload none: there is no exchange at all */
  readonly memory: 'proxies' | 'replay' | null
  /** entries an agent distils at most, where M is what all agents upload at most */
  readonly targets: (entries: number) => number
  readonly upload: (agent: Agent, config: Config) => Uint8Array
  readonly aggregate: (uploads: readonly Uint8Array[], config: Config) => Uint8Array
  readonly download: (agent: Agent, global: Uint8Array, config: Config) => void
  /** payload as the paper counts it, where that is not the length of the body */
  readonly paperBytes?: (agent: Agent, body: Uint8Array) => number
  /** whether all agents draw their first weights from agent 0's stream */
  readonly commonInit?: (config: Config) => boolean
  /** @throws RangeError where the method cannot run this config */
  readonly check?: (config: Config) => void
}
