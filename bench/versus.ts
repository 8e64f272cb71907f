// `npm run bench:versus [-- ROUNDS [WORK]]` compares the kernel with native C and with what users would pick instead,
// on the same work in one interleaved run. Every round asks every contender once, in an order that rotates, so that
// ratios are pairs taken under the same conditions; a contender that cannot run here is named. Kernel and yardstick
// are started anew now and then, because the place of a process in memory changes its speed by up to 15 % for its
// whole life. Prints medians with quartiles and writes bench/results/versus.json.

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { environments } from '../src/config/environment.ts'
import { type Contender, start } from './contender.ts'
import { short, shown, spread } from './sample.ts'

const SAMPLE_MS = 6 // aim for a sample: short, because these machines change their speed within a second
const LAUNCHES = 5
const WARM_MS = 100 // how long a contender works before it is timed, because engines compile what has run often
const root = fileURLToPath(new URL('../../', import.meta.url))
const builds = { 'C SSE4.1': ['-msse4.1', '-ffp-contract=off'], 'C AVX2 + FMA': ['-mavx2', '-mfma'] }

interface Measured {
  readonly name: string
  readonly command: string
  /** the most repetitions in a sample */
  readonly most: number
}

const works: Measured[] = [
  ...[24, 50, 100].map((n) => ({
    name: `W1 online step, 4-${n}-${n}-2`,
    command: `online ${n}`,
    most: Infinity,
  })),
  ...[24, 50, 100].flatMap((n) =>
    [32, 64, 256].map((batch) => ({
      name: `W3 distillation per sample, 4-${n}-${n}-2, batch ${batch}`,
      command: `distil ${n} ${batch}`,
      most: 100,
    })),
  ),
  ...environments.map(({ name }) => ({
    name: `W4 step of ${name} with its observation`,
    command: `physics ${name}`,
    most: Infinity,
  })),
]

/** A program that takes part; `command` turns the words of a work into its own. */
interface Entrant {
  readonly name: string
  readonly launch: () => Promise<Contender>
  /** whether it is started once and not anew for each launch */
  readonly isKept: boolean
  readonly command: (command: string) => string
}

function fresh(name: string, words: string[], command: Entrant['command'] = (words) => words): Entrant {
  const launch = async () => {
    const contender = await start(name, words, false)
    if (typeof contender === 'string') throw new Error(`"${name}" expected to start, got ${contender}`)
    return contender
  }
  return { name, launch, isKept: false, command }
}

/** Both builds of the yardstick; where there is no compiler, a line says so. */
function yardsticks(): Entrant[] {
  const built: Entrant[] = []
  mkdirSync(`${root}dist/bench/native`, { recursive: true })
  for (const [name, flags] of Object.entries(builds)) {
    const binary = `${root}dist/bench/native/${name.replaceAll(/[^a-z0-9]/gi, '')}`
    try {
      execFileSync('gcc', ['-O3', ...flags, '-o', binary, `${root}bench/native/yardstick.c`, '-lm'], { stdio: 'pipe' })
      built.push(fresh(name, [binary]))
    } catch (error) {
      console.log(`not run: ${name}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no gcc' : error}`)
    }
  }
  return built
}

async function peers(): Promise<Entrant[]> {
  const at = (file: string) => `${root}bench/peers/${file}`
  const programs: [string, string[]][] = [
    ['plain typed arrays', [process.execPath, at('plain.mjs')]],
    ['TensorFlow.js cpu', [process.execPath, at('tfjs.mjs'), 'cpu']],
    ['TensorFlow.js wasm', [process.execPath, at('tfjs.mjs'), 'wasm']],
    ['jax-js', [process.execPath, at('jax.mjs')]],
    ['NumPy', ['python3', at('numpy_peer.py')]],
    ['PyTorch', ['python3', at('torch_peer.py')]],
    ['PyTorch', ['python3', at('torch_compiled_peer.py')]],
  ]
  const started: Entrant[] = []
  for (const [name, words] of programs) {
    const contender = await start(name, words, true)
    if (typeof contender === 'string') console.log(`not run: ${name}: ${contender}`)
    else {
      const entrant = { name: contender.name, isKept: true, command: (words: string) => words }
      started.push({ ...entrant, launch: async () => contender })
    }
  }
  return started
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

async function compare({ name, command, most }: Measured, entrants: readonly Entrant[], rounds: number) {
  const times: number[][] = entrants.map(() => [])
  const reps: number[] = []
  let turn = 0
  for (let launch = 0; launch < LAUNCHES; launch++) {
    const contenders = await Promise.all(entrants.map((entrant) => entrant.launch()))
    for (const [k, contender] of contenders.entries()) {
      const own = entrants[k].command(command)
      if (launch === 0 || !entrants[k].isKept) await fill(WARM_MS, contender, own, Infinity)
      // Measured anew for each launch: a delay here makes samples too short, and must not do so in all launches.
      reps[k] = await fill(SAMPLE_MS / 2, contender, own, most)
    }
    for (let round = 0; round < rounds / LAUNCHES; round++, turn++) {
      for (let k = 0; k < entrants.length; k++) {
        const at = (k + turn) % entrants.length
        if (!reps[at]) continue
        times[at].push(Number(await contenders[at].ask(`${entrants[at].command(command)} ${reps[at]}`)))
      }
    }
    for (const [k, contender] of contenders.entries()) if (!entrants[k].isKept) contender.close()
  }
  console.log(`\n${name}, ${turn} rounds in ${LAUNCHES} launches: ns, and frd's time over theirs (quartiles)`)
  return entrants.flatMap((entrant, at) => {
    if (!reps[at]) return []
    const ns = spread(times[at])
    const ratios = times[at].map((time, k) => times[0][k] / time)
    const ratio = spread(ratios)
    console.log(`  ${entrant.name.padEnd(28)} ${short(ns.median, 4).padStart(10)}   ${shown(ratios)}`)
    return [{ contender: entrant.name, ns, ratio, times: times[at] }]
  })
}

/** Checks that the SSE4.1 yardstick does the work of the kernel: after equal steps both have equal weights. */
async function checkBits(kernel: Entrant, yardstick: Entrant): Promise<void> {
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

const rounds = Number(process.argv[2] ?? 101)
const chosen = process.argv[3] ?? ''
const program = [process.execPath, `${root}dist/bench/work.js`]
const kernel = fresh('frd', program)
const native = yardsticks()
const likeKernel = native.find(({ name }) => name === 'C SSE4.1')
if (likeKernel) await checkBits(kernel, likeKernel)
const started = await peers()
const results = []
for (const work of works) {
  if (!work.name.includes(chosen)) continue
  results.push({ work: work.name, contenders: await compare(work, [kernel, ...native, ...started], rounds) })
}
// W2: whole episodes in the kernel, with policy, sampling and physics, beside the training step of W1.
const whole = fresh('frd, whole step', program, (command) => command.replace('online', 'episode'))
for (const n of [24, 50, 100]) {
  const work = { name: `W2 whole step beside W1's, 4-${n}-${n}-2`, command: `online ${n}`, most: Infinity }
  if (!work.name.includes(chosen)) continue
  results.push({ work: work.name, contenders: await compare(work, [whole, kernel, ...native], rounds) })
}
for (const { launch } of started) (await launch()).close()
mkdirSync(`${root}bench/results`, { recursive: true })
writeFileSync(`${root}bench/results/versus.json`, JSON.stringify({ node: process.version, rounds, results }, null, 1))
