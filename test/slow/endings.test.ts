// How a command ends: nothing that failed is told as success, a result is not lost for the way of printing it, and a signal
// is heard wherever the command is. A module that is loaded before the program (see `trap`) makes the disk fail, or sends a
// signal, at a place of the work and not after some time.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { drawFrame } from '../../src/cli/progress.ts'
import { computeAll, InterruptedError } from '../../src/results/compute.ts'
import { nodeFiles } from '../../src/results/disk.ts'
import { openStore } from '../../src/results/store.ts'
import { runToEnd } from '../../src/run/run.ts'
import { each, main, type Outcome } from '../commandLine.ts'
import { packageRoot } from '../helpers.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-endings-'))
const LIMIT = 60_000 // ms after which a command is ended from outside
let names = 0
const newPath = () => join(root, String(++names))
const words = (line: string) => line.split(' ')
const small = words('--method frd -n 5 -l 1 -E 3 --cap 8 --agents 2')

interface Surroundings {
  /** code that runs before the program, with `fs` at hand */
  readonly trap?: string
  /** `leaves` closes the pipe before the program writes; a number is an open file */
  readonly stdout?: 'pipe' | 'leaves' | number
  readonly stderr?: 'pipe' | 'leaves' | number
}

/** Runs the program, and ends it after a minute. */
function frd(args: readonly string[], { trap, stdout = 'pipe', stderr = 'pipe' }: Surroundings = {}): Promise<Outcome> {
  const before: string[] = []
  if (trap) {
    const path = `${newPath()}.mjs`
    const head = `import fs from 'node:fs'\nimport { syncBuiltinESMExports } from 'node:module'\n`
    fs.writeFileSync(path, `${head}${trap}\nsyncBuiltinESMExports()\n`)
    before.push('--import', pathToFileURL(path).href)
  }
  return new Promise((resolve) => {
    const of = (stream: 'pipe' | 'leaves' | number) => (stream === 'leaves' ? 'pipe' : stream)
    const child = spawn(process.execPath, [...before, main, ...args], {
      cwd: root,
      stdio: ['ignore', of(stdout), of(stderr)],
      timeout: LIMIT,
      killSignal: 'SIGKILL',
    })
    const text = { stdout: '', stderr: '' }
    for (const [name, how] of [['stdout', stdout] as const, ['stderr', stderr] as const]) {
      if (how === 'leaves') child[name]!.destroy()
      child[name]?.on('data', (chunk) => {
        text[name] += chunk
      })
    }
    child.on('close', (code) => resolve({ code, ...text }))
  })
}

const isLine = /^frd: [^\n]+\n$/

/** A folder with the runs of a small sweep. */
function makeRuns(): string {
  const out = newPath()
  const store = openStore(out)
  for (const seed of [1, 2, 3]) {
    store.write(runToEnd({ method: 'frd', width: 5, depth: 1, period: 3, cap: 8, agents: 2, seed }))
  }
  return out
}

const runsIn = (out: string) => (fs.existsSync(join(out, 'runs')) ? fs.readdirSync(join(out, 'runs')).sort() : [])

/** Every command that prints, each with the files of OUT that it stores before or beside. */
const printing: readonly (readonly [args: (out: string, from: string) => string[], stored: readonly string[]])[] = [
  [() => ['--help'], []],
  [() => ['--version'], []],
  [() => ['run', ...small], []],
  [() => ['run', ...small, '--json', '--quiet'], []],
  [(out) => ['run', ...small, '--quiet', '--out', out], ['results.csv', 'results.jsonl', 'runs']],
  [
    (out) => ['sweep', ...small, '--seeds', '1,2', '--jobs', '1', '--quiet', '--out', out],
    ['results.csv', 'results.jsonl', 'runs', 'timing.jsonl'],
  ],
  [(out) => ['reproduce', 'table1', '--json', '--quiet', '--out', out], ['table1.txt']],
  [(out, from) => ['report', from, '--quiet', '--out', out], ['runs.csv', 'runs.svg', 'runs.vl.json']],
  [(_, from) => ['claims', from], []],
  [(out, from) => ['archive', from, '--out', out], ['runs.csv.gz']],
  [(out, from) => ['merge', from, '--out', out], ['results.csv', 'results.jsonl', 'runs']],
  [(_, from) => ['verify', from, '--json', '--quiet', '--jobs', '1'], []],
]

test('a full stdout and a reader that leaves are failures of every command, and what it stores is there', async () => {
  const from = makeRuns()
  const hasFull = fs.existsSync('/dev/full')
  const cases = printing.flatMap(([args, stored]) => [
    { args, stored, stdout: 'leaves' as const, expected: 141, why: /its reader left/ },
    ...(hasFull ? [{ args, stored, stdout: fs.openSync('/dev/full', 'w'), expected: 1, why: /ENOSPC/ }] : []),
  ])
  await each(cases, async ({ args, stored, stdout, expected, why }) => {
    const out = newPath()
    const line = args(out, from)
    const { code, stderr } = await frd(line, { stdout })
    const last = stderr.slice(stderr.lastIndexOf('frd: '))
    assert.is(code, expected, `${line.join(' ')}: ${stderr}`)
    assert.match(last, isLine, line.join(' '))
    assert.match(last, why, line.join(' '))
    assert.not.match(stderr, /^ {4}at /m, line.join(' '))
    assert.equal(fs.existsSync(out) ? fs.readdirSync(out).sort() : [], stored, line.join(' '))
  })
})

