// Config files: every field reads back to the key that it had, from JSON and from YAML, as a value and as the text of its
// flag; flags override; unknown keys and wrong values are refused by the name of the file and the field.

import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { stringify } from 'yaml'
import { repeatedKey, withConfigFile } from '../src/cli/configFile.ts'
import { configText, yamlOf } from '../src/cli/init.ts'
import { flagOf, readConfig, readGrid, readSeeds } from '../src/cli/options.ts'
import type { Config } from '../src/config/config.ts'
import type { Field } from '../src/config/field.ts'
import { fieldNames, fields } from '../src/config/fields.ts'
import { resultKey } from '../src/results/result.ts'
import { checkConfig } from '../src/run/setup.ts'
import { otherValues } from './otherValues.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-config-'))
test.after(() => fs.rmSync(root, { recursive: true }))
let files = 0

function write(text: string, kind = 'yaml'): string {
  const path = join(root, `${++files}.${kind}`)
  fs.writeFileSync(path, text)
  return path
}

/** The config of `frd run --config FILE` with these flags. */
async function configOf(path: string, flags: Readonly<Record<string, string>> = {}): Promise<Config> {
  return checkConfig(readConfig(await withConfigFile({ config: path, ...flags }, 'run'), fieldNames))
}

/** The configs of `frd sweep --config FILE` with these flags. */
async function gridOf(path: string, flags: Readonly<Record<string, string | string[]>> = {}) {
  const argv = await withConfigFile({ config: path, ...flags }, 'sweep')
  const grid = readGrid(
    argv,
    fieldNames.filter((name) => name !== 'seed'),
  ) // as sweep does
  return { configs: grid.map((config) => checkConfig(config)), seeds: readSeeds(argv, '1') }
}

async function refusal(action: () => Promise<unknown>): Promise<string> {
  try {
    await action()
  } catch (error) {
    return (error as Error).message
  }
  return 'no refusal'
}

test('what every field shows reads back to it, its default too', () => {
  for (const name of fieldNames) {
    const { parse, show, default: standard, check } = fields[name] as Field<unknown>
    assert.is(show(parse(show(standard), name)), show(standard), name)
    const other = otherValues[name]?.[name]
    if (other !== undefined) assert.is(show(parse(show(check(other, name)), name)), show(check(other, name)), name)
  }
})

test('a file of every field reads back to the same key, whole or in part, from JSON and YAML, as values and as texts', async () => {
  for (const name of fieldNames.filter((one) => !one.endsWith('Version'))) {
    const config = checkConfig({ method: name.startsWith('frl') ? 'frl' : 'mixfrd', ...otherValues[name] })
    const key = resultKey(config)
    assert.is.not(key, resultKey(checkConfig({ method: name.startsWith('frl') ? 'frl' : 'mixfrd' })), `${name} differs`)
    const texts = Object.fromEntries(
      fieldNames
        .filter((one) => config.nets === null || !['agents', 'width', 'depth'].includes(one))
        .map((one) => [one, (fields[one] as Field<unknown>).show(config[one])]),
    )
    const lines = Object.entries(texts).map(
      ([one]) => `${one}: ${yamlOf(one as keyof Config, config[one as keyof Config])}\n`,
    )
    const written = [
      write(JSON.stringify(config), 'json'),
      write(stringify(config)),
      write(stringify(texts), 'yml'),
      write(lines.join('')),
    ]
    for (const path of written) {
      assert.is(resultKey(await configOf(path)), key, `${name} in ${path}`)
      const { configs, seeds } = await gridOf(path)
      assert.equal(
        configs.map((one) => resultKey({ ...one, seed: seeds[0] })),
        [key],
        `${name} in a sweep`,
      )
    }
  }
})

