// The kernel for those who drive it by hand: public names and nothing else.

export { Agent, type Capacity, layOut, NonFiniteError, type Proxies, type Purpose, plan, purposes } from './agent.ts'
export { type Environment, environments } from './env.ts'
export { instantiate, type Kernel, kernelBytes } from './wasm.ts'
