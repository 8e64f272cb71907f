// The kernel's functions, in the order of assembly/index.ts, and how an instance is made. The kernel is compiled once
// from the embedded bytes, or the runtime or the caller provides it compiled. It is instantiated synchronously.

import { kernelHex } from './binary.ts'

// The import above comes first, because a bundle gzips to 1 kB less if the bytes do not stand amid the code. They stand
// there as hexadecimal digits, which gzip to 3.6 kB less than base64, where equal bytes look different (2026).

import { removeStandIn } from './textDecoder.ts'

// The loader makes a TextDecoder when it is imported, so what stands in for one comes first.

import { instantiateSync } from '@assemblyscript/loader'
import { hexToBytes } from '@noble/hashes/utils.js'
import { compile } from '#compile'
import { expected } from '../config/errors.ts'
import type { WasmMemory, WasmModule } from './platform.ts'

/**
 * The functions of a kernel instance. Pointers are byte offsets in `memory`; nothing that was laid out moves. The
 * records (Mlp, Batch, Agent, Stream) are those of the assembly file that the heading of a group names.
 */
export interface Kernel {
  /** the memory of the instance, into which all pointers point */
  readonly memory: WasmMemory

  // memory.ts
  /**
   * The address of this many fresh bytes, zeroed and aligned to 64; 0 if the memory cannot grow. Nothing is ever freed.
   */
  reserve(bytes: number): number

  // rng.ts
  /** One block of Philox4x32-10: counter u32[4] and a key of two u32 give u32[4] at `out`. */
  philox(counter: number, key0: number, key1: number, out: number): void
  /** Bytes of a stream's state. */
  streamBytes(): number
  /** Starts a stream from a key of two u32. */
  streamSeed(stream: number, key0: number, key1: number): void
  /** The next 32-bit word, as a signed integer. */
  streamWord(stream: number): number
  /** A uniform f64 in [0, 1), of 53 bits. */
  streamUniform(stream: number): number
  /** A uniform integer in 0..bound-1, as a signed integer. */
  streamInteger(stream: number, bound: number): number
  /** Shuffles u32[count] at `order` (Fisher-Yates). */
  streamShuffle(stream: number, order: number, count: number): void
  /** Natural logarithm, f64. */
  log64(x: number): number

  // trig.ts
  /** Sine, f64, correctly rounded for |x| <= 64; NaN for |x| > 1024. */
  sin64(x: number): number
  /** Cosine, f64, correctly rounded for |x| <= 64; NaN for |x| > 1024. */
  cos64(x: number): number

  // mlp.ts
  /** Hyperbolic tangent, f32. */
  tanh32(x: number): number
  /** Bytes of a network's record. */
  mlpBytes(): number
  /**
   * Fills a network's record. Its parameters lie `paramsAt` bytes after the record's address. Activation: 0 relu, 1
   * tanh.
   */
  mlpConfigure(
    net: number,
    inputs: number,
    width: number,
    depth: number,
    outputs: number,
    activation: number,
    paramsAt: number,
  ): void
  /** Floats of a network's parameters, padding included. */
  mlpFloats(net: number): number
  /** Forward pass of one input f32[inputs]; the hidden layers and the outputs go into the activations at `acts`. */
  mlpForward(net: number, input: number, acts: number): void
  /** Bytes of scratch for a backward pass over this many samples. */
  batchBytes(net: number, capacity: number): number
  /** Fills the record of that scratch. */
  batchConfigure(batch: number, net: number, capacity: number): void
  /** Address of the gradient that mlpBackward leaves, laid out as the parameters. */
  batchGradient(batch: number): number
  /** Address of a sample's activations. */
  sampleActs(batch: number, sample: number): number
  /** Address of a sample's delta at a layer; the head's is that of layer `depth`. */
  sampleDelta(batch: number, net: number, sample: number, layer: number): number
  /** The gradient of all parameters, summed over this many samples. */
  mlpBackward(net: number, batch: number, count: number): void

  // softmax.ts
  /** Exponential, f32. */
  exp32(x: number): number
  /** The softmax of f32[count] at z, into p, which may be z. */
  softmax(z: number, p: number, count: number): void

  // canonical.ts
  /** Copies a network's weights from the padded to the canonical order if `pack`, else back. */
  mlpCanonical(net: number, padded: number, canonical: number, pack: boolean | number): void

  // adam.ts
  /** One step of Adam over parameters p, moments m and v and gradient g: p -= scale m / (sqrt(v) + guard). */
  adamStep(p: number, m: number, v: number, g: number, floats: number, scale: number, guard: number): void

  // envs.ts
  /** Fills the record u8[64] of an environment; returns the address of its description, for `text`, or 0. */
  envAbout(id: number, record: number): number
  /** Components of an observation, from the filled record. */
  envObservations(record: number): number
  /** Actions, from the filled record. */
  envActions(record: number): number
  /** Longest episode in steps, from the filled record. */
  envLimit(record: number): number
  /** 1 where an episode's score is the sum of its rewards, 0 where it is its steps, from the filled record. */
  envIsReturn(record: number): number
  /** Physical parameters, from the filled record. */
  envParameterCount(record: number): number
  /** Address of their defaults, f64 each, from the filled record. */
  envDefaults(record: number): number

  // layout.ts
  /** Bytes of the head of an agent's block, which agentConfigure fills. */
  agentHeadBytes(): number
  /** Configures an agent from the record AgentConfig, f64 each; false if there is no such environment. */
  agentConfigure(block: number, config: number, scratch: number): boolean | number
  /** Bytes of a configured agent's whole block. */
  agentBytes(block: number): number
  /** Bytes of scratch that a configured agent's functions need. */
  agentScratchBytes(block: number): number

