// Archives: a run is one line, which reads back to the same bytes and the same config; an archive that was cut or
// edited is refused.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { DISTANCES, fieldNames, fields } from '../src/config/fields.ts'
import { defaults, resolveConfig } from '../src/config/resolve.ts'
import { methods } from '../src/methods/index.ts'
import { decodeArchive, encodeArchive, mergeArchives } from '../src/results/archive.ts'
import { ResultError } from '../src/results/result.ts'
import { settingOf } from '../src/results/setting.ts'
import { readArchive, writeArchive } from '../src/results/store.ts'
import { differenceOf, indexRuns, meanBytesOf, type Summary, summarise, toConfig } from '../src/results/summary.ts'
import { runToEnd } from '../src/run/run.ts'
import { makeStream } from './reference/philox.ts'

const small = { width: 5, depth: 1, cap: 8, period: 3 }
const results = [
  runToEnd({ ...small, method: 'frd', agents: 2, seed: 1 }),
  runToEnd({ ...small, method: 'pd', agents: 3, seed: 2 }),
  runToEnd({ ...small, method: 'independent', agents: 1, seed: 10 }),
  runToEnd({ ...small, method: 'mixfrd', preset: 'tuned', ranges: [1, 2, 0.1, 3], seed: 9 }),
]
const lines = results.map(summarise)
const HASH = 'ab'.repeat(32)
const encode = (all: readonly Summary[]) => encodeArchive({ runs: all, kernelHashes: [HASH] })

test('a line tells its run, and the setting in it gives the config back', () => {
  for (const [i, { config, ...result }] of results.entries()) {
    const line = lines[i]
    assert.equal(toConfig(line.setting, line.seed), config)
    assert.is(line.digest, result.digest)
    assert.is(line.completion, result.completion)
    assert.is(line.exchanges, result.exchanges.length)
    const { uplinkBytes, downlinkBytes } = meanBytesOf([line], config.agents, config.method)
    const mean = (lists: readonly (readonly number[])[]) => {
      const all = lists.flat()
      return all.reduce((sum, bytes) => sum + bytes, 0) / (all.length || 1)
    }
    assert.ok(Math.abs((uplinkBytes ?? 0) - mean(result.exchanges.map((one) => one.uplinkBytes))) < 1e-9)
    assert.ok(Math.abs((downlinkBytes ?? 0) - mean(result.exchanges.map((one) => one.downlinkBytes))) < 1e-9)
  }
})

test('a field that is set back to its default under a preset stays so', () => {
  const config: Config = resolveConfig({ preset: 'tuned', activation: 'relu', terminalReward: -100 })
  assert.equal(toConfig(settingOf(config), config.seed), config)
})

const stream = makeStream(11, 5)
const below = (bound: number) => stream.word() % bound
const pick = <T>(values: readonly T[]) => values[below(values.length)]
/** A number between 0 and 1: every bit of its fraction is random, and it may be very small. */
const share = () => (stream.word() + stream.word() / 2 ** 32 + 2 ** -33) / 2 ** 32 / pick([1, 1, 1e3, 1e9, 1e300])
const from = (low: number, high: number) => low + below(high - low + 1)

