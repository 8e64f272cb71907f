// The promises of the store: what is written reads back; nothing else is accepted; a fault at any file operation leaves
// the old bytes or the new ones; the merged files do not depend on the order of writes.
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { canonicalConfig, resolveConfig } from '../src/config/resolve.ts'
import type { Files } from '../src/results/disk.ts'
import { openReader } from '../src/results/reader.ts'
import { DeterminismError, decodeResult, encodeResult, ResultError, resultKey } from '../src/results/result.ts'
import { openStore, readResults } from '../src/results/store.ts'
import type { RunResult } from '../src/run/record.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-store-'))
let folders = 0
const newFolder = () => join(root, String(++folders))
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const count = (folder: string) => fs.readdirSync(folder).length

/** A made-up result that is valid; its numbers follow from the config alone. */
function fakeResult(given: Partial<Config> = {}): RunResult {
  const config = resolveConfig({ cap: 30, period: 10, ...given })
  const each = (value: number) => Array.from({ length: config.agents }, (_, i) => value + 12 * i)
  const digest = sha256(canonicalConfig(config))
  // Agent 0 completes the mission with ten episodes of 500 steps, under every other seed.
  const completion = config.seed % 2 ? 25 : null
  const episodes = completion ?? config.cap
  const score = (agent: number, episode: number) => (completion && agent === 0 && episode > 15 ? 500 : 9 + agent)
  const scores = each(0).map((_, agent) => Array.from({ length: episodes }, (_, i) => score(agent, i + 1)))
  const isSilent = ['independent', 'own'].includes(config.method)
  const bytes = (value: number) => each(value).map((count) => (isSilent ? 0 : count))
  const after = [1, 2].map((k) => k * config.period).filter((episode) => episode < episodes)
  return {
    config,
    kernelHash: sha256('kernel'),
    completion,
    completions: each(0).map((_, i) => (i === 0 ? completion : null)),
    meanCompletion: config.agents === 1 ? completion : null,
    episodes,
    envSteps: scores.flat().reduce((sum, one) => sum + one, 0),
    scores,
    exchanges: (config.method === 'independent' ? [] : after).map((episode) => ({
      episode,
      uplinkBytes: bytes(120),
      downlinkBytes: bytes(240),
      uplinkWireBytes: bytes(152),
      downlinkWireBytes: bytes(272),
      digest: sha256(digest + episode),
    })),
    failure: null,
    digest,
  }
}

/** The line of any body, with a right checksum. */
function seal(body: string): string {
  const hashed = body.slice(0, -1)
  return `${hashed},"sha256":"${sha256(hashed)}"}`
}

const bodyOf = (result: RunResult) => encodeResult(result).replace(/,"sha256":"[0-9a-f]{64}"\}$/, '}')

test('a result reads back from the file that its key names', () => {
  const store = openStore(newFolder())
  for (const given of [
    {},
    { seed: 2 ** 53 - 1 },
    {
      nets: [
        { width: 24, depth: 1 },
        { width: 50, depth: 2 },
      ],
    },
  ]) {
    const result = fakeResult(given)
    const key = store.write(result)
    const text = `frd-result-v1\0${canonicalConfig({ ...result.config, seed: 1 })}seed=${result.config.seed}`
    assert.is(key, sha256(text))
    assert.equal(store.read(key), result)
    const line = fs.readFileSync(join(store.dir, 'runs', `${key}.json`), 'utf8')
    const [, hashed, checksum] = /^(.*),"sha256":"([0-9a-f]{64})"\}\n$/.exec(line)!
    assert.is(checksum, sha256(hashed))
    assert.ok(JSON.parse(line).digest)
  }
  assert.is(store.keys().length, 3)
})

test('a run that failed in an exchange reads back', () => {
  const failure = { agent: -1, episode: 10, step: 0, message: 'agent 0: non-finite "policy"\n\u2028' }
  const played = fakeResult({ period: 25 })
  const scores = played.scores.map((list) => list.slice(0, 25))
  const result = {
    ...played,
    scores,
    episodes: 25,
    exchanges: [],
    completion: null,
    failure: { ...failure, episode: 25 },
  }
  assert.equal(decodeResult(encodeResult(result), 'line'), result)
})

