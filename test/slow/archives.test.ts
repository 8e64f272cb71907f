// Archives at the command line: packed, replayed, judged, drawn and compared with the runs beside them.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openStore } from '../../src/results/store.ts'
import { runToEnd } from '../../src/run/run.ts'
import { openScratch } from '../commandLine.ts'

const { frd: spawnFrd, newFolder } = openScratch('frd-archives-')
const words = (line: string) => line.split(' ')

test('an archive is packed, replayed by sample, judged and drawn; a line that tells another run is found', async () => {
  const [out, packed, drawn] = [newFolder(), newFolder(), newFolder()]
  const grid = words('--method frd,independent -n 5 -l 1 -E 3 --cap 12 --agents 2 --seeds 1..3')
  assert.is((await spawnFrd(['sweep', ...grid, '--out', out, '--quiet'])).code, 0)
  const made = await spawnFrd(['archive', out, '--out', packed])
  assert.match(made.stdout, /^6 runs, \d+ bytes/)
  const sample = await spawnFrd(['verify', packed, '--sample', '4', '--json', '--quiet'])
  assert.equal(
    [sample.code, JSON.parse(sample.stdout).runs, JSON.parse(sample.stdout).differing],
    [0, 4, 0],
    sample.stderr,
  )
  const claims = await spawnFrd(['claims', packed, '--json'])
  assert.is(claims.code, 0, claims.stderr)
  const { paper, ours } = JSON.parse(claims.stdout)
  const verdicts = [...paper, ...ours].filter(({ claim }) => claim.id !== '20').map(({ verdict }) => verdict)
  assert.ok(verdicts.length > 50 && verdicts.every((verdict) => verdict === 'not estimable'))
  const report = await spawnFrd(['report', packed, '--out', drawn, '--json', '--quiet'])
  assert.equal(
    [report.code, JSON.parse(report.stdout).files],
    [0, ['runs.svg', 'runs.vl.json', 'runs.csv']],
    report.stderr,
  )
  const path = join(packed, 'runs.csv.gz')
  const text = gunzipSync(fs.readFileSync(path)).toString()
  fs.writeFileSync(path, gzipSync(text.replace(/(,12,)(\d+)(,3,)/, (_, a, steps, b) => `${a}${Number(steps) + 1}${b}`)))
  const edited = await spawnFrd(['verify', packed, '--quiet'])
  assert.is(edited.code, 3, edited.stderr)
  assert.match(edited.stdout, /DIFFERS {2}[0-9a-f]{64} {2}"envSteps" expected \d+, got \d+/)
})

test('an archive names the kernels of its runs; a folder that grows after it was packed is read whole', async () => {
  const out = newFolder()
  const grid = words('--method frd -n 5 -l 1 -E 3 --cap 8 --agents 2')
  const swept = await spawnFrd(['sweep', ...grid, '--seeds', '1,2', '--out', out, '--json', '--quiet'])
  const other = '12'.repeat(32)
  const store = openStore(out)
  const [first] = store.keys()
  const result = { ...store.read(first)!, kernelHash: other }
  fs.unlinkSync(join(out, 'runs', `${first}.json`))
  store.write(result)
  assert.match((await spawnFrd(['archive', out, '--out', out])).stdout, /^2 runs/)
  const head = () =>
    gunzipSync(fs.readFileSync(join(out, 'runs.csv.gz')))
      .toString()
      .split('\n')[0]
      .split(',')
  assert.is(head()[1], [other, store.read(store.keys()[1])!.kernelHash].sort().join(' '))
  assert.is((await spawnFrd(['sweep', ...grid, '--seeds', '3', '--out', out, '--quiet'])).code, 0)
  const verified = await spawnFrd(['verify', out, '--json', '--quiet'])
  assert.equal([verified.code, JSON.parse(verified.stdout).runs], [0, 3], verified.stderr)
  assert.match((await spawnFrd(['archive', out, '--out', out])).stdout, /^3 runs/)
  assert.is(JSON.parse(swept.stdout).runs, 2)
  const told = await spawnFrd(['verify', out, '--sample', '2', '--sample-seed', '5'])
  const again = await spawnFrd(['verify', out, '--sample', '2', '--sample-seed', '5'])
  assert.equal([told.code, told.stdout], [0, again.stdout])
  assert.match(told.stderr, /drawn with --sample-seed 5\n/)
})

