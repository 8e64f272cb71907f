// npm test [-- PATTERN]: runs each test file whose name contains the pattern, in a process of its own and with a time limit,
// so that a test that hangs is named and ends, and no file depends on what another has left behind.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Milliseconds for one file. The longest takes a tenth of this on two idle cores. */
const LIMIT = 300_000

const folder = dirname(fileURLToPath(import.meta.url))
const pattern = process.argv[2] ?? ''
const limit = Number(process.argv[3] ?? LIMIT)

/** What became of a file: empty where all its tests passed. */
function faultOf(name: string): string {
  const { status, signal, error, stdout, stderr } = spawnSync(process.execPath, [join(folder, name)], {
    encoding: 'utf8',
    timeout: limit,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 28,
  })
  const counts = /Total:\s+(\d+)\s+Passed:\s+(\d+)/.exec(stdout)
  console.log(`${name.padEnd(24)} ${counts ? `${counts[2]} of ${counts[1]}` : 'no count'}`)
  if (status === 0 && counts?.[1] === counts?.[2] && Number(counts?.[1]) > 0) return ''
  process.stdout.write(`${stdout}${stderr}`)
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT') return `not done after ${limit / 1000} s`
  return signal
    ? `ended by ${signal}`
    : `exit ${status}, ${counts ? `${counts[2]} of ${counts[1]} passed` : 'no test ran'}`
}

const names = readdirSync(folder).filter((name) => name.endsWith('.test.js') && name.includes(pattern))
if (!names.length) throw new RangeError(`"PATTERN" expected a part of the name of a test file, got "${pattern}"`)
const faults = names.map((name) => [name, faultOf(name)] as const).filter(([, fault]) => fault !== '')
for (const [name, fault] of faults) console.log(`FAILED ${name}: ${fault}`)
console.log(`${names.length - faults.length} of ${names.length} files passed`)
process.exitCode = faults.length ? 1 : 0