test('an object that is no valid result is not written', () => {
  const good = fakeResult()
  for (const bad of [
    { envSteps: Number.NaN },
    { envSteps: 2 ** 53 },
    { scores: [[1.5], [2]] },
    { scores: [[1]] },
    { completion: 31 },
    { kernelHash: '' },
  ]) {
    assert.throws(
      () => encodeResult({ ...good, ...bad }),
      (error: Error) => error instanceof ResultError,
    )
  }
})

test('every changed byte and every cut of a result file is found', () => {
  const store = openStore(newFolder())
  const key = store.write(fakeResult())
  const path = join(store.dir, 'runs', `${key}.json`)
  const bytes = fs.readFileSync(path)
  let onDisk: Uint8Array = bytes
  const rotten = openStore(store.dir, { ...fs, readFileSync: () => onDisk.toString() } as unknown as Files)
  assert.equal(rotten.read(key), fakeResult())
  const refused = (changed: Uint8Array) => {
    onDisk = changed
    assert.throws(
      () => rotten.read(key),
      (error: Error) => error instanceof ResultError && error.message.startsWith(path),
    )
  }
  for (let i = 0; i < bytes.length; i++) {
    for (const mask of [1, 0x20, 0x80]) {
      const changed = Buffer.from(bytes)
      changed[i] ^= mask
      refused(changed)
    }
    refused(bytes.subarray(0, i))
  }
  refused(Buffer.concat([bytes, Buffer.from('\n')]))
  refused(Buffer.concat([Buffer.from('\ufeff'), bytes]))
  fs.writeFileSync(path, bytes.subarray(0, -1))
  assert.throws(() => store.read(key), /cut or edited/)
})

test('a result in another form of JSON is refused even if its checksum is right', () => {
  const body = bodyOf(fakeResult())
  assert.is(seal(body), encodeResult(fakeResult()))
  const changes: [string, string][] = [
    ['{"schema":"frd-result-v1"', '{"schema":"frd-result-v2"'],
    ['"seed":1,"kernelHash"', '"seed":1,"seed":1,"kernelHash"'],
    ['"seed":1,"kernelHash"', '"__proto__":{"x":1},"seed":1,"kernelHash"'],
    ['"seed":1,"kernelHash"', '"seed": 1,"kernelHash"'],
    ['"seed":1,"kernelHash"', '"seed":2,"kernelHash"'],
    ['"envSteps":5385', '"envSteps":5385.0'],
    ['"envSteps":5385', '"envSteps":9007199254740993'],
    ['"envSteps":5385', '"envSteps":-0'],
    ['"envSteps":5385', '"envSteps":null'],
    ['"lambda":0', '"lambda":-0'],
    ['"lambda":0', '"lambda":2'],
    ['"sections":30', '"sections":216'],
    ['"method":"mixfrd"', '"method":"mixfrd\\u0000"'],
    ['"cap":30,"completions"', '"cap":31,"completions"'],
    ['"uplinkBytes":126', '"uplinkBytes":127'],
    ['"scores":[[', '"scores":[[[[[[[[['],
    [',"failure":null', ''],
    [',"failure":null', ',"failure":null,"more":1'],
    ['"failure":null', '"failure":[]'],
  ]
  for (const [from, to] of changes) {
    assert.ok(body.includes(from), from)
    const line = seal(body.replace(from, to))
    assert.throws(
      () => decodeResult(line, 'FILE'),
      (error: Error) => error instanceof ResultError,
      to,
    )
  }
})

