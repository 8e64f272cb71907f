// Public names of the core: no Node module, no top-level await.

export {
  checkConfig,
  type Exchange,
  type Failure,
  kernelHash,
  type RunEvent,
  type RunOptions,
  type RunResult,
  run,
  runToEnd,
} from './run.ts'

// The above stands first because it brings in the kernel's bytes first: see kernel/wasm.ts.

export {
  type AgentNet,
  type Config,
  canonicalConfig,
  defaults,
  fields,
  type Net,
  policyNets,
  presets,
  resolveConfig,
} from './config.ts'
export { type AgentConfig, type AgentOptions, createAgent } from './embed.ts'
export type { Field } from './field.ts'
export {
  Agent,
  type Capacity,
  type Environment,
  type Network,
  NonFiniteError,
  type Proxies,
  type Transition,
} from './kernel/index.ts'
export { type Method, methods, type Setting } from './methods/index.ts'
export { PayloadError, type PayloadKind } from './payload.ts'
export { inProcess, type Transport } from './transport/memory.ts'
