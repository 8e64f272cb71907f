// The host's interface to assembly/pool.ts: one learner for the environments of several agents.

import { havingFunctions } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { Agent } from './agent.ts'
import { reserveIn } from './layout.ts'
import { NonFiniteError, type Played } from './records.ts'
import type { Kernel } from './wasm.ts'

/**
 * A function that plays the next episode of agent i's environment and tells of it. All environments are stepped
 * together and the first agent's networks learn from each step of all, so an environment may be some episodes ahead of what
 * was asked for: its scores wait.
 * @param agents of one instance and of networks of one size; a rollout of 1
 * @throws TypeError for what are no agents; RangeError where the runtime has no memory for the scratch; the function throws NonFiniteError
 */
export function poolOf(kernel: Kernel, agents: readonly Agent[]): (agent: Agent, index: number) => Played {
  havingFunctions('reserve', 'poolBegin', 'poolPlay')(kernel, 'kernel')
  if (!Array.isArray(agents) || !agents.length || !agents.every((agent) => agent instanceof Agent)) {
    throw new TypeError(expected('agents', 'a list of agents, at least one', agents))
  }
  const count = agents.length
  const reserve = reserveIn(kernel)
  const blocks = reserve(4 * count)
  const scores = reserve(8 * count)
  const ended = reserve(4 * count)
  const scratch = reserve(kernel.poolScratchBytes(agents[0].block, count))
  const words = (at: number) => new Uint32Array(kernel.memory.buffer, at, count)
  words(blocks).set(agents.map(({ block }) => block))
  const waiting: Played[][] = agents.map(() => [])
  let hasBegun = false
  return (_agent, index) => {
    if (!hasBegun) kernel.poolBegin(blocks, count)
    hasBegun = true
    while (!waiting[index].length) {
      if (kernel.poolPlay(blocks, count, scores, ended, scratch) < 0) {
        throw new NonFiniteError(`the policy or value stopped being finite at step ${agents[0].steps}`)
      }
      const totals = new Float64Array(kernel.memory.buffer, scores, count)
      for (const [i, steps] of words(ended).entries()) if (steps) waiting[i].push({ score: totals[i], steps })
    }
    return waiting[index].shift()!
  }
}
