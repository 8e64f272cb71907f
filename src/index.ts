// Public names of the core. It uses no Node module and no top-level await, so it runs in every JavaScript runtime.

export { type RunOptions, run, runToEnd } from './run/run.ts'

// The above stands first because it brings in the kernel's bytes first: see kernel/wasm.ts.

export type { Check } from './config/checks.ts'
export type { Config } from './config/config.ts'
export { type Environment, environments, type Mission } from './config/environment.ts'
export type { Field, Portion, Range, Span, Worlds } from './config/field.ts'
export { fields } from './config/fields.ts'
export type { AgentNet, Net } from './config/networks.ts'
export { canonicalConfig, defaults, presets, resolveConfig } from './config/resolve.ts'
export type { Trigger } from './config/trigger.ts'
export {
  type CheckedEnvironment,
  checkEnvironment,
  type DeviceEnvironment,
  type DeviceWorld,
  EnvironmentError,
  type OwnEnvironment,
  type OwnWorld,
} from './environments/own.ts'
export {
  Agent,
  type Capacity,
  Grid,
  type Network,
  NonFiniteError,
  type Played,
  type Proxies,
  policyNets,
  type Step,
  type Transition,
  type WasmModule,
} from './kernel/index.ts'
export { METHODS, type Method, type MethodContext, methods } from './methods/index.ts'
export { type AgentConfig, type AgentOptions, createAgent } from './run/createAgent.ts'
export { type EvaluateOptions, evaluate } from './run/evaluate.ts'
export type { Choice, FrozenStep } from './run/frozen.ts'
export { MethodError } from './run/methodFault.ts'
export type { Carriers } from './run/mission.ts'
export type { Play } from './run/protocol.ts'
export type { EpisodeEvent, Exchange, ExchangeEvent, Failure, Outcome, RunEvent, RunResult } from './run/record.ts'
export { checkConfig, kernelHash, type Own, type Start, type StartWeights } from './run/setup.ts'
export { PayloadError, type PayloadKind } from './wire/payload.ts'
export { inProcess, type Transport } from './wire/transport.ts'
