// What the rows of frd links say, in sentences: which setting needs least time over which link, and whether the seeds can tell.

import { throughput } from '../links/index.ts'
import { groupsOf } from '../results/text.ts'
import type { LinkRow } from './linkRows.ts'

/** Units of time, each with the seconds from which on it is used. */
const units = [
  ['d', 86_400, 2 * 86_400],
  ['h', 3600, 2 * 3600],
  ['min', 60, 120],
  ['s', 1, 1],
  ['ms', 0.001, 0],
] as const

/** A time as a person says it, to three digits: 1.25 h. */
export function timeInWords(seconds: number): string {
  const [unit, size] = units.find(([, , from]) => seconds >= from)!
  return `${short(seconds / size)} ${unit}`
}

const short = (value: number) => String(Number(value.toPrecision(3)))

/** A row whose median is known. */
type Known = LinkRow & { readonly seconds: { readonly median: number } }

const isKnown = (row: LinkRow): row is Known => row.seconds.median !== null

const sends = ({ secondsPerExchange }: LinkRow) => secondsPerExchange !== null && secondsPerExchange > 0

/** Whether a link, or play, takes time of a setting. */
const counts = (row: LinkRow) => row.seconds.median === null || row.seconds.median > 0

function needs(row: Known): string {
  const air = row.airtime.median ?? 0
  if (air === 0) return `${row.label} sends nothing and completes after ${timeInWords(row.seconds.median)}`
  const joules = row.joules.median ?? 0
  const energy = joules > 0 ? ` and ${short(joules)} J per agent` : ''
  return `${row.label} needs ${timeInWords(air)} of air time${energy} and completes after ${timeInWords(row.seconds.median)}`
}

/**
 * The fewest runs of which quartiles are compared. Of two samples of one distribution, the quartiles are apart in 2 of 1000 draws
 * with 20 runs each, in 35 with 10 and in 574 with 2 (200,000 simulated draws, 2026).
 */
const FEWEST = 20

/** Whether three quarters of the runs of one setting were done before a quarter of those of another. */
const isApart = (one: Known, other: Known) =>
  one.seconds.q75 !== null && other.seconds.q25 !== null && one.seconds.q75 < other.seconds.q25

const labelsOf = (rows: readonly LinkRow[]) => rows.map(({ label }) => label).join('; ')

/** How the fastest setting compares with the others, by quartiles that do not touch. */
function verdict([best, ...others]: readonly Known[]): string {
  if (!others.length) return ''
  const fewest = Math.min(...[best, ...others].map(({ cell }) => cell.runs))
  if (fewest < FEWEST) {
    return ` ${best.label} has the lowest median, but ${fewest} seed${fewest === 1 ? ' tells' : 's tell'} little: give ${FEWEST} or more, as --seeds 1..${FEWEST}.`
  }
  const slower = others.filter((other) => isApart(best, other))
  const open = others.filter((other) => !isApart(best, other))
  if (!open.length)
    return ` Take ${best.label}: three quarters of its runs were done before a quarter of those of any other.`
  const known = slower.length ? ` Its third quartile lies before the first one of ${labelsOf(slower)}.` : ''
  return ` ${best.label} has the lowest median.${known} These runs do not tell whether it is faster than ${labelsOf(open)}.`
}

/** One paragraph for each link. A setting that takes no time, since it sends nothing and play takes none, is left out. */
export function advise(rows: readonly LinkRow[]): string[] {
  return [...groupsOf(rows, ({ link }) => link.name).values()].map((all) => {
    const { link } = all[0]
    const known = all.filter(counts).filter(isKnown)
    known.sort((a, b) => a.seconds.median - b.seconds.median)
    const rate = `At ${short(throughput(link, 'up'))} bytes per second up and ${short(throughput(link, 'down'))} down (${link.name})`
    const ranked = known.length
      ? `${rate}, ${known.map(needs).join('; ')}.`
      : `${rate}, no setting that takes time completed in half of its runs.`
    const late = all.filter((row) => !isKnown(row))
    const unknown =
      known.length && late.length ? ` Half of their runs or more did not complete: ${labelsOf(late)}.` : ''
    return ranked + verdict(known) + unknown
  })
}

/** The settings that sent nothing, in a sentence; empty where all of them sent. */
export function silentInWords(rows: readonly LinkRow[]): string {
  const labels = [...new Set(rows.filter((row) => !sends(row)).map(({ label }) => label))]
  return labels.length ? `Nothing travelled: ${labels.join('; ')}.` : ''
}
