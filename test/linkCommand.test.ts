// frd links from the command line: what it prints and writes, the same each time; the links that it takes and refuses; and
// the presets as docs/links.md shows them.
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { advise, timeInWords } from '../src/cli/linkAdvice.ts'
import type { LinkRow } from '../src/cli/linkRows.ts'
import { linkPresets } from '../src/links/index.ts'
import { inProcess } from './commandLine.ts'
import { packageRoot } from './helpers.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-links-'))
test.after(() => fs.rmSync(root, { recursive: true }))
let folders = 0
const newFolder = () => join(root, String(++folders))
const words = (line: string) => line.split(' ')
// A mission that takes long enough for some exchanges, and completes.
const small = words('--method frd,frl,independent -n 8 -l 1 -E 2 --cap 40 --agents 2 --seeds 1..3 --jobs 1 --quiet')

test('links computes the runs, prints a table and advice, and writes the same files each time', async () => {
  const [one, two] = [newFolder(), newFolder()]
  const asked = ['links', ...small, '--link', 'lora-sf7,nb-iot', '--out']
  const first = await inProcess([...asked, one])
  assert.is(first.code, 0, first.stderr)
  assert.match(
    first.stdout,
    /^link +method +agents +completed +exchanges +ms\/exchange +mJ\/exchange +air s +median s +q25 +q75 +J\n/,
  )
  assert.match(first.stdout, /\nlora-sf7 +frd +2 +\d\/3 /)
  assert.match(first.stdout, /\nAt 6750 bytes per second up and 2700 down \(nb-iot\), /)
  assert.match(first.stdout, /\nNothing travelled: independent\.\n$/)
  const second = await inProcess([...asked, two])
  assert.is(second.stdout, first.stdout)
  assert.is(fs.readFileSync(join(two, 'links.csv'), 'utf8'), fs.readFileSync(join(one, 'links.csv'), 'utf8'))
  const [head, ...rows] = fs.readFileSync(join(one, 'links.csv'), 'utf8').trim().split('\n')
  assert.match(
    head,
    /^link,preset,method,agents,.*,seconds_q25,seconds_median,seconds_q75,joules_q25,joules_median,joules_q75$/,
  )
  assert.is(rows.length, 6)
  const json = await inProcess([...asked, one, '--json'])
  const { links, advice, ...document } = JSON.parse(json.stdout)
  assert.equal(document.rows.map(({ link, method }: Record<string, string>) => `${link} ${method}`).length, 6)
  assert.equal(
    links.map(({ name, sources }: { name: string; sources: unknown[] }) => [name, sources.length > 4]),
    [
      ['lora-sf7', true],
      ['nb-iot', true],
    ],
  )
  assert.ok(advice.length === 3 && document.runs === 9)
})

test('links draws what completed, and leaves out what did not', async () => {
  const out = newFolder()
  const args = words('--method frd,frl --agents 4 --cap 400 --seeds 1..2 --jobs 1 --link wi-fi,lte-m --step 0.02')
  const { code, stderr } = await inProcess(['links', ...args, '--out', out])
  assert.is(code, 0, stderr)
  const spec = JSON.parse(fs.readFileSync(join(out, 'links.vl.json'), 'utf8'))
  assert.match(spec.description, /A step of the environment takes 0\.02 s/)
  assert.match(fs.readFileSync(join(out, 'links.svg'), 'utf8'), /FRD at lte-m: /)
  assert.match(stderr, /links\.csv.*, results\.csv, results\.jsonl in /)
})

test('a link of your own is made by flags or by a file', async () => {
  const out = newFolder()
  const file = join(root, 'mine.json')
  fs.writeFileSync(
    file,
    JSON.stringify({ name: 'mine', up: { rate: 9600, dutyCycle: 0.1, joulesPerBit: 1e-5 }, latency: 0.5 }),
  )
  const flags = words('--rate 9600 --duty 0.1 --joules 1e-5 --latency 0.5')
  const { code, stdout, stderr } = await inProcess([
    'links',
    ...small,
    ...flags,
    '--link',
    file,
    '--json',
    '--out',
    out,
  ])
  assert.is(code, 0, stderr)
  const { links, rows } = JSON.parse(stdout)
  assert.equal(
    links.map(({ name }: { name: string }) => name),
    ['mine', 'own'],
  )
  const { name: _, ...mine } = links[0]
  const { name: __, ...own } = links[1]
  assert.equal(own, mine)
  const half = rows.length / 2
  const without = rows.map(({ link: ___, ...row }: Record<string, unknown>) => row)
  assert.equal(without.slice(0, half), without.slice(half))
})

