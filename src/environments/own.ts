// An environment of one's own, in JavaScript: what it says of itself, checked once, and its steps, each checked. It draws
// its random numbers from the agent's own stream, so a run of it has one digest in every runtime, as long as the
// environment itself computes the same everywhere.

import {
  type Check,
  finite,
  functionOf,
  havingFunctions,
  integerIn,
  listOf,
  record,
  recordWithin,
  text,
} from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { type Environment, knownEnvironment, type Mission } from '../config/environment.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { isWord, oneOf, type Span } from '../config/field.ts'
import { ends, fieldNames, fields } from '../config/fields.ts'
import { checkOutcome, writeObservation } from '../kernel/env.ts'
import type { Draws, Transition, World } from '../kernel/records.ts'
import { describeFault, refusePromise } from './faults.ts'

/** What an environment of one's own does for one agent. */
export interface OwnWorld {
  /** Starts an episode. @returns its first observation: finite numbers, `observations` of them */
  reset(): ArrayLike<number>
  /** One step with an action in 0..actions-1. @returns what followed it */
  step(action: number): Omit<Transition, 'action'>
}

/** What a device does for the agent that plays on it: as `OwnWorld`, but it may answer later. */
export interface DeviceWorld {
  /** Starts an episode. @returns its first observation */
  reset(): ArrayLike<number> | PromiseLike<ArrayLike<number>>
  /** One step with an action in 0..actions-1. @returns what followed it */
  step(action: number): Omit<Transition, 'action'> | PromiseLike<Omit<Transition, 'action'>>
}

/** An environment that answers when it can, such as a device; only a member of a federation waits for it. */
export interface DeviceEnvironment extends Omit<OwnEnvironment, 'create'> {
  /** Makes the environment of one agent, which draws from that agent's stream `reset`. */
  create(stream: Draws, parameters: Readonly<Record<string, number>>): DeviceWorld
}

/** An environment of one's own, as `run`, `sweep`, a federation and `--env FILE` take it. */
export interface OwnEnvironment {
  /** its name, of letters, digits, points, hyphens and underscores; it is part of every stream's key */
  readonly name: string
  /** components of an observation, 1..64 */
  readonly observations: number
  /** actions, 2..16 */
  readonly actions: number
  /** the longest episode in steps, 1..1000000; a step that reaches it is truncated */
  readonly limit: number
  /** lower and upper end of the interval of each component that is cut into sections, unless the config's `ranges` say otherwise */
  readonly bounds: readonly Span[]
  /** what the score of an episode is: its steps, or its return, the sum of its rewards */
  readonly score: Environment['score']
  /** the mean score that completes the mission; over the last 10 episodes unless `window` is given, and `at least` unless `direction` is */
  readonly mission: Pick<Mission, 'threshold'> & Partial<Mission>
  /** the names of the components; their numbers unless given */
  readonly components?: readonly string[]
  /** the numbers of the components by which MixFRD sorts, the first one first; it mixes by distance unless given */
  readonly mixup?: readonly number[]
  /** physical parameters and their defaults */
  readonly parameters?: Readonly<Record<string, number>>
  /** what preset `tuned` sets for it */
  readonly tuned?: Partial<Config>
  /** what tells two states of its code apart, such as a hash; without it, runs have no name to be stored under */
  readonly version?: string
  /** Makes the environment of one agent, which draws from that agent's stream `reset`. */
  create(stream: Draws, parameters: Readonly<Record<string, number>>): OwnWorld
}

/** An environment of one's own that was checked. */
export interface CheckedEnvironment {
  /** what the kernel, the server and the config need to know */
  readonly env: Environment
  /** its version; empty where it has none */
  readonly version: string
  /** makes the environment of one agent */
  readonly create: OwnEnvironment['create']
}

const names = [
  ...['name', 'observations', 'actions', 'limit', 'bounds', 'score', 'mission', 'components', 'mixup', 'parameters'],
  ...['tuned', 'version', 'create'],
]
const scores = oneOf(['steps', 'return'], 'return', { doc: '' })
const directions = oneOf(['at least', 'at most'], 'at least', { doc: '' })

/**
 * Checks what an environment says of itself.
 * @throws TypeError, RangeError that name what is wrong
 */