test('a stderr that nobody reads or that is full costs messages, and nothing of the result', async () => {
  const args = (out: string) => ['sweep', ...small, '--seeds', '1,2', '--jobs', '1', '--out', out]
  const whole = await frd(args(newPath()))
  const others = ['leaves' as const, ...(fs.existsSync('/dev/full') ? [fs.openSync('/dev/full', 'w')] : [])]
  for (const stderr of others) {
    const out = newPath()
    const { code, stdout } = await frd(args(out), { stderr })
    assert.equal([code, stdout, runsIn(out).length], [0, whole.stdout, 2])
  }
})

test('a run that is only printed ends with its reader; one that is stored is played to its end', async () => {
  const long = words('run -n 5 -l 1 -E 1 --cap 400 --until cap')
  const [printed, out] = [
    await frd(words('run -n 5 -l 1 -E 1 --cap 100000 --until cap'), { stdout: 'leaves' }),
    newPath(),
  ]
  assert.is(printed.code, 141)
  const stored = await frd([...long, '--out', out], { stdout: 'leaves' })
  const whole = await frd([...long, '--json', '--quiet'])
  assert.is(stored.code, 141)
  const [name] = runsIn(out)
  assert.is(fs.readFileSync(join(out, 'runs', name), 'utf8'), whole.stdout)
})

test('a result that the disk does not take is printed all the same', async () => {
  const fails = `fs.renameSync = () => { throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }) }`
  const args = ['run', ...small, '--json', '--quiet']
  const whole = await frd(args)
  const { code, stdout, stderr } = await frd([...args, '--out', newPath()], { trap: fails })
  assert.equal([code, stdout], [1, whole.stdout])
  assert.match(stderr, /^frd: cannot write .*ENOSPC/)
})

test('a file as stdout gets every byte, although one write may take only a part', async () => {
  const short =
    'const write = fs.writeSync\nfs.writeSync = (fd, bytes, at = 0) => write(fd, bytes, at, Math.min(100, bytes.length - at))'
  const path = newPath()
  const { code } = await frd(['--help'], { trap: short, stdout: fs.openSync(path, 'w') })
  assert.is(code, 0)
  assert.is(fs.readFileSync(path, 'utf8'), (await frd(['--help'])).stdout)
})

test('a report in which nothing can be drawn says so and is no success', async () => {
  const out = newPath()
  // A policy grows beyond all numbers, and so the run fails.
  const failed = runToEnd({ method: 'frd', valueRate: 10, rewardScale: 1e6, critic: { width: 128, depth: 8 }, cap: 40 })
  assert.ok(failed.failure)
  openStore(out).write(failed)
  const { code, stderr } = await frd(['report', out])
  assert.is(code, 1)
  assert.match(stderr, /nothing was drawn\n$/)
})

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
type Name = keyof typeof exitCodes

/** Sends the signal to the program itself when `fs.method` is called with `what` in its first argument for the nth time. */
const sendAt = (method: string, what: string, nth: number, name: Name, times = 1) => `
const real = fs.${method}
let count = 0
fs.${method} = (...args) => {
  if (String(args[0]).includes(${JSON.stringify(what)}) && ++count === ${nth}) {
    for (let i = 0; i < ${times}; i++) process.kill(process.pid, '${name}')
  }
  return real(...args)
}`

// The sends run inside the program, where Windows would end it at once.
const posix = process.platform === 'win32' ? test.skip : test

posix('a signal between short runs is heard, a doubled one is one, and what is done is merged', async () => {
  await each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const, async (name) => {
    const out = newPath()
    const jobs = name === 'SIGHUP' ? '1' : '2'
    const args = ['sweep', ...small, '--seeds', '1..400', '--jobs', jobs, '--quiet', '--out', out]
    const { code, stderr } = await frd(args, { trap: sendAt('linkSync', '.frd-', 3, name, 2) })
    const stored = runsIn(out).length
    assert.is(code, exitCodes[name], stderr)
    assert.ok(stored >= 3 && stored < 400, `${stored} stored`)
    assert.is(
      stderr,
      `frd: interrupted: ${stored} of 400 runs are stored in ${out}; give the same command again to go on from there\n`,
    )
    assert.is(fs.readFileSync(join(out, 'results.jsonl'), 'utf8').split('\n').length, stored + 1)
  })
})

