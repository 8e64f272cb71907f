// Sweeps over machines: every run is in exactly one shard, whatever the order of the plan; shards that are swept apart and
// merged give the bytes of one sweep; what a Slurm array and a Kubernetes Job say of a task is one of the shards or is
// refused by name; and a merge loses nothing, changes no source and hides no conflict.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readShard, type Variables } from '../../src/cli/shard.ts'
import { settingOf } from '../../src/results/setting.ts'
import { type Shard, shardInSteps } from '../../src/results/shards.ts'
import { openStore } from '../../src/results/store.ts'
import { type PlannedRun, planRuns } from '../../src/results/sweep.ts'
import { runToEnd } from '../../src/run/run.ts'
import { toEnd } from '../../src/run/steps.ts'
import { main, type Outcome } from '../commandLine.ts'
import { makeStream } from '../reference/philox.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-shards-'))
const LIMIT = 60_000 // ms after which a command is ended from outside
let folders = 0
const newFolder = () => join(root, String(++folders))
const words = (line: string) => line.split(' ')

/** The variables of this process but those that name a shard, should the tests themselves run in an array. */
const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SLURM_ARRAY|JOB_COMP)/.test(name)))

/** Runs the program, and ends it after a minute. @param trap code that runs before it, with `fs` at hand */
function frd(args: readonly string[], variables: Variables = {}, trap = ''): Promise<Outcome> {
  const head = `import fs from 'node:fs'\nimport { syncBuiltinESMExports } from 'node:module'\n`
  const code = `data:text/javascript,${encodeURIComponent(`${head}${trap}\nsyncBuiltinESMExports()\n`)}`
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...(trap ? ['--import', code] : []), main, ...args], {
      cwd: root,
      env: { ...plain, ...variables },
      timeout: LIMIT,
      killSignal: 'SIGKILL',
    })
    const text = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk) => {
        text[name] += chunk
      })
    }
    child.on('close', (code) => resolve({ code, ...text }))
  })
}

/** All files below a folder with their bytes. */
const filesOf = (dir: string) =>
  (fs.readdirSync(dir, { recursive: true }) as string[])
    .filter((name) => fs.statSync(join(dir, name)).isFile())
    .sort()
    .map((name) => [name, fs.readFileSync(join(dir, name), 'utf8')])

const tablesOf = (dir: string) => filesOf(dir).filter(([name]) => /^results\.|^runs/.test(name))

// ---- which run is in which shard

const plan = toEnd(
  planRuns(
    ['frd', 'pd', 'own'].flatMap((method) =>
      [1, 2, 16].flatMap((agents) =>
        [40, 1000].flatMap((cap) => [1, 2, 3, 4, 5].map((seed) => ({ method, agents, cap, seed }))),
      ),
    ),
  ),
)

const keysOf = (runs: readonly PlannedRun[], shard: Shard) => toEnd(shardInSteps(runs, shard)).map(({ key }) => key)
const shardsOf = (runs: readonly PlannedRun[], count: number) =>
  Array.from({ length: count }, (_, i) => keysOf(runs, { index: i + 1, count }))

/** The plan in an order that is drawn. */
function shuffled(key: number): PlannedRun[] {
  const stream = makeStream(key, 0)
  return plan
    .map((run) => ({ run, at: stream.word() }))
    .sort((a, b) => a.at - b.at)
    .map(({ run }) => run)
}

const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values)

test('every run is in exactly one shard, in the order of the plan, whatever that order is', () => {
  for (const count of [1, 2, 3, 5, 7, 16, 89, 90, 91, 1000]) {
    const shards = shardsOf(plan, count)
    assert.equal(shards.flat().sort(), plan.map(({ key }) => key).sort(), `${count} shards`)
    const other = shuffled(count)
    for (const [i, keys] of shardsOf(other, count).entries()) {
      assert.equal([...keys].sort(), [...shards[i]].sort(), `${i + 1}/${count}`)
      const isOwn = new Set(keys)
      assert.equal(
        keys,
        other.map(({ key }) => key).filter((key) => isOwn.has(key)),
      )
    }
  }
})