export function checkEnvironment(value: unknown): CheckedEnvironment {
  const given = recordWithin(names)(value, 'environment')
  const { take, takeOr } = readerOf(given, 'environment')
  const name = take('name', fields.env.check)
  if (knownEnvironment(name)) {
    const why = 'the kernel has an environment of that name'
    throw new RangeError(expected('environment.name', 'a name of its own', name, why))
  }
  const observations = take('observations', integerIn(1, 64))
  const numbers = Array.from({ length: observations }, (_, i) => String(i))
  const bounds = take('bounds', listOf(spanOf, observations))
  const mission = readerOf(take('mission', recordWithin(['threshold', 'window', 'direction'])), 'environment.mission')
  const create = take('create', functionOf<OwnEnvironment['create']>)
  const env: Environment = {
    id: 0,
    name,
    observations,
    actions: take('actions', integerIn(2, 16)),
    limit: take('limit', integerIn(1, 1_000_000)),
    bounds,
    score: take('score', scores.check),
    mission: {
      threshold: mission.take('threshold', finite),
      window: mission.takeOr('window', 10, integerIn(1, 10_000)),
      direction: mission.takeOr('direction', 'at least', directions.check),
    },
    components: takeOr('components', numbers, (list, at) => namesIn(listOf(text, observations)(list, at), at)),
    mixup: takeOr('mixup', [], listOf(integerIn(0, observations - 1))),
    parameters: takeOr('parameters', {}, parametersIn),
    tuned: takeOr('tuned', {}, fieldsIn),
  }
  return { env, version: takeOr('version', '', fields.envVersion.check), create }
}

/** Functions that check one field of a record, which a message calls by its path; `takeOr` has a value for an absent one. */
function readerOf(given: Readonly<Record<string, unknown>>, path: string) {
  const take = <T>(name: string, check: Check<T>) => check(given[name], `${path}.${name}`)
  const takeOr = <T>(name: string, otherwise: T, check: Check<T>) =>
    given[name] === undefined ? otherwise : take(name, check)
  return { take, takeOr }
}

const spanOf: Check<Span> = (value, name) => {
  const [low, high] = ends(value, name)
  if (low < high) return [low, high]
  throw new RangeError(expected(name, 'a lower end below the upper one', `${low}, ${high}`))
}

/** @throws RangeError for names that no flag could hold, or that stand twice */
function namesIn(list: readonly string[], name: string): readonly string[] {
  for (const [i, one] of list.entries()) {
    if (!isWord(one)) throw new RangeError(expected(`${name}[${i}]`, 'a word', one))
    if (list.indexOf(one) !== i) throw new RangeError(expected(`${name}[${i}]`, 'a name of its own', one))
  }
  return list
}

/** Some fields of a config, each checked. */
function fieldsIn(value: unknown, name: string): Partial<Config> {
  const given = Object.entries(record(value, name)).map(([field, got]) => {
    if (!Object.hasOwn(fields, field)) throw new TypeError(expectedOneOf(name, fieldNames, field))
    return [field, fields[field as keyof Config].check(got, `${name}.${field}`)]
  })
  return Object.fromEntries(given)
}

function parametersIn(value: unknown, name: string): Readonly<Record<string, number>> {
  const given = record(value, name)
  namesIn(Object.keys(given), name)
  return Object.fromEntries(Object.entries(given).map(([key, number]) => [key, finite(number, `${name}.${key}`)]))
}

/**
 * The environment of one agent, whose every answer is checked. What it throws and what is wrong with its answers is told
 * with its name, the episode and the step, and with the line of its file where there is one.
 * @throws EnvironmentError if it cannot be made
 */
export function worldOf(
  { env, create }: CheckedEnvironment,
  stream: Draws,
  parameters: Readonly<Record<string, number>> = env.parameters,
): World {
  let episode = 0
  let steps = 0
  const place = () => (episode === 0 ? 'while it was created' : `episode ${episode}, step ${steps}`)
  const aloud = <T>(name: keyof OwnWorld | 'create', act: () => unknown, check: (answer: unknown) => T): T => {
    try {
      const answer = act()
      refusePromise(answer, name)
      return check(answer)
    } catch (error) {
      throw new EnvironmentError(`environment ${env.name}, ${place()}: ${describeFault(error)}`, { cause: error })
    }
  }
  const copy = new Float32Array(env.observations)
  const checked = (observation: unknown) => {
    writeObservation(copy, observation)
    return copy
  }
  const checkWorld = havingFunctions<OwnWorld>('reset', 'step')
  const own = aloud(
    'create',
    () => create(stream, parameters),
    (made) => checkWorld(made, 'create()'),
  )
  return {
    reset: () => {
      episode++
      steps = 0
      return aloud('reset', () => own.reset(), checked)
    },
    step: (action) => {
      steps++
      return aloud(
        'step',
        () => own.step(action),
        (answer) => {
          const { observation, reward, ...flags } = checkOutcome(answer, 'step')
          const truncated = flags.truncated || steps >= env.limit
          return { observation: checked(observation), reward, terminated: flags.terminated, truncated }
        },
      )
    },
  }
}

/** An environment of one's own threw, or answered what no environment may. The message names it, the episode and the step. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}
