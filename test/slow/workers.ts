// Sweeps of 200 runs over three workers, with a real broker: at seeded moments a worker, the broker or the submitter is
// ended by kill -9, and each sweep ends with the bytes of one process. node dist/test/slow/workers.js [SWEEPS] [SEED]
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stream } from '../carriers.ts'
import { tally } from '../helpers.ts'
import { endAll, hasBroker, type Kill, sweepHere, sweepUnderKills } from '../workerSweeps.ts'

const [sweeps = 20, seed = 1] = process.argv.slice(2).map(Number)
const RUNS = 200
const KINDS = ['worker', 'broker', 'submitter'] as const
const flags = '--method frd,mixfrd,pd,frl -n 8 -l 1 -E 5 --cap 60 --until cap --agents 2,4 --seeds 1..25'.split(' ')

/** Milliseconds for one sweep, after which it counts as hanging. */
const LIMIT = 180_000

if (!hasBroker()) {
  console.log('no nats-server on the PATH: skipped')
  process.exit()
}
console.log(`${sweeps} sweeps, seed ${seed}`)
const root = fs.mkdtempSync(join(tmpdir(), 'frd-workers-slow-'))
const uniform = stream(seed)
const whole = await sweepHere(root, flags)
const counts = { worker: 0, broker: 0, submitter: 0 }

function fail(trial: number, what: string): never {
  endAll()
  console.error(`FAIL in sweep ${trial} of seed ${seed}: ${what}; the folder is ${root}`)
  process.exit(1)
}

for (let trial = 1; trial <= sweeps; trial++) {
  const kills = Array.from({ length: 2 + Math.floor(4 * uniform()) }, (): Kill => {
    return { at: Math.floor(RUNS * 0.95 * uniform()), what: KINDS[Math.floor(3 * uniform())] }
  }).sort((a, b) => a.at - b.at)
  const late = setTimeout(() => fail(trial, `not done after ${LIMIT / 1000} s`), LIMIT)
  try {
    const ended = await sweepUnderKills(root, flags, RUNS, kills)
    if (ended.table !== whole) fail(trial, 'results.jsonl differs from that of one process')
    for (const { what } of ended.kills) counts[what]++
  } catch (error) {
    fail(trial, (error as Error).message)
  }
  clearTimeout(late)
}
endAll()
fs.rmSync(root, { recursive: true })
console.log(`killed: ${counts.worker} workers, ${counts.broker} brokers, ${counts.submitter} submitters`)
console.log(tally('sweeps over workers under kills, with the bytes of one process', sweeps))
