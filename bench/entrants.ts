// The programs that are measured in turns: the kernel, the two builds of the yardstick in C, and others. Every round
// asks each of them once, in an order that rotates, so that the ratios of a round are pairs taken under the same
// conditions. They are started anew now and then, because the place of a process in memory changes its speed by up to
// 15 % for its whole life.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Contender, start } from './contender.ts'
import { beat } from './sample.ts'

const SAMPLE_MS = 6 // aim for a sample: short, because these machines change their speed within a second
const WARM_MS = 100 // how long a contender works before it is timed, because engines compile what has run often
export const LAUNCHES = 5
const root = fileURLToPath(new URL('../../', import.meta.url))
const source = `${root}bench/native/yardstick.c`
const builds = { 'C SSE4.1': ['-msse4.1', '-ffp-contract=off'], 'C AVX2 + FMA': ['-mavx2', '-mfma'] }
export type Build = keyof typeof builds

/** A program that takes part. */
export interface Entrant {
  readonly name: string
  readonly launch: () => Promise<Contender>
  /** whether it is started once and not anew for each launch */
  readonly isKept: boolean
}

function fresh(name: string, words: readonly string[]): Entrant {
  const launch = async () => {
    const contender = await start(name, words, false)
    if (typeof contender === 'string') throw new Error(`"${name}" expected to start, got ${contender}`)
    return contender
  }
  return { name, launch, isKept: false }
}

/** The kernel of a built checkout; without a folder, of this one. */
export const kernelOf = (folder = root, name = 'frd'): Entrant =>
  fresh(name, [process.execPath, `${folder.replace(/\/?$/, '/')}dist/bench/work.js`])

/** The builds of the yardstick; where there is no compiler, a line says so. */
export function yardsticks(names = Object.keys(builds) as Build[]): Entrant[] {
  const built: Entrant[] = []
  mkdirSync(`${root}dist/bench/native`, { recursive: true })
  for (const name of names) {
    const binary = `${root}dist/bench/native/${name.replaceAll(/[^a-z0-9]/gi, '')}`
    try {
      execFileSync('gcc', ['-O3', ...builds[name], '-o', binary, source, '-lm'], { stdio: 'pipe' })
      built.push(fresh(name, [binary]))
    } catch (error) {
      console.log(`not run: ${name}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no gcc' : error}`)
    }
  }
  return built
}

/** The compiler and the source of the yardstick: ratios to it can be compared where both are the same. */
export function yardstickVersion(): string {
  const compiler = execFileSync('gcc', ['-dumpfullversion'], { encoding: 'utf8' }).trim()
  return `gcc ${compiler}, yardstick.c ${createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 8)}`
}

/** Checks that the SSE4.1 yardstick does the work of the kernel: after equal steps both have equal weights. */
export async function checkBits(kernel: Entrant, yardstick: Entrant): Promise<void> {
  const pair = [await kernel.launch(), await yardstick.launch()]
  for (const command of ['online 24 999', 'online 50 999', 'distil 50 64 3', 'distil 100 256 2']) {
    const hashes: (string | null)[] = []
    for (const contender of pair) {
      await contender.ask(command)
      hashes.push(await contender.ask('hash'))
    }
    if (hashes[0] !== hashes[1]) throw new Error(`"${command}" expected equal weights, got ${hashes.join(' and ')}`)
  }
  for (const contender of pair) contender.close()
  console.log('the SSE4.1 yardstick ends with the same weights as the kernel, to the last bit')
}

/**
 * How many repetitions take so long, found by doubling, at most `most`; 0 where the contender does not know the work.
 */
async function fill(milliseconds: number, contender: Contender, command: string, most: number): Promise<number> {
  for (let reps = 1; ; reps *= 2) {
    const begin = performance.now()
    if ((await contender.ask(`${command} ${reps}`)) === null) return 0
    if (performance.now() - begin > milliseconds || reps * 2 > most) return reps
  }
}

/** What an entrant is asked to do. */
export interface Task {
  readonly entrant: Entrant
  /** the words of the work without the number of repetitions */
  readonly command: string
  /** the most repetitions in a sample */
  readonly most?: number
}

/**
 * The ns per unit of each task in each round, launch by launch, every launch with the same number of rounds. The list is
 * empty where the entrant does not know the work. `beats`, where it is given, gets the mean of a beat before and after each
 * sample of the first task.
 */
export async function inLaunches(tasks: readonly Task[], rounds: number, beats?: number[]): Promise<number[][]> {
  const times: number[][] = tasks.map(() => [])
  const reps: number[] = []
  let turn = 0
  for (let launch = 0; launch < LAUNCHES; launch++) {
    const contenders = await Promise.all(tasks.map(({ entrant }) => entrant.launch()))
    for (const [k, contender] of contenders.entries()) {
      const { entrant, command, most = Infinity } = tasks[k]
      if (launch === 0 || !entrant.isKept) await fill(WARM_MS, contender, command, Infinity)
      // Measured anew for each launch: a delay here makes samples too short, and must not do so in all launches.
      reps[k] = await fill(SAMPLE_MS / 2, contender, command, most)
    }
    for (let round = 0; round < rounds / LAUNCHES; round++, turn++) {
      for (let k = 0; k < tasks.length; k++) {
        const at = (k + turn) % tasks.length
        if (!reps[at]) continue
        const before = beats && at === 0 ? beat() : 0
        times[at].push(Number(await contenders[at].ask(`${tasks[at].command} ${reps[at]}`)))
        if (before) beats!.push((before + beat()) / 2)
      }
    }
    for (const [k, contender] of contenders.entries()) if (!tasks[k].entrant.isKept) contender.close()
  }
  return times
}
