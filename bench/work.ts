// The kernel's side of the yardstick: the same commands, weights and data as in bench/native/yardstick.c, from the same
// congruential sequence, so that the SSE4.1 build must end with the same weights as the kernel. Like the yardstick it
// reads one command per line from stdin and answers each with one line.

import { createInterface } from 'node:readline'
import type { Config } from '../src/config/config.ts'
import { findEnvironment } from '../src/config/environment.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { type Agent, environments, instantiate, type Kernel, layOut, purposes } from '../src/kernel/index.ts'
import { streamKey } from '../src/run/streams.ts'
import { makeLearner, playFromStart } from './learning.ts'

const ENTRIES = 1024

/** x <- 1664525 x + 1013904223 mod 2^32, as a number in [-0.5, 0.5). */
function sequence(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.fround((state >>> 8) / 2 ** 24 - 0.5)
  }
}

function makeAgent(width: number, batch: number): { kernel: Kernel; agent: Agent } {
  const kernel = instantiate()
  const config = resolveConfig({ width, depth: 2, agents: 1, batch })
  const [agent] = layOut(kernel, environments[0], config, { proxies: 0, replay: 0, targets: ENTRIES })
  return { kernel, agent }
}

interface Work {
  /** does the work, and returns how many units it was: steps or samples */
  run(reps: number): number
  readonly weights: () => Float32Array
}

/** W1: steps at fixed observations, with given actions and rewards. */
function online(width: number): Work {
  const { kernel, agent } = makeAgent(width, 32)
  const draw = sequence()
  agent.setWeights(Float32Array.from({ length: agent.policyWeights + agent.valueWeights }, draw))
  const at = kernel.reserve(24 * ENTRIES)
  new Float32Array(kernel.memory.buffer, at, 6 * ENTRIES).set(
    Float32Array.from({ length: 6 * ENTRIES }, () => draw() / 8),
  )
  const { block } = agent
  const run = (reps: number) => {
    for (let k = 0; k < reps; k++) {
      const observation = at + 24 * (k & (ENTRIES - 2))
      kernel.agentForward(block, observation)
      kernel.agentLearn(block, k & 1, observation + 24, 1, 0)
    }
    return reps
  }
  return { run, weights: () => agent.weights() }
}

/** Episodes in one repetition of W2. */
const FRESH_EPISODES = 100

/**
 * W2: whole episodes inside the kernel, with policy, sampling and physics; each repetition starts again from the first
 * weights. Thousands of episodes in a row would measure what no mission has: a policy so certain that its probabilities
 * are subnormal, which some processors compute up to twice as slowly.
 */
function episodes(width: number): Work {
  const { kernel, agent } = makeAgent(width, 32)
  for (const purpose of purposes) agent.seed(purpose, streamKey('CartPole-v1', 4, 0, purpose))
  agent.init()
  const block = () => new Uint8Array(kernel.memory.buffer, agent.block, agent.bytes)
  const fresh = block().slice()
  const run = (reps: number) => {
    let steps = 0
    for (let k = 0; k < reps; k++) {
      block().set(fresh)
      for (let episode = 0; episode < FRESH_EPISODES; episode++) steps += agent.playEpisode()
    }
    return steps
  }
  return { run, weights: () => agent.weights() }
}

/** W5: a policy that learns, always the same episodes. */
function learning(preset: Config['preset'], width: number): Work {
  const learner = makeLearner(preset, width)
  const run = (reps: number) => {
    let steps = 0
    for (let k = 0; k < reps; k++) for (const length of playFromStart(learner)) steps += length
    return steps
  }
  return { run, weights: () => learner.agent.weights() }
}

/** W3: passes over soft-target entries. */
function distil(width: number, batch: number): Work {
  const { agent } = makeAgent(width, batch)
  const draw = sequence()
  const weights = new Float32Array(agent.policyWeights + agent.valueWeights)
  for (let k = 0; k < agent.policyWeights; k++) weights[k] = draw()
  agent.setWeights(weights)
  agent.seed('replay', [1, 2])
  const rows = new Float32Array(6 * ENTRIES)
  for (let k = 0; k < ENTRIES; k++) {
    for (let i = 0; i < 4; i++) rows[6 * k + i] = draw()
    rows[6 * k + 4] = draw() + 0.5
    rows[6 * k + 5] = 1 - rows[6 * k + 4]
  }
  const run = (reps: number) => {
    for (let k = 0; k < reps; k++) agent.distill(rows)
    return reps * ENTRIES
  }
  return { run, weights: () => agent.weights().subarray(0, agent.policyWeights) }
}

/** W4: steps of an environment with its observations and with drawn actions, called from the host. */
function physics(name: string): Work {
  const kernel = instantiate()
  const env = findEnvironment(name)
  const [agent] = layOut(kernel, env, resolveConfig({ env: name, agents: 1 }), { proxies: 0, replay: 0, targets: 0 })
  agent.seed('reset', streamKey(name, 4, 0, 'reset'))
  const { block } = agent
  const at = kernel.reserve(4 * env.observations)
  const draw = sequence()
  let hasEnded = true
  const run = (reps: number) => {
    for (let k = 0; k < reps; k++) {
      if (hasEnded) kernel.agentReset(block, at)
      hasEnded = kernel.agentStep(block, Math.floor((draw() + 0.5) * env.actions), at) !== 0
    }
    return reps
  }
  return { run, weights: () => agent.weights() }
}

/** The FNV-1a hash of the bytes of the weights. */
function hash(weights: Float32Array): number {
  let h = 2166136261
  for (const byte of new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength)) {
    h = Math.imul(h ^ byte, 16777619) >>> 0
  }
  return h
}

function makeWork([kind, width, batch]: readonly string[]): Work | null {
  if (kind === 'online') return online(Number(width))
  if (kind === 'episode') return episodes(Number(width))
  if (kind === 'physics') return physics(width)
  if (kind === 'learning') return learning(width as Config['preset'], Number(batch))
  return kind === 'distil' ? distil(Number(width), Number(batch)) : null
}

let name = ''
let work: Work | null = null

/**
 * The answer to a command. Where its sizes differ from those of the last command, the work starts from the beginning.
 */
function answer(command: string): string {
  if (command === 'hash') return work ? String(hash(work.weights())) : 'unknown'
  const words = command.split(' ')
  const sizes = words.slice(0, -1).join(' ')
  if (sizes !== name) work = makeWork(words)
  name = sizes
  if (!work) return 'unknown'
  const begin = performance.now()
  const units = work.run(Number(words.at(-1)))
  return String(((performance.now() - begin) * 1e6) / units)
}

createInterface({ input: process.stdin }).on('line', (line) => console.log(answer(line)))
