// `npm run bench:start [-- ROUNDS]` measures how long a cold process takes for `import 'frd'` and a first episode,
// and how much memory large runs take, both beyond an empty Node process measured in the same round; and the sizes of
// what is loaded, raw and gzipped. Keeps the samples in bench/results.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { kernelBytes } from '../src/kernel/index.ts'
import type { Series } from './kept.ts'
import { countAt, inTurns, median, save, seconds, shown, table } from './sample.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Runs a module in a cold process in which the package has its name; returns what it printed. */
function node(source: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`"${source}" expected to run, got exit code ${status}: ${stderr}`)
  return stdout
}

interface Case {
  readonly name: string
  readonly source: string
  readonly goal?: number
}

const starts: Case[] = [
  { name: "import 'frd'", source: "import 'frd'" },
  {
    name: "import 'frd' and the first episode",
    source: "import { run } from 'frd'; run().next()",
    goal: 60,
  },
]

const memories: Case[] = [
  { name: "import 'frd' and the first episode", source: "import { run } from 'frd'; run().next()" },
  ...['mixfrd', 'pd'].map((method) => ({
    name: `16 agents at E = 25, ${method}, 60 episodes`,
    source: `import { runToEnd } from 'frd'; runToEnd({ method: '${method}', agents: 16, period: 25, cap: 60, until: 'cap' })`,
    goal: 64,
  })),
  {
    name: '1,000 independent agents, 2 episodes',
    source: "import { runToEnd } from 'frd'; runToEnd({ method: 'independent', agents: 1000, cap: 2, until: 'cap' })",
  },
]

/** What each source costs beyond the empty source, which is measured in the same round. */
function beyondIdle(rounds: number, cases: readonly Case[], measure: (source: string) => number) {
  const [idle, ...taken] = inTurns(
    rounds,
    [{ source: '' }, ...cases].map(
      ({ source }) =>
        () =>
          measure(source),
    ),
  )
  return {
    idle: idle.samples,
    beyond: taken.map(({ samples }) => samples.map((value, round) => value - idle.samples[round])),
  }
}

function show(title: string, unit: string, cases: readonly Case[], { idle, beyond }: ReturnType<typeof beyondIdle>) {
  const rows = cases.map(({ name, goal }, k) => [
    name,
    `${shown(beyond[k])} ${unit}`,
    goal ? `< ${goal} ${unit}` : '',
    goal ? (median(beyond[k]) < goal ? 'yes' : 'NO') : '',
  ])
  console.log(
    table([[title, 'median (quartiles)', 'goal', 'met'], ['Node alone', `${shown(idle)} ${unit}`, '', ''], ...rows]),
  )
  console.log()
}

/** A module and every file that it imports, directly or not. */
function closure(entry: string): string[] {
  const found = new Set([entry])
  for (const file of found) {
    const source = readFileSync(file, 'utf8')
    for (const [, name] of source.matchAll(/^(?:import|export)\s(?:[^'"();=]*\sfrom\s)?['"]([^'"]+)['"]/gm)) {
      const url = name.startsWith('.') ? new URL(name, pathToFileURL(file)).href : import.meta.resolve(name)
      if (url.startsWith('file:')) found.add(fileURLToPath(url))
    }
  }
  return [...found]
}

function sizes(): string {
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`
  const line = (name: string, parts: readonly Uint8Array[], goal = Infinity) => {
    const sum = (of: (part: Uint8Array) => number) => parts.reduce((total, part) => total + of(part), 0)
    const packed = sum((part) => gzipSync(part, { level: 9 }).length)
    const wish = goal < Infinity ? [`< ${kilobytes(goal)}`, packed < goal ? 'yes' : 'NO'] : ['', '']
    return [name, String(parts.length), kilobytes(sum((part) => part.length)), kilobytes(packed), ...wish]
  }
  const read = (files: readonly string[]) => files.map((file) => readFileSync(file))
  const files = closure(`${root}dist/src/index.js`)
  const own = files.filter((file) => !file.includes('node_modules'))
  return table([
    ['size', 'files', 'raw', 'gzipped each', 'goal', 'met'],
    line('kernel', [kernelBytes()], 20 * 1024),
    line('core, dist/src with the kernel in it', read(own)),
    line('its dependencies', read(files.filter((file) => !own.includes(file)))),
  ])
}

const rounds = countAt(0, 15)
console.log(`beyond Node ${process.version} alone, ${rounds} cold processes of each, in turn\n`)
const cold = beyondIdle(rounds, starts, (source) => 1000 * seconds(() => node(source)))
show('start', 'ms', starts, cold)
const peak = (source: string) => Number(node(`${source}; console.log(process.resourceUsage().maxRSS)`)) / 1024
const resident = beyondIdle(Math.min(rounds, 5), memories, peak)
show('peak memory', 'MB', memories, resident)
console.log(sizes())
const series = (unit: string, cases: readonly Case[], { beyond }: typeof cold): Series[] =>
  cases.map(({ name }, k) => ({ name: `${name}, beyond Node`, unit, samples: beyond[k] }))
save('start', [...series('ms', starts, cold), ...series('MB', memories, resident)])
