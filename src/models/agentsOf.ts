// The agents of a run as they are before its first episode: what a checkpoint of one of them is loaded into.

import { record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import type { Agent } from '../kernel/agent.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { instantiate } from '../kernel/wasm.ts'
import { startAgents } from '../run/protocol.ts'
import { type Own, setUp } from '../run/setup.ts'

/** What they take beside the config. */
export interface AgentsOfOptions extends Own {
  /** a compiled kernel instead of the embedded one */
  readonly module?: WasmModule
}

/**
 * The agents of a run before its first episode, with their memories, streams and first weights, in one kernel instance.
 *
 * @example
 * const [agent] = agentsOf(config)
 * agent.load(checkpoint) // that of agent 0 of a run of this config
 * @throws TypeError, RangeError for a config that cannot run
 */
export function agentsOf(given: Partial<Config> = {}, options: AgentsOfOptions = {}): Agent[] {
  const { module, ...own } = record(options, 'options') as AgentsOfOptions
  return startAgents(instantiate(module), setUp(given, own))
}
