// The promises of a sweep: any number of threads and any order give the same bytes; nothing is computed twice; every
// counted run is on disk; an end by an error or a signal keeps what is finished; and the results of another kernel
// count only after replays.
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseIntegers, parseSeeds } from '../src/cli/lists.ts'
import type { Config } from '../src/config/config.ts'
import { fields } from '../src/config/fields.ts'
import { computeAll, InterruptedError, paced } from '../src/results/compute.ts'
import { openReader } from '../src/results/reader.ts'
import { DeterminismError, encodeResult, resultKey } from '../src/results/result.ts'
import { openStore, type Store } from '../src/results/store.ts'
import { type Progress, sweep } from '../src/results/sweep.ts'
import type { RunResult } from '../src/run/record.ts'
import { runToEnd } from '../src/run/run.ts'
import { checkConfig } from '../src/run/setup.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-sweep-'))
let folders = 0
const newFolder = () => join(root, String(++folders))
const small = { width: 5, depth: 1, period: 3, cap: 8 }
const grid: Partial<Config>[] = ['mixfrd', 'pd', 'frl', 'independent', 'own', 'uniform'].flatMap((method) =>
  [1, 3].flatMap((agents) => [1, 2].map((seed) => ({ ...small, method, agents, seed }))),
)

const merged = (store: Store) => {
  store.merge()
  return ['csv', 'jsonl'].map((kind) => fs.readFileSync(join(store.dir, `results.${kind}`), 'utf8')).join('\n')
}

/** A function that computes runs, and the keys of the runs that it was asked for. */
function counting() {
  const asked: string[] = []
  const compute = async (config: Config) => {
    asked.push(resultKey(config))
    return runToEnd(config)
  }
  return { asked, compute }
}

let undisturbed = ''

test('one thread, several threads, and plans in another order or with doubled runs give the same bytes', async () => {
  const plans = [
    { jobs: 1, plan: grid },
    { jobs: 2, plan: grid },
    { jobs: 3, plan: [...grid].reverse() },
    { jobs: 2, plan: [...grid, ...grid].sort((a, b) => a.seed! - b.seed! || a.agents! - b.agents!) },
  ]
  const texts = []
  for (const { jobs, plan } of plans) {
    const store = openStore(newFolder())
    const swept = await sweep(plan, store, { jobs })
    assert.equal(
      { ...swept, keys: swept.keys.length },
      { keys: grid.length, computed: grid.length, stored: 0, failed: 0 },
    )
    assert.equal(swept.keys, [...new Set(plan.map((given) => resultKey(checkConfig(given))))])
    texts.push(merged(store))
  }
  for (const text of texts) assert.is(text, texts[0])
  undisturbed = texts[0]
  assert.is(texts[0].split('\n')[0].split(',').length, 17)
})

test('this thread and a worker thread give the same line', async () => {
  const config = checkConfig({ ...small, agents: 2, method: 'frd' })
  const lines: string[] = []
  for (const jobs of [1, 2]) {
    const done = (_: Config, result: RunResult) => lines.push(encodeResult(result)) > 0
    await computeAll([config, { ...config, seed: 9 }], { jobs }, { done })
  }
  assert.is(new Set(lines).size, 2)
  assert.is(
    lines.find((line) => line.includes('"seed":1,"kernelHash"')),
    encodeResult(runToEnd(config)),
  )
  assert.is(encodeResult(await paced(config)), encodeResult(runToEnd(config)))
})

test('two sweeps of one grid at the same time share its runs, and both end with all of them', async () => {
  const dir = newFolder()
  const plan = Array.from({ length: 60 }, (_, i) => ({ ...small, method: 'independent', agents: 1, seed: i }))
  /** A sweep in which every run takes a turn of the clock, so that both go in step. */
  const slow = (asked: string[]) => async (config: Config) => {
    asked.push(resultKey(config))
    await new Promise((resume) => setTimeout(resume, 1))
    return runToEnd(config)
  }
  const asked: string[][] = [[], []]
  const ends = await Promise.all(asked.map((keys) => sweep(plan, openStore(dir), { compute: slow(keys), jobs: 1 })))
  for (const [i, { computed, stored, keys }] of ends.entries()) {
    assert.equal([computed + stored, keys.length, computed], [60, 60, asked[i].length])
  }
  const twice = asked[0].filter((key) => asked[1].includes(key)).length
  assert.ok(twice <= 12, `${twice} of 60 runs were computed twice`)
  assert.is(openStore(dir).readable().runs.length, 60)
})

test('threads that write and merge into one folder lose nothing: neither their own runs nor common ones, nor a row', async () => {
  for (let round = 0; round < 3; round++) {
    const out = newFolder()
    const seeds = (from: number) => Array.from({ length: 30 }, (_, i) => from + i)
    const write = (from: number) =>
      new Promise<void>((resolve, reject) => {
        const worker = new Worker(new URL('./writer.js', import.meta.url), { workerData: { out, seeds: seeds(from) } })
        worker.on('error', reject)
        worker.on('exit', () => resolve())
      })
    await Promise.all([write(0), write(20)])
    const { runs, damaged, foreign } = openReader(out).readable()
    assert.equal([runs.length, damaged, foreign], [50, [], []])
    assert.is(fs.readFileSync(join(out, 'results.csv'), 'utf8').trim().split('\n').length, 51)
    assert.is(fs.readFileSync(join(out, 'results.jsonl'), 'utf8').trim().split('\n').length, 50)
  }
})