test('foreign and damaged files are named and stepped round, and hidden files are ignored', () => {
  const store = openStore(newFolder())
  const key = store.write(fakeResult())
  const runs = join(store.dir, 'runs')
  fs.writeFileSync(join(runs, '.DS_Store'), 'x')
  assert.equal(store.keys(), [key])
  const other = resultKey(fakeResult({ seed: 2 }).config)
  fs.copyFileSync(join(runs, `${key}.json`), join(runs, `${other}.json`))
  assert.throws(() => store.read(other), /expected the run .* got the run/)
  const [fault] = store.merge().damaged
  assert.match(fault, /expected the run .* got the run/)
  assert.is(fs.readFileSync(join(store.dir, 'results.jsonl'), 'utf8').split('\n').length, 2, 'the sound run is merged')
  fs.unlinkSync(join(runs, `${other}.json`))
  fs.mkdirSync(join(runs, `${other}.json`))
  assert.throws(
    () => store.read(other),
    (error: Error) => error instanceof ResultError,
  )
  fs.rmdirSync(join(runs, `${other}.json`))
  fs.writeFileSync(join(runs, 'notes.txt'), 'x')
  fs.writeFileSync(join(runs, `${key} (1).json`), 'x')
  fs.writeFileSync(join(runs, `${other}.json`), '')
  assert.equal(store.keys(), [key, other].sort())
  const { runs: sound, damaged, foreign } = store.merge() && store.readable()
  assert.equal(
    sound.map((run) => run.key),
    [key],
  )
  assert.is(damaged.length, 1)
  assert.ok(damaged[0].includes(`${other}.json: expected a line feed at its end`), damaged[0])
  assert.is(foreign.length, 2)
  for (const name of ['notes.txt', ' (1).json']) assert.match(foreign.join(), name)
  const denied = (path: unknown, ...more: unknown[]) => {
    if (String(path).includes(other)) throw Object.assign(new Error('EACCES: not yours'), { code: 'EACCES' })
    return (fs.readFileSync as (...args: unknown[]) => unknown)(path, ...more)
  }
  const others = openStore(store.dir, { ...fs, readFileSync: denied } as unknown as Files)
  assert.match(others.readable().damaged.join(), /not yours/)
})

test('a different result of the same run is an alarm, and both results are kept', () => {
  const store = openStore(newFolder())
  const result = fakeResult()
  const key = store.write(result)
  assert.is(store.write(result), key)
  assert.is(store.write({ ...result, kernelHash: sha256('other kernel') }), key, 'same bits from another kernel')
  assert.is(store.read(key)!.kernelHash, result.kernelHash)
  const other = { ...result, digest: sha256('other') }
  assert.throws(
    () => store.write(other),
    (error: Error) => error instanceof DeterminismError,
  )
  assert.equal(store.read(key), result)
  const runs = join(store.dir, 'runs')
  const third = { ...result, digest: sha256('third') }
  assert.throws(() => store.write(third), /two results/)
  const conflicts = fs.readdirSync(runs).filter((name) => name.includes('conflict'))
  assert.equal(
    conflicts
      .flatMap((name) => readResults(join(runs, name)))
      .map(({ digest }) => digest)
      .sort(),
    [other.digest, third.digest].sort(),
    'every one of them is kept',
  )
  assert.throws(
    () => store.merge(),
    (error: Error) => error instanceof DeterminismError,
  )
})

const plan = [3, 1, 2].flatMap((seed) =>
  ['pd', 'frd', 'independent'].flatMap((method) => [10, 2].map((agents) => fakeResult({ method, agents, seed }))),
)
const failure = { agent: 0, episode: 1, step: 1, message: 'x' }
plan.push({
  ...fakeResult({ seed: 4 }),
  scores: fakeResult().scores.map(() => []),
  ...{ episodes: 0, envSteps: 0, exchanges: [], completion: null, failure },
})

/** The bytes of the merged files, in one text. */
const merged = (dir: string) =>
  ['csv', 'jsonl'].map((kind) => fs.readFileSync(join(dir, `results.${kind}`), 'utf8')).join('\n')

