// Public names of the kernel, for programs that call its functions themselves, and of weights in files.

export { type Environment, environments } from '../config/environment.ts'
export { Agent } from './agent.ts'
export { type Cut, Grid } from './grid.ts'
export { type Capacity, type Footprint, type LearnerSpec, layOut, measureAgents, policyNets } from './layout.ts'
export type { WasmMemory, WasmModule } from './platform.ts'
export { poolOf } from './pool.ts'
export {
  type Buffers,
  type Draws,
  type Network,
  type Networks,
  NonFiniteError,
  type Played,
  type Proxies,
  type Purpose,
  purposes,
  type Step,
  type Transition,
  type World,
} from './records.ts'
export { fromSafetensors, toSafetensors } from './safetensors.ts'
export { instantiate, type Kernel, kernelBytes } from './wasm.ts'
export { type EnvironmentStep, type StepOptions, stepEnvironment } from './world.ts'