test('a resumed sweep computes only what is missing, and a counted run is on disk', async () => {
  const store = openStore(newFolder())
  const first = counting()
  await sweep(grid.slice(0, 7), store, { compute: first.compute, jobs: 2 })
  const second = counting()
  const seen: Progress[] = []
  const swept = await sweep(grid, store, {
    compute: second.compute,
    jobs: 2,
    onResult: (progress, result) => {
      seen.push(progress)
      if (result) assert.equal(openStore(store.dir).read(resultKey(result.config)), result)
      assert.is(store.keys().length, progress.done)
    },
  })
  assert.equal([first.asked.length, second.asked.length], [7, grid.length - 7])
  assert.is(new Set([...first.asked, ...second.asked]).size, grid.length)
  assert.equal([swept.computed, swept.stored], [grid.length - 7, 7])
  assert.equal(
    seen.map(({ done }) => done),
    Array.from({ length: grid.length - 6 }, (_, i) => 7 + i),
  )
  assert.is(seen[seen.length - 1].work, seen[0].totalWork)
  assert.is(merged(store), undisturbed)
  const third = counting()
  assert.is((await sweep(grid, store, { compute: third.compute })).computed, 0)
  assert.is(third.asked.length, 0)
  const timing = fs.readFileSync(join(store.dir, 'timing.jsonl'), 'utf8').trim().split('\n')
  assert.is(new Set(timing.map((line) => JSON.parse(line).key)).size, grid.length)
})

for (const jobs of [1, 2]) {
  test(`a signal stops ${jobs} threads, finished runs stay, and resuming gives the undisturbed bytes`, async () => {
    const store = openStore(newFolder())
    const interruption = new AbortController()
    let done = 0
    const stopped = sweep([...grid, { seed: 99, cap: 100_000, until: 'cap', agents: 4 }], store, {
      jobs,
      signal: interruption.signal,
      onResult: (progress) => {
        done = progress.done
        if (done === 5) interruption.abort()
      },
    })
    const error = await stopped.then(
      () => null,
      (reason) => reason,
    )
    assert.instance(error, InterruptedError)
    const stored = store.keys().length
    assert.ok(stored >= 5 && stored < grid.length, `${stored} stored`)
    await sweep(grid, store, { jobs })
    assert.is(merged(store), undisturbed)
  })
}

test('a signal stops a long run in one thread', async () => {
  const interruption = new AbortController()
  setTimeout(() => interruption.abort(), 100)
  const started = performance.now()
  const error = await paced({ cap: 100_000, until: 'cap' }, interruption).then(
    () => null,
    (reason) => reason,
  )
  assert.instance(error, InterruptedError)
  assert.ok(performance.now() - started < 3000)
})

test('an error of a run ends the sweep, and finished runs stay', async () => {
  const store = openStore(newFolder())
  let runs = 0
  const compute = async (config: Config) => {
    if (++runs === 4) throw new Error('the kernel trapped')
    return runToEnd(config)
  }
  const error = await sweep(grid, store, { jobs: 1, compute }).then(
    () => null,
    (reason) => reason,
  )
  assert.match(error.message, /the run of mixfrd, N = 3, seed 2 broke off: the kernel trapped/)
  assert.is(store.keys().length, 3)
})

test('a disk that fails ends a sweep of two threads: no run starts after it, and no other error escapes', async () => {
  const files = openStore(newFolder())
  const { asked, compute } = counting()
  const write = (): string => {
    throw new Error('ENOSPC')
  }
  const strays: unknown[] = []
  const stray = (reason: unknown) => strays.push(reason)
  process.on('unhandledRejection', stray)
  const late = async (config: Config) => {
    const result = await compute(config)
    if (asked.length > 2) throw new Error('the pool is gone')
    return result
  }
  const error = await sweep(grid, { ...files, write }, { jobs: 2, compute: late }).then(
    () => null,
    (reason) => reason,
  )
  await new Promise((resume) => setTimeout(resume, 20))
  process.off('unhandledRejection', stray)
  assert.is(error.message, 'ENOSPC')
  assert.equal(strays, [])
  assert.ok(asked.length <= 4, `${asked.length} runs were asked for`)
  assert.is(files.keys().length, 0)
})

test('a worker does not wait for the disk: its next run starts before its last result is written', async () => {
  const store = openStore(newFolder())
  const events: string[] = []
  let runs = 0
  const compute = async (config: Config) => {
    events.push(`run ${++runs}`)
    return runToEnd(config)
  }
  const onResult = (_: Progress, result?: unknown) => result && events.push('written')
  await sweep(grid.slice(0, 6), store, { jobs: 2, compute, onResult })
  assert.equal(events.slice(0, 4), ['run 1', 'run 2', 'run 3', 'written'])
  assert.is(store.keys().length, 6)
})

