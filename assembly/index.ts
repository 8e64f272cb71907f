// The ABI: re-exports and nothing else, grouped by module, in the order of src/kernel/wasm.ts.

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
export { envCount, envName, envObservations, envActions, envLimit } from './envs'
export { agentHeadBytes, agentConfigure, agentBytes, agentScratchBytes } from './layout'
export {
  agentSeed, agentInit, agentPolicy, agentValue, agentReset, agentForward, agentAct, agentStep, agentState, agentReward, agentLearn, playEpisode, agentSteps,
  agentDistill, agentWeights, agentPolicyWeights, agentValueWeights, agentReplayCount, agentReplayEntries,
  agentProxyCount, agentProxyExport, agentForget,
} from './agent'
