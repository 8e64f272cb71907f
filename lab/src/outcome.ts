// How a run ended, in the few numbers that the page keeps of it.

import type { RunResult } from './core.ts'
import type { Outcome } from './messages.ts'

export function outcomeOf(result: RunResult): Outcome {
  const { config, completion, completions, episodes, envSteps, exchanges, failure, digest } = result
  const sent = exchanges.flatMap(({ uplinkBytes }) => uplinkBytes)
  const bytes = sent.length ? sent.reduce((sum, one) => sum + one, 0) / (config.agents * exchanges.length) : null
  const first = completion === null ? [] : [...completions.keys()].filter((i) => completions[i] === completion)
  return { completion, first, episodes, envSteps, bytes, failure: failure?.message ?? null, digest }
}
