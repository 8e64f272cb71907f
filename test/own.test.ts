// Environments and methods of one's own in the commands that read stored runs: verify replays what it can and names the
// rest; reproduce and report draw a method of one's own beside those of a figure.
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openStore, runThreaded, sweep } from '../src/node.ts'
import { hasPlaceForMethod, withMethod } from '../src/paper/brought.ts'
import { figures, pointsOf } from '../src/paper/index.ts'
import { methodStyles } from '../src/plot/styles.ts'
import { packageRoot } from './helpers.ts'
import { frd } from './quiet.ts'

const scratch = () => mkdtempSync(join(tmpdir(), 'frd-own-'))
const words = (line: string) => line.split(' ')
const door = pathToFileURL(join(packageRoot, 'dist/src/index.js')).href

/** Writes a file with an environment that is named so. */
function writeEnvironment(dir: string, name: string): string {
  const path = join(dir, `${name}.mjs`)
  writeFileSync(
    path,
    `export default {
  name: '${name}', observations: 1, actions: 2, limit: 5, bounds: [[0, 1]], score: 'return', mission: { threshold: 1e6 },
  create: (stream) => ({
    reset: () => [stream.uniform()],
    step: (action) => ({ observation: [stream.uniform()], reward: action, terminated: false, truncated: false }),
  }),
}
`,
  )
  return path
}

/** Writes a file with a method that does what one of the registry does. */
function writeMethod(dir: string, name: string, like: string): string {
  const path = join(dir, `${name}.mjs`)
  writeFileSync(
    path,
    `import { methods } from '${door}'
export default { ...methods.${like}, name: '${name}', doc: '${like} by another name' }
`,
  )
  return path
}

// ---- verify

test('verify replays what it can, names and counts what it cannot, and never says success of nothing', async () => {
  const dir = scratch()
  const out = join(dir, 'out')
  const env = writeEnvironment(dir, 'Mine')
  const method = writeMethod(dir, 'mine', 'frd')
  const small = [...words('--agents 2 -S 4 -E 2 --cap 5 -n 4 -l 1 --jobs 1 --quiet'), '--out', out]
  const sweep = async (...more: string[]) => assert.is((await frd('sweep', ...small, ...more)).code, 0)
  await sweep('--env', env, '--seeds', '1..3')
  appendFileSync(env, '// another state\n')
  await sweep('--env', env, '--seeds', '1,2')

  const verify = async (...more: string[]) => {
    const { code, out: text, err } = await frd('verify', out, '--jobs', '1', '--quiet', ...more)
    const count = (kind: string) => text.split('\n').filter((line) => line.startsWith(`${kind} `)).length
    return { code, ok: count('ok'), skipped: count('skipped'), text, err }
  }
  const edited = await verify('--env', env)
  assert.equal([edited.code, edited.ok, edited.skipped], [0, 2, 3])
  assert.is(edited.err, '3 skipped, 2 computed again\n')
  assert.match(
    edited.text,
    /^skipped {2}\w{64} {2}environment Mine, version \w{12}, is another one: --env gives version \w{12}$/m,
  )
  appendFileSync(env, '// a third state\n')
  const none = await verify('--env', env)
  assert.equal([none.code, none.ok, none.skipped], [1, 0, 5], 'nothing could be verified')

  await sweep('--seeds', '1')
  await sweep('--method', method, '--seeds', '1')
  const blind = await verify()
  assert.equal([blind.code, blind.ok, blind.skipped], [1, 1, 6])
  assert.match(
    blind.text,
    /^skipped {2}\w{64} {2}method mine, version \w{12}, was not given: give its file with --method$/m,
  )
  const half = await verify('--env', env)
  assert.equal([half.code, half.ok, half.skipped], [1, 1, 6], 'the method was not given')
  const known = await verify('--method', method)
  assert.equal([known.code, known.ok, known.skipped], [1, 2, 5], 'the environment was not given')
  const both = await verify('--env', env, '--method', method)
  assert.equal([both.code, both.ok, both.skipped], [0, 2, 5])
  // A sample is drawn from what can be computed again.
  const sample = await verify('--env', env, '--method', method, '--sample', '1', '--sample-seed', '3', '--json')
  const { runs, differing, results, skipped, digest } = JSON.parse(sample.text)
  assert.equal([sample.code, runs, differing, results.length, skipped.length], [0, 1, 0, 1, 5])
  assert.is(digest, results[0].digest)
  assert.equal(Object.keys(skipped[0]), ['key', 'digest', 'why'])
  const nothing = await frd('verify', out, '--env', env, '--jobs', '2', '--quiet', '--json', '--method', method)
  assert.is(JSON.parse(nothing.out).runs, 2, 'in threads too')

  // The archive of the same runs is divided in the same way.
  const packed = join(dir, 'packed')
  assert.is((await frd('archive', out, '--out', packed)).code, 0)
  const lines = await frd('verify', packed, '--env', env, '--method', method, '--jobs', '1', '--quiet')
  assert.equal([lines.code, lines.out.match(/^ok /gm)?.length, lines.out.match(/^skipped /gm)?.length], [0, 2, 5])

  for (const [flag, kind] of [
    ['--env', 'an environment'],
    ['--method', 'a method'],
  ]) {
    const named = await frd('verify', out, flag, 'frd')
    assert.is(named.code, 2)
    assert.match(named.err, new RegExp(`"${flag.slice(2)}" expected a \\.js file with ${kind} of your own, got "frd"`))
  }
})