test('a bad config is refused before anything is computed or written', async () => {
  for (const [bad, type] of [
    [{ sections: 216 }, RangeError],
    [{ method: 'none' }, RangeError],
    [{ agents: '2' }, TypeError],
  ] as const) {
    const store = openStore(newFolder())
    const { asked, compute } = counting()
    const plan = [...grid, bad as Partial<Config>]
    const error = await sweep(plan, store, { compute }).then(
      () => null,
      (reason) => reason,
    )
    assert.instance(error, type)
    assert.is(asked.length, 0)
    assert.not.ok(fs.existsSync(store.dir))
  }
  for (const jobs of [0, 257, 1.5, '2']) {
    const error = await sweep(grid, openStore(newFolder()), { jobs: jobs as number }).then(
      () => null,
      (reason) => reason,
    )
    assert.match(error.message, /"jobs" expected an integer in 1\.\.256/)
  }
})

test('three results of another kernel are replayed before its results are trusted', async () => {
  const store = openStore(newFolder())
  const plan = grid.slice(0, 5)
  for (const given of plan) store.write({ ...runToEnd(given), kernelHash: 'ab'.repeat(32) })
  const { asked, compute } = counting()
  const swept = await sweep(plan, store, { compute, jobs: 2 })
  assert.equal([swept.computed, swept.stored, asked.length], [0, 5, 3])

  const wrong = openStore(newFolder())
  for (const given of plan) wrong.write({ ...runToEnd(given), kernelHash: 'ab'.repeat(32), digest: 'cd'.repeat(32) })
  const again = counting()
  const error = await sweep(grid, wrong, { compute: again.compute, jobs: 1 }).then(
    () => null,
    (reason) => reason,
  )
  assert.instance(error, DeterminismError)
  assert.match(error.message, /abababababab.*does not replay/s)
  assert.is(again.asked.length, 1)
  assert.is(wrong.keys().length, 5)
})

test('an edited result stops a sweep before anything is computed', async () => {
  const store = openStore(newFolder())
  const { keys } = await sweep(grid.slice(0, 2), store, { jobs: 1 })
  const path = join(store.dir, 'runs', `${keys[1]}.json`)
  fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('"episodes":8', '"episodes":7'))
  const { asked, compute } = counting()
  const error = await sweep(grid, store, { compute }).then(
    () => null,
    (reason) => reason,
  )
  assert.match(error.message, /was cut or edited\. Delete it; the run will be computed again/)
  assert.is(asked.length, 0)
  fs.unlinkSync(path)
  await sweep(grid, store, { jobs: 2 })
  assert.is(merged(store), undisturbed)
})

test('lists of integers and ranges are read, and malformed or too large ones are refused', () => {
  assert.equal(parseSeeds('1..5'), [1, 2, 3, 4, 5])
  assert.equal(parseSeeds('9,1,5..7,6..8'), [1, 5, 6, 7, 8, 9])
  assert.equal(parseSeeds('9007199254740990..9007199254740991'), [2 ** 53 - 2, 2 ** 53 - 1])
  assert.is(parseSeeds('0..999999').length, 1_000_000)
  assert.equal(parseIntegers('1,215', 'S', fields.sections), [1, 215])
  for (const text of ['', ',', '1,', '1..', '..2', '1..2..3', '-1', '0x10', '1e3', ' 1', '1.5', 'a', '1...3']) {
    assert.throws(
      () => parseSeeds(text),
      (error: Error) => error instanceof TypeError,
      text,
    )
  }
  for (const text of ['2..1', '9007199254740992', '1..18446744073709551615', '0..1000000', '0..999999,1000000']) {
    assert.throws(
      () => parseSeeds(text),
      (error: Error) => error instanceof RangeError,
      text,
    )
  }
  assert.throws(() => parseIntegers('0..5', 'S', fields.sections), /1\.\.2147483647, got 0/)
})

test.after(() => fs.rmSync(root, { recursive: true }))
test('a result is parsed once on its way: never where it was computed here, once where it was stored', async () => {
  const parse = JSON.parse
  let parses = 0
  JSON.parse = (text: string) => {
    if (text.includes('"kernelHash"')) parses++
    return parse(text)
  }
  try {
    const dir = newFolder()
    const store = openStore(dir)
    const { keys } = await sweep(grid, store, { jobs: 1 })
    const text = merged(store)
    for (const key of keys) assert.is(store.find(key)!.key, key)
    assert.is(parses, 0, 'computed here')
    const reopened = openStore(dir)
    await sweep(grid, reopened, { jobs: 1 })
    assert.is(merged(reopened), text)
    for (const key of keys) reopened.copy(reopened.find(key)!)
    assert.is(parses, grid.length, 'stored')
  } finally {
    JSON.parse = parse
  }
})

test.run()
