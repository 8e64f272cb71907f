// Archives: what a run is in one line, read back to the same bytes and the same config; what is cut or edited is refused.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  decodeLines,
  differenceOf,
  encodeLines,
  indexLines,
  type Line,
  meanBytesOf,
  settingOf,
  toConfig,
  toLine,
} from '../src/archive.ts'
import { type Config, resolveConfig } from '../src/config.ts'
import { meanBytes, ResultError } from '../src/result.ts'
import { runToEnd } from '../src/run.ts'
import { readArchive, writeArchive } from '../src/store.ts'

const small = { width: 5, depth: 1, cap: 8, period: 3 }
const results = [
  runToEnd({ ...small, method: 'frd', agents: 2, seed: 1 }),
  runToEnd({ ...small, method: 'pd', agents: 3, seed: 2 }),
  runToEnd({ ...small, method: 'independent', agents: 1, seed: 10 }),
  runToEnd({ ...small, method: 'mixfrd', preset: 'tuned', ranges: [1, 2, 0.1, 3], seed: 9 }),
]
const lines = results.map(toLine)
const HASH = 'ab'.repeat(32)

test('a line tells the run, and its setting gives the config back', () => {
  for (const [i, { config, ...result }] of results.entries()) {
    const line = lines[i]
    assert.equal(toConfig(line.setting, line.seed), config)
    assert.is(line.digest, result.digest)
    assert.is(line.completion, result.completion)
    assert.is(line.exchanges, result.exchanges.length)
    const { uplinkBytes, downlinkBytes } = meanBytesOf([line], config.agents, config.method)
    const mean = meanBytes({ config, exchanges: result.exchanges })
    assert.ok(Math.abs((uplinkBytes ?? 0) - (mean.uplinkBytes ?? 0)) < 1e-9)
    assert.ok(Math.abs((downlinkBytes ?? 0) - (mean.downlinkBytes ?? 0)) < 1e-9)
  }
})

test('a preset with a field set back to the standard keeps it', () => {
  const config: Config = resolveConfig({ preset: 'tuned', activation: 'relu', terminalReward: -100 })
  assert.equal(toConfig(settingOf(config), config.seed), config)
})

test('the text is sorted, reads back to itself, and does not depend on the order', () => {
  const text = encodeLines(lines, HASH)
  assert.is(encodeLines([...lines].reverse(), HASH), text)
  const read = decodeLines(text, 'x')
  assert.is(read.kernelHash, HASH)
  assert.is(encodeLines(read.lines, HASH), text)
})

test('every cut and every changed byte of a small archive is refused, or tells another run', () => {
  const text = encodeLines(lines.slice(0, 2), HASH)
  for (let i = 0; i < text.length; i++) {
    assert.throws(
      () => decodeLines(text.slice(0, i), 'x'),
      (error: unknown) => error instanceof ResultError,
    )
  }
  let told = 0
  for (let i = 0; i < text.length; i++) {
    const other = text.slice(0, i) + (text[i] === '7' ? '8' : '7') + text.slice(i + 1)
    try {
      const { lines: read, kernelHash } = decodeLines(other, 'x')
      assert.ok(kernelHash !== HASH || JSON.stringify(read) !== JSON.stringify(lines.slice(0, 2)), `byte ${i}`)
      told++
    } catch (error) {
      assert.instance(error, ResultError)
    }
  }
  assert.ok(told > 0) // a digit of a number is another number: replay tells
})

test('a replay that differs is told by its field, the digest first', () => {
  assert.is(differenceOf(lines[0], toLine(runToEnd({ ...small, method: 'frd', agents: 2, seed: 1 }))), null)
  assert.match(differenceOf(lines[0], { ...lines[0], digest: HASH, episodes: 1 })!, /"digest" expected/)
  assert.match(differenceOf(lines[0], { ...lines[0], downlinkBytes: 1 })!, /"downlinkBytes" expected \d+, got 1/)
})

test('lines are found by config, whatever a method ignores', () => {
  const linesOf = indexLines(lines)
  assert.is(linesOf({ ...small, method: 'frd', agents: 2 }).lines.length, 1)
  assert.is(linesOf({ ...small, method: 'independent', agents: 1, period: 7, sections: 9 }).lines.length, 1)
  assert.is(linesOf({ ...small, method: 'frd', agents: 4 }).lines.length, 0)
})

test('an archive on disk: written whole, read back, refused when it is none', () => {
  const dir = mkdtempSync(join(tmpdir(), 'frd-archive-'))
  try {
    assert.is(readArchive(dir), null)
    writeArchive(join(dir, 'a'), lines, HASH)
    const path = join(dir, 'a', 'runs.csv.gz')
    assert.ok(existsSync(path))
    assert.equal(sorted(readArchive(join(dir, 'a'))!.lines), sorted(lines))
    writeFileSync(path, readFileSync(path).subarray(0, 50))
    assert.throws(() => readArchive(join(dir, 'a')), /expected a gzipped archive/)
    writeFileSync(path, gzipSync('hello'))
    assert.throws(() => readArchive(join(dir, 'a')), /expected sorted lines of "frd-runs-v1", got "hello"/)
  } finally {
    rmSync(dir, { recursive: true })
  }
})

const sorted = (all: readonly Line[]) => [...all].map((line) => JSON.stringify(line)).sort()

test.run()