test('merged files are sorted, whatever the order of writes; a failed run has a line but no row in the table', () => {
  const texts = [plan, [...plan].reverse()].map((results) => {
    const store = openStore(newFolder())
    for (const result of results) store.write(result)
    assert.equal(store.merge(), { runs: 19, failed: 1, damaged: [], foreign: [] })
    return merged(store.dir)
  })
  assert.is(texts[0], texts[1])
  const lines = texts[0].split('\n')
  assert.is(
    lines[0],
    'preset,method,agents,sections,period,width,depth,seed,completion,cap,e' +
      'pisodes,env_steps,exchanges,uplink_bytes,downlink_bytes,digest,key',
  )
  const rows = lines.slice(1, 19).map((line) => line.split(','))
  assert.equal(rows.map((row) => [row[1], row[2], row[7]].join(' ')).slice(0, 7), [
    'frd 2 1',
    'frd 2 2',
    'frd 2 3',
    'frd 10 1',
    'frd 10 2',
    'frd 10 3',
    'independent 2 1',
  ])
  assert.equal(rows[0].slice(8, 15), ['25', '30', '25', '5385', '2', '126', '246'])
  assert.is(rows[1][8], '', 'censored')
  assert.is(
    rows[0][16],
    resultKey(plan.find((r) => r.config.method === 'frd' && r.config.agents === 2 && r.config.seed === 1)!.config),
  )
  assert.equal(openStore(newFolder()).merge(), { runs: 0, failed: 0, damaged: [], foreign: [] })
})

test('in results.csv bytes are empty without an exchange, and 0 for methods that send nothing', () => {
  const store = openStore(newFolder())
  const nets = [24, 50].map((width, i) => ({ width, depth: i + 1 }))
  store.write({ ...fakeResult({ method: 'frd', nets, period: 30 }), exchanges: [] })
  store.write({ ...fakeResult({ method: 'independent' }), exchanges: [] })
  store.write({ ...fakeResult({ method: 'own', period: 30 }), exchanges: [] })
  store.merge()
  const [head, ...rows] = fs
    .readFileSync(join(store.dir, 'results.csv'), 'utf8')
    .split('\n')
    .map((row) => row.split(','))
  const at = head.indexOf('uplink_bytes')
  assert.equal(rows.map((row) => row.slice(at, at + 2)).slice(0, 3), [
    ['', ''],
    ['0', '0'],
    ['0', '0'],
  ])
  assert.equal(rows[0].slice(5, 7), ['24+50', '1+2'])
})

const temporaries = (folder: string) => fs.readdirSync(folder).filter((name) => name.endsWith('.tmp'))

type Fault = 'once' | 'for good' | 'torn'

/**
 * Node's file operations, of which the k-th fails. After `for good` and `torn` no later operation works, as after a
 * kill; `torn` also leaves half of a write on disk.
 */
function failing(k: number, fault: Fault): { files: Files; calls: () => number } {
  let calls = 0
  const isHit = () => ++calls === k || (calls > k && fault !== 'once')
  const error = () => Object.assign(new Error('EIO: injected'), { code: 'EIO' })
  const files = Object.fromEntries(
    Object.entries(fs).map(([name, operation]) => [
      name,
      (...args: unknown[]) => {
        if (!isHit()) return (operation as (...args: unknown[]) => unknown)(...args)
        if (fault === 'torn' && name === 'writeSync' && calls === k) {
          const [file, bytes, at, length] = args as [number, Uint8Array, number, number]
          fs.writeSync(file, bytes, at, Math.floor(length / 2))
        }
        throw error()
      },
    ]),
  ) as unknown as Files
  return { files, calls: () => calls }
}

test('a fault at any file operation is reported and corrupts nothing, and the next try gives the same bytes', () => {
  const results = plan.slice(0, 2)
  const work = (dir: string, files?: Files) => {
    const store = openStore(dir, files)
    const counted: string[] = []
    try {
      for (const result of results) counted.push(store.write(result))
      store.merge()
      return { counted, error: null }
    } catch (error) {
      return { counted, error }
    }
  }
  const clean = newFolder()
  const all = failing(Number.POSITIVE_INFINITY, 'once')
  assert.is(work(clean, all.files).error, null)
  let points = 0
  for (const fault of ['once', 'for good', 'torn'] as const) {
    for (let k = 1; k <= all.calls(); k++) {
      const dir = newFolder()
      const { files } = failing(k, fault)
      let outcome: ReturnType<typeof work> = { counted: [], error: null }
      try {
        outcome = work(dir, files)
      } catch (error) {
        outcome.error = error
      }
      const store = openStore(dir)
      for (const key of outcome.counted) assert.ok(store.read(key), `${fault} ${k}: a counted run is there`)
      for (const key of store.keys()) assert.ok(store.read(key), `${fault} ${k}: what is there is whole`)
      if (outcome.error === null) assert.is(merged(dir), merged(clean), `${fault} ${k}: no error, all bytes`)
      assert.is(work(dir).error, null)
      assert.is(merged(dir), merged(clean), `${fault} ${k}: the next try`)
      // What is left half written belongs to its maker for a day, and then to nobody.
      for (const folder of [dir, join(dir, 'runs')]) {
        for (const name of temporaries(folder)) fs.utimesSync(join(folder, name), 0, 0)
      }
      openStore(dir).write(plan[2])
      openStore(dir).merge()
      for (const folder of [dir, join(dir, 'runs')]) {
        assert.equal(temporaries(folder), [], `${fault} ${k}: a temporary file is left`)
      }
      points++
    }
  }
  assert.ok(points > 100, `${points} points`)
})

