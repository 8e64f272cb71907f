// The strip: one row per group, one mark per run, over the episodes until the mission is complete, on a logarithmic axis.
// Runs that did not complete have a column of their own. Where a mark lies follows from the numbers and the seeds alone,
// and not from the order in which workers end.

import { type SVGTemplateResult, svg } from 'lit-html'
import { DIGITS } from './choice.ts'
import type { Comparison } from './comparison.ts'
import { inset } from './curves.ts'
import type { Many } from './many.ts'
import { markPath } from './marks.ts'
import type { Outcome } from './messages.ts'
import { wholeNumber } from './numbers.ts'
import { logarithmic } from './scale.ts'

const LABELS = 132 // px for the names of the groups, beside the rows
const NARROW = 560 // px, below which the names stand above the rows
const LETTERS = 19 // of a line beside a row
const AXIS = 34 // px
const LEVELS = 8 // marks above each other before they become smaller

/** A run as the strip shows it. */
interface Mark {
  readonly seed: number
  readonly completion: number | null
  /** null for a run of the archive that is still to come */
  readonly outcome: Outcome | null
  /** whether the archive holds this run with the same digest */
  readonly isSame: boolean
  /** whether it holds it with another one, which must not be */
  readonly isOther: boolean
}

interface Placed extends Mark {
  readonly x: number
  readonly y: number
}

export interface StripView {
  readonly comparison: Comparison
  readonly many: Many
  /** the groups' marks before a change, to be drawn pale; null before one */
  readonly before: readonly (readonly (number | null)[])[] | null
  readonly width: number
  readonly focus: { readonly group: number; readonly seed: number }
  readonly onOpen: (seed: number) => void
  readonly onFocus: (group: number, seed: number) => void
}

/** The marks of a group: those of the archive first, in order of the seed, then what came beyond. */
function marksOf({ archive }: Comparison, many: Many, group: number): Mark[] {
  const shown = many.shown[group]
  const stored = archive?.arms[group]
  const count = Math.max(shown.length, stored?.completions.length ?? 0)
  return Array.from({ length: count }, (_, i) => {
    const outcome = shown[i] ?? null
    const digest = stored?.digests.slice(i * DIGITS, (i + 1) * DIGITS)
    const isSame = outcome !== null && !!digest && outcome.digest.startsWith(digest)
    const completion = outcome ? outcome.completion : (stored?.completions[i] ?? null)
    return { seed: i + 1, completion, outcome, isSame, isOther: outcome !== null && !!digest && !isSame }
  })
}

/** How many of the drawn runs the archive holds with the same digest. */
export function sameDigests(comparison: Comparison, many: Many): number {
  return comparison.groups.reduce(
    (sum, _, g) => sum + marksOf(comparison, many, g).filter((one) => one.isSame).length,
    0,
  )
}

