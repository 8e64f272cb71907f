// npm test [-- PATTERN [SECONDS [FOLDER]]]: runs each test file of test, or of a folder in it, whose name contains the pattern, in a process of its own and with a time limit,
// so that a test that hangs is named and ends, and no file depends on what another has left behind.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Milliseconds for one file. The longest takes a tenth of this on two idle cores. */
const LIMIT = 300_000

const [pattern = '', seconds, within = ''] = process.argv.slice(2)
const folder = join(dirname(fileURLToPath(import.meta.url)), within)
const limit = seconds ? 1000 * Number(seconds) : LIMIT

/** Files at once: many of them start processes of their own. */
const WIDTH = Math.min(availableParallelism(), 2)

/** What became of a file: empty where all its tests passed. */
async function faultOf(name: string): Promise<string> {
  const { status, signal, isLate, output } = await play(join(folder, name))
  const counts = /Total:\s+(\d+)\s+Passed:\s+(\d+)/.exec(output)
  console.log(`${name.padEnd(24)} ${counts ? `${counts[2]} of ${counts[1]}` : 'no count'}`)
  if (status === 0 && counts?.[1] === counts?.[2] && Number(counts?.[1]) > 0) return ''
  process.stdout.write(output)
  if (isLate) return `not done after ${limit / 1000} s`
  return signal
    ? `ended by ${signal}`
    : `exit ${status}, ${counts ? `${counts[2]} of ${counts[1]} passed` : 'no test ran'}`
}

interface Ending {
  readonly status: number | null
  readonly signal: string | null
  readonly isLate: boolean
  readonly output: string
}

function play(path: string): Promise<Ending> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let isLate = false
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part) => {
        output += part
      })
    }
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, limit)
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      resolve({ status, signal, isLate, output })
    })
  })
}

const names = readdirSync(folder).filter((name) => name.endsWith('.test.js') && name.includes(pattern))
if (!names.length) throw new RangeError(`"PATTERN" expected a part of the name of a test file, got "${pattern}"`)
const left = [...names]
const faults: (readonly [string, string])[] = []
const lane = async () => {
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const fault = await faultOf(name)
    if (fault !== '') faults.push([name, fault])
  }
}
await Promise.all(Array.from({ length: WIDTH }, lane))
for (const [name, fault] of faults.sort()) console.log(`FAILED ${name}: ${fault}`)
console.log(`${names.length - faults.length} of ${names.length} files passed`)
if (within === '') {
  console.log(
    'not run: test/network, which needs brokers (npm run test:network), test/runtimes (npm run test:runtimes), test/slow (npm run test:slow)',
  )
}
process.exitCode = faults.length ? 1 : 0
