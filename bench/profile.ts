// `npm run bench:profile [-- SEEDS]` shows where the time of a sweep for Figure 4 goes. It runs `frd reproduce fig4` on
// one core under the sampling profiler of the engine, counts from the first sample inside the kernel to the last, and
// gives kernel functions their names.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { countAt, table } from './sample.ts'

const SAMPLE_US = 500
const SHOWN_PERCENT = 0.15
const root = fileURLToPath(new URL('../../', import.meta.url))

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { functionName: string; url: string } }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

function profile(seeds: number): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'frd-profile-'))
  try {
    const sampling = ['--cpu-prof', `--cpu-prof-interval=${SAMPLE_US}`, `--cpu-prof-dir=${folder}`]
    const words = [
      'reproduce',
      'fig4',
      '--seeds',
      `1..${seeds}`,
      '--jobs',
      '1',
      '--out',
      join(folder, 'out'),
      '--quiet',
    ]
    const { status, stderr } = spawnSync(process.execPath, [...sampling, join(root, 'dist/src/cli/main.js'), ...words])
    if (status !== 0) throw new Error(`"reproduce fig4" expected exit code 0, got ${status}: ${stderr}`)
    const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))!
    return JSON.parse(readFileSync(join(folder, file), 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The names of the kernel's functions by index, from the same code compiled once more with a name section. */
async function kernelNames(): Promise<Map<number, string>> {
  mkdirSync(join(root, 'dist/bench'), { recursive: true })
  const outFile = join(root, 'dist/bench/named.wasm')
  const words = ['--config', 'asconfig.json', '--target', 'release', '--debug', '--outFile', outFile]
  process.chdir(root)
  const { error, stderr } = await asc.main(words)
  if (error) throw new Error(`"asc" expected to compile, got ${stderr}`)
  const module = new WebAssembly.Module(readFileSync(outFile))
  const bytes = new Uint8Array(WebAssembly.Module.customSections(module, 'name')[0])
  const names = new Map<number, string>()
  let at = 0
  const number = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  // The section is a list of subsections {kind, bytes}; kind 1 is {count, {index, name}...}.
  while (at < bytes.length) {
    const kind = bytes[at++]
    const end = number() + at
    if (kind === 1) {
      for (let left = number(); left > 0; left--) {
        const index = number()
        const length = number()
        names.set(index, new TextDecoder().decode(bytes.subarray(at, at + length)).replace(/^assembly\//, ''))
        at += length
      }
    }
    at = end
  }
  return names
}

const seeds = countAt(0, 2)
const { nodes, samples, timeDeltas } = profile(seeds)
const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
const isKernel = (id: number) => frames.get(id)!.url.startsWith('wasm:')
const names = await kernelNames()
const first = samples.findIndex(isKernel)
const last = samples.findLastIndex(isKernel)
const times = new Map<string, number>()
let kernel = 0
let total = 0
for (let k = first; k <= last; k++) {
  const { functionName, url } = frames.get(samples[k])!
  const isInKernel = isKernel(samples[k])
  const name = isInKernel
    ? `kernel  ${names.get(Number(/\[(\d+)\]/.exec(functionName)?.[1])) ?? functionName}`
    : `host    ${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}`
  times.set(name, (times.get(name) ?? 0) + timeDeltas[k])
  total += timeDeltas[k]
  if (isInKernel) kernel += timeDeltas[k]
}
const percent = (time: number) => `${((100 * time) / total).toFixed(2)} %`
console.log(
  `frd reproduce fig4 --seeds 1..${seeds} --jobs 1: ${(total / 1e6).toFixed(1)} s from the first step to the last`,
)
console.log(`kernel ${percent(kernel)}, host ${percent(total - kernel)} (goal: under 5 %)\n`)
const rows = [...times].sort(([, a], [, b]) => b - a).filter(([, time]) => (100 * time) / total >= SHOWN_PERCENT)
console.log(table([['function without its callees', 'share'], ...rows.map(([name, time]) => [name, percent(time)])]))
