// --shard i/n: which part of the runs this process computes. Without the flag it is the part that a Slurm array or an
// indexed Job of Kubernetes gives to its task, which stderr says. This is the only file that reads their variables.

import { expected } from '../config/errors.ts'
import type { Shard } from '../results/shards.ts'
import { type Argv, readFlag, valueFlag } from './options.ts'
import { tell } from './output.ts'

/** A shard that was asked for. */
export interface AskedShard extends Shard {
  /** the variable that asked for it; null for the flag */
  readonly variable: string | null
}

/** The variables of a process by name. */
export type Variables = Readonly<Record<string, string | undefined>>

export const shardFlag = valueFlag(
  'the part of the runs that is computed here, for sweeps over several machines; frd merge puts the parts together. Accepts: i/n with i in 1..n, such as 2/8, or none',
  'that of a Slurm array or a Kubernetes Job, else none',
)

/** The most shards: a sweep has no more runs. */
const MOST = 1_000_000

/** The highest index that Slurm and Kubernetes can count to. */
const MAX_INDEX = 4_294_967_295

const NEXT = 'give --shard i/n, or --shard none to ignore the variables'

/**
 * The shard that is asked for; null for all runs.
 * @throws TypeError, RangeError that name the flag or the variable that says no shard
 */
export function readShard(argv: Argv, variables: Variables = process.env): AskedShard | null {
  const text = readFlag(argv, 'shard')
  if (text === undefined) return shardOfVariables(variables)
  if (text === 'none') return null
  const form = `i/n with i in 1..n and n in 1..${MOST}, such as 2/8, or none`
  const parts = /^(0|[1-9]\d*)\/(0|[1-9]\d*)$/.exec(text)
  if (parts === null) throw new TypeError(expected('shard', form, text))
  const [index, count] = [Number(parts[1]), Number(parts[2])]
  if (index >= 1 && index <= count && count <= MOST) return { index, count, variable: null }
  throw new RangeError(expected('shard', form, text, index === 0 ? 'the first shard is 1' : ''))
}

function shardOfVariables(variables: Variables): AskedShard | null {
  const isSlurm = variables[SLURM_ID] !== undefined
  const isKubernetes = variables[JOB_INDEX] !== undefined
  if (isSlurm && isKubernetes) {
    throw new RangeError(expected(JOB_INDEX, `none beside ${SLURM_ID}`, variables[JOB_INDEX], NEXT))
  }
  if (isSlurm) return shardOfSlurm(variables)
  return isKubernetes ? shardOfKubernetes(variables) : null
}

/** The integer of a variable. @throws TypeError for one that is missing, RangeError unless it is in min..max */
function readVariable(variables: Variables, name: string, [min, max]: readonly [number, number], why = ''): number {
  const text = variables[name]
  const what = `an integer in ${min}..${max}`
  if (text === undefined) throw new TypeError(`"${name}" expected ${what}, got none: ${why}${NEXT}`)
  const value = /^(0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new RangeError(expected(name, what, text, NEXT))
}

const SLURM_ID = 'SLURM_ARRAY_TASK_ID'

/** The indices of a Slurm array are MIN, MIN + STEP, ..., at most MAX, and COUNT of them. */
function shardOfSlurm(variables: Variables): AskedShard {
  const read = (name: string, least = 0) => readVariable(variables, `SLURM_ARRAY_TASK_${name}`, [least, MAX_INDEX])
  const [id, min, max, step, count] = [read('ID'), read('MIN'), read('MAX'), read('STEP', 1), read('COUNT', 1)]
  const array = `${min}-${max}:${step}`
  const tasks = max < min ? 0 : Math.floor((max - min) / step) + 1
  if (tasks !== count || count > MOST) {
    const why = `a list with gaps, such as 1,2,5, says of no task which part is its own; submit a range, or ${NEXT}`
    throw new RangeError(expected('SLURM_ARRAY_TASK_COUNT', `${tasks} tasks of the array ${array}`, count, why))
  }
  const place = (id - min) / step
  if (Number.isInteger(place) && place >= 0 && place < count) return { index: place + 1, count, variable: SLURM_ID }
  throw new RangeError(expected(SLURM_ID, `an index of the array ${array}`, id, NEXT))
}

const JOB_INDEX = 'JOB_COMPLETION_INDEX'

/** The indices of a Kubernetes Job start at 0. How many there are, only who wrote the Job can say. */
function shardOfKubernetes(variables: Variables): AskedShard {
  const why = "Kubernetes does not set it, so give it the value of the Job's completions in env of the container, or "
  const count = readVariable(variables, 'JOB_COMPLETIONS', [1, MOST], why)
  return { index: readVariable(variables, JOB_INDEX, [0, count - 1]) + 1, count, variable: JOB_INDEX }
}

/** A shard as the flag writes it. */
export const shardText = ({ index, count }: Shard) => `${index}/${count}`

/** Whether some runs are left to other shards. */
export const isPart = (shard: Shard | null): shard is Shard => shard !== null && shard.count > 1

/** Says on stderr what a variable has chosen, because nobody has typed it. */
export function tellShard(shard: AskedShard | null, runs: number, all: number): void {
  if (!shard?.variable) return
  const what = `shard ${shardText(shard)}, ${runs} of ${all} runs`
  tell(`${what}, as ${shard.variable} says; --shard none ignores it\n`)
}

/** Says on stderr that what was made is a part. @param next what to do when all parts are there */
export function tellPart(shard: Shard, runs: number, all: number, next: string): void {
  tell(`a part: shard ${shardText(shard)} has ${runs} of ${all} runs; when all shards are done, ${next}\n`)
}