export function drawStrip(view: StripView): SVGTemplateResult {
  const { comparison, many, width, before } = view
  const { groups, cap } = comparison
  const isNarrow = width < NARROW
  const left = isNarrow ? 6 : LABELS
  const columnWidth = isNarrow ? 62 : 96
  const right = width - columnWidth - 10
  const rows = groups.map((_, group) => marksOf(comparison, many, group))
  const times = [...rows.flat().map(({ completion }) => completion), ...(before?.flat() ?? [])]
  const known = times.filter((time) => time !== null)
  const least = Math.max(1, Math.min(cap / 10, ...known))
  const x = logarithmic([least * 0.96, cap], [left, right])
  const diameter = isNarrow ? 8 : 11
  const title = isNarrow ? 20 : 4
  let height = 0
  const drawn = rows.map((row, group) => {
    const placed = place(row, x, diameter, right + 12 + diameter / 2, width - 4)
    const lines = inset(groups[group].what, LETTERS)
    const tall = isNarrow ? placed.height : Math.max(placed.height, 15 * (lines.length + 3) + 6)
    height += title + tall + 10
    return { group, lines, marks: placed.marks, bottom: height, top: height - tall }
  })
  const all = height + AXIS
  const ticks = [1, 2, 3, 4, 5, 7]
    .flatMap((k) => [1, 10, 100, 1000, 10_000].map((p) => k * p))
    .filter((t) => t < cap && t > least)
  const far: number[] = []
  for (const tick of ticks.sort((a, b) => b - a))
    if (x(far.at(-1) ?? cap) - x(tick) > (far.length ? 34 : 52)) far.push(tick)
  const label = `Episodes until the mission is complete, one mark per run. ${groups
    .map(({ name }, group) => {
      const { completed, median } = many.summary(group)
      return `${name}: ${completed} of ${many.seeds} complete, median ${median === null ? `above ${cap}` : wholeNumber(median)}`
    })
    .join('. ')}. Arrow keys move between runs, Enter shows one.`
  return svg`<svg class="strip" role="group" aria-label=${label} viewBox="0 0 ${width} ${all}" width=${width} height=${all}
      @keydown=${(event: KeyboardEvent) => move(event, view)}>
    <rect class="column" x=${right + 8} y="0" width=${width - right - 8} height=${height + 2}></rect>
    ${[...far, cap].map(
      (tick) => svg`<line class="grid" x1=${x(tick)} x2=${x(tick)} y1="0" y2=${height}></line>
      <text x=${x(tick)} y=${height + 14} text-anchor=${tick === cap ? 'end' : 'middle'}>${tick}</text>`,
    )}
    <text x=${left} y=${height + 29}>${isNarrow ? 'episodes to completion (log)' : 'episodes until the mission is complete (log scale)'}</text>
    <text x=${(right + 8 + width) / 2} y=${height + 14} text-anchor="middle">not within</text>
    <text x=${(right + 8 + width) / 2} y=${height + 28} text-anchor="middle">${cap}</text>
    ${drawn.map(({ group, marks, bottom, top, lines }) => {
      const { completed, median } = many.summary(group)
      const told = `${completed} of ${many.seeds} complete`
      const middle = median === null ? `median above ${cap}` : `median ${wholeNumber(median)}`
      const { name, what } = groups[group]
      return svg`<line class="axis" x1=${left} x2=${right} y1=${bottom} y2=${bottom}></line>
        ${
          isNarrow
            ? svg`<text class="name group${group}" x="2" y=${top - 6}>${name}<tspan class="soft" dx="6">${many.seeds ? `${told}, ${middle}` : what}</tspan></text>`
            : svg`<text class="name group${group}" x="0" y=${top + 13}>${name}</text>
            ${[...lines, ...(many.seeds ? [told, middle] : [])].map((line, k) => svg`<text x="0" y=${top + 13 + 15 * (k + 1)}>${line}</text>`)}`
        }
        ${median === null ? '' : svg`<line class="median group${group}" x1=${x(median)} x2=${x(median)} y1=${top - 2} y2=${bottom + 4}></line>`}
        ${(before?.[group] ?? []).map((time, i) =>
          time === null ? '' : svg`<path class="before" d=${markPath(group, x(time), bottom + 4 - (i % 2), 2)}></path>`,
        )}
        ${marks.map((mark) => drawMark(mark, group, bottom, diameter, view))}`
    })}
    ${pairLine(drawn, view)}
  </svg>`
}

/** Places marks above each other where they would overlap. Those that are not complete fill the column. */
function place(row: readonly Mark[], x: (time: number) => number, wanted: number, from: number, to: number) {
  let diameter = wanted
  for (;;) {
    const levels: number[][] = []
    const perRow = Math.max(1, Math.floor((to - from) / diameter + 0.5))
    let beyond = 0
    const marks = row.map((mark): Placed => {
      if (mark.completion === null) {
        const k = beyond++
        return { ...mark, x: from + (k % perRow) * diameter, y: Math.floor(k / perRow) * diameter }
      }
      const at = x(mark.completion)
      const level = levels.findIndex((taken) => taken.every((other) => Math.abs(other - at) >= diameter))
      const free = level < 0 ? levels.push([]) - 1 : level
      levels[free].push(at)
      return { ...mark, x: at, y: free * diameter }
    })
    const most = Math.max(LEVELS / 2, levels.length, Math.ceil(beyond / perRow))
    if (most <= LEVELS + 2 || diameter <= 4) return { marks, height: most * diameter + 6 }
    diameter *= 0.85
  }
}

