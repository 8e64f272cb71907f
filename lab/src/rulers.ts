// One moment of agent 0: each component of its state on a ruler of sections, with the section that it falls into.

import { type SVGTemplateResult, svg } from 'lit-html'
import type { Environment, Grid } from './core.ts'
import type { Drawing } from './lanes.ts'
import { twoDigits } from './numbers.ts'

const ROW = 34
const NAME = 96
const VALUE = 76
const MOST = 8 // components that fit the page
const MOST_CUTS = 60 // sections that can be told apart

export interface Moment {
  readonly env: Environment
  readonly drawing: Drawing
  readonly grid: Grid
  readonly state: ArrayLike<number>
  readonly sections: ArrayLike<number>
}

export function drawRulers({ env, drawing, grid, state, sections }: Moment, width: number): SVGTemplateResult {
  const count = Math.min(env.observations, MOST)
  const left = Math.min(NAME, width * 0.32)
  const span = width - left - VALUE
  const S = grid.sections
  const rows = Array.from({ length: count }, (_, i) => {
    const name = env.components[i]
    const unit = drawing.units[name] ?? ''
    const top = i * ROW + 4
    const [low, wide] = [grid.lows[i], grid.widths[i]]
    const partOf = (value: number) => Math.min(Math.max((value - low) / wide, 0), 1)
    const end = drawing.ends[name]
    const [from, to] = end === undefined ? [0, 1] : [partOf(-end), partOf(end)]
    const at = sections[i]
    const cuts =
      S <= MOST_CUTS
        ? Array.from({ length: S - 1 }, (_, k) => `M${left + ((k + 1) * span) / S},${top}v12`).join('')
        : ''
    const wideMark = Math.max(span / S - 1, 3)
    const isAngle = unit === 'rad'
    const shown = isAngle
      ? `${((state[i] * 180) / Math.PI).toFixed(1).replace('-', '−')}°`
      : `${twoDigits(state[i])} ${unit}`
    return svg`<text x="0" y=${top + 10}>${words(name)}</text>
      <rect class="pale" x=${left} y=${top} width=${span} height="12"></rect>
      <rect class="ruler" x=${left + from * span} y=${top} width=${(to - from) * span} height="12"></rect>
      <path class="cuts" d=${cuts}></path>
      <rect class="lit" x=${left + ((at + 0.5) / S) * span - wideMark / 2} y=${top - 1} width=${wideMark} height="14"></rect>
      <text class="section" x=${left + ((at + 0.5) / S) * span} y=${top + 25} text-anchor="middle">${at}</text>
      <text x=${left + span + 8} y=${top + 10}>${shown}</text>`
  })
  const height = count * ROW + 4
  const label = Array.from({ length: count }, (_, i) => `${words(env.components[i])} in section ${sections[i]}`).join(
    ', ',
  )
  return svg`<svg class="rulers" role="img" aria-label=${`One moment of agent 0: ${label}, of ${S} sections each`} viewBox="0 0 ${width} ${height}" width=${width} height=${height}>${rows}</svg>`
}

/** The name of a component in words. */
export function words(name: string): string {
  const known: Readonly<Record<string, string>> = {
    position: 'cart position',
    velocity: 'cart speed',
    angle: 'pole angle',
    'angular-velocity': 'pole speed',
  }
  return known[name] ?? name.replaceAll('-', ' ')
}