test('shards differ by one run at most, by one seed of a setting, and in work by the largest run', () => {
  const byKey = new Map(plan.map(({ key, config }) => [key, config]))
  const largest = Math.max(...plan.map(({ config }) => config.agents * config.cap))
  for (let count = 1; count <= 40; count++) {
    const shards = shardsOf(plan, count).map((keys) => keys.map((key) => byKey.get(key)!))
    assert.ok(spread(shards.map(({ length }) => length)) <= 1)
    const loads = shards.map((configs) => configs.reduce((sum, { agents, cap }) => sum + agents * cap, 0))
    assert.ok(spread(loads) <= largest, `${count} shards: ${loads}`)
    for (const setting of new Set(plan.map(({ config }) => settingOf(config)))) {
      const seeds = shards.map((configs) => configs.filter((config) => settingOf(config) === setting).length)
      assert.ok(spread(seeds) <= 1, `${count} shards: ${seeds} of ${setting}`)
    }
  }
})

// ---- what a task is told

const slurm = (id: unknown, min: unknown, max: unknown, step: unknown, count: unknown): Variables => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_STEP: String(step),
  SLURM_ARRAY_TASK_COUNT: String(count),
})
const kubernetes = (index: unknown, count: unknown): Variables => ({
  JOB_COMPLETION_INDEX: String(index),
  JOB_COMPLETIONS: String(count),
})

const shown = (variables: Variables, argv = {}) => {
  const shard = readShard(argv, variables)
  return shard && `${shard.index}/${shard.count} ${shard.variable}`
}

test('the tasks of every Slurm array and Kubernetes Job are the shards, each once', () => {
  for (const min of [0, 1, 5]) {
    for (const step of [1, 2, 4]) {
      for (let count = 1; count <= 9; count++) {
        const last = min + (count - 1) * step
        // Whether MAX is the end that was given or the last index makes no difference.
        for (const max of [last, last + step - 1]) {
          for (let i = 0; i < count; i++) {
            const task = slurm(min + i * step, min, max, step, count)
            assert.is(shown(task), `${i + 1}/${count} SLURM_ARRAY_TASK_ID`)
          }
        }
      }
    }
  }
  for (let count = 1; count <= 9; count++) {
    for (let i = 0; i < count; i++) assert.is(shown(kubernetes(i, count)), `${i + 1}/${count} JOB_COMPLETION_INDEX`)
  }
})

test('the flag goes before the variables, none ignores them, and without any there is no shard', () => {
  const task = slurm('x', 0, 3, 1, 4)
  assert.is(shown(task, { shard: '2/3' }), '2/3 null')
  assert.is(shown(task, { shard: 'none' }), null)
  assert.is(shown({ JOB_COMPLETIONS: '3', SLURM_ARRAY_TASK_COUNT: '3' }), null)
})

test('a flag or a variable that says no shard is refused by its name', () => {
  const cases: [Variables, object, RegExp][] = [
    ...['', '2', '0/2', '3/2', '1/0', '-1/2', '1.5/2', '1/2/3', '01/2', '1/ 2', 'None', '1/1000001'].map(
      (shard): [Variables, object, RegExp] => [{}, { shard }, /^"shard" expected i\/n with i in 1\.\.n/],
    ),
    [{}, { shard: ['1/2', '2/2'] }, /^"shard" expected one value/],
    [slurm('', 0, 3, 1, 4), {}, /^"SLURM_ARRAY_TASK_ID" expected an integer in .*--shard none/],
    [slurm('x', 0, 3, 1, 4), {}, /^"SLURM_ARRAY_TASK_ID" expected .*got "x"/],
    [slurm(4, 0, 3, 1, 4), {}, /^"SLURM_ARRAY_TASK_ID" expected an index of the array 0-3:1, got 4/],
    [slurm(0, 1, 4, 1, 4), {}, /^"SLURM_ARRAY_TASK_ID" expected an index of the array 1-4:1, got 0/],
    [slurm(3, 0, 6, 2, 4), {}, /^"SLURM_ARRAY_TASK_ID" expected an index of the array 0-6:2, got 3/],
    [slurm(0, 0, 3, 0, 4), {}, /^"SLURM_ARRAY_TASK_STEP" expected an integer in 1\.\..*got "0"/],
    [slurm(0, -1, 3, 1, 5), {}, /^"SLURM_ARRAY_TASK_MIN" expected .*got "-1"/],
    [slurm(1, 1, 5, 1, 3), {}, /^"SLURM_ARRAY_TASK_COUNT" expected 5 tasks of the array 1-5:1, got 3.*submit a range/],
    [slurm(1, 3, 1, 1, 3), {}, /^"SLURM_ARRAY_TASK_COUNT" expected 0 tasks/],
    [slurm(0, 0, '1e3', 1, 1), {}, /^"SLURM_ARRAY_TASK_MAX" expected .*got "1e3"/],
    [{ SLURM_ARRAY_TASK_ID: '1' }, {}, /^"SLURM_ARRAY_TASK_MIN" expected .*got none/],
    [{ JOB_COMPLETION_INDEX: '1' }, {}, /^"JOB_COMPLETIONS" expected .*got none: Kubernetes does not set it/],
    [kubernetes(3, 3), {}, /^"JOB_COMPLETION_INDEX" expected an integer in 0\.\.2, got "3"/],
    [kubernetes(0, 0), {}, /^"JOB_COMPLETIONS" expected .*got "0"/],
    [{ ...slurm(0, 0, 3, 1, 4), ...kubernetes(0, 4) }, {}, /^"JOB_COMPLETION_INDEX" expected none beside SLURM/],
  ]
  for (const [variables, argv, message] of cases) {
    assert.throws(() => readShard(argv as Record<string, unknown>, variables), message)
  }
})

