// The kernel's ABI on one screen, in the order of assembly/index.ts, and how an instance of it comes to be: compiled once
// from the embedded bytes (or handed over by the runtime or a caller), instantiated synchronously, one instance a run.
// Pointers are byte offsets in `memory`; nothing moves after the reservations.

import { kernelBase64 } from './binary.ts'

// The kernel's bytes stand first: a bundle gzips to 1 kB less where they do not part the code (2026).

import { instantiateSync } from '@assemblyscript/loader'
import { compile } from '#compile'

export interface Kernel {
  readonly memory: WebAssembly.Memory

  reserve(bytes: number): number

  philox(counter: number, key0: number, key1: number, out: number): void
  streamBytes(): number
  streamSeed(stream: number, key0: number, key1: number): void
  streamWord(stream: number): number
  streamUniform(stream: number): number
  streamInteger(stream: number, bound: number): number
  streamShuffle(stream: number, order: number, count: number): void
  log64(x: number): number

  sin64(x: number): number
  cos64(x: number): number

  tanh32(x: number): number
  mlpBytes(): number
  mlpConfigure(
    net: number,
    inputs: number,
    width: number,
    depth: number,
    outputs: number,
    activation: number,
    paramsAt: number,
  ): void
  mlpFloats(net: number): number
  mlpForward(net: number, input: number, acts: number): void
  batchBytes(net: number, capacity: number): number
  batchConfigure(batch: number, net: number, capacity: number): void
  batchGradient(batch: number): number
  sampleActs(batch: number, sample: number): number
  sampleDelta(batch: number, net: number, sample: number, layer: number): number
  mlpBackward(net: number, batch: number, count: number): void

  exp32(x: number): number
  softmax(z: number, p: number, count: number): void

  mlpCanonical(net: number, padded: number, canonical: number, pack: boolean | number): void

  adamStep(p: number, m: number, v: number, g: number, floats: number, scale: number, guard: number): void

  envCount(): number
  envName(id: number, record: number): number
  envObservations(record: number): number
  envActions(record: number): number
  envLimit(record: number): number

  agentHeadBytes(): number
  agentConfigure(block: number, config: number, scratch: number): boolean | number
  agentBytes(block: number): number
  agentScratchBytes(block: number): number
  agentSeed(block: number, purpose: number, key0: number, key1: number): void
  agentInit(block: number): void
  agentPolicy(block: number, observation: number): number
  agentValue(block: number, observation: number): number
  agentReset(block: number, observation: number): void
  agentForward(block: number, observation: number): number
  agentAct(block: number, observation: number): number
  agentStep(block: number, action: number, observation: number): number
  agentState(block: number): number
  agentReward(block: number): number
  agentLearn(block: number, action: number, next: number, reward: number, flags: number): number
  playEpisode(block: number): number
  agentSteps(block: number): number
  agentDistill(block: number, entries: number, count: number, order: number): number
  agentWeights(block: number, canonical: number, pack: boolean | number): void
  agentPolicyWeights(block: number): number
  agentValueWeights(block: number): number
  agentReplayCount(block: number): number
  agentReplayEntries(block: number): number
  agentProxyCount(block: number): number
  agentProxyExport(block: number, indices: number, visits: number, policies: number): void
  agentProxyIndex(block: number, observation: number): number
  agentProxyStates(block: number, indices: number, count: number, states: number, stride: number): void
  agentForget(block: number): void

  /** text of a static string, by the loader */
  text(pointer: number): string
}

let bytes: Uint8Array<ArrayBuffer> | undefined
let compiled: WebAssembly.Module | undefined

/** The embedded kernel's bytes. */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  bytes ??= Uint8Array.from(atob(kernelBase64), (c) => c.charCodeAt(0))
  return bytes
}

/** A fresh instance; of the embedded kernel unless the caller brings its own compiled module. */
export function instantiate(module?: WebAssembly.Module): Kernel {
  if (!module) compiled ??= compile(kernelBytes)
  const { instance, exports } = instantiateSync<Record<string, unknown>>(module ?? compiled!, {})
  return { ...(instance.exports as unknown as Omit<Kernel, 'text'>), text: (pointer) => exports.__getString(pointer) }
}
