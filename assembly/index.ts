// The ABI: the names that an instance of the kernel exports. This file re-exports and does nothing else. The names are
// grouped by the file that declares them, in the order of the interface Kernel in src/kernel/wasm.ts; a test compares
// the two lists. A pointer is a byte offset in the instance's memory, and records are passed as pointers.

export { reserve } from './memory'
export { philox, streamBytes, streamSeed, streamWord, streamUniform, streamInteger, streamShuffle, log64 } from './rng'
export { sin64, cos64 } from './trig'
export {
  tanh32, mlpBytes, mlpConfigure, mlpFloats, mlpForward, batchBytes, batchConfigure, batchGradient, sampleActs,
  sampleDelta, mlpBackward,
} from './mlp'
export { exp32, softmax } from './softmax'
export { mlpCanonical } from './canonical'
export { adamStep } from './adam'
export {
  envAbout, envObservations, envActions, envLimit, envIsReturn, envParameterCount, envDefaults,
} from './envs'
export { agentHeadBytes, agentConfigure, agentBytes, agentScratchBytes } from './layout'
export {
  agentBegin, agentCount, agentReset, agentStep, agentState, agentParameters, agentReward, agentIsUnderWay, agentSteps,
  agentRewards,
} from './world'
export {
  agentSeed, agentInit, agentPolicy, agentValue, agentForward, agentAct, agentLearn, playEpisode, agentHasActed, agentStream,
  agentDistill, agentWeights, agentPolicyWeights, agentValueWeights, agentReplayCount, agentReplayEntries,
  agentProxyCount, agentProxyExport, agentForget,
} from './agent'
export { poolScratchBytes, poolBegin, poolPlay } from './pool'