// ---- the commands

const grid = words('--method frd,own -n 5 -l 1 -E 3 --cap 8 --agents 1,3 --seeds 1..3 --jobs 1')

/** The same grid, with its flags and the values of its lists in another order. */
const reordered = words('--jobs 1 --seeds 2..3,1 --agents 1,3 --cap 8 -E 3 -l 1 -n 5 --method own,frd')

test('three shards, swept apart and merged in any order, give the bytes of one sweep, and stay as they are', async () => {
  const whole = newFolder()
  const parts = [newFolder(), newFolder(), newFolder()]
  const all = newFolder()
  const swept = await Promise.all([
    frd(['sweep', ...grid, '--out', whole]),
    frd(['sweep', ...grid, '--out', parts[0], '--shard', '1/3']),
    frd(['sweep', ...reordered, '--out', parts[1]], slurm(4, 2, 6, 2, 3)),
    frd(['sweep', ...grid, '--out', parts[2], '--json', '--quiet'], kubernetes(2, 3)),
  ])
  for (const { code, stderr } of swept) assert.is(code, 0, stderr)
  assert.not.match(swept[0].stderr, /a part|shard \d/)
  for (const [i, { stderr }] of swept.slice(1).entries()) {
    assert.match(stderr, new RegExp(`a part: shard ${i + 1}/3 has 4 of 12 runs; .*frd merge DIR`))
  }
  assert.not.match(swept[1].stderr, /none ignores/)
  assert.match(swept[2].stderr, /^shard 2\/3, 4 of 12 runs, as SLURM_ARRAY_TASK_ID says; --shard none ignores it\n/)
  assert.match(swept[3].stderr, /^shard 3\/3, 4 of 12 runs, as JOB_COMPLETION_INDEX says; --shard none ignores it\n/)
  const document = JSON.parse(swept[3].stdout)
  assert.equal([document.shard, document.runs, document.runsOfAllShards], ['3/3', 4, 12])

  const before = parts.map(filesOf)
  const merged = await frd(['merge', parts[2], parts[0], parts[1], '--out', all])
  assert.equal([merged.code, merged.stderr], [0, ''])
  assert.match(merged.stdout, /^12 runs of 3 folders are in .*; results\.csv and results\.jsonl have 12 runs\n$/)
  assert.equal(filesOf(all), tablesOf(whole))
  assert.equal(parts.map(filesOf), before)

  // Part by part, again, and from a folder that has only its results.jsonl.
  const slow = newFolder()
  const lines = newFolder()
  fs.mkdirSync(lines)
  fs.copyFileSync(join(parts[1], 'results.jsonl'), join(lines, 'results.jsonl'))
  for (const some of [[parts[0]], [parts[0], parts[2]], [lines]]) {
    assert.is((await frd(['merge', ...some, '--out', slow])).code, 0)
  }
  assert.equal(filesOf(slow), tablesOf(whole))
})

test('an array with more tasks than runs leaves some without a run, which is no failure and writes nothing', async () => {
  const out = newFolder()
  const { code, stderr } = await frd(['sweep', ...grid, '--out', out, '--quiet', '--shard', '13/13'])
  assert.equal([code, fs.existsSync(out)], [0, false])
  assert.match(stderr, /^a part: shard 13\/13 has 0 of 12 runs/)
})

