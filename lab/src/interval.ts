// The interval of the episodes that the first group saves, after each seed: a band that narrows, and the seed from which on
// it leaves no gain out.

import { area, curveStepAfter, line } from 'd3-shape'
import { type SVGTemplateResult, svg } from 'lit-html'
import type { Comparison } from './comparison.ts'
import { inset } from './curves.ts'
import type { Many } from './many.ts'
import { wholeNumber } from './numbers.ts'
import { linear } from './scale.ts'

const LABELS = 132
const NARROW = 560
const HEIGHT = 84
const AXIS = 18

/** The band of the first group against group `k`, from 1. */
export function drawInterval(
  comparison: Comparison,
  many: Many,
  k: number,
  width: number,
  seeds: number,
): SVGTemplateResult {
  const { groups } = comparison
  const { looks, clear } = many.versus[k - 1]
  const isNarrow = width < NARROW
  const left = isNarrow ? 6 : LABELS
  const right = width - (isNarrow ? 84 : 106)
  const top = isNarrow ? 32 : 14
  const ends = looks.slice(Math.min(4, looks.length - 1)).flatMap(({ low, high }) => [low, high])
  const most = Math.min(comparison.cap, Math.max(100, ...ends.map(Math.abs)))
  const clamp = (value: number) => Math.min(Math.max(value, -most), most)
  const x = linear([1, Math.max(seeds, looks.length, 2)], [left, right])
  const y = linear([-most, most], [top + HEIGHT, top])
  const at = (_: unknown, i: number) => x(i + 1)
  const band = area<(typeof looks)[number]>(
    at,
    ({ low }) => y(clamp(low)),
    ({ high }) => y(clamp(high)),
  )
    .curve(curveStepAfter)
    .digits(1)
  const means = line<(typeof looks)[number]>(at, ({ mean }) => y(clamp(mean))).digits(1)
  const last = looks.at(-1)
  const words = `Episodes that ${groups[0].name} saves over ${groups[k].name}, after so many seeds (95 % interval)`
  const label = last
    ? `${words}: after ${looks.length} seeds ${wholeNumber(last.mean)}, from ${wholeNumber(last.low)} to ${wholeNumber(last.high)}${clear ? `; clear from seed ${clear}` : ''}.`
    : words
  const bottom = top + HEIGHT
  return svg`<svg class="interval" role="img" aria-label=${label} viewBox="0 0 ${width} ${bottom + AXIS}" width=${width} height=${bottom + AXIS}>
    ${
      isNarrow
        ? svg`<text x="2" y="12">episodes saved${groups.length > 2 ? ` over ${groups[k].name}` : ''} (95 % interval)</text>`
        : inset(
            `Episodes saved${groups.length > 2 ? ` over ${groups[k].name}` : ''}, after so many seeds (95 % interval)`,
            18,
          ).map((text, i) => svg`<text x="0" y=${top + 14 + 15 * i}>${text}</text>`)
    }
    <path class="band" d=${band(looks) ?? ''}></path>
    ${clear ? svg`<path class="band told" d=${band(looks.map((look, i) => (i + 1 < clear ? { ...look, low: 0, high: 0 } : look))) ?? ''}></path>` : ''}
    <line class="zero" x1=${left} x2=${right} y1=${y(0)} y2=${y(0)}></line>
    <path class="mean" d=${means(looks) ?? ''}></path>
    <text class="note" x=${right + 6} y=${y(0) + 4}>no gain</text>
    ${last ? svg`<text class="note strong" x=${right + 6} y=${y(clamp(last.mean)) + (Math.abs(y(clamp(last.mean)) - y(0)) < 13 ? (last.mean >= 0 ? -9 : 17) : 4)}>${wholeNumber(Math.abs(last.mean))} ${last.mean >= 0 ? 'saved' : 'lost'}</text>` : ''}
    ${
      clear
        ? svg`<line class="clear" x1=${x(clear)} x2=${x(clear)} y1=${top - 6} y2=${bottom}></line>
      <text class="clear" x=${x(clear) - 5} y=${top - 2} text-anchor=${clear > 8 ? 'end' : 'start'}>clear from seed ${clear}</text>`
        : ''
    }
    ${x
      .ticks(5)
      .filter((tick) => Number.isInteger(tick))
      .map((tick) => svg`<text x=${x(tick)} y=${bottom + 14} text-anchor="middle">${tick}</text>`)}
    <text class="note" x=${right + 10} y=${bottom + 14}>seeds</text>
  </svg>`
}
