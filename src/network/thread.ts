// One worker thread of a run. It keeps no agent, unless the environments are one's own: each task brings the state of an
// agent, and takes it away.

import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../config/config.ts'
import { adoptConfig } from '../config/resolve.ts'
import type { AskedRequest } from '../federation/ahead.ts'
import type { Said } from '../federation/packing.ts'
import { episodes, sayAll } from '../federation/saying.ts'
import type { Agent } from '../kernel/agent.ts'
import { layOutOne } from '../kernel/layout.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { instantiate } from '../kernel/wasm.ts'
import { loadOwn, type Modules } from '../results/modules.ts'
import { type Ask, startAgent } from '../run/protocol.ts'
import { ownFor, setUp } from '../run/setup.ts'
import { HEADER_BYTES } from '../wire/frame.ts'

/** What a thread is started with. */
export interface ThreadData {
  /** the config, which the serving thread has resolved */
  readonly config: Config
  /** the files of an environment and a method of one's own */
  readonly modules: Modules
  /** the kernel, which is compiled once for all threads */
  readonly module: WasmModule
}

/** What a thread is asked to do. */
export interface AgentTask {
  /** the agent's number */
  readonly agent: number
  /** what the agent is asked; its frame is checked already */
  readonly request: AskedRequest
  /** the agent's block, in memory that the threads share; null where the agent starts */
  readonly from: Uint8Array | null
  /** where its block is put afterwards, in such memory */
  readonly to: Uint8Array
}

/** A request in the form in which the agent answers it. */
function asksOf({ agent, request }: AgentTask): Ask[] {
  if (request.ask === 'weights') return [{ ask: 'weights' }]
  const { round } = request
  if (request.ask === 'period') {
    const asked = episodes(request.from, request.to)
    return round === null ? asked : [...asked, { ask: 'upload', round }]
  }
  const [frame] = request.frames
  const downlinks = new Array(agent + 1).fill({ frame, body: frame.subarray(HEADER_BYTES) })
  return [{ ask: 'download', round: request.round, downlinks }]
}

/** Makes what answers tasks. All threads lay out the same, so that the addresses in a block hold in each. */
async function openTasks({ config, modules, module }: ThreadData): Promise<(task: AgentTask) => Promise<Said[]>> {
  const setup = setUp(adoptConfig(config), ownFor(config, await loadOwn(modules)))
  const kernel = instantiate(module)
  const agentAt = layOutOne(kernel, setup.env, setup.config, setup.capacity)
  /** the agents that were here, all in one block */
  const agents = new Map<number, Agent>()
  return async (task) => {
    const known = task.from === null ? undefined : agents.get(task.agent)
    const agent = known ?? agentAt(task.agent)
    agents.set(task.agent, agent)
    const block = () => new Uint8Array(kernel.memory.buffer, agent.block, agent.bytes)
    if (task.from === null) startAgent(setup, agent, task.agent)
    else block().set(task.from)
    const said = await sayAll(setup, agent, task.agent, asksOf(task))
    task.to.set(block())
    return said
  }
}

const perform = await openTasks(workerData)
parentPort?.on('message', async (task: AgentTask) => {
  parentPort?.postMessage(await perform(task))
})