test('a link that is none is refused before a run is computed, by name, with what to do', async () => {
  const file = join(root, 'wrong.json')
  fs.writeFileSync(file, '{ "name": "mine", "up": { "rate": 9600, "duty": 1 } }')
  const none = join(root, 'none.json')
  for (const [line, message] of [
    ['--link lte', /"link" expected one of lte-m, nb-iot, .*, got "lte": did you mean lte-m\?/],
    ['--link lte-m,lte-m', /"link" expected each name once, got "lte-m"/],
    ['--loss 0.1', /"rate" expected bits per second, got undefined: --loss says more of the link that --rate makes/],
    ['--rate fast', /"rate" expected a number from 0 on, got "fast"/],
    ['--rate 9600 --loss 1', /"own\.loss" expected a number in 0\.\.0\.99, got 1/],
    ['--rate 9600 --duty 0', /"own\.up\.dutyCycle" expected a number in 0\.000001\.\.1, got 0/],
    ['--step -1', /"step" expected a number from 0 on, got "-1"|Not enough arguments|step/],
    ['--step 0.02 --env CartPole-v1,Acrobot-v1', /"step" expected 0, got "Acrobot-v1": the scores of this environment/],
    [`--link ${file}`, /wrong\.json\.up" expected \{ rate, .* \}, got "duty"/],
    [`--link ${none}`, /"link" expected a file, got ".*none\.json": there is none/],
  ] as const) {
    const out = newFolder()
    const { code, stderr } = await inProcess(['links', ...words(line), '--out', out])
    assert.is(code, 2, `${line}: ${stderr}`)
    assert.match(stderr, message)
    assert.not.ok(fs.existsSync(out), line)
  }
})

test('the presets of the command are those of docs/links.md', async () => {
  const { code, stdout } = await inProcess(['links', '--presets'])
  assert.is(code, 0)
  const text = fs.readFileSync(join(packageRoot, 'docs', 'links.md'), 'utf8')
  assert.ok(text.endsWith(stdout), 'npx frd links --presets is the end of docs/links.md')
  const json = JSON.parse((await inProcess(['links', '--presets', '--json'])).stdout)
  assert.equal(json, Object.values(linkPresets))
})

test('times are said in the unit that a person would take', () => {
  assert.equal([0, 0.0123, 1, 119, 120, 7199, 7200, 172_800].map(timeInWords), [
    '0 ms',
    '12.3 ms',
    '1 s',
    '119 s',
    '2 min',
    '120 min',
    '2 h',
    '2 d',
  ])
})

test('advice takes a setting only where its quartiles are apart from those of all others', () => {
  const spread = (q25: number, median: number | null, q75: number | null) => ({ q25, median, q75 })
  const row = (label: string, seconds: ReturnType<typeof spread>, runs = 20) =>
    ({
      link: linkPresets['wi-fi'],
      label,
      cell: { runs },
      seconds,
      airtime: spread(1, 2, 3),
      joules: spread(1, 2, 3),
      secondsPerExchange: 1,
    }) as unknown as LinkRow
  const [apart] = advise([row('a', spread(20, 30, 40)), row('b', spread(5, 10, 15))])
  assert.match(
    apart,
    /b needs 2 s of air time and 2 J per agent and completes after 10 s; a needs .* after 30 s\. Take b: /,
  )
  const [open] = advise([row('a', spread(14, 30, 40)), row('b', spread(5, 10, 15)), row('c', spread(50, 60, null))])
  assert.match(
    open,
    /b has the lowest median\. Its third quartile lies before the first one of c\. These runs do not tell whether it is faster than a\.$/,
  )
  const [few] = advise([row('a', spread(20, 30, 40), 3), row('b', spread(5, 10, 15))])
  assert.match(few, /b has the lowest median, but 3 seeds tell little: give 20 or more, as --seeds 1\.\.20\.$/)
  const [late] = advise([row('a', spread(14, null, null)), row('b', spread(5, 10, null))])
  assert.match(late, /b needs .*10 s\. Half of their runs or more did not complete: a\.$/)
})

test.run()