/** Draws a value of each field, as extreme as the field allows. */
const wild: { readonly [K in keyof Config]: () => Config[K] } = {
  env: () => 'CartPole-v1',
  preset: () => pick(['paper', 'tuned']),
  method: () => pick(Object.keys(methods)),
  agents: () => from(1, 1024),
  sections: () => from(1, 215),
  period: () => from(1, 100_000),
  width: () => from(1, 1024),
  depth: () => from(1, 8),
  minVisits: () => from(1, 1_000_000),
  growth: () => pick([1, 1.5, 1 + share(), 10]),
  trigger: () => pick(['always', { policy: share() }, { policy: 1 }, { score: 1e9 * share() }]),
  participation: () => pick([1, 1e-3 + share() / 2]),
  dropout: () => pick([0, 0.999, share() / 2]),
  absent: () => pick([[], [[0]], [[], [1], [], [0]]]),
  nets: () =>
    Array.from({ length: from(1, 4) }, () => ({
      width: from(1, 1024),
      depth: from(1, 8),
      ...(below(2) && { activation: pick(['relu', 'tanh'] as const) }),
      ...(below(2) && { rate: pick([share(), 1e-3, 3e-3, 10]) }),
    })),
  seed: () => stream.word() * 2 ** 20,
  cap: () => from(1, 1_000_000),
  until: () => pick(['first', 'last', 'cap']),
  activation: () => pick(['relu', 'tanh']),
  init: () => pick(['he', 'glorot', 'orthogonal']),
  critic: () => pick(['policy', { width: from(1, 1024), depth: from(1, 8) }]),
  policyRate: share,
  valueRate: share,
  gamma: () => pick([0, 1, share()]),
  rollout: () => from(1, 4096),
  lambda: () => pick([0, 1, share()]),
  rewardScale: () => pick([0, 1e6, share()]),
  terminalReward: () => pick([null, -share(), 1e6, 0, -1e-7]),
  bootstrap: () => pick([true, false]),
  clip: share,
  entropy: share,
  ranges: () => Array.from({ length: 4 }, () => 1e-6 + 1e5 * share()),
  memoryReset: () => pick(['exchange', 'never']),
  merge: () => pick(['mean', 'visits']),
  epochs: () => from(1, 1000),
  batch: () => from(1, 4096),
  distillRate: share,
  distillAdam: () => pick(['own', 'shared']),
  mixupTies: () => pick(['velocity', 'index']),
  mixupKeep: () => pick(['append', 'replace']),
  frlCritic: () => pick(['average', 'local']),
  frlInit: () => pick(['common', 'independent']),
  codec: () => pick(['float32', 'int8', 'top-k:64+difference+delta-index+int4-stochastic']),
  worlds: () => (below(2) ? null : { length: [share(), 1], masspole: [0.5, 1 + share()] }),
  envVersion: () => pick(['', '1', 'a-2.b']),
  methodVersion: () => pick(['', '1', 'a-2.b']),
  startVersion: () => pick(['', '1', 'ab'.repeat(32)]),
  mixupBy: () => pick(['position', 'velocity', 'angle', 'angular-velocity', ...DISTANCES]),
  mixupPortion: () => pick([share(), { beta: pick([1e-3, 0.2, 1000, 1 + share()]) }]),
  distillCount: () => pick(['all', 'own']),
}

test('the setting of any config reads back to that config, through an archive too', () => {
  const seen = new Set<string>()
  const made = Array.from({ length: 600 }, (_, i): Config => {
    // A few fields are drawn, or nearly all; every other field has the value of the preset or the default.
    const most = pick([2, 4, 40])
    const names = fieldNames.filter(() => below(40) < most)
    const given = Object.fromEntries(names.map((name) => [name, wild[name]()])) as Partial<Config>
    const { agents, width, depth, worlds, absent, ...rest } = given
    const count = rest.nets?.length ?? (worlds ? 2 : (agents ?? defaults.agents))
    const sized = {
      ...rest,
      ...(count > 1 && rest.method !== 'central' && { absent }),
      ...(worlds && !rest.nets ? { worlds, width, depth } : rest.nets ? {} : { agents, width, depth }),
    }
    const drawn = resolveConfig({ ...sized, seed: i })
    // No archive holds a run whose result would be too long to store.
    const isLong = drawn.agents * drawn.cap > 20_000_000
    const config = isLong ? resolveConfig({ ...sized, seed: i, cap: 20_000 }) : drawn
    for (const name of fieldNames) {
      if (fields[name].show(config[name] as never) !== fields[name].show(defaults[name] as never)) seen.add(name)
    }
    return config
  })
  assert.is(seen.size, fieldNames.length - 1, 'every field but env was varied')
  // What a run that failed in its first episode tells fits every config.
  const nothing = {
    completion: null,
    meanCompletion: null,
    lastCompletion: null,
    episodes: 0,
    envSteps: 0,
    failed: true,
  }
  const failed = { ...lines[0], ...nothing, exchanges: 0, uplinkBytes: 0, downlinkBytes: 0 }
  const archive = encode(made.map((config) => ({ ...failed, setting: settingOf(config), seed: config.seed })))
  const read = decodeArchive(archive, 'x').runs
  const bySeed = new Map(read.map(({ setting, seed }) => [seed, toConfig(setting, seed)]))
  for (const config of made) assert.equal(bySeed.get(config.seed), config)
})

test('an archive whose lines contradict themselves or their config is refused', () => {
  const [line] = lines
  const { cap } = toConfig(line.setting, line.seed)
  const changes: Partial<Summary>[] = [
    { completion: cap + 1, episodes: cap + 1 },
    { completion: line.episodes + 1 },
    { completion: 3, episodes: 3 },
    { episodes: line.episodes - 1 },
    { envSteps: line.episodes - 1 },
    { envSteps: 1e9 },
    { exchanges: line.exchanges + 1 },
    { lastCompletion: 1 },
    { failed: true, completion: 12 },
    { exchanges: 0, episodes: 2, failed: true, completion: null, uplinkBytes: 5 },
  ]
  for (const change of changes) {
    assert.throws(
      () => decodeArchive(encode([{ ...line, ...change }]), 'x'),
      (error: Error) => error instanceof ResultError && error.message.startsWith('x:3: '),
      JSON.stringify(change),
    )
  }
})

