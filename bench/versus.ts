// `npm run bench:versus [-- ROUNDS [WORK]]` compares the kernel with native C and with what users would pick instead,
// on the same work in one interleaved run. Every round asks every contender once, in an order that rotates, so that
// ratios are pairs taken under the same conditions; a contender that cannot run here is named. Kernel and yardstick
// are started anew now and then, because the place of a process in memory changes its speed by up to 15 % for its
// whole life. Prints medians with quartiles and keeps the samples in bench/results.

import { fileURLToPath } from 'node:url'
import { start } from './contender.ts'
import { checkBits, type Entrant, inLaunches, kernelOf, LAUNCHES, type Task, yardsticks } from './entrants.ts'
import { keep } from './kept.ts'
import { short, shown, spread } from './sample.ts'
import { wholeSteps, works } from './works.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

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
      started.push({ name: contender.name, isKept: true, launch: async () => contender })
    }
  }
  return started
}

async function compare(name: string, tasks: readonly Task[], rounds: number) {
  const times = await inLaunches(tasks, rounds)
  console.log(
    `\n${name}, ${times[0].length} rounds in ${LAUNCHES} launches: ns, and frd's time over theirs (quartiles)`,
  )
  return tasks.flatMap(({ entrant }, at) => {
    if (!times[at].length) return []
    const ns = spread(times[at])
    const ratios = times[at].map((time, k) => times[0][k] / time)
    const ratio = spread(ratios)
    console.log(`  ${entrant.name.padEnd(28)} ${short(ns.median, 4).padStart(10)}   ${shown(ratios)}`)
    return [{ contender: entrant.name, ns, ratio, times: times[at] }]
  })
}

const rounds = Number(process.argv[2] ?? 101)
const chosen = process.argv[3] ?? ''
const kernel = kernelOf()
const native = yardsticks()
const likeKernel = native.find(({ name }) => name === 'C SSE4.1')
if (likeKernel) await checkBits(kernel, likeKernel)
const started = await peers()
const results = []
for (const { name, command, most } of works) {
  if (!name.includes(chosen)) continue
  const tasks = [kernel, ...native, ...started].map((entrant) => ({ entrant, command, most }))
  results.push({ work: name, contenders: await compare(name, tasks, rounds) })
}
for (const { name, command, native: step } of wholeSteps) {
  if (!name.includes(chosen)) continue
  const whole = { entrant: { ...kernel, name: 'frd, whole step' }, command }
  const tasks = [whole, ...[kernel, ...native].map((entrant) => ({ entrant, command: step }))]
  results.push({ work: name, contenders: await compare(name, tasks, rounds) })
}
for (const { launch } of started) (await launch()).close()
keep('versus', results, { rounds })