test('a result is synced to disk before it has its name, and the name is synced before the result counts', () => {
  const dir = newFolder()
  openStore(dir).write(plan[1])
  const calls: string[] = []
  const opened = new Map<unknown, string>()
  const watch =
    (name: string, operation: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      const result = operation(...args)
      if (name === 'openSync') opened.set(result, String(args[0]).endsWith('.tmp') ? 'file' : 'folder')
      if (/^(write|fsync|close)Sync$/.test(name)) calls.push(`${name} ${opened.get(args[0])}`)
      if (name === 'linkSync') calls.push(name)
      return result
    }
  const watched = Object.fromEntries(
    Object.entries(fs).map(([name, operation]) => [name, watch(name, operation as never)]),
  )
  openStore(dir, watched as unknown as Files).write(plan[0])
  assert.is(
    calls.join(', '),
    'writeSync file, fsyncSync file, closeSync file, linkSync, fsyncSync folder, closeSync folder',
  )
})

test('a disk that takes a few bytes at a time gets all bytes', () => {
  const dir = newFolder()
  const short = {
    ...fs,
    writeSync: (file: number, bytes: Uint8Array, at: number, length: number) =>
      fs.writeSync(file, bytes, at, Math.min(length, 7)),
  } as unknown as Files
  const store = openStore(dir, short)
  assert.equal(store.read(store.write(plan[0])), plan[0])
  const full = { ...fs, writeSync: () => 0 } as unknown as Files
  assert.throws(() => openStore(newFolder(), full).write(plan[0]), /0 of/)
})

test('a temporary file is left alone for a day, whoever made it, and opening a folder changes nothing in it', () => {
  const store = openStore(newFolder())
  store.write(plan[0])
  const runs = join(store.dir, 'runs')
  const young = [`.frd-${process.pid}-1.tmp`, '.frd-4194304999-1.tmp', '.frd-0123456789abcdef.tmp']
  const old = ['.frd-1-1.tmp', '.frd-fedcba9876543210.tmp']
  for (const name of [...young, ...old]) fs.writeFileSync(join(runs, name), 'half')
  const aged = (Date.now() - 90_000_000) / 1000
  for (const name of old) fs.utimesSync(join(runs, name), aged, aged)
  openStore(store.dir).readable()
  assert.is(temporaries(runs).length, 5)
  openStore(store.dir).write(plan[1])
  assert.equal(temporaries(runs), young.sort())
})

test('two writers of one run at the same time: equal results are one, different ones are an alarm', () => {
  for (const other of [plan[0], { ...plan[0], digest: sha256('other') }]) {
    const dir = newFolder()
    // The other writer's file appears just before this one's gets its name.
    const late = (from: fs.PathLike, to: fs.PathLike) => {
      if (!fs.existsSync(to)) fs.writeFileSync(to, `${encodeResult(other)}\n`)
      fs.linkSync(from, to)
    }
    const store = openStore(dir, { ...fs, linkSync: late } as unknown as Files)
    if (other === plan[0]) assert.is(store.write(plan[0]), resultKey(plan[0].config))
    else assert.throws(() => store.write(plan[0]), /determinism alarm/)
    assert.equal(openReader(dir).read(resultKey(plan[0].config)), other, 'the first one stays')
    assert.equal(temporaries(join(dir, 'runs')), [])
  }
})

