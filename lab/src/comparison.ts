// What is compared at the moment: the groups with their configs, checked, and what they need to run.

import {
  armsOf,
  type Choice,
  commandOf,
  configOf,
  environmentOf,
  isArchived,
  type Opening,
  openings,
} from './choice.ts'
import { type Config, type Environment, methods, type PayloadKind } from './core.ts'
import type { Task } from './messages.ts'
import type { Own } from './own.ts'
import type { Arm } from './scenarios.ts'

/** A group that is compared. */
export interface Group extends Arm {
  readonly config: Config
  readonly task: Task
  /** what it sends */
  readonly payload: PayloadKind
  readonly command: string
}

export interface Comparison {
  readonly choice: Choice
  readonly groups: readonly Group[]
  readonly env: Environment
  readonly cap: number
  /** the seed of the run that is shown */
  readonly seed: number
  /** the archive's runs; null where it holds none of these settings */
  readonly archive: Opening | null
}

/** @throws TypeError, RangeError for settings that cannot run, before anything is started */
export function compare(choice: Choice, own: Own | null): Comparison {
  const arms = armsOf(choice)
  const env = environmentOf(arms[0].given, own)
  const file = own?.env === env ? own.file : null
  const groups = arms.map((arm): Group => {
    const config = configOf(arm.given, env)
    const method = methods[config.method]
    method.check?.(config)
    const payload = method.targets ? method.payload(config) : 'none'
    return { ...arm, config, task: { config: givenOf(config), file }, payload, command: commandOf(arm.given, own) }
  })
  const [{ config }] = groups
  const rows = choice.scenario !== null && isArchived(choice) ? openings[choice.scenario] : null
  const archive = rows?.arms[0].completions.length ? rows : null
  return { choice, groups, env, cap: config.cap, seed: config.seed, archive }
}

/** A config as a message carries it: where networks or worlds say how many agents there are, nothing else does. */
function givenOf(config: Config): Partial<Config> {
  if (config.nets === null) return config
  const { agents: _, width: __, depth: ___, ...rest } = config
  return rest
}