// ---- figures

test("a method of one's own has the settings of the method in whose panel it stands, and moves no other series", () => {
  const places = Object.entries(figures).filter(([, figure]) => hasPlaceForMethod(figure))
  assert.equal(
    places.map(([name]) => name),
    [
      ...[
        'fig2',
        'fig3',
        'fig4',
        'fig5',
        'curves',
        'total',
        'steps',
        'sections',
        'period',
        'width',
        'presets',
        'fedhpd',
      ],
      ...['payloads', 'spent', 'acrobot', 'participation', 'losses', 'nets'],
    ],
  )
  for (const [name, figure] of places) {
    const shown = withMethod(figure, 'mine')
    assert.equal(
      shown.series.filter(({ label }) => label !== 'mine'),
      figure.series,
      name,
    )
    const configs = pointsOf(shown).filter(({ series }) => series.label === 'mine')
    for (const { series, x, config } of configs) {
      assert.is(config.method, 'mine')
      const beside = pointsOf(figure).filter((point) => point.series.panel === series.panel && point.x === x)
      assert.ok(
        beside.some((point) => {
          try {
            assert.equal({ ...point.config, method: 'mine' }, config)
            return point.series.against === series.against
          } catch {
            return false
          }
        }),
        `${name} at ${x}`,
      )
    }
    const panels = new Set(figure.series.map(({ panel }) => panel))
    assert.is(new Set(configs.map(({ series }) => series.panel)).size, panels.size, name)
  }
  for (const taken of Object.keys(methodStyles))
    assert.throws(() => withMethod(figures.fig3, taken), /"method.name" expected/)
})

test("reproduce and report draw a method of one's own beside those of the figure, and judge no claim of it", async () => {
  const dir = scratch()
  const method = writeMethod(dir, 'mine', 'frd')
  const out = join(dir, 'out')
  const small = words('--quick --seeds 1..2 --cap 60 --agents 1,2 --jobs 2')
  const plain = await frd('reproduce', 'fedhpd', ...small, '--out', join(dir, 'plain'), '--json')
  const own = await frd('reproduce', 'fedhpd', ...small, '--out', out, '--method', method, '--json')
  assert.equal([plain.code, own.code], [0, 0], own.err)
  const documents = [plain, own].map((one) => JSON.parse(one.out))
  assert.equal([documents[0].runs, documents[1].runs], [20, 24])
  assert.equal(documents[1].claims, documents[0].claims)
  const stored = readdirSync(join(out, 'runs')).map(
    (name) => JSON.parse(readFileSync(join(out, 'runs', name), 'utf8')).config,
  )
  const mine = stored.filter((config) => config.method === 'mine')
  assert.equal([stored.length, mine.length], [24, 4])
  for (const config of mine) {
    assert.match(config.methodVersion, /^[0-9a-f]{64}$/)
    assert.ok(stored.some((one) => one.method === 'frd' && one.agents === config.agents && one.seed === config.seed))
  }

  const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')
  const rows = (folder: string, name = 'fedhpd.csv') => read(folder, name).trim().split('\n')
  const seriesOf = (folder: string) => [
    ...new Set(
      rows(folder)
        .slice(1)
        .map((row) => row.split(',')[1]),
    ),
  ]
  assert.equal(seriesOf(out), ['fedhpd', 'frd', 'mine', 'independent', 'own', 'uniform'])
  assert.equal(
    rows(out).filter((row) => !row.startsWith(',mine,')),
    rows(join(dir, 'plain')),
    'the other series stay as they were',
  )
  // It does what FRD does, with streams of the same names.
  const values = (name: string) =>
    rows(out)
      .filter((row) => row.startsWith(`,${name},`))
      .map((row) => row.split(',').slice(2))
  assert.equal(values('mine'), values('frd'))
  assert.match(read(out, 'fedhpd.svg'), />mine</)
  const labels = ['FRD', 'FedHPD', 'mine', 'No exchange', 'Own memory', 'Uniform targets']
  const legend = JSON.stringify(JSON.parse(read(out, 'fedhpd.vl.json')))
  assert.ok(legend.includes(`"domain":${JSON.stringify(labels)}`), 'behind the methods, before the controls')
  const again = await frd('reproduce', 'fedhpd', ...small, '--out', out, '--method', method, '--json')
  assert.equal([JSON.parse(again.out).computed, JSON.parse(again.out).digest], [0, documents[1].digest])

  // Without --cap the figure has other runs, so the stored ones are in no figure of the registry.
  const bare = join(dir, 'bare')
  const told = await frd('report', out, '--out', bare, '--quiet')
  assert.is(told.code, 0, told.err)
  assert.equal(readdirSync(bare).sort(), ['runs.csv', 'runs.svg', 'runs.vl.json'])
  assert.match(told.out, /^mine +1 /m)
  assert.equal(rows(bare, 'runs.csv').filter((row) => /^paper,mine-[0-9a-f]{8},/.test(row)).length, 2)
  const spec = JSON.stringify(JSON.parse(read(bare, 'runs.vl.json')))
  assert.match(spec, /"mine-[0-9a-f]{8}"/)
  assert.not.match(spec, /methodVersion/)
})

