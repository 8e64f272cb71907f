// What the command line says of itself: help fits its terminal and cuts no word, the shell completes what exists, and the
// lines of a run fit their terminal and number agents as the config does.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { completeLine, wordsFor } from '../src/cli/complete.ts'
import { loadCommands } from '../src/cli/frd.ts'
import { columnsOf, commandHelp, programHelp } from '../src/cli/help.ts'
import { liveLines } from '../src/cli/live.ts'
import { environments } from '../src/config/environment.ts'
import type { Field } from '../src/config/field.ts'
import { fieldNames, fields } from '../src/config/fields.ts'
import { METHODS } from '../src/methods/index.ts'
import { modelFormats } from '../src/models/file.ts'
import { figureNames } from '../src/paper/index.ts'
import { actionChoices, checkChoice } from '../src/run/frozen.ts'
import { checkConfig } from '../src/run/setup.ts'
import { codec } from '../src/wire/codecs/index.ts'
import { otherValues } from './otherValues.ts'

const commands = await loadCommands()

const nameOf = ({ usage }: { readonly usage: string }) => usage.split(' ')[0]
const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean)

test('help at 60 and 120 columns fits, and has the words of help at any width, none of them cut', () => {
  const pages = [
    ...commands.map((one) => (columns: number) => commandHelp(one, columns)),
    (c: number) => programHelp(commands, c),
  ]
  for (const page of pages) {
    const whole = wordsOf(page(10_000))
    for (const columns of [60, 72, 80, 120]) {
      const text = page(columns)
      for (const line of text.split('\n')) assert.ok(line.length <= columns, `${columns}: ${line}`)
      assert.equal(wordsOf(text), whole, `${columns} columns`)
    }
  }
  assert.equal([undefined, 0, 20, 100, 400].map(columnsOf), [80, 80, 40, 100, 120])
})

test('help has every flag of a command once, what it accepts, and its default', () => {
  for (const command of commands) {
    const text = commandHelp(command, 10_000)
    for (const [flag, { describe, defaultDescription }] of Object.entries(command.options)) {
      assert.is(text.split(new RegExp(`^ +(?:-\\w, )?--${flag}(?= |$)`, 'm')).length, 2, `${nameOf(command)} --${flag}`)
      const [about, accepts] = String(describe).split('. Accepts: ')
      assert.ok(text.includes(about) && text.includes(accepts ?? ''), `--${flag}`)
      if (defaultDescription) assert.ok(text.includes(`default: ${defaultDescription})`), `--${flag}`)
    }
    for (const [line, about] of command.examples) {
      assert.ok(text.includes(line.replace('$0', 'frd')) && text.includes(about), line)
    }
  }
})

test('the shell completes what exists: commands, their flags, and values that the flags take', () => {
  assert.equal(completeLine([''], commands), [...commands.map(nameOf), 'completion'])
  assert.equal(completeLine(['repr'], commands), ['reproduce'])
  for (const command of commands) {
    const flags = completeLine([nameOf(command), '--'], commands)
    assert.equal(flags.sort(), [...Object.keys(command.options), 'help', 'version'].map((flag) => `--${flag}`).sort())
  }
  assert.equal(completeLine(['run', '--method', ''], commands), [...METHODS])
  assert.equal(
    completeLine(['run', '--env', ''], commands),
    environments.map(({ name }) => name),
  )
  assert.equal(completeLine(['run', '--method=f'], commands), ['--method=frd', '--method=frl', '--method=fedhpd'])
  assert.equal(completeLine(['run', '--method', '=', 'pd'], commands), ['pd'])
  assert.equal(completeLine(['sweep', '--method', 'frd,f'], commands), ['frd,frl', 'frd,fedhpd'])
  for (const name of ['play', 'eval']) {
    assert.equal(completeLine([name, '--choice', ''], commands), [...actionChoices])
    for (const word of actionChoices) checkChoice(word, 'choice')
  }
  assert.equal(completeLine(['export', '--format', ''], commands), [...modelFormats])
  const figures = completeLine(['reproduce', ''], commands)
  for (const name of [...figureNames, 'all']) assert.ok(figures.includes(name), name)
  for (const line of [
    ['report', ''],
    ['play', ''],
    ['run', '--from', ''],
    ['eval', '--env', ''],
    ['run', '--out', ''],
    ['run', '--method', './'],
    ['nonesuch', ''],
  ]) {
    assert.equal(completeLine(line, commands), [], 'files are left to the shell')
  }
  for (const command of commands) {
    for (const name of fieldNames) {
      const { parse } = fields[name] as Field<unknown>
      if (command.values?.[name] || !Object.hasOwn(command.options, name)) continue
      for (const word of wordsFor(command, name)) parse(word, name)
    }
  }
  for (const word of wordsFor({}, 'codec')) codec(word) // the field alone takes any steps
  assert.ok(wordsFor({}, 'codec').includes('int8'))
  assert.ok(wordsFor({}, 'mixup-by').includes('cosine') && Object.keys(otherValues).length > 30)
})

const exchange = (agents: number, bytes: number) => ({
  type: 'exchange' as const,
  episode: 25,
  uplinkBytes: new Array(agents).fill(bytes),
  downlinkBytes: new Array(agents).fill(2 * bytes),
  uplinkWireBytes: [],
  downlinkWireBytes: [],
  digest: '',
})

test('a line of a run fits every terminal, names the best agent by its number, and says its bytes', () => {
  const config = checkConfig({ agents: 3, absent: [[0]] })
  const [{ mission }] = environments
  for (const columns of [undefined, 200, 104, 80, 68, 60, 40, 20]) {
    const live = liveLines(config, mission, columns)
    // Agent 0 has no part, so the scores are those of agents 1 and 2.
    live.take({ type: 'episode', episode: 1, scores: [10, 30], steps: [10, 30], players: [1, 2] })
    const line = live.lineOf(exchange(3, 123_456))
    assert.ok(line.length <= (columns ?? 1000), `${columns}: ${line}`)
    if (columns === 20) continue
    assert.match(line, /25 .*123456.*246912.* 30\.0/)
    if (columns === undefined || columns >= 68) assert.match(line, /agent 2/)
    const said = columns === undefined || columns >= 104 ? line : live.legend
    assert.match(said, /best agent's mean over 10 episodes/)
    assert.match(said, /per agent/)
  }
})

test.run()