test('an archive beside its runs is compared with them, and none is replaced by one that lacks its runs', async () => {
  const [out, other] = [newFolder(), newFolder()]
  const grid = words('--method frd -n 5 -l 1 -E 3 --cap 8 --agents 2 --quiet')
  await spawnFrd(['sweep', ...grid, '--seeds', '1', '--out', out])
  await spawnFrd(['sweep', ...grid, '--seeds', '2', '--out', other])
  await spawnFrd(['archive', out, '--out', out])
  const path = join(out, 'runs.csv.gz')
  const whole = fs.readFileSync(path)
  const lossy = await spawnFrd(['archive', other, '--out', out])
  assert.is(lossy.code, 2)
  assert.match(
    lossy.stderr,
    /"out" expected a folder whose archive would lose no run, got [^\n]*: 1 of its runs are in none/,
  )
  assert.equal(fs.readFileSync(path), whole)
  assert.match((await spawnFrd(['archive', other, out, '--out', out])).stdout, /^2 runs/)
  const edited = gunzipSync(whole)
    .toString()
    .replace(/,,,,8,(\d+)/, (_, steps) => `,,,,8,${Number(steps) + 1}`)
  fs.writeFileSync(path, gzipSync(edited))
  const verified = await spawnFrd(['verify', out, '--quiet'])
  assert.is(verified.code, 3)
  assert.match(verified.stdout, /^DIFFERS .*"envSteps" expected "?\d+"?, got "?\d+"?$/m)
  fs.writeFileSync(path, whole.subarray(0, 50))
  assert.is((await spawnFrd(['archive', other, '--out', out])).code, 2)
  assert.equal(fs.readFileSync(path), whole.subarray(0, 50))
})

test('a pipe in a folder of results is told, and none waits for its writer', async () => {
  if (process.platform === 'win32') return
  const out = newFolder()
  await spawnFrd(words(`sweep --method frd -n 5 -l 1 -E 3 --cap 8 --agents 2 --quiet --seeds 1,2 --out ${out}`))
  const [key] = openStore(out).keys()
  for (const name of ['runs.csv.gz', 'overlap.csv', `runs/${key}.json`]) {
    const path = join(out, name)
    const before = fs.existsSync(path) ? fs.readFileSync(path) : null
    fs.rmSync(path, { force: true })
    execFileSync('mkfifo', [path])
    const { code, stderr } = await spawnFrd(['verify', out, '--quiet'])
    assert.is(code, 2, name)
    assert.match(stderr, /it is a pipe or a device and no file/, name)
    fs.rmSync(path)
    if (before) fs.writeFileSync(path, before)
  }
  fs.rmSync(join(out, 'runs'), { recursive: true })
  fs.rmSync(join(out, 'results.jsonl'))
  execFileSync('mkfifo', [join(out, 'results.jsonl')])
  assert.is((await spawnFrd(['verify', out, '--quiet'])).code, 2)
})

test('verify of a folder of results also compares the fields that a line of an archive does not hold', async () => {
  const out = newFolder()
  const result = runToEnd({ method: 'frd', width: 5, depth: 1, period: 3, cap: 8, agents: 2 })
  const [exchange, ...rest] = result.exchanges
  openStore(out).write({
    ...result,
    exchanges: [{ ...exchange, uplinkBytes: [1, 1], uplinkWireBytes: [33, 33] }, ...rest],
  })
  const { code, stdout } = await spawnFrd(['verify', out, '--quiet'])
  assert.is(code, 3)
  assert.match(stdout, /DIFFERS .* in "exchanges", with the same digest/)
})

test.run()
