// `npm run bench:compare` says what a change did to the times: the ratio of the medians, new over old, an interval and a
// verdict. A change within the interval is none.
//   [WORDS] [--rounds N]         measures now, and compares with the last results that `npm run bench` kept
//   OLD.json [WORDS]             measures now, and compares with that file
//   OLD.json NEW.json            compares two files of any benchmark here
//   --beside FOLDER [WORDS]      measures this checkout and another one, built, in the same rounds
// What is measured here is not kept, so that many trials can be held against one result.

import { existsSync } from 'node:fs'
import { type Basis, type Change, change, changeInRounds, type Verdict, verdictOf, verdicts } from './changes.ts'
import { inLaunches, kernelOf, LAUNCHES } from './entrants.ts'
import { allKept, FileError, type Kept, originOf, read, type Series } from './kept.ts'
import { measure } from './measure.ts'
import { median, short, table } from './sample.ts'
import { benchmarks, choose, type Request, RequestError, readWords } from './suite.ts'

interface Row extends Change {
  readonly before: Series
  readonly after: Series
  readonly basis: Basis
}

function show(rows: readonly Row[]): void {
  const counts = new Map<Verdict, string[]>(verdicts.map((verdict) => [verdict, []]))
  const cells = rows.map(({ before, after, basis, ...found }) => {
    const verdict = verdictOf(found, before, after)
    counts.get(verdict)!.push(after.name)
    const { low, ratio, high } = found
    const interval = `${ratio.toFixed(3)} (${low.toFixed(3)}..${high.toFixed(3)})`
    const [old, fresh] = [before, after].map(({ samples, unit }) => `${short(median(samples))} ${unit}`)
    return [after.name, old, fresh, interval, basis, verdict]
  })
  console.log(`\n${table([['', 'old', 'new', 'new / old', 'compared by', ''], ...cells])}\n`)
  const told = [...counts].filter(([, names]) => names.length)
  console.log(told.map(([verdict, names]) => `${names.length} ${verdict}`).join(', '))
  const beyond = told.filter(([verdict]) => verdict !== 'same within spread' && verdict !== 'too few samples')
  for (const [verdict, names] of beyond) for (const name of names) console.log(`${verdict}: ${name}`)
  if (!beyond.length) console.log('nothing changed beyond the noise')
}

const told = ({ path, date, commit }: Kept) => `${path}, ${date}, commit ${commit}`

function compare(before: ReadonlyMap<string, { from: Kept; series: Series }>, fresh: Kept): void {
  const both = [...fresh.series.values()].filter(({ name }) => before.has(name))
  if (!both.length) throw new FileError(`"${fresh.path}" expected names of the old results among its own, got none`)
  const olds = new Set(both.map(({ name }) => before.get(name)!.from))
  show(
    both.map((after) => {
      const { series } = before.get(after.name)!
      return { before: series, after, ...change(series, after) }
    }),
  )
  const alone = fresh.series.size - both.length
  if (alone) console.log(`${alone} new ones have no old result`)
  for (const old of olds) console.log(`old: ${told(old)}`)
  console.log(`new: ${told(fresh)}`)
  for (const old of olds) {
    if (old.node !== fresh.node) console.log(`Node ${old.node} in the old results, ${fresh.node} in the new ones`)
    if (old.cpu !== fresh.cpu)
      console.log(`another machine: ${old.cpu} in the old results, ${fresh.cpu} in the new ones`)
  }
}

/** The series of some files, each from the first file that has it. */
function seriesOf(files: readonly Kept[]): Map<string, { from: Kept; series: Series }> {
  const found = new Map<string, { from: Kept; series: Series }>()
  for (const from of files) {
    for (const series of from.series.values()) if (!found.has(series.name)) found.set(series.name, { from, series })
  }
  return found
}

/** Both checkouts take part in each round, so that the ratios are pairs; only what both know can be measured. */
async function besideOther(folder: string, { filter, rounds }: Request): Promise<void> {
  if (!existsSync(`${folder}/dist/bench/work.js`)) {
    throw new RequestError(`"beside" expected the folder of a checkout after "npm run build", got ${folder}`)
  }
  const works = benchmarks.filter((one) => one.kind === 'beside C')
  const [own, other] = [kernelOf(), kernelOf(folder, 'other')]
  const rows: Row[] = []
  for (const { name, command, unit, most } of choose(works, filter)) {
    const tasks = [own, other].map((entrant) => ({ entrant, command, most }))
    const [samples, others] = await inLaunches(tasks, rounds)
    if (!others.length) {
      console.log(`${name}: the other checkout does not know it`)
      continue
    }
    const before = { name, unit, samples: others, launches: LAUNCHES }
    const after = { name, unit, samples, launches: LAUNCHES }
    rows.push({ before, after, basis: 'same round', ...changeInRounds(before, after) })
  }
  show(rows)
  console.log(`old: ${folder}\nnew: this checkout`)
}

async function main(request: Request): Promise<void> {
  const { files, filter, rounds, beside } = request
  if (files.length > 2) throw new RequestError(`"files" expected OLD.json NEW.json, got ${files.join(' ')}`)
  if (beside !== null) return besideOther(beside, request)
  if (files.length === 2) return compare(seriesOf([read(files[0])]), read(files[1]))
  const kept = files.length ? [read(files[0])] : allKept('bench')
  if (!kept.length) throw new RequestError('"bench/results" expected a result of "npm run bench", found none')
  const before = seriesOf(kept)
  const isKnown = (name: string) => [...before.keys()].some((known) => known === name || known.startsWith(`${name}, `))
  const known = benchmarks.filter(({ name }) => isKnown(name))
  if (!known.length) throw new FileError(`"${kept[0].path}" expected results of "npm run bench", got ${kept[0].name}`)
  const chosen = choose(known, filter)
  const series = await measure(chosen, rounds)
  compare(before, { ...originOf('bench'), path: 'measured now', series: new Map(series.map((one) => [one.name, one])) })
}

try {
  await main(readWords(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof FileError || error instanceof RequestError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
