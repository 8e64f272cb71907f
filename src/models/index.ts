// Public names of models: the networks that a run leaves, as files, and at play.

export { type AgentsOfOptions, agentsOf } from './agentsOf.ts'
export { decodeModel, encodeModel, type ModelFormat } from './file.ts'
export { identityOf, type Model, modelsOf } from './model.ts'
export { agentOf, type ModelAgentOptions, type PlayModelOptions, playModel } from './play.ts'
export { startFrom } from './start.ts'
