// A cold process that plays its first episodes with a clock around each, and then the same episodes again, when the engine
// has compiled all of the kernel. bench/warmup.ts starts it as `firstSteps.js N`, and reads the one line that it prints.

import { makeLearner, playFromStart } from './learning.ts'
import { median } from './sample.ts'

/** What the process prints. */
export interface FirstSteps {
  /** ms until there is an agent: compiling, instantiating, first weights */
  readonly ready: number
  /** steps of each episode */
  readonly steps: readonly number[]
  /** ns of each episode, in the cold process */
  readonly cold: readonly number[]
  /** ns of the same episode when all is warm */
  readonly warm: readonly number[]
}

/** Laps before those that count as warm, and the laps of which the median counts for each episode. */
const WARMING = 5
const WARM = 5

const begin = performance.now()
const learner = makeLearner('paper', Number(process.argv[2]))
const ready = performance.now() - begin

const times: number[] = []
const play = learner.agent.playEpisode.bind(learner.agent)
learner.agent.playEpisode = () => {
  const begin = performance.now()
  const steps = play()
  times.push(1e6 * (performance.now() - begin))
  return steps
}
const lap = () => {
  times.length = 0
  const steps = playFromStart(learner)
  return { steps, times: [...times] }
}

const { steps, times: cold } = lap()
for (let k = 0; k < WARMING; k++) lap()
const laps = Array.from({ length: WARM }, () => lap().times)
const warm = steps.map((_, episode) => median(laps.map((times) => times[episode])))
console.log(JSON.stringify({ ready, steps, cold, warm } satisfies FirstSteps))
