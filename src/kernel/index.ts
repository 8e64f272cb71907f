// The kernel for those who drive it by hand: public names and nothing else.

export { Agent, type Network, NonFiniteError, type Proxies, type Purpose, purposes, type Transition } from './agent.ts'
export { type Environment, environments } from './env.ts'
export { type Capacity, layOut, plan } from './layout.ts'
export { instantiate, type Kernel, kernelBytes } from './wasm.ts'
