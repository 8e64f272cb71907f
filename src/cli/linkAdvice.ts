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

function needs(row: Known): string {
  const air = row.airtime.median ?? 0
  const joules = row.joules.median ?? 0
  const energy = joules > 0 ? ` and ${short(joules)} J per agent` : ''
  return `${row.label} needs ${timeInWords(air)} of air time${energy} and completes after ${timeInWords(row.seconds.median)}`
}

/** How the fastest setting compares with the next one: quartiles that do not touch. */
function verdict([best, next]: readonly Known[]): string {
  if (!next) return ''
  const isApart = best.seconds.q75 !== null && next.seconds.q25 !== null && best.seconds.q75 < next.seconds.q25
  return isApart
    ? ` Take ${best.label}: three quarters of its runs were done before a quarter of those of ${next.label}.`
    : ` ${best.label} has the lowest median, but its quartiles overlap those of ${next.label}: these runs do not tell which is faster.`
}

/** One paragraph for each link. Settings that send nothing are told apart, since a link takes no time of theirs. */
export function advise(rows: readonly LinkRow[]): string[] {
  return [...groupsOf(rows, ({ link }) => link.name).values()].map((all) => {
    const { link } = all[0]
    const known = all.filter(sends).filter(isKnown)
    known.sort((a, b) => a.seconds.median - b.seconds.median)
    const rate = `At ${short(throughput(link, 'up'))} bytes per second up and ${short(throughput(link, 'down'))} down (${link.name})`
    const ranked = known.length
      ? `${rate}, ${known.map(needs).join('; ')}.`
      : `${rate}, nothing that sends completed in half of its runs.`
    const late = all.filter(sends).filter((row) => !isKnown(row))
    const unknown =
      known.length && late.length
        ? ` Half of the runs or more did not complete: ${late.map(({ label }) => label).join('; ')}.`
        : ''
    return ranked + verdict(known) + unknown
  })
}

/** The settings that sent nothing, in a sentence; empty where all of them sent. */
export function silentInWords(rows: readonly LinkRow[]): string {
  const labels = [...new Set(rows.filter((row) => !sends(row)).map(({ label }) => label))]
  return labels.length ? `Nothing travelled: ${labels.join('; ')}.` : ''
}
