// Configs under which a run ends in an unusual way, for tests of runs whose agents live apart.
import type { Config } from '../src/config/config.ts'
import { rangePresets } from '../src/config/fields.ts'
import { type Method, methods } from '../src/methods/index.ts'

/** Rates and rewards that soon make a deep network overflow. */
export const broken = {
  width: 64,
  depth: 8,
  rollout: 8,
  valueRate: 10,
  policyRate: 10,
  rewardScale: 1e6,
  ranges: rangePresets.narrow,
  distillAdam: 'own',
  agents: 3,
  cap: 22,
} as const

/** Worlds in which missions are soon completed, within a period. */
export const easy = {
  preset: 'tuned',
  env: 'Acrobot-v1',
  worlds: { gravity: [0.01, 0.2, 0.2] },
  seed: 2,
  cap: 40,
  width: 8,
  depth: 1,
  period: 7,
} as const

const { frl } = methods

/** A method whose upload changes the agent. */
export const restless: Method = {
  ...frl,
  name: 'restless',
  upload: (agent, context) => {
    const body = frl.upload(agent, context)
    agent.setWeights(agent.weights().map((weight) => weight / 2))
    return body
  },
}

/** Exchanges of which not all agents have the same part. */
export const uneven: readonly Partial<Config>[] = [
  { growth: 1.3 },
  { participation: 0.5 },
  { dropout: 0.4 },
  { trigger: { score: 4 } },
  { trigger: { policy: 0.02 } },
  { minVisits: 4 },
  {
    growth: 1.2,
    participation: 0.75,
    dropout: 0.3,
    trigger: { policy: 0.01 },
    codec: 'difference+int8-stochastic',
    distillCount: 'own',
  },
]