test('a file system without links gets a rename, and any other fault of a link is told', () => {
  for (const code of ['EPERM', 'ENOTSUP', 'EIO']) {
    const linkSync = () => {
      throw Object.assign(new Error(code), { code })
    }
    const store = openStore(newFolder(), { ...fs, linkSync } as unknown as Files)
    if (code === 'EIO') assert.throws(() => store.write(plan[0]), /EIO/)
    else assert.equal(store.read(store.write(plan[0])), plan[0])
    assert.equal(temporaries(join(store.dir, 'runs')), [])
  }
})

test('a merge that another writer overtakes is made again, so that no row is lost', () => {
  const dir = newFolder()
  let left = 2
  // While this merge writes, another writer stores a run and merges.
  const overtaken = {
    ...fs,
    renameSync: (from: fs.PathLike, to: fs.PathLike) => {
      if (String(to).endsWith('results.jsonl') && left > 0) {
        const other = openStore(dir)
        other.write(plan[left--])
        other.merge()
      }
      fs.renameSync(from, to)
    },
  }
  const store = openStore(dir, overtaken as unknown as Files)
  store.write(plan[0])
  assert.is(store.merge().runs, 3)
  const clean = openStore(newFolder())
  for (const result of plan.slice(0, 3)) clean.write(result)
  clean.merge()
  assert.is(merged(dir), merged(clean.dir))
})

test('reading needs no right to write, and writes nothing', () => {
  const store = openStore(newFolder())
  const key = store.write(plan[0])
  const writing = Object.entries(fs).filter(([name]) =>
    /^(open|write|mkdir|rename|unlink|link|append|fsync|access)/.test(name),
  )
  const refuse = () => {
    throw new Error('a reader wrote')
  }
  const reading = { ...fs, ...Object.fromEntries(writing.map(([name]) => [name, refuse])) } as unknown as Files
  const reader = openReader(store.dir, reading)
  assert.equal(reader.keys(), [key])
  assert.equal(reader.read(key), plan[0])
  assert.is(reader.copy(reader.find(key)!), encodeResult(plan[0]))
  assert.is(reader.readable().runs.length, 1)
})

test('a folder that cannot be used is refused before anything is created', () => {
  const file = newFolder()
  fs.writeFileSync(file, 'x')
  const link = newFolder()
  fs.symlinkSync(join(root, 'nowhere'), link)
  const taken = newFolder()
  fs.mkdirSync(taken)
  fs.writeFileSync(join(taken, 'runs'), 'x')
  const before = count(root)
  for (const dir of [file, join(file, 'a'), join(file, 'a', 'b'), link, join(link, 'a'), taken]) {
    assert.throws(
      () => openStore(dir),
      (error: Error) => error instanceof RangeError && /"out"/.test(error.message),
      dir,
    )
  }
  openStore(join(root, 'not', 'yet'))
  assert.is(count(root), before, 'opening a store creates nothing')
  if (process.getuid?.() === 0) {
    console.log('  skipped: a read-only folder (root may write everywhere)')
    return
  }
  const locked = newFolder()
  fs.mkdirSync(locked, { mode: 0o555 })
  assert.throws(() => openStore(locked), /folder to write in/)
  assert.throws(() => openStore(join(locked, 'a')), /folder to write in/)
})

test('readResults reads .json and .jsonl files, and refuses a cut, an empty and a missing file', () => {
  const store = openStore(newFolder())
  for (const result of plan) store.write(result)
  store.merge()
  const path = join(store.dir, 'results.jsonl')
  const text = fs.readFileSync(path, 'utf8')
  assert.is(readResults(path).length, plan.length)
  for (const bad of [
    '',
    '\n',
    text.slice(0, -1),
    text.slice(0, -100),
    text.replace('"seed":1', '"seed":2'),
    `${text}{}\n`,
  ]) {
    fs.writeFileSync(path, bad)
    assert.throws(
      () => readResults(path),
      (error: Error) => error instanceof ResultError,
    )
  }
  assert.throws(() => readResults(join(store.dir, 'none')), /got no file/)
  assert.throws(
    () => readResults(store.dir),
    (error: Error) => error instanceof ResultError,
  )
})

test.after(() => fs.rmSync(root, { recursive: true }))
test.run()