test('what frd init writes sets nothing, has every field, and sets those whose flags are given', async () => {
  const bare = configText()
  assert.is(resultKey(await configOf(write(bare))), resultKey(checkConfig()))
  // With the marks of its comments taken from the values, it is the default config.
  const all = bare.replace(/^#(?=[a-zA-Z]+: )/gm, '')
  assert.is(resultKey(await configOf(write(all))), resultKey(checkConfig()))
  for (const name of fieldNames.filter((one) => !one.endsWith('Version'))) {
    assert.ok(bare.includes(`\n#${name}: `), name)
    const given = { [name]: otherValues[name][name] } as Partial<Config>
    const text = configText(given)
    const config = await configOf(write(`${text}${name === 'env' ? 'sections: 10\n' : ''}`))
    assert.is(resultKey(config), resultKey(checkConfig({ ...given, ...(name === 'env' && { sections: 10 }) })), name)
  }
  for (const line of bare.split('\n')) assert.ok(line.length <= 100, line)
})

test('a flag overrides its field, and what stands in the place of others overrides them', async () => {
  const path = write('gamma: 0.9\nagents: 3\nwidth: 7\nseed: 5\n')
  assert.equal(
    (({ gamma, agents, width, seed }) => [gamma, agents, width, seed])(
      await configOf(path, { gamma: '0.8', seed: '6' }),
    ),
    [0.8, 3, 7, 6],
  )
  assert.is((await configOf(path, { nets: '24x1,50x2' })).agents, 2)
  assert.is((await configOf(write('nets: 24x1,50x2'), { agents: '4' })).agents, 4)
  const { configs, seeds } = await gridOf(path, { gamma: '0.7,0.8', seeds: '1..3' })
  assert.equal(
    configs.map(({ gamma }) => gamma),
    [0.7, 0.8],
  )
  assert.equal(seeds, [1, 2, 3])
})

test('a sweep takes lists of every field, and is the sweep of the flags', async () => {
  const text = [
    'method: [frd, pd]',
    'agents: 1,2',
    'sections: [10, 20]',
    'gamma: [0.9, 0.99]',
    'terminalReward: [none, -50]',
    'critic: ["24x1", policy]',
    'ranges: [wide, "2.4,3,-0.1:0.2,3.5"]',
    'nets: none',
    'seeds: 1..4',
  ].join('\n')
  const { configs, seeds } = await gridOf(write(text))
  assert.is(configs.length, 2 ** 7)
  assert.is(new Set(configs.map(resultKey)).size, 2 ** 7)
  assert.equal(seeds, [1, 2, 3, 4])
  for (const name of fieldNames.filter((one) => one !== 'seed' && !one.endsWith('Version'))) {
    const values = [fields[name].default, otherValues[name][name]]
    const shown = values.map((value) =>
      (fields[name] as Field<unknown>).show((fields[name] as Field<unknown>).check(value, name)),
    )
    const argv = await withConfigFile({ config: write(JSON.stringify({ [name]: shown }), 'json') }, 'sweep')
    const read = readGrid(argv, [name]).map((config) => (fields[name] as Field<unknown>).show(config[name]))
    assert.equal(read.sort(), shown.sort(), flagOf(name))
  }
})

test('an unknown key, a wrong value and a broken file are refused by name, with what was meant', async () => {
  const cases: [text: string, kind: string, message: RegExp][] = [
    ['gama: 0.9', 'yaml', /\d+\.yaml: "config" expected one of env, .*, got "gama": did you mean gamma\?$/],
    ['policy-rate: 0.9', 'yaml', /got "policy-rate": did you mean policyRate\?$/],
    ['seeds: 1..4', 'yaml', /got "seeds": did you mean seed\?$/],
    ['{"__proto__": 1}', 'json', /"config" expected one of .*got "__proto__"/],
    ['gamma: 2', 'yaml', /\d+\.yaml: "gamma" expected a number in 0\.\.1, got 2$/],
    ['gamma: "0x1"', 'yaml', /"gamma" expected a number in 0\.\.1, got "0x1"$/],
    ['gamma: [0.9, 0.8]', 'yaml', /"gamma" expected .*got \[0\.9,0\.8\]: frd run takes one value, and frd sweep/],
    ['agents: null', 'yaml', /"agents" expected an integer in 1\.\.1024, got null/],
    ['method: frb', 'yaml', /"method" expected one of .*got "frb": did you mean frd\?/],
    ['- 1', 'yaml', /"config" expected fields with their values, got \[1\]/],
    ['gamma: 0.9\ngamma: 0.8', 'yaml', /"config" expected a file of YAML, got .*unique/],
    ['{', 'json', /"config" expected a file of JSON, got /],
    ['gamma: 0.9', 'txt', /"config" expected a \.json, \.yaml or \.yml file/],
  ]
  for (const [text, kind, message] of cases) {
    const path = write(text, kind)
    assert.match(await refusal(() => configOf(path)), message, text)
  }
  assert.match(
    await refusal(() => configOf(join(root, 'none.yaml'))),
    /"config" expected a file, got .*frd init writes one/,
  )
  assert.match(await refusal(() => gridOf(write('seed: 1\nseeds: 1..2'))), /"seed" expected none beside seeds/)
})

test('a key that stands twice in one object is refused in both forms, and one in another object or in a text is not', async () => {
  for (const text of [
    '{"agents": 2, "agents": 3}',
    '{"agents": 2, "a\\u0067ents": 3}',
    '{"nets": [{"width": 5, "width": 6}]}',
  ]) {
    for (const kind of ['json', 'yaml']) {
      const path = write(text, kind)
      assert.match(await refusal(() => configOf(path)), /twice|must be unique/, `${kind}: ${text}`)
    }
  }
  for (const text of [
    '{}',
    '[]',
    '{"a": {"b": 1}, "b": [{"b": 1}, {"b": 2}]}',
    '{"a": "b\\": {", "b": 1}',
    '{"a": "\\\\", "b": ":"}',
  ]) {
    assert.is(repeatedKey(text), null, text)
  }
})

test.run()