test('an archive that tells a run twice, holds a setting of no config or is empty is refused', () => {
  const refused = (all: readonly Summary[], why: RegExp) => assert.throws(() => decodeArchive(encode(all), 'x'), why)
  refused([lines[0], lines[0]], /expected each run once, got "/)
  refused([lines[0], { ...lines[0], digest: HASH }], /expected each run once/)
  refused([{ ...lines[0], setting: 'method=nonesuch' }], /expected settings of runs, got "method=nonesuch"/)
  refused([{ ...lines[0], setting: 'sections=30' }], /expected settings of runs/)
  refused([{ ...lines[0], setting: 'period=3 cap=8' }], /expected settings of runs/)
  refused([], /expected sorted lines/)
})

test('merged archives hold each run once and name all kernels; two different results of one run are an alarm', () => {
  const one = { runs: lines.slice(0, 2), kernelHashes: [HASH] }
  const other = { runs: lines.slice(1), kernelHashes: ['0'.repeat(64)] }
  const merged = mergeArchives([one, other])
  assert.is(encodeArchive(merged), encodeArchive({ runs: lines, kernelHashes: ['0'.repeat(64), HASH] }))
  assert.equal(decodeArchive(encodeArchive(merged), 'x').kernelHashes, ['0'.repeat(64), HASH])
  const wrong = { ...other, runs: [{ ...lines[1], envSteps: 1 }] }
  assert.throws(
    () => mergeArchives([one, wrong]),
    /determinism alarm: the run .* gave two results, "envSteps" expected/,
  )
})

test('the text of an archive is sorted, reads back to itself, and does not depend on the order of the runs', () => {
  const text = encode(lines)
  assert.is(encode([...lines].reverse()), text)
  const read = decodeArchive(text, 'x')
  assert.equal(read.kernelHashes, [HASH])
  assert.is(encode(read.runs), text)
})

test('an archive that was cut anywhere is refused; one with any byte changed is refused or tells another run', () => {
  const text = encode(lines.slice(0, 2))
  for (let i = 0; i < text.length; i++) {
    assert.throws(
      () => decodeArchive(text.slice(0, i), 'x'),
      (error: unknown) => error instanceof ResultError,
    )
  }
  let told = 0
  for (let i = 0; i < text.length; i++) {
    const other = text.slice(0, i) + (text[i] === '7' ? '8' : '7') + text.slice(i + 1)
    try {
      const { runs: read, kernelHashes } = decodeArchive(other, 'x')
      assert.ok(kernelHashes[0] !== HASH || JSON.stringify(read) !== JSON.stringify(lines.slice(0, 2)), `byte ${i}`)
      told++
    } catch (error) {
      assert.instance(error, ResultError)
    }
  }
  assert.ok(told > 0) // a changed digit makes another valid number, which only a replay finds
})

test('a replay that differs is reported with the field that differs, the digest first', () => {
  assert.is(differenceOf(lines[0], summarise(runToEnd({ ...small, method: 'frd', agents: 2, seed: 1 }))), null)
  assert.match(differenceOf(lines[0], { ...lines[0], digest: HASH, episodes: 1 })!, /"digest" expected/)
  assert.match(differenceOf(lines[0], { ...lines[0], downlinkBytes: 1 })!, /"downlinkBytes" expected \d+, got 1/)
})

test('lines are found by config, and a field that the method ignores does not matter', () => {
  const findRuns = indexRuns(lines)
  assert.is(findRuns({ ...small, method: 'frd', agents: 2 }).runs.length, 1)
  assert.is(findRuns({ ...small, method: 'independent', agents: 1, period: 7, sections: 9 }).runs.length, 1)
  assert.is(findRuns({ ...small, method: 'frd', agents: 4 }).runs.length, 0)
})

test('an archive on disk is written whole and read back, and a file that is no archive is refused', () => {
  const dir = mkdtempSync(join(tmpdir(), 'frd-archive-'))
  try {
    assert.is(readArchive(dir), null)
    writeArchive(join(dir, 'a'), { runs: lines, kernelHashes: [HASH] })
    const path = join(dir, 'a', 'runs.csv.gz')
    assert.ok(existsSync(path))
    assert.equal(sorted(readArchive(join(dir, 'a'))!.runs), sorted(lines))
    writeFileSync(path, readFileSync(path).subarray(0, 50))
    assert.throws(() => readArchive(join(dir, 'a')), /expected a gzipped archive/)
    writeFileSync(path, gzipSync('hello'))
    assert.throws(() => readArchive(join(dir, 'a')), /expected sorted lines of "frd-runs-v1", got "hello"/)
  } finally {
    rmSync(dir, { recursive: true })
  }
})

const sorted = (all: readonly Summary[]) => [...all].map((line) => JSON.stringify(line)).sort()

test.run()
