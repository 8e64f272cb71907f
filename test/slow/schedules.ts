// A sweep's merged files do not depend on its schedule: the number of workers, the order of the plan, doubled runs in it,
// what was stored before, and another sweep beside it. node dist/test/slow/schedules.js [SCHEDULES] [SEED]
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/results/store.ts'
import { sweep } from '../../src/results/sweep.ts'
import { tally } from '../helpers.ts'
import { makeStream } from '../reference/philox.ts'

const [schedules = 200, seed = 1] = process.argv.slice(2).map(Number)
const root = fs.mkdtempSync(join(tmpdir(), 'frd-schedules-'))
const stream = makeStream(seed, 0x5c4ed)
const below = (count: number) => Math.floor(stream.uniform() * count)

const plan = ['mixfrd', 'pd', 'frl', 'independent'].flatMap((method) =>
  [1, 3].flatMap((agents) =>
    [1, 2, 3].map((one) => ({ method, agents, seed: one, width: 5, depth: 1, period: 3, cap: 9 })),
  ),
)

function shuffled<T>(list: readonly T[]): T[] {
  const left = [...list]
  return list.map(() => left.splice(below(left.length), 1)[0])
}

function hashOf(dir: string): string {
  const hash = createHash('sha256')
  for (const name of ['results.jsonl', 'results.csv']) hash.update(fs.readFileSync(join(dir, name)))
  return hash.digest('hex')
}

const hashes = new Map<string, number>()
for (let k = 0; k < schedules; k++) {
  const dir = join(root, String(k))
  const store = openStore(dir)
  const jobs = [1, 2, 3, 7][below(4)]
  await sweep(shuffled(plan).slice(0, below(plan.length)), store, { jobs: 1 })
  const own = [...shuffled(plan), ...shuffled(plan).slice(0, below(6))]
  const beside = below(3) === 0 ? sweep(shuffled(plan), openStore(dir), { jobs: 1 }) : null
  await Promise.all([sweep(own, store, { jobs }), beside])
  store.merge()
  const hash = hashOf(dir)
  hashes.set(hash, (hashes.get(hash) ?? 0) + 1)
  fs.rmSync(dir, { recursive: true })
}
fs.rmSync(root, { recursive: true })
const most = Math.max(...hashes.values())
console.log(tally('schedules of one sweep with one hash', schedules, schedules - most))
process.exitCode = hashes.size === 1 ? 0 : 1