test("report draws stored runs of a method of one's own in the figures of the registry where its file is given", async () => {
  const dir = scratch()
  const method = writeMethod(dir, 'mine', 'independent')
  const out = join(dir, 'out')
  // The smallest whole figure: payloads and spent share their runs, with one agent and one seed.
  const made = await frd(
    'reproduce',
    'spent',
    ...words('--seeds 1 --agents 1 --jobs 2 --quiet'),
    '--out',
    out,
    '--method',
    method,
  )
  assert.is(made.code, 0, made.err)
  const drawn = async (...more: string[]) => {
    const folder = scratch()
    const { code, out: text, err } = await frd('report', out, '--out', folder, '--quiet', ...more)
    assert.is(code, 0, err)
    const names = readdirSync(folder).filter((name) => name.endsWith('.csv'))
    return { names: names.sort(), text, csv: readFileSync(join(folder, 'payloads.csv'), 'utf8') }
  }
  const without = await drawn()
  assert.equal(without.names, ['payloads.csv', 'runs.csv', 'spent.csv'])
  assert.not.match(without.csv, /mine/)
  const beside = await drawn('--method', method)
  assert.equal(beside.names, ['payloads.csv', 'spent.csv'])
  assert.match(beside.csv, /^,mine,1,/m)
  assert.is(
    beside.csv
      .split('\n')
      .filter((row) => !row.startsWith(',mine,'))
      .join('\n'),
    without.csv,
  )
  appendFileSync(method, '// another state')
  const other = await drawn('--method', method)
  assert.equal(
    [other.names, other.csv],
    [without.names, without.csv],
    'runs of another state are not those of this one',
  )
})

test("report draws the figures of the registry in an environment of one's own from a sweep of its methods", async () => {
  const dir = scratch()
  const env = writeEnvironment(dir, 'Mine')
  const method = writeMethod(dir, 'mine', 'frd')
  const out = join(dir, 'out')
  const sweep = ['sweep', '--env', env, ...words('--seeds 1 --agents 1 --jobs 1 --quiet'), '--out', out]
  assert.is((await frd(...sweep, '--method', 'fedhpd,frd,independent,own,uniform')).code, 0)
  assert.is((await frd(...sweep, '--method', method)).code, 0)
  const drawn = async (...more: string[]) => {
    const folder = scratch()
    const { code, err } = await frd('report', out, '--quiet', '--out', folder, ...more)
    assert.is(code, 0, err)
    const names = readdirSync(folder).filter((name) => name.endsWith('.csv'))
    return { names, text: (name: string) => readFileSync(join(folder, name), 'utf8') }
  }
  const without = await drawn()
  assert.equal(without.names, ['runs.csv'])
  assert.match(without.text('runs.vl.json'), /envVersion=[0-9a-f]{8}[^0-9a-f]/)
  const named = await drawn('--env', env, '--method', method)
  assert.equal(named.names, ['fedhpd-Mine.csv'], 'all runs are in the figure')
  assert.match(named.text('fedhpd-Mine.csv'), /^,mine,1,1,0,/m)
  const other = await drawn('--env', writeEnvironment(dir, 'Other'))
  assert.equal(other.names, ['runs.csv'])
})

