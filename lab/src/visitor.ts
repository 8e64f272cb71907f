// The visitor plays an episode himself: the kernel steps the environment by the clock of the page, and what he would send
// is counted as an agent's summary is.

import { type Config, environments, Grid, resolveConfig, stepEnvironment } from './core.ts'
import type { Report } from './messages.ts'

/** Where a visitor's episode begins: CartPole at rest with its pole a little to one side. */
const START = [0, 0, 0.03, 0]

export interface Visit {
  readonly act: (action: number) => void
  readonly stop: () => void
}

/** Starts an episode of CartPole, and tells `post` of each step. */
export function visit(given: Partial<Config>, millisecondsPerStep: number, post: (report: Report) => void): Visit {
  const config = resolveConfig(given)
  const env = environments.find(({ name }) => name === config.env)!
  const grid = new Grid(env.observations, config)
  const met = new Set<number>()
  let state: ArrayLike<number> = START
  let action = 0
  let steps = 0
  const timer = self.setInterval(() => {
    met.add(grid.indexOf(state))
    const next = stepEnvironment(env.name, state, action, { steps })
    state = next.state
    steps++
    const isOver = next.terminated || next.truncated
    if (isOver) clearInterval(timer)
    post({ type: 'step', state: Float32Array.from(next.state), steps, entries: met.size, isOver })
  }, millisecondsPerStep)
  return {
    act: (chosen) => {
      action = chosen
    },
    stop: () => clearInterval(timer),
  }
}
