// What claims are written with: arms of runs in the paper's settings, sides, and cells for several numbers of agents.

import { MIXED } from './extensions.ts'
import { AGENTS, paperFigures, STANDARD, settings, type TableSetting } from './figures.ts'
import type { Arm, ClaimCell, Quantity, Side } from './questions.ts'

/** An arm in the setting of figures 3 to 5. */
export const arm = (method: string, agents: number, more: Arm = {}): Arm => ({ ...STANDARD, method, agents, ...more })

/** An arm in one setting of Table 1. */
export const under = (setting: TableSetting, method: string, agents: number): Arm =>
  arm(method, agents, settings[setting])

/** An arm of Fig. 5, where n is that of the policy network alone. */
export const payloadArm = (method: string, width: number): Arm => ({ ...paperFigures.fig5.base, method, width })

/** An arm whose three agents have different networks. */
export const mixedArm = (method: string): Arm => ({
  ...STANDARD,
  method,
  agents: 3,
  width: undefined,
  depth: undefined,
  nets: MIXED,
})

/** The ratio of mean completion times, a over b. */
export const time = (a: Arm, b: Arm): Quantity => ({ kind: 'time', a, b })

/** The ratio of standard deviations of completion times, a over b. */
export const spread = (a: Arm, b: Arm): Quantity => ({ kind: 'spread', a, b })

/** The ratio lies below 1. */
export const SMALLER: Side = { below: 1 }
/** The ratio lies above 1. */
export const LARGER: Side = { above: 1 }
/** The ratio is not smaller than 1 by more than a tenth. */
export const NOT_SMALLER: Side = { above: 0.9, isMargin: true }
/** The ratio is not larger than 1 by more than a tenth. */
export const NOT_LARGER: Side = { below: 1.1, isMargin: true }

/** More than one agent. */
export const MANY = AGENTS.filter((n) => n > 1)

/** One cell for each number of agents. */
export function each(agents: readonly number[], side: Side, quantity: (n: number) => Quantity): ClaimCell[] {
  return agents.map((n) => ({ label: `N = ${n}`, quantity: quantity(n), side }))
}

/** Numbers of agents at which payloads are compared. */
const PAYLOAD_AGENTS = [2, 4, 8] as const

/** Cells for both ways and several numbers of agents. */
export function eachWay(side: Side, quantity: (way: 'up' | 'down', n: number) => Quantity): ClaimCell[] {
  return (['up', 'down'] as const).flatMap((way) =>
    each(PAYLOAD_AGENTS, side, (n) => quantity(way, n)).map((cell) => ({
      ...cell,
      label: `${way}link, ${cell.label}`,
    })),
  )
}
