// The kernel for those who drive it by hand, and weights in files: public names and nothing else.

export { fromSafetensors, toSafetensors } from '../safetensors.ts'
export { Agent, type Network, NonFiniteError, type Proxies, type Purpose, purposes, type Transition } from './agent.ts'
export { type Environment, environments } from './env.ts'
export { type Capacity, layOut, plan } from './layout.ts'
export { instantiate, type Kernel, kernelBytes } from './wasm.ts'