function drawMark(mark: Placed, group: number, bottom: number, diameter: number, view: StripView): SVGTemplateResult {
  const { seed, completion, outcome, isSame, isOther } = mark
  const y = bottom - diameter / 2 - 1 - mark.y
  const radius = diameter / 2 - 1
  if (!outcome) return svg`<path class="ring" d=${markPath(group, mark.x, y, radius)}></path>`
  const { focus, onOpen, onFocus, comparison } = view
  const what = outcome.failure
    ? 'failed'
    : completion === null
      ? `not complete within ${comparison.cap}`
      : `complete after ${completion} episodes`
  const digest = isSame ? ', with the digest of the archive' : isOther ? ', with another digest than the archive' : ''
  const isFocused = focus.group === group && focus.seed === seed
  return svg`<path class="mark group${group} ${isOther ? 'other' : ''}" d=${markPath(group, mark.x, y, radius)}
    role="button" tabindex=${isFocused ? 0 : -1} data-group=${group} data-seed=${seed}
    aria-label="${comparison.groups[group].name}, seed ${seed}: ${what}${digest}"
    @click=${() => onOpen(seed)} @focus=${() => onFocus(group, seed)}><title>seed ${seed}: ${what}</title></path>`
}

/** Rings around the runs that are shown, and a line between them. */
function pairLine(
  drawn: readonly { group: number; marks: readonly Placed[]; bottom: number }[],
  { comparison, width }: StripView,
) {
  const { seed } = comparison
  const diameter = width < NARROW ? 8 : 11
  const points = drawn.flatMap(({ marks, bottom }) => {
    const mark = marks.find((one) => one.seed === seed)
    return mark ? [[mark.x, bottom - diameter / 2 - 1 - mark.y] as const] : []
  })
  if (points.length < drawn.length) return ''
  const [first] = points
  const last = points.at(-1)!
  const isAside = last[0] < first[0]
  const middle = (first[0] + last[0]) / 2
  return svg`<polyline class="pair" points=${points.map((point) => point.join(',')).join(' ')}></polyline>
    ${points.map(([x, y]) => svg`<circle class="shown" cx=${x} cy=${y} r=${diameter / 2 + 3}></circle>`)}
    ${width < NARROW ? '' : svg`<text class="note" text-anchor=${isAside ? 'start' : 'end'} x=${middle + (isAside ? 8 : -8)} y=${(first[1] + last[1]) / 2 + 10}>seed ${seed}</text>`}`
}

/** Moves between marks by the arrow keys: left and right by seed, up and down by group; Enter opens one. */
function move(event: KeyboardEvent, { focus, many, onFocus, onOpen }: StripView): void {
  const groups = many.shown.length
  const { group, seed } = focus
  const to = {
    ArrowRight: [group, Math.min(seed + 1, many.seeds)],
    ArrowLeft: [group, Math.max(seed - 1, 1)],
    ArrowDown: [Math.min(group + 1, groups - 1), seed],
    ArrowUp: [Math.max(group - 1, 0), seed],
    Home: [group, 1],
    End: [group, many.seeds],
  }[event.key]
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault()
    onOpen(seed)
  }
  if (!to) return
  event.preventDefault()
  onFocus(to[0], to[1])
  const root = event.currentTarget as SVGElement
  root.querySelector<SVGElement>(`[data-group="${to[0]}"][data-seed="${to[1]}"]`)?.focus()
}
