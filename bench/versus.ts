// `npm run bench:versus [-- ROUNDS [WORK]]`: the kernel beside native C and what users would pick instead, on the same work in
// one interleaved run. Every round asks every contender once, in turning order, so the ratios are pairs taken under the
// same conditions; a contender that cannot run here is named. Prints medians with quartiles, writes bench/results/versus.json.

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Contender, start } from './contender.ts'
import { spread } from './sample.ts'
import { kernelContender } from './work.ts'

const SAMPLE_MS = 6 // a sample's aim: short, since these machines change their speed within a second
const root = fileURLToPath(new URL('../../', import.meta.url))
const builds = { 'C SSE4.1': ['-msse4.1', '-ffp-contract=off'], 'C AVX2 + FMA': ['-mavx2', '-mfma'] }

interface Measured {
  readonly name: string
  readonly command: string
  /** the most repetitions a sample */
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
      name: `W3 distillation a sample, 4-${n}-${n}-2, batch ${batch}`,
      command: `distil ${n} ${batch}`,
      most: 100,
    })),
  ),
]

/** Both builds of the yardstick; a line where there is no compiler. */
async function yardsticks(): Promise<Contender[]> {
  const started: Contender[] = []
  mkdirSync(`${root}dist/bench/native`, { recursive: true })
  for (const [name, flags] of Object.entries(builds)) {
    const binary = `${root}dist/bench/native/${name.replaceAll(/[^a-z0-9]/gi, '')}`
    try {
      execFileSync('gcc', ['-O3', ...flags, '-o', binary, `${root}bench/native/yardstick.c`, '-lm'], { stdio: 'pipe' })
    } catch (error) {
      console.log(`not run: ${name}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no gcc' : error}`)
      continue
    }
    const contender = await start(name, [binary], false)
    if (typeof contender !== 'string') started.push(contender)
  }
  return started
}

async function peers(): Promise<Contender[]> {
  const at = (file: string) => `${root}bench/peers/${file}`
  const programs: [string, string[]][] = [
    ['plain typed arrays', [process.execPath, at('plain.mjs')]],
    ['TensorFlow.js cpu', [process.execPath, at('tfjs.mjs'), 'cpu']],
    ['TensorFlow.js wasm', [process.execPath, at('tfjs.mjs'), 'wasm']],
    ['jax-js', [process.execPath, at('jax.mjs')]],
    ['NumPy', ['python3', at('numpy_peer.py')]],
    ['PyTorch', ['python3', at('torch_peer.py')]],
  ]
  const started: Contender[] = []
  for (const [name, words] of programs) {
    const contender = await start(name, words, true)
    if (typeof contender === 'string') console.log(`not run: ${name}: ${contender}`)
    else started.push(contender)
  }
  return started
}

const short = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3))

/** Repetitions that fill a sample, found by doubling; 0 where the contender does not know the work. */
async function calibrate(contender: Contender, command: string, most: number): Promise<number> {
  for (let reps = 1; ; reps *= 2) {
    const begin = performance.now()
    if ((await contender.ask(`${command} ${reps}`)) === null) return 0
    if (performance.now() - begin > SAMPLE_MS / 2 || reps * 2 > most) return reps
  }
}

async function compare({ name, command, most }: (typeof works)[number], contenders: Contender[], rounds: number) {
  const entrants: { contender: Contender; reps: number; times: number[] }[] = []
  for (const contender of contenders) {
    const reps = await calibrate(contender, command, most)
    if (reps) entrants.push({ contender, reps, times: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < entrants.length; k++) {
      const { contender, reps, times } = entrants[(k + round) % entrants.length]
      times.push(Number(await contender.ask(`${command} ${reps}`)))
    }
  }
  const own = entrants[0].times
  console.log(`\n${name}, ${rounds} rounds: ns, and frd's time over theirs (quartiles)`)
  return entrants.map(({ contender, times }) => {
    const ns = spread(times)
    const ratio = spread(times.map((time, k) => own[k] / time))
    const [low, middle, high] = [ratio.q25, ratio.median, ratio.q75].map((value) => value.toPrecision(3))
    console.log(`  ${contender.name.padEnd(28)} ${short(ns.median).padStart(10)}   ${middle} (${low} .. ${high})`)
    return { contender: contender.name, ns, ratio, times }
  })
}

/** The SSE4.1 yardstick does the kernel's very work: equal weights after equal steps. */
async function checkBits(kernel: Contender, yardstick: Contender | undefined): Promise<void> {
  for (const command of yardstick ? ['online 24 999', 'online 50 999', 'distil 50 64 3', 'distil 100 256 2'] : []) {
    const hashes: (string | null)[] = []
    for (const contender of [kernel, yardstick!]) {
      await contender.ask(command)
      hashes.push(await contender.ask('hash'))
    }
    if (hashes[0] !== hashes[1]) throw new Error(`"${command}" expected equal weights, got ${hashes.join(' and ')}`)
  }
  if (yardstick) console.log('the SSE4.1 yardstick ends with the same weights as the kernel, to the last bit')
}

const rounds = Number(process.argv[2] ?? 101)
const chosen = process.argv[3] ?? ''
const kernel = kernelContender()
const native = await yardsticks()
await checkBits(
  kernel,
  native.find(({ name }) => name === 'C SSE4.1'),
)
const contenders = [kernel, ...native, ...(await peers())]
const results = []
for (const work of works) {
  if (work.name.includes(chosen)) results.push({ work: work.name, contenders: await compare(work, contenders, rounds) })
}
// W2: whole episodes in the kernel, with policy, sampling and physics, beside W1's step alone.
const episodes = kernelContender()
const whole = {
  ...episodes,
  name: 'frd, whole step',
  ask: (command: string) => episodes.ask(command.replace('online', 'episode')),
}
for (const n of [24, 50, 100]) {
  const work = { name: `W2 whole step beside W1's, 4-${n}-${n}-2`, command: `online ${n}`, most: Infinity }
  if (work.name.includes(chosen))
    results.push({ work: work.name, contenders: await compare(work, [whole, kernel, ...native], rounds) })
}
for (const contender of contenders) contender.close()
mkdirSync(`${root}bench/results`, { recursive: true })
writeFileSync(`${root}bench/results/versus.json`, JSON.stringify({ node: process.version, rounds, results }, null, 1))
