// `npm run bench:threads [-- ROUNDS [THREADS]]`: what a run gains from several threads, beside what this machine gives to as
// many processes that share nothing. In each round a run plays alone in one thread, then as many of it at the same time,
// each in a process of its own, then one in as many threads. Keeps the samples in bench/results.

import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Config } from '../src/config/config.ts'
import { runThreaded } from '../src/network/threads.ts'
import type { Series } from './kept.ts'
import { countAt, save, shown, table } from './sample.ts'

const self = fileURLToPath(import.meta.url)

/** The paper's sizes, in runs of some seconds, since each thread takes 0.2 s to become as fast as the first. */
const RUNS: readonly Partial<Config>[] = [
  { agents: 8, cap: 800 },
  { agents: 8, cap: 2000 },
  { agents: 16, cap: 600 },
  { agents: 16, cap: 2000 },
].map((sizes) => ({ ...sizes, method: 'frd', until: 'cap', seed: 1 }))

interface Took {
  readonly seconds: number
  readonly digest: string
}

/** Plays a run in a process of its own. */
const play = (config: Partial<Config>, threads: number): Promise<Took> =>
  new Promise((resolve, reject) => {
    const child = fork(self, ['play', String(threads), JSON.stringify(config)])
    child.once('message', (took) => resolve(took as Took))
    child.once('exit', (code) => reject(new Error(`a run ended with code ${code}`)))
  })

/** A row of the table, and what is kept of it. */
interface Measured {
  readonly row: readonly string[]
  readonly series: readonly Series[]
}

async function measure(config: Partial<Config>, rounds: number, threads: number): Promise<Measured> {
  const gains: number[][] = [[], [], []]
  const alone: number[] = []
  for (let round = 0; round < rounds; round++) {
    const one = await play(config, 1)
    const twins = await Promise.all(Array.from({ length: threads }, () => play(config, 1)))
    const several = await play(config, threads)
    if (several.digest !== one.digest) throw new Error(`digest ${several.digest}, expected ${one.digest}`)
    const slowest = Math.max(...twins.map(({ seconds }) => seconds))
    const most = (threads * one.seconds) / slowest
    const gain = one.seconds / several.seconds
    alone.push(one.seconds)
    for (const [k, value] of [gain, most, gain / most].entries()) gains[k].push(value)
  }
  const name = `N = ${config.agents}, cap ${config.cap}`
  return {
    row: [name, shown(alone), ...gains.map((values) => shown(values))],
    series: ['threads', 'processes', 'share'].map((what, k) => ({
      name: `${name}, ${what}`,
      unit: 'x',
      samples: gains[k],
    })),
  }
}

const HEAD = ['', 's in one thread', 'gain in threads', 'gain of processes', 'share of it']
if (process.argv[2] === 'play') {
  const [threads, config] = process.argv.slice(3)
  const begin = performance.now()
  const { digest } = await runThreaded(JSON.parse(config), { jobs: Number(threads) })
  process.send?.({ seconds: (performance.now() - begin) / 1000, digest })
} else {
  const rounds = countAt(0, 7)
  const threads = countAt(1, availableParallelism())
  console.log(`FRD until the cap at the paper's sizes, in ${threads} threads or processes; ${rounds} rounds\n`)
  const measured: Measured[] = []
  for (const config of RUNS) measured.push(await measure(config, rounds, threads))
  console.log(table([HEAD, ...measured.map(({ row }) => row)]))
  save(
    'threads',
    measured.flatMap(({ series }) => series),
  )
}
