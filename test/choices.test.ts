// docs/choices.md, row by row: every flag that a row names exists, takes the values that the row names, and changes
// what happens in a run, not only the run's name; every choice that a source or a flag refers to has a row.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import type { Field } from '../src/config/field.ts'
import { fieldNames, fields, rangePresets } from '../src/config/fields.ts'
import { runToEnd } from '../src/run/run.ts'
import { inProcess, type Transport } from '../src/wire/transport.ts'
import { packageRoot } from './helpers.ts'

interface Flag {
  readonly id: string
  readonly name: keyof Config
  /** as the table names them; where it names none, the test has values of its own */
  readonly values: readonly string[]
}

const page = readFileSync(join(packageRoot, 'docs/choices.md'), 'utf8')

/** The cells of each row of the table; a `\|` stands inside a cell and does not end it. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  )
  .filter((cells) => cells.length === 7 && cells[0] !== 'id')

const camel = (flag: string) => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

function flagsOf([id, , , , , , cell]: readonly string[]): Flag[] {
  if (cell.startsWith('none')) return []
  const found = [...cell.matchAll(/`--([a-z-]+)(?: ([^`]+))?`/g)]
  assert.ok(found.length > 0, `${id}: "${cell}" names no flag, and does not start with none`)
  return found.map(([, flag, values]) => {
    const name = camel(flag) as keyof Config
    assert.ok(fieldNames.includes(name), `${id}: --${flag} is no flag`)
    return { id, name, values: values?.split('|') ?? [] }
  })
}

const flags = rows.flatMap(flagsOf)

// ---- the table and the sources

test('every row of the table is read', () => {
  assert.ok(rows.length >= 20 && flags.length >= 25, `${rows.length} rows, ${flags.length} flags`)
  assert.equal(page.split('\n').filter((line) => /^\|\s*[a-z]/.test(line) && /--|none/.test(line)).length, rows.length)
  for (const cells of rows)
    assert.ok(
      cells.every((cell) => cell !== ''),
      cells.join(' | '),
    )
})

test('every [C: id] of the sources has a row, and a flag stands in the row of the choice that it names as its source', () => {
  const ids = new Set(rows.map(([id]) => id))
  let count = 0
  for (const folder of ['src', 'assembly']) {
    const files = readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    for (const file of files.filter((name) => name.endsWith('.ts'))) {
      const text = readFileSync(join(packageRoot, folder, file), 'utf8')
      for (const [, id] of text.matchAll(/\[C: ([a-z-]+)\]/g)) {
        assert.ok(ids.has(id), `${folder}/${file}: [C: ${id}] has no row`)
        count++
      }
    }
  }
  assert.ok(count > 10)
  for (const name of fieldNames) {
    const { source } = fields[name]
    if (source === undefined || source === 'the paper') continue
    assert.ok(
      flags.some((flag) => flag.id === source && flag.name === name),
      `row ${source} does not name ${name}`,
    )
  }
})

test('a row that lists the values of a flag lists them all', () => {
  for (const { name, values } of flags) {
    const options = /^one of (.+)$/.exec(fields[name].expects)?.[1].split(', ')
    if (options && values.length) assert.equal(values.slice().sort(), options.sort(), name)
  }
})

// ---- what a flag does

/** The value that this test takes for a placeholder of the table. */
const examples: Readonly<Record<string, string>> = { 'a,b,c,d': '2.4,3,0.2,3.6', 'beta:ALPHA': 'beta:0.5' }

/** Values to compare, of the flags whose values the table does not list. */
const own: { readonly [K in keyof Config]?: readonly string[] } = {
  policyRate: ['0.001', '0.002'],
  valueRate: ['0.005', '0.006'],
  gamma: ['0.99', '0.9'],
  rollout: ['1', '2'],
  lambda: ['0', '0.9'],
  rewardScale: ['1', '0.5'],
  clip: ['0', '0.01'],
  entropy: ['0', '0.1'],
  cap: ['22', '23'],
  distillRate: ['0.001', '0.002'],
  epochs: ['1', '2'],
  batch: ['32', '31'],
}

const small = { method: 'mixfrd', agents: 2, width: 8, depth: 1, cap: 22, period: 5 } as const
const tuned = { preset: 'tuned', rollout: 32, method: 'independent', seed: 2, cap: 90, width: 50, depth: 2 } as const

/** The settings, beside those of `small`, under which a flag or a row of the table makes a difference. */
const places: Readonly<Record<string, Partial<Config>>> = {
  until: tuned,
  'mixup-by': { sections: 9, ranges: rangePresets.narrow },
  bootstrap: { ...tuned, agents: 1, until: 'cap' },
  lambda: { rollout: 4 },
  clip: { rollout: 4 },
  mixupTies: { sections: 3 },
  frlCritic: { method: 'frl' },
  frlInit: { method: 'frl' },
  'fedhpd-steps': { method: 'fedhpd', cap: 8, period: 3 },
}

/** A hash of all that happens in a run, without the run's name: scores, completions and the bodies of all frames. */
function course(given: Partial<Config>): string {
  const hash = createHash('sha256')
  const transport: Transport = (uplinks, serve) =>
    inProcess(uplinks, (frames) => {
      const answer = serve(frames)
      for (const frame of [...frames, answer]) hash.update(frame.subarray(32))
      return answer
    })
  const { scores, completions } = runToEnd(given, { transport })
  return hash.update(JSON.stringify([scores, completions])).digest('hex')
}

const optionsOf = (name: keyof Config) => /^one of (.+)$/.exec(fields[name].expects)?.[1].split(', ')

for (const row of rows) {
  const named = flagsOf(row)
  if (named.length === 0) continue
  test(`${row[0]}: ${row[1]}: each value of each flag gives another run and another digest`, () => {
    for (const { id, name, values } of named) {
      const texts = values.length ? values.map((value) => examples[value] ?? value) : (optionsOf(name) ?? own[name])
      assert.ok(texts && texts.length > 1, `${name} needs values to compare, in the table or in this test`)
      const configs = texts.map((text) => ({
        ...small,
        ...(places[id] ?? places[name]),
        [name]: (fields[name] as Field<unknown>).parse(text, name),
      }))
      assert.is(new Set(configs.map(course)).size, texts.length, `${name}: ${texts.join(', ')}`)
      assert.is(new Set(configs.map((config) => runToEnd(config).digest)).size, texts.length, name)
    }
  })
}

test.run()
