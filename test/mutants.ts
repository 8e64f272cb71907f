// npm run test:mutants [-- N]: takes N seeded mutants (1,000,000 unless given) at every border, and prints how many broke
// it. A mutant breaks a border by a crash (an error that is not the project's), by a hang, or where it is taken for
// something else than what it says. The count of each mutant is its stream, so that one can be repeated alone.
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { borders, classOf } from './borders.ts'
import { tally } from './helpers.ts'
import { mutate } from './mutate.ts'
import { makeStream } from './reference/philox.ts'

const SEED = 20_261_127
/** Milliseconds for one mutant, of which thousands take a second. */
const HANG = 20_000

/** What mutant number n does. @returns what it broke, in words; null where it was refused or taken as it should be */
export function faultOf(n: number): string | null {
  const stream = makeStream(SEED, n)
  const border = borders[Math.floor(stream.uniform() * borders.length)]
  const sample = border.samples[Math.floor(stream.uniform() * border.samples.length)]
  const isSealed = stream.uniform() < 0.5
  const changed = mutate(sample, stream)
  const mutant = isSealed && border.seal ? border.seal(changed) : changed
  try {
    border.take(mutant)
    return null
  } catch (error) {
    if (classOf(error) !== null) return null
    return `mutant ${n}, ${border.name}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`
  }
}

/** Takes the mutants, and counts them in shared memory, where the other thread sees that it goes on. */
function work({ count, progress }: { readonly count: number; readonly progress: Int32Array }): void {
  for (let n = 0; n < count; n++) {
    progress[0] = n
    const fault = faultOf(n)
    if (fault === null) continue
    progress[1]++
    if (progress[1] <= 20) console.log(fault)
  }
}

function main(): void {
  const count = Number(process.argv[2] ?? 1_000_000)
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`"N" expected a positive integer, got ${process.argv[2]}`)
  const progress = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { count, progress } })
  const tell = (hangs: number, done: number) => {
    const faults = progress[1] + hangs
    console.log(`seed ${SEED}, ${hangs} hangs`)
    console.log(tally('mutants of files, frames and values', done, faults))
    process.exit(faults ? 1 : 0)
  }
  let last = -1
  const watch = setInterval(() => {
    if (progress[0] === last && last >= 0) {
      console.log(`mutant ${last} hangs`)
      tell(1, last + 1)
    }
    last = progress[0] || -1
  }, HANG)
  worker.on('error', (error) => {
    throw error
  })
  worker.on('exit', (code) => {
    clearInterval(watch)
    if (code !== 0) process.exit(1)
    tell(0, count)
  })
}

const isProgram = process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1]
if (!isMainThread && workerData?.progress) work(workerData)
else if (isProgram) main()
