// frd plot, frd init and --config from the command line: what they draw, write and refuse, beside the flags that say the same.

import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { inProcess } from './commandLine.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-sweeps-'))
test.after(() => fs.rmSync(root, { recursive: true }))
let folders = 0
const newFolder = () => join(root, String(++folders))
const words = (line: string) => line.split(' ')
const small = words('--method frd -n 5 -l 1 -E 3 --cap 8')

test('plot draws a sweep from its results: the same from a folder and from its archive, but for scores', async () => {
  const [out, packed, one, two] = [newFolder(), newFolder(), newFolder(), newFolder()]
  const grid = words('--method frd,independent -n 5 -l 1 -E 3 --cap 12 --agents 1,2 --gamma 0.9,0.99 --seeds 1..3')
  assert.is((await inProcess(['sweep', ...grid, '--out', out, '--quiet'])).code, 0)
  assert.is((await inProcess(['archive', out, '--out', packed])).code, 0)
  const read = (dir: string) =>
    fs.readdirSync(dir).map((name) => [name, fs.readFileSync(join(dir, name), 'latin1')] as const)
  const asked = ['--x gamma', '--x agents --y bytes', '--by gamma', '--x method --by agents --parquet']
  for (const line of asked) {
    const drawn = [await inProcess(['plot', out, ...words(line), '--out', one])]
    drawn.push(await inProcess(['plot', packed, ...words(line), '--out', two]))
    for (const { code, stderr } of drawn) assert.is(code, 0, stderr)
    assert.is(drawn[0].stdout, drawn[1].stdout)
  }
  assert.equal(read(one), read(two))
  assert.ok(fs.existsSync(join(one, 'completion-over-gamma-by-method.svg')))
  assert.ok(fs.existsSync(join(one, 'completion-over-method-by-agents.parquet')))
  for (const line of ['--curve', '--y score --x gamma']) {
    const whole = await inProcess(['plot', out, ...words(line), '--out', one, '--json'])
    assert.is(whole.code, 0, whole.stderr)
    assert.ok(JSON.parse(whole.stdout).points.length > 4)
    const lacking = await inProcess(['plot', packed, ...words(line), '--out', two])
    assert.is(lacking.code, 1)
    assert.match(lacking.stderr, /expected runs with their scores, got "24 runs of an archive": an archive holds no/)
  }
  const some = await inProcess(['plot', out, '--x', 'gamma', '--where', 'agents=2 method=frd', '--json', '--out', one])
  assert.equal(
    JSON.parse(some.stdout).points.map(({ agents, method, gamma }: Record<string, unknown>) => [agents, method, gamma]),
    [
      [2, 'frd', 0.9],
      [2, 'frd', 0.99],
    ],
  )
  const none = await inProcess(['plot', out, '--where', 'agents=7', '--out', one])
  assert.equal([none.code, none.stdout], [1, ''])
})

test('run and sweep take a config file, init writes one, and a folder that takes no files is told before the run', async () => {
  const home = newFolder()
  fs.mkdirSync(home)
  const [yaml, json] = [join(home, 'run.yaml'), join(home, 'grid.json')]
  const made = await inProcess(['init', yaml, ...words('--method frd -n 5 -l 1 -E 3 --cap 8')])
  assert.equal([made.code, made.stdout], [0, `${yaml}\n`], made.stderr)
  assert.is((await inProcess(['init', yaml])).code, 2, 'a file that is there is kept')
  const [flags, file] = [
    await inProcess(['run', ...small, '--json']),
    await inProcess(['run', '--config', yaml, '--json']),
  ]
  assert.is(file.stdout, flags.stdout)
  const overridden = await inProcess(['run', '--config', yaml, '--seed', '2', '--json', '--quiet'])
  assert.is(JSON.parse(overridden.stdout).seed, 2)
  fs.writeFileSync(
    json,
    JSON.stringify({ method: 'frd', width: 5, depth: 1, period: 3, cap: 8, agents: [1, 2], seeds: '1..3' }),
  )
  const sweeps = [
    await inProcess(['sweep', ...small, ...words('--agents 1,2 --seeds 1..3 --json --quiet --out'), newFolder()]),
  ]
  sweeps.push(await inProcess(['sweep', '--config', json, '--json', '--quiet', '--out', newFolder()]))
  assert.equal(
    sweeps.map(({ code }) => code),
    [0, 0],
  )
  assert.is(new Set(sweeps.map(({ stdout }) => JSON.parse(stdout).digest)).size, 1)
  if (fs.existsSync('/proc/self')) {
    const refused = await inProcess(['run', ...small, '--out', '/proc/results'])
    assert.equal([refused.code, refused.stdout], [2, ''], refused.stderr)
    assert.match(refused.stderr, /"out" expected a folder that can be written in, got "\/proc\/results"/)
  }
})

test.run()