  // world.ts
  /** Starts an episode that the host steps: steps and rewards count from 0. */
  agentBegin(block: number): void
  /** Counts a step of it with its reward; flags that are not 0 end the episode. */
  agentCount(block: number, reward: number, flags: number): void
  /** Starts an episode of the built-in environment; its first observation goes to `observation`. */
  agentReset(block: number, observation: number): void
  /** One step of it; returns its flags: 1 terminated, 2 truncated. */
  agentStep(block: number, action: number, observation: number): number
  /** Address of the environment's state: reward f64, steps u32, 4 bytes of padding, then the environment's own f64s. */
  agentState(block: number): number
  /** Address of the environment's parameters, f64 each. */
  agentParameters(block: number): number
  /** Reward of the last step. */
  agentReward(block: number): number
  /** 1 from the start of an episode to its last step, else 0. */
  agentIsUnderWay(block: number): number
  /** Steps of the episode under way, or of the last one. */
  agentSteps(block: number): number
  /** Sum of the rewards of these steps. */
  agentRewards(block: number): number

  // agent.ts
  /** Starts a stream of the agent from a key: 0 init, 1 reset, 2 action, 3 replay. */
  agentSeed(block: number, purpose: number, key0: number, key1: number): void
  /** Draws the first weights of both networks. */
  agentInit(block: number): void
  /** Address of the policy f32[actions] at an observation, or 0 if it is not finite. Nothing is remembered. */
  agentPolicy(block: number, observation: number): number
  /** Value of an observation. Nothing is remembered. */
  agentValue(block: number, observation: number): number
  /** Address of the policy at an observation, which is kept for agentLearn; 0 if it is not finite. */
  agentForward(block: number, observation: number): number
  /** Draws an action at an observation and remembers the policy; -1 if it is not finite, -2 if a memory is full. */
  agentAct(block: number, observation: number): number
  /** Learns from what followed an action; returns 0, or -1 if a number is not finite. */
  agentLearn(block: number, action: number, next: number, reward: number, flags: number): number
  /** Plays an episode and learns from it. Returns 0, -1 if a number is not finite, -2 if a memory is full. */
  playEpisode(block: number): number
  /** 1 from an action to the learning from it, else 0. */
  agentHasActed(block: number): number
  /** Address of a stream of the agent: 0 init, 1 reset, 2 action, 3 replay. */
  agentStream(block: number, purpose: number): number
  /**
   * Distils entries f32[count * (observations + actions)]; `order` is scratch u32[count]. Returns 0, or -1 if a number
   * is not finite.
   */
  agentDistill(block: number, entries: number, count: number, order: number): number
  /** Copies both networks' weights to the canonical order if `pack`, else back. */
  agentWeights(block: number, canonical: number, pack: boolean | number): void
  /** Weights of the policy network. */
  agentPolicyWeights(block: number): number
  /** Weights of the value network. */
  agentValueWeights(block: number): number
  /** Entries of the replay memory. */
  agentReplayCount(block: number): number
  /** Address of the replay memory's entries. */
  agentReplayEntries(block: number): number
  /** Entries of the ProxRM. */
  agentProxyCount(block: number): number
  /** The ProxRM by ascending index: i32[M] indices, u32[M] visits, f32[M * actions] policies. */
  agentProxyExport(block: number, indices: number, visits: number, policies: number): void
  /** Empties both memories. */
  agentForget(block: number): void

  // pool.ts
  /** Bytes of scratch that poolPlay needs for this many agents like this one. */
  poolScratchBytes(block: number, count: number): number
  /** Starts an episode in the environment of each agent of a pool u32[count]. */
  poolBegin(blocks: number, count: number): void
  /**
   * Steps all environments with one learner until an episode ends. Writes f64[count] scores and u32[count] steps, 0 for
   * each episode that has not ended; returns -1 if a number is not finite.
   */
  poolPlay(blocks: number, count: number, scores: number, steps: number, scratch: number): number

  /** The text of a static string of the module. */
  text(pointer: number): string
}

let bytes: Uint8Array<ArrayBuffer> | undefined
removeStandIn()

let compiled: WasmModule | undefined

/** The embedded kernel's bytes. */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  bytes ??= hexToBytes(kernelHex)
  return bytes
}

/** The embedded kernel, compiled once. */
export function embeddedModule(): WasmModule {
  compiled ??= compile(kernelBytes)
  return compiled
}

/** Names that tell a kernel of this package from other modules. */
const MARKS = ['memory', 'reserve', 'agentConfigure', 'agentHasActed', 'poolPlay']

/** @throws TypeError for what is no compiled module; RangeError for one that is no kernel */
function checkModule(module: unknown): void {
  if (Object.prototype.toString.call(module) !== '[object WebAssembly.Module]') {
    throw new TypeError(expected('module', 'a compiled WebAssembly.Module', module))
  }
  const names = WebAssembly.Module.exports(module as WebAssembly.Module).map(({ name }) => name)
  const missing = MARKS.find((name) => !names.includes(name))
  if (missing === undefined) return
  throw new RangeError(
    expected('module', 'the kernel of this package', `one without ${missing}`, 'compile frd/kernel.wasm'),
  )
}

/**
 * Makes an instance of the embedded kernel, or of the given compiled module. Each instance has a memory of its own.
 * @throws TypeError, RangeError for a module that is no kernel
 */
export function instantiate(module?: WasmModule): Kernel {
  if (module !== undefined) checkModule(module)
  const { instance, exports } = instantiateSync<Record<string, unknown>>(module ?? embeddedModule(), {})
  return { ...(instance.exports as unknown as Omit<Kernel, 'text'>), text: (pointer) => exports.__getString(pointer) }
}
