// Measures benchmarks of bench/suite.ts, and prints each as soon as it is done: the median and the quartiles per step,
// sample or entry, and beside it the time of the yardstick in C and the ratio within each round.

import b from 'benny'
import { checkBits, type Entrant, inLaunches, kernelOf, LAUNCHES, yardsticks, yardstickVersion } from './entrants.ts'
import type { Series } from './kept.ts'
import { beat, inTurns, shown } from './sample.ts'
import type { Benchmark, ColdStart, Operation } from './suite.ts'
import { firstSteps, warmupSeries } from './warmup.ts'
import type { Work } from './works.ts'

/** Seconds of one suite of benny, which takes at least five samples. */
const BENNY_SECONDS = 0.2

/** The engine compiles the beat too. */
const BEATS_UNTIL_WARM = 20

const WIDTHS = [58, 14, 34, 34]
const line = (...cells: string[]) =>
  console.log(
    cells
      .map((cell, k) => cell.padEnd(WIDTHS[k]))
      .join(' ')
      .trimEnd(),
  )

async function besideC(work: Work, kernel: Entrant, native: Entrant | undefined, rounds: number): Promise<Series[]> {
  const { name, command, unit, most } = work
  const step = work.native === undefined ? command : work.native
  const tasks = [{ entrant: kernel, command, most }]
  if (native && step !== null) tasks.push({ entrant: native, command: step, most })
  const beats: number[] = []
  const [samples, times = []] = await inLaunches(tasks, rounds, beats)
  const series = { name, unit, samples, beats, launches: LAUNCHES }
  if (!times.length) {
    line(name, unit, shown(samples))
    return [series]
  }
  const ratios = samples.map((time, k) => time / times[k])
  const isOther = step !== command ? ', its training step' : ''
  line(name, unit, shown(samples), `${shown(times)}${isOther}`, shown(ratios))
  return [{ ...series, native: times, yardstick: yardstickVersion() }]
}

/** Runs benny once without the lines that it prints, and returns the seconds of a call. */
async function medianOfBenny(name: string, call: () => unknown): Promise<number> {
  const log = console.log
  console.log = () => {}
  try {
    const { results } = await b.suite(
      name,
      b.add(name, () => void call(), { maxTime: BENNY_SECONDS }),
    )
    return results[0].details.median
  } finally {
    console.log = log
  }
}

/** In each round every operation is a suite of its own; a sample is the median of its call, with a beat before and after. */
async function byBenny(operations: readonly Operation[], rounds: number): Promise<Series[]> {
  const prepared = operations.map(({ prepare }) => prepare())
  const taken = operations.map(() => ({ samples: [] as number[], beats: [] as number[] }))
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < operations.length; k++) {
      const turn = (k + round) % operations.length
      const { call, units } = prepared[turn]
      const before = beat()
      taken[turn].samples.push((1e9 * (await medianOfBenny(operations[turn].name, call))) / units)
      taken[turn].beats.push((before + beat()) / 2)
    }
  }
  return operations.map(({ name, unit }, k) => {
    line(name, unit, shown(taken[k].samples))
    return { name, unit, ...taken[k] }
  })
}

function cold(starts: readonly ColdStart[], rounds: number): Series[] {
  const taken = inTurns(
    rounds,
    starts.map(
      ({ width }) =>
        () =>
          firstSteps(width),
    ),
  )
  return starts.flatMap(({ name }, k) => {
    const series = warmupSeries(name, taken[k].samples)
    for (const { name, unit, samples } of series) line(name, unit, shown(samples))
    // A time depends on how fast the machine is at the moment; a ratio and a number of steps do not.
    const isTime = (unit: string) => unit === 'ms' || unit === 'ns per step'
    return series.map((one) => (isTime(one.unit) ? { ...one, beats: taken[k].beats } : one))
  })
}

/** The series of the chosen benchmarks. Where there is no gcc, a line says so and no yardstick stands beside the kernel. */
export async function measure(chosen: readonly Benchmark[], rounds: number): Promise<Series[]> {
  const ofKind = <K extends Benchmark['kind']>(kind: K) =>
    chosen.filter((one): one is Extract<Benchmark, { kind: K }> => one.kind === kind)
  const kernel = kernelOf()
  const pairs = ofKind('beside C')
  const [native] = pairs.length ? yardsticks(['C SSE4.1']) : []
  if (native) await checkBits(kernel, native)
  else if (pairs.length) console.log('no yardstick: the times below stand alone, and only ratios can be compared')
  line('\nmedian (quartiles)', ' unit', 'frd', native ? 'C SSE4.1' : '', native ? 'frd / C, round by round' : '')
  for (let k = 0; k < BEATS_UNTIL_WARM; k++) beat()
  const all: Series[] = []
  for (const work of pairs) all.push(...(await besideC(work, kernel, native, rounds)))
  all.push(...(await byBenny(ofKind('benny'), rounds)))
  all.push(...cold(ofKind('cold'), rounds))
  return all
}
