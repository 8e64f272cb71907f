// What a crash may leave, and what an error of the disk may do. A power loss at any operation leaves an image in which
// every counted result is whole and every visible result is whole, and the next try, which may be cut again, ends with the
// bytes of an undisturbed one. Every error number at every operation is told, or harmless.
// `npm run test:crash -- IMAGES RUNS` draws more images at each operation, of more runs.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openReader } from '../../src/results/reader.ts'
import { encodeResult, resultKey } from '../../src/results/result.ts'
import { openStore } from '../../src/results/store.ts'
import { runToEnd } from '../../src/run/run.ts'
import { tally } from '../helpers.ts'
import { type Draw, failure, MemoryDisk } from '../memoryDisk.ts'
import { makeStream } from '../reference/philox.ts'

const [images = 6, runs = 2] = process.argv.slice(2).map(Number)
const DIR = '/some/where'
const results = Array.from({ length: runs }, (_, i) => i + 1).map((seed) =>
  runToEnd({ method: 'frd', width: 2, depth: 1, agents: 1, cap: 4, period: 2, seed }),
)
const others = runToEnd({ method: 'pd', width: 2, depth: 1, agents: 1, cap: 4, period: 2 })

/** What a sweep does with the disk. @returns the keys that counted before an error, if there was one */
function work(disk: MemoryDisk['operations']): { readonly counted: string[]; readonly error: Error | null } {
  const counted: string[] = []
  try {
    const store = openStore(DIR, disk as never)
    for (const result of results) counted.push(store.write(result))
    store.time({ seconds: 1 })
    const { damaged } = store.merge()
    return { counted, error: damaged.length ? new Error(damaged.join()) : null }
  } catch (error) {
    return { counted, error: error as Error }
  }
}

/** A disk on which another result and its tables were there before. */
function filledDisk(): MemoryDisk {
  const disk = new MemoryDisk()
  const store = openStore(DIR, disk.asFiles)
  store.write(others)
  store.merge()
  return disk
}

/** Its operations, of which the k-th and, unless only once, all later ones fail. */
function failing(disk: MemoryDisk, k: number, error: () => Error, once = false) {
  let calls = 0
  const entries = Object.entries(disk.operations).map(([name, operation]) => [
    name,
    (...args: never[]) => {
      calls++
      if (calls === k || (calls > k && !once)) throw error()
      return (operation as (...args: never[]) => unknown)(...args)
    },
  ])
  return { files: Object.fromEntries(entries) as MemoryDisk['operations'], calls: () => calls }
}

const tables = (disk: MemoryDisk) => [...disk.files()].filter(([path]) => /results\.(csv|jsonl)$/.test(path))
const clean = filledDisk()
assert.is(work(clean.operations).error, null)
const before = tables(filledDisk())
const after = tables(clean)
const counter = failing(filledDisk(), Number.POSITIVE_INFINITY, () => failure('EIO'))
work(counter.files)
const operations = counter.calls()
const sound = new Map([...results, others].map((result) => [resultKey(result.config), encodeResult(result)]))

/** Checks an image after a power loss: what counted is there, and what is there is whole. */
function checkImage(image: MemoryDisk, counted: readonly string[], where: string): void {
  const reader = openReader(DIR, image.asFiles)
  for (const key of [...counted, resultKey(others.config)]) {
    assert.is(encodeResult(reader.read(key)!), sound.get(key), `${where}: a counted run is there`)
  }
  assert.equal(reader.readable().damaged, [], `${where}: what is there is whole`)
  for (const [path, text] of tables(image)) {
    const known = [...before, ...after].some(([one, whole]) => one === path && whole === text)
    assert.ok(known, `${where}: ${path} is an old or a new table`)
  }
}

test('after a power loss at any operation nothing that counted is lost, nothing is half there, and the next try ends', () => {
  const stream = makeStream(7, 7)
  const random: Draw = (count) => Math.floor(stream.uniform() * count)
  const draws: Draw[] = [() => 0, (count) => count - 1, ...Array.from({ length: images }, () => random)]
  let points = 0
  for (let k = 1; k <= operations + 1; k++) {
    const disk = filledDisk()
    const { counted, error } = work(failing(disk, k, () => failure('EIO')).files)
    for (const [d, draw] of draws.entries()) {
      const where = `operation ${k}, image ${d}`
      const image = disk.afterPowerLoss(draw)
      checkImage(image, counted, where)
      if (error === null) assert.equal(tables(image), after, `${where}: what ended without an error is there for good`)
      // The power fails again in the next try.
      const second = work(failing(image, 1 + random(operations), () => failure('EIO')).files)
      const again = image.afterPowerLoss(draw)
      checkImage(again, [...counted, ...second.counted], `${where}, cut again`)
      assert.is(work(again.operations).error, null)
      assert.equal(tables(again), after, `${where}: the next try ends with the same bytes`)
      points += 2
    }
  }
  assert.ok(operations > 50, `${operations} operations`)
  console.log(`  ${tally('images after a power loss', points)}`)
})

test('every error number at every operation is told or harmless, and the next try gives the same bytes', () => {
  // ENOENT is not among them: it is how a disk answers, and not a fault of it.
  const codes = [
    'EACCES',
    'EBUSY',
    'EDQUOT',
    'EEXIST',
    'EINTR',
    'EINVAL',
    'EIO',
    'EMFILE',
    'ENFILE',
    'ENOSPC',
    'ENOTSUP',
  ]
  codes.push('EPERM', 'EROFS', 'ESTALE', 'ETIMEDOUT', 'EXDEV')
  let points = 0
  for (const code of codes) {
    for (const once of [true, false]) {
      for (let k = 1; k <= operations; k++) {
        const where = `${code} at operation ${k}${once ? '' : ' and after'}`
        const disk = filledDisk()
        const { counted, error } = work(failing(disk, k, () => failure(code), once).files)
        const reader = openReader(DIR, disk.asFiles)
        for (const key of counted) assert.is(encodeResult(reader.read(key)!), sound.get(key), where)
        assert.equal(reader.readable().damaged, [], where)
        if (error === null) assert.equal(tables(disk), after, `${where}: no error, all bytes`)
        else
          assert.ok(
            error.message.includes(code) || /vanished|changed|expected/.test(error.message),
            `${where}: ${error.message}`,
          )
        assert.is(work(disk.operations).error, null)
        assert.equal(tables(disk), after, where)
        points++
      }
    }
  }
  console.log(`  ${tally('injected errors of the disk', points)}`)
})

test.run()