test('shards of a figure draw nothing; after the merge, reproduce draws what one machine would, and computes no run', async () => {
  const [whole, one, two, all] = [newFolder(), newFolder(), newFolder(), newFolder()]
  const figure = words('reproduce fig4 --quick --seeds 1 --agents 1,2 --cap 30 --jobs 1')
  const ended = await Promise.all([
    frd([...figure, '--out', whole]),
    frd([...figure, '--out', one, '--shard', '1/2']),
    frd([...figure, '--out', two, '--json'], kubernetes(1, 2)),
  ])
  for (const { code, stderr } of ended) assert.is(code, 0, stderr)
  for (const [i, dir] of [one, two].entries()) {
    assert.equal(fs.readdirSync(dir).sort(), ['results.csv', 'results.jsonl', 'runs', 'timing.jsonl'])
    assert.match(ended[i + 1].stderr, /frd merge DIR.* --out ALL .*frd reproduce fig4 --out ALL.*--shard none/)
  }
  assert.is(ended[1].stdout, '')
  assert.equal([JSON.parse(ended[2].stdout).shard, JSON.parse(ended[2].stdout).files], ['2/2', []])
  assert.is((await frd(['merge', one, two, '--out', all])).code, 0)
  const drawn = await frd([...figure, '--out', all, '--shard', 'none', '--json'], kubernetes(1, 2))
  assert.is(JSON.parse(drawn.stdout).computed, 0)
  assert.equal(
    filesOf(all),
    filesOf(whole).filter(([name]) => name !== 'timing.jsonl'),
  )
  for (const name of ['clusters', 'table1']) {
    const { code, stderr } = await frd(['reproduce', name, '--quick', '--out', newFolder()], kubernetes(1, 2))
    assert.is(code, 2, stderr)
    assert.match(stderr, /"JOB_COMPLETION_INDEX" expected none for (clusters|table1).*--shard none/)
  }
})

test('nonsense in a variable is refused before anything is computed or written, and help names the flag', async () => {
  const out = newFolder()
  for (const command of [['sweep', ...grid], words('reproduce fig4 --quick')]) {
    const { code, stdout, stderr } = await frd([...command, '--out', out], { JOB_COMPLETION_INDEX: '1' })
    assert.equal([code, stdout, fs.existsSync(out)], [2, '', false])
    assert.match(stderr, /^frd: "JOB_COMPLETIONS" expected [^\n]*\n$/)
    const help = await frd([command[0], '--help'], { COLUMNS: '400', JOB_COMPLETION_INDEX: '1' })
    assert.is(help.code, 0)
    assert.match(
      help.stdout.replace(/\s+/g, ' '),
      /--shard .*i\/n with i in 1\.\.n.*Slurm array or a Kubernetes Job, else none/,
    )
  }
  assert.match((await frd(['merge', '--help'])).stdout, /frd merge part1 part2 part3 --out all/)
})

/** A folder with runs of these seeds. */
function makeRuns(seeds: readonly number[]): string {
  const out = newFolder()
  for (const seed of seeds)
    openStore(out).write(runToEnd({ method: 'frd', width: 5, depth: 1, period: 3, cap: 8, seed }))
  return out
}

test('two results of one run are an alarm that names the folder, and both are kept', async () => {
  const [first, second, out] = [makeRuns([1, 2]), newFolder(), newFolder()]
  const store = openStore(first)
  const [key] = store.keys()
  const other = { ...store.read(key)!, digest: 'ab'.repeat(32) }
  openStore(second).write(other)
  const before = [first, second].map(filesOf)
  for (const repeat of [1, 2]) {
    const { code, stdout, stderr } = await frd(['merge', first, second, '--out', out])
    assert.equal([code, stdout], [1, ''], `${repeat}`)
    assert.match(stderr, new RegExp(`^frd: determinism alarm: .*${key}[^\n]*\n$`))
    assert.ok(stderr.endsWith(`. The second is that of ${second}\n`), stderr)
    const kept = fs.readdirSync(join(out, 'runs')).filter((name) => name.startsWith(key))
    const digests = kept.map((name) => JSON.parse(fs.readFileSync(join(out, 'runs', name), 'utf8')).digest)
    assert.equal(digests.sort(), [other.digest, store.read(key)!.digest].sort())
  }
  assert.equal([first, second].map(filesOf), before)
  // The equal result of another kernel is no conflict.
  const third = newFolder()
  openStore(third).write({ ...store.read(key)!, kernelHash: 'cd'.repeat(32) })
  assert.is((await frd(['merge', first, third, '--out', newFolder()])).code, 0)
})