posix('a signal is heard while runs are planned, read, judged, packed, verified, drawn or measured', async () => {
  const paper = join(packageRoot, 'results', 'paper')
  const archiveIsRead = (name: Name) => sendAt('readFileSync', 'runs.csv.gz', 1, name)
  const soon = (name: Name, milliseconds: number) =>
    `setTimeout(() => process.kill(process.pid, '${name}'), ${milliseconds})`
  const tiny = words('sweep --method independent -N 1 -n 1 -l 1 --cap 1 --jobs 1 --quiet')
  const stored = makeRuns()
  const cases: readonly [string[], string, Name][] = [
    [[...tiny, '--seeds', '1..300000'], soon('SIGTERM', 100), 'SIGTERM'],
    [['claims', paper], archiveIsRead('SIGINT'), 'SIGINT'],
    [['claims', paper, '--markdown'], archiveIsRead('SIGHUP'), 'SIGHUP'],
    [['archive', paper], archiveIsRead('SIGTERM'), 'SIGTERM'],
    [['verify', paper, '--quiet', '--jobs', '1'], archiveIsRead('SIGHUP'), 'SIGHUP'],
    [['report', paper], archiveIsRead('SIGINT'), 'SIGINT'],
    [['report', stored], sendAt('renameSync', '.frd-', 1, 'SIGTERM'), 'SIGTERM'],
    [
      ['sweep', ...small, '--seeds', '1..3', '--quiet', '--jobs', '1'],
      sendAt('linkSync', '.frd-', 2, 'SIGINT'),
      'SIGINT',
    ],
    [['archive', paper, paper], archiveIsRead('SIGINT'), 'SIGINT'],
    [['reproduce', 'learning', '--quick', '--seeds', '1..3'], soon('SIGINT', 700), 'SIGINT'],
  ]
  await each(cases, async ([args, trap, name]) => {
    const out = newPath()
    const line = ['claims', 'verify'].includes(args[0]) ? args : [...args, '--out', out]
    const { code, stdout, stderr } = await frd(line, { trap })
    assert.is(code, exitCodes[name], `${line.join(' ')}: ${stderr}`)
    assert.match(stderr, /frd: interrupted[^\n]*\n$/, line.join(' '))
    if (args[0] === 'sweep' || args[1] === stored) return
    assert.equal([stdout, fs.existsSync(out)], ['', false], line.join(' '))
    assert.not.match(stderr, /seed 3/, 'the measuring went on to its end')
  })
})

test('runs that are computed elsewhere and are there at once leave time for a signal', async () => {
  const stop = new AbortController()
  const result = runToEnd({ width: 5, depth: 1, cap: 8 })
  const configs = Array.from({ length: 1_000_000 }, () => result.config)
  let done = 0
  setTimeout(() => stop.abort(), 1)
  try {
    await computeAll(configs, { jobs: 1, compute: async () => result, signal: stop.signal }, { done: () => ++done > 0 })
    assert.unreachable('it went on to its end')
  } catch (error) {
    assert.instance(error, InterruptedError)
  }
  assert.ok(done < configs.length)
})

test('the frame of a progress bar is narrower than its terminal, and shows the bar where there is room', () => {
  const big = { done: 123_456, total: 1_000_000, stored: 0, envSteps: 987_654_321_000, work: 3, totalWork: 2e6 }
  const little = { done: 9, total: 40, stored: 0, envSteps: 400_000, work: 0, totalWork: 40 }
  for (const progress of [big, little]) {
    for (let columns = 1; columns <= 120; columns++) {
      const text = drawFrame(progress, 3_600_000, columns, false)
      assert.ok([...text].length < columns, `${columns} columns: ${text}`)
      assert.not.match(text, /\n/)
      if (columns >= 80) assert.match(text, /░ \d+\/\d+ runs {2}.* env steps\/s {2}ETA/)
      if (columns >= 40) assert.match(text, /runs .*ETA/)
    }
  }
})

test('a folder that cannot be synced stores all the same and is told once; a disk that fails is an error', async () => {
  const told: string[] = []
  const hear = ({ name, message }: Error) => told.push(`${name} ${message}`)
  process.on('warning', hear)
  const failing = (code: string) => (fd: number) => {
    if (fs.fstatSync(fd).isDirectory()) throw Object.assign(new Error(`${code}: fsync`), { code })
    fs.fsyncSync(fd)
  }
  const result = runToEnd({ width: 5, depth: 1, cap: 8 })
  for (const code of ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF']) {
    const store = openStore(newPath(), { ...nodeFiles, fsyncSync: failing(code) })
    assert.equal(store.keys(), [])
    store.write(result)
    assert.equal([store.keys().length, store.merge().runs], [1, 1], code)
  }
  for (const code of ['EIO', 'ENOSPC', 'EDQUOT']) {
    const store = openStore(newPath(), { ...nodeFiles, fsyncSync: failing(code) })
    assert.throws(() => store.write(result), new RegExp(`cannot make runs in .*${code}`))
  }
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', hear)
  const ours = told.filter((text) => text.startsWith('FolderSyncWarning'))
  assert.is(ours.length, 1)
  assert.match(ours[0], /cannot be synced \(EINVAL\)/)
})

test.after(() => fs.rmSync(root, { recursive: true }))
test.run()
