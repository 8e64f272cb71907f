// A figure's places with their runs, and what all kinds of figures share.

import type { Spec } from '../plot/svg.ts'
import type { FindRuns, Summary } from '../results/summary.ts'
import type { Figure } from './figures.ts'
import { type FigurePlace, pointsOf } from './index.ts'

/** A figure that was drawn. */
export interface Drawn {
  readonly spec: Spec
  readonly csv: string
  /** the table that is printed in the terminal */
  readonly table: string
}

/** A place of a figure with its runs. */
export interface Place extends FigurePlace {
  readonly agents: number
  readonly method: string
  readonly cap: number
  readonly runs: readonly Summary[]
}

/** The axes, as their titles call them. */
export const axisTitles = {
  agents: 'Number of agents',
  sections: 'Sections S',
  period: 'Exchange period E (episodes)',
  width: 'Width n of the policy network',
  participation: 'Fraction of the agents in an exchange',
  dropout: 'Frames that are lost',
} as const

/** The axes, as tables call them: S, E and n are the paper's letters, N is ours. */
export const axisLetters = {
  agents: 'N',
  sections: 'S',
  period: 'E',
  width: 'n',
  participation: 'fraction',
  dropout: 'lost',
} as const

/** The cap that all places share: the smallest. */
export const leastCap = (places: readonly Place[]) => Math.min(...places.map(({ cap }) => cap))

/** The places of a figure that have runs; failed runs are left out. @param values places on the x axis */
export function placesOf(figure: Figure, values: readonly number[], findRuns: FindRuns): Place[] {
  return pointsOf(figure, values).flatMap((point) => {
    const { config, runs } = findRuns(point.config)
    const finished = runs.filter(({ failed }) => !failed)
    const { agents, method, cap } = config
    return finished.length ? [{ ...point, agents, method, cap, runs: finished }] : []
  })
}
