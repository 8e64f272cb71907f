// Lines that an earlier version stored stay valid: they read back, are written as the same bytes and keep their keys,
// whatever fields the config has got since.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fieldNames, fields } from '../src/config/fields.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { decodeResult, encodeResult, resultKey } from '../src/results/result.ts'
import { runToEnd } from '../src/run/run.ts'
import { packageRoot } from './helpers.ts'

/** Four results of version 0.1.0: mixfrd; frd with mixed networks and visits; frl, tuned; independent. */
const lines = readFileSync(join(packageRoot, 'test/vectors/results-0.1.0.jsonl'), 'utf8').trimEnd().split('\n')

/** Their keys, by which 0.1.0 named their files. */
const keys = [
  '0ccd793edf58ae2a4fc976fabd91cb13b56f340c8d250f627d05acbaa452c7ad',
  'e095c8e921cc7bbb3b0cdb31d5cdcdecba2c3c37ebbe0863710dbc5be2f8b2a6',
  '48d70b192c19eece1aa0394385a3036ac8aaff94809f4e6669d0bb5dac5c3beb',
  '3630568d28f604dd64919918a43447264b9eab82011090a56ca08aae7ca101b1',
]

test('a line stored by 0.1.0 reads back, is written as the same bytes and keeps its key', () => {
  assert.is(lines.length, 4)
  lines.forEach((line, i) => {
    const result = decodeResult(line, `line ${i + 1}`)
    assert.is(encodeResult(result), line)
    assert.is(resultKey(result.config), keys[i])
  })
})

test('a run stored by 0.1.0 plays again to the same line, except for the hash of the kernel', () => {
  for (const line of lines) {
    const { config, kernelHash } = decodeResult(line, 'line')
    assert.is(encodeResult({ ...runToEnd(config), kernelHash }), line)
  }
})

test('a field that the first lines lack is marked "later", and a line names it only if it is not the default', () => {
  const first = Object.keys(JSON.parse(lines[0]).config)
  assert.equal(
    fieldNames.filter((name) => !fields[name].later),
    first,
  )
  const written = Object.keys(JSON.parse(encodeResult({ ...runToEnd({ cap: 1 }) })).config)
  assert.equal(written, first)
  assert.equal(resolveConfig(JSON.parse(lines[0]).config), decodeResult(lines[0], 'line').config)
})

test('the network of an agent keeps its own activation and rate, and its keys have one order', () => {
  const nets = [
    { rate: 0.5, activation: 'tanh', depth: 1, width: 3 },
    { depth: 1, width: 4 },
  ] as const
  const result = runToEnd({ nets, cap: 2 })
  const line = encodeResult({ ...result, config: { ...result.config, nets } })
  assert.ok(line.includes('"nets":[{"width":3,"depth":1,"activation":"tanh","rate":0.5},{"width":4,"depth":1}]'), line)
  assert.is(encodeResult(decodeResult(line, 'line')), line)
})

test.run()
