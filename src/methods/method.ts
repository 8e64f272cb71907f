// A method is a value: what an agent uploads, what the server makes of the uploads, and what an agent does with the
// download. Between them stand bytes, because bytes are what is sent; `download` decodes the very ones that came.

import { functionOf, nullOr, optional, record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { flag, oneOf } from '../config/field.ts'
import type { Agent } from '../kernel/agent.ts'
import type { PayloadKind, Space } from '../wire/payload.ts'

/** The settings of an exchange: those that a method may use or leave alone. All other fields of a config hold for every method. */
export const exchangeFields = [
  'sections',
  'ranges',
  'period',
  'memoryReset',
  'merge',
  'codec',
  'minVisits',
  'growth',
  'trigger',
  'participation',
  'dropout',
  'epochs',
  'batch',
  'distillRate',
  'distillAdam',
  'distillCount',
  'mixupTies',
  'mixupKeep',
  'mixupBy',
  'mixupPortion',
  'frlCritic',
  'frlInit',
] as const satisfies readonly (keyof Config)[]

/** A setting of an exchange. */
export type ExchangeField = (typeof exchangeFields)[number]

/** The settings of a distillation with which every method that distils trains. */
export const DISTILLATION: readonly ExchangeField[] = ['epochs', 'batch', 'distillRate', 'distillAdam']

/** The settings of how often, with whom and over which links agents exchange, for every method that sends something. */
export const SENDING: readonly ExchangeField[] = ['period', 'codec', 'growth', 'trigger', 'participation', 'dropout']

/** What a method may know of its run beside agents and bytes. */
export interface MethodContext {
  /** the run's config, resolved */
  readonly config: Config
  /** the sizes that bodies are read with */
  readonly space: Space
}

/** How agents exchange knowledge. `methods` holds the known ones; `run` takes one of your own. */
export interface Method {
  /** what `--method` and the config call it */
  readonly name: string
  /** what it is, in one line for --help */
  readonly doc: string
  /** what travels under a config; `none` where nothing does */
  readonly payload: (config: Config) => PayloadKind
  /** the settings of an exchange on which its runs depend; the others change nothing but the name of a run. Absent: all */
  readonly uses?: readonly ExchangeField[]
  /** the memory that agents keep for it */
  readonly memory: 'proxies' | 'replay' | 'none'
  /** how many entries a download distils at most, where all agents together upload so many at most; null: there is no exchange */
  readonly targets: ((entries: number) => number) | null
  /** of a method of one's own: what tells two states of its code apart; without it, runs have no name to be stored under */
  readonly version?: string
  /** what an agent sends at an exchange: the body of its payload */
  readonly upload: (agent: Agent, context: MethodContext) => Uint8Array
  /** what the server makes of the agents' bodies, in agent order: the body that every agent receives */
  readonly aggregate: (uploads: readonly Uint8Array[], context: MethodContext) => Uint8Array
  /** what an agent does with the body it received */
  readonly download: (agent: Agent, global: Uint8Array, context: MethodContext) => void
  /**
   * bytes of a payload as the paper counts them, where that is not the whole body; `encodedBytes` gives those of a body, which
   * are fewer under most codecs
   */
  readonly paperBytes?: (agent: Agent, encodedBytes: (body: Uint8Array) => number) => number
  /** whether one learner plays the environments of all agents, which must then be in one place */
  readonly isPooled?: boolean
  /**
   * whether agents that share an instance play in the world of agent 0 for all, so that they can live apart only where
   * all worlds are the kernel's and the same
   */
  readonly needsOneWorld?: boolean
  /** whether all agents draw their first weights from agent 0's stream */
  readonly commonInit?: (config: Config) => boolean
  /** @throws RangeError where the method cannot run this config */
  readonly check?: (config: Config) => void
}

const memories = oneOf(['proxies', 'replay', 'none'], 'none', { doc: '' })
const yes = flag(false, { doc: '' })

/** A method of one's own, whose name and version are checked where they are used. @throws TypeError, RangeError */
export function checkMethod(value: unknown): Method {
  const given = record(value, 'method')
  memories.check(given.memory, 'method.memory')
  nullOr(functionOf)(given.targets, 'method.targets')
  for (const name of ['payload', 'upload', 'aggregate', 'download']) functionOf(given[name], `method.${name}`)
  for (const name of ['paperBytes', 'commonInit', 'check']) optional(functionOf)(given[name], `method.${name}`)
  for (const name of ['isPooled', 'needsOneWorld']) optional(yes.check)(given[name], `method.${name}`)
  return value as Method
}

/** The body of a method that sends nothing. */
export const NOTHING = new Uint8Array(0)

/**
 * Trains an agent towards rows f32[M * (observations + actions)]: towards all, or where `distillCount` is own towards `own()`
 * of them at most, drawn from the agent's stream `mixup`. So the steps do not grow with the agents, and what is left of a
 * gain is what the others know. [C: distillation]
 */
export function distil(agent: Agent, rows: Float32Array, own: () => number, { config, space }: MethodContext): void {
  const width = space.observations + space.actions
  const count = rows.length / width
  const kept = config.distillCount === 'all' ? count : Math.min(own(), count)
  if (kept === count) {
    agent.distill(rows)
    return
  }
  const drawn = new Float32Array(kept * width)
  for (const [k, row] of agent.shuffled(count).subarray(0, kept).entries()) {
    drawn.set(rows.subarray(row * width, (row + 1) * width), k * width)
  }
  agent.distill(drawn)
}

/**
 * Does `read` once for all agents that receive the same bytes, since it gives them all the same. The result is only read.
 * It is kept by the object of the bytes, so that bytes which were changed on their way are read for themselves.
 */
export function sharedByAgents<T>(read: (global: Uint8Array, agent: Agent, context: MethodContext) => T) {
  const known = new WeakMap<Uint8Array, T>()
  return (global: Uint8Array, agent: Agent, context: MethodContext): T => {
    const found = known.get(global)
    if (found !== undefined) return found
    const made = read(global, agent, context)
    known.set(global, made)
    return made
  }
}

/** The mean of equally long lists of floats, number by number: sums in f64 in the lists' order, rounded to f32. */
export function meanOf(lists: readonly Float32Array[]): Float32Array {
  return lists[0].map((_, i) => lists.reduce((sum, list) => sum + list[i], 0) / lists.length)
}