test('damaged and foreign files are named and left out, in the sources as in the folder of the merge', async () => {
  const [good, bad, out] = [makeRuns([1, 2]), makeRuns([3, 4]), newFolder()]
  const [cut, sound] = openStore(bad).keys()
  const path = join(bad, 'runs', `${cut}.json`)
  const whole = fs.readFileSync(path, 'utf8')
  fs.writeFileSync(path, whole.slice(0, -300))
  fs.writeFileSync(join(bad, 'runs', 'copy of a run.json'), whole)
  const before = filesOf(bad)
  const { code, stdout, stderr } = await frd(['merge', good, bad, newEmpty(), '--out', out])
  assert.is(code, 2, stderr)
  assert.match(stdout, /^3 runs of 3 folders/)
  const told = stderr.trim().split('\n')
  assert.is(told.length, 3, stderr)
  assert.ok(
    told[0].startsWith(`left out: ${path}`) && told[0].includes('cut or edited') === /cut/.test(told[0]),
    stderr,
  )
  assert.match(told[1], /^left out: .*expected runs\.csv\.gz, runs\/KEY\.json or \.jsonl files of results, got none/)
  assert.match(told[2], /^left out: .*copy of a run\.json/)
  assert.equal(openStore(out).keys(), [...openStore(good).keys(), sound].sort())
  assert.equal(filesOf(bad), before)

  // A damaged file of OUT is not replaced, because a result never is; it is named once, and the others are merged.
  const there = join(out, 'runs', `${sound}.json`)
  fs.writeFileSync(there, 'x')
  const again = await frd(['merge', good, bad, '--out', out])
  assert.is(again.code, 2)
  assert.is(again.stderr.split(there).length, 2, again.stderr)
  assert.is(fs.readFileSync(there, 'utf8'), 'x')
  assert.is(fs.readFileSync(join(out, 'results.jsonl'), 'utf8').split('\n').length, 3)
  fs.unlinkSync(there)
  fs.writeFileSync(path, whole)
  fs.unlinkSync(join(bad, 'runs', 'copy of a run.json'))
  const mended = await frd(['merge', good, bad, '--out', out])
  assert.equal([mended.code, mended.stderr, openStore(out).keys().length], [0, '', 4])
})

function newEmpty(): string {
  const dir = newFolder()
  fs.mkdirSync(dir)
  return dir
}

test('a merge of nothing, of an archive or into one of its sources is refused, and writes nothing', async () => {
  const [from, packed] = [makeRuns([1]), newFolder()]
  assert.is((await frd(['archive', from, '--out', packed])).code, 0)
  const link = newFolder()
  fs.symlinkSync(from, link, 'junction')
  const cases: [string[], RegExp][] = [
    [[], /"dirs" expected at least one folder of results, got none/],
    [[from], /"out" expected a folder for all results, got none/],
    [['nowhere', '--out', newFolder()], /"dir" expected a folder of results, got "nowhere"/],
    [[from, packed, '--out', newFolder()], /"dir" expected a folder of whole results, got .*frd archive DIR\.\.\./],
    [[from, '--out', from], /"out" expected another folder than those that are read/],
    [[from, '--out', link], /"out" expected another folder than those that are read/],
    [
      [newEmpty(), '--out', newFolder()],
      /expected runs\.csv\.gz, runs\/KEY\.json or \.jsonl files of results, got none/,
    ],
  ]
  const before = filesOf(root)
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await frd(['merge', ...args])
    assert.equal([code, stdout], [2, ''], stderr)
    assert.match(stderr, message)
    assert.match(stderr, /^frd: [^\n]+\n$/)
  }
  assert.equal(filesOf(root), before)
})

// The sends run inside the program, where Windows would end it at once.
const posix = process.platform === 'win32' ? test.skip : test

posix('a signal stops a merge, which goes on from there', async () => {
  const [one, two, out] = [makeRuns([1, 2, 3]), makeRuns([4, 5, 6]), newFolder()]
  const trap = `
const real = fs.linkSync
let count = 0
fs.linkSync = (...args) => {
  if (++count === 2) process.kill(process.pid, 'SIGTERM')
  const until = performance.now() + 50
  while (performance.now() < until);
  return real(...args)
}`
  const { code, stdout, stderr } = await frd(['merge', one, two, '--out', out], {}, trap)
  const stored = fs.readdirSync(join(out, 'runs')).length
  assert.equal([code, stdout], [143, ''], stderr)
  assert.ok(stored >= 2 && stored < 6, `${stored} stored`)
  assert.is(
    stderr,
    `frd: interrupted: ${stored} runs are in ${out}, without tables; give the same command again to go on from there\n`,
  )
  assert.is((await frd(['merge', one, two, '--out', out])).code, 0)
  assert.is(fs.readFileSync(join(out, 'results.jsonl'), 'utf8').split('\n').length, 7)
})

test.after(() => fs.rmSync(root, { recursive: true }))
test.run()
