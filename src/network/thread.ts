// One worker thread of a run. It keeps no agent, unless the environments are one's own: each task brings the state of an
// agent, and takes it away.

import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../config/config.ts'
import { adoptConfig } from '../config/resolve.ts'
import type { AskedRequest } from '../federation/ahead.ts'
import { deviceOf } from '../federation/device.ts'
import type { Said } from '../federation/packing.ts'
import { episodes, sayAll } from '../federation/saying.ts'
import type { Agent } from '../kernel/agent.ts'
import { layOutOne } from '../kernel/layout.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { instantiate } from '../kernel/wasm.ts'
import { loadOwn, type Modules } from '../results/modules.ts'
import type { Past } from '../run/frames.ts'
import { type Ask, type AskDownload, type Downlink, startAgent } from '../run/protocol.ts'
import { ownFor, setUp } from '../run/setup.ts'
import { setWatch, type Watch, watchOf } from '../run/triggers.ts'

/** What a thread is started with. */
export interface ThreadData {
  /** the config, which the serving thread has resolved */
  readonly config: Config
  /** the files of an environment and a method of one's own */
  readonly modules: Modules
  /** the kernel, which is compiled once for all threads */
  readonly module: WasmModule
}

/** A request as a thread is asked it: the body that an agent learns from is checked and decoded already. */
export type ThreadRequest =
  | Exclude<AskedRequest, AskDownload>
  | { readonly ask: 'download'; readonly round: number; readonly downlink: Downlink }

/** What a thread is asked to do. */
export interface AgentTask {
  /** the agent's number */
  readonly agent: number
  readonly request: ThreadRequest
  /** the exchanges before it, as the agent knows them */
  readonly past: Past
  /** what it compares itself with; null where it does not, or has nothing yet */
  readonly watch: Watch | null
  /** the agent's block, in memory that the threads share; null where the agent starts */
  readonly from: Uint8Array | null
  /** where its block is put afterwards, in such memory */
  readonly to: Uint8Array
}

/** What a thread says when it has done a task. */
export interface TaskAnswer {
  /** what the agent said */
  readonly said: readonly Said[]
  /** what the agent compares itself with from then on */
  readonly watch: Watch | null
}

/** A request in the form in which the agent answers it. */
function asksOf({ agent, request, past }: AgentTask): Ask[] {
  if (request.ask === 'weights') return [{ ask: 'weights' }]
  const { round } = request
  const pasts = new Array(agent + 1).fill(past)
  if (request.ask === 'period') {
    const asked = episodes(request.from, request.to)
    return round === null ? asked : [...asked, { ask: 'upload', round, pasts }]
  }
  const downlinks = new Array(agent + 1).fill(request.downlink)
  return [{ ask: 'download', round: request.round, downlinks, pasts }]
}

/** Makes what answers tasks. All threads lay out the same, so that the addresses in a block hold in each. */
async function openTasks({ config, modules, module }: ThreadData): Promise<(task: AgentTask) => Promise<TaskAnswer>> {
  const given = setUp(adoptConfig(config), ownFor(config, await loadOwn(modules)))
  const device = given.own && deviceOf(given.own)
  const setup = device ? { ...given, own: device.own } : given
  const kernel = instantiate(module)
  const agentAt = layOutOne(kernel, setup.env, setup.config, setup.capacity)
  /** the agents that were here, all in one block, in the order in which they came */
  const agents = new Map<number, { readonly agent: Agent; readonly k: number }>()
  return async (task) => {
    const known = task.from === null ? undefined : agents.get(task.agent)
    const { agent, k } = known ?? { agent: agentAt(task.agent), k: agents.size }
    agents.set(task.agent, { agent, k })
    const block = () => new Uint8Array(kernel.memory.buffer, agent.block, agent.bytes)
    if (task.from === null) startAgent(setup, agent, task.agent)
    else block().set(task.from)
    if (task.watch) setWatch(agent, task.watch)
    const play = device && (() => device.play(agent, k))
    const said = await sayAll(setup, agent, task.agent, asksOf(task), { play })
    task.to.set(block())
    return { said, watch: setup.config.trigger === 'always' ? null : watchOf(agent) }
  }
}

const perform = await openTasks(workerData)
parentPort?.on('message', async (task: AgentTask) => {
  parentPort?.postMessage(await perform(task))
})