test("a sweep's list of methods may hold one file; its scores and curves are drawn beside the others", async () => {
  const dir = scratch()
  const method = writeMethod(dir, 'mine', 'frd')
  const out = join(dir, 'out')
  const grid = words('-n 5 -l 1 -E 3 --cap 12 --agents 1,2 --seeds 1..2 --jobs 1 --quiet')
  assert.is((await frd('sweep', '--method', `frd,${method},independent`, ...grid, '--out', out)).code, 0)
  for (const asked of [['--y', 'score'], ['--y', 'completion'], ['--y', 'bytes'], ['--curve']]) {
    const { code, out: text, err } = await frd('plot', out, ...asked, '--by', 'method', '--quiet', '--out', scratch())
    assert.is(code, 0, `${asked}: ${err}`)
    for (const name of ['frd', 'mine-', 'independent'])
      assert.match(text, new RegExp(`(^|\\s)${name}`, 'm'), `${asked}`)
  }
  const config = join(dir, 'grid.json')
  writeFileSync(config, JSON.stringify({ method: ['frd', method, 'independent'] }))
  const again = await frd('sweep', '--config', config, ...grid.slice(0, -1), '--json', '--out', out)
  assert.equal([again.code, JSON.parse(again.out).computed], [0, 0], again.err)
  const one = await frd('run', '--method', `frd,${method}`)
  assert.is(one.code, 2)
  assert.match(one.err, /"method" expected one value, got "frd,[^"]*mine\.mjs": frd sweep takes a list\n$/)
  const comma = join(dir, 'with,comma')
  mkdirSync(comma)
  const alone = ['sweep', '--method', writeMethod(comma, 'mine', 'frd'), ...grid, '--out', scratch()]
  assert.is((await frd(...alone)).code, 0, 'a path with a comma is no list')
  const two = await frd('sweep', '--method', `${method},${writeMethod(dir, 'other', 'frd')}`, ...grid, '--out', out)
  assert.is(two.code, 2)
  assert.match(two.err, /"method" expected at most one file, got .*: sweep each into the same --out/)
})

test('an option that none reads is refused, also a method that stands beside own', async () => {
  const store = openStore(join(scratch(), 'out'))
  const unknown = { method: {} } as never
  for (const call of [() => sweep([{ cap: 1 }], store, unknown), () => runThreaded({ cap: 1 }, unknown)]) {
    const message = await call().then(() => '', String)
    assert.match(message, /^TypeError: "options" expected .*got "method"/)
  }
})

test('what has no place in a figure, and a name that is taken, are refused before anything is written', async () => {
  const dir = scratch()
  const method = writeMethod(dir, 'mine', 'frd')
  const taken = writeMethod(dir, 'pd', 'frd')
  const twice = writeMethod(dir, 'frd-twice', 'frd')
  const out = join(dir, 'out')
  for (const [figure, file, message] of [
    ['fig4', 'frd', /"method" expected a \.js file with a method of your own, got "frd"/],
    ['fig4', taken, /"method.name" expected a name of its own, got "pd": the registry has a method of that name/],
    ['fig3', twice, /"method.name" expected a name that no series of a figure has, got "frd-twice"/],
    ['mixup', method, /"method" expected none for mixup: mixup has no place for another one/],
    ['choices', method, /"method" expected none for choices/],
    ['readings', method, /"method" expected none for readings/],
    ['table1', method, /"method" expected none for table1/],
    ['overlap', method, /"method" expected none for overlap/],
    ['all', method, /"method" expected none for all: some of its figures have their own; name one figure/],
  ] as const) {
    const { code, err } = await frd('reproduce', figure, '--method', file, '--out', out)
    assert.is(code, 2, `${figure} ${err}`)
    assert.match(err, message)
  }
  for (const file of [taken, twice]) assert.is((await frd('report', dir, '--method', file, '--out', out)).code, 2)
  assert.not.ok(readdirSync(dir).includes('out'))
})

test.run()
