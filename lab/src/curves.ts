// The curve of each group's best agent in the run that is shown, the line of the mission, the exchanges, and the playhead.

import { line } from 'd3-shape'
import { type SVGTemplateResult, svg } from 'lit-html'
import { markPath } from './marks.ts'
import type { Reel } from './reel.ts'
import { linear } from './scale.ts'

const LEFT = 34
const RIGHT = 14
const TOP = 14
const HEIGHT = 150
const AXIS = 22
const POINTS = 700 // a screen cannot show more

/** A text in lines of at most so many letters. */
export function inset(text: string, most: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last && last.length + word.length + 1 > most) lines.push(word)
    else lines[lines.length - 1] = last ? `${last} ${word}` : word
  }
  return lines
}

export interface CurvesView {
  readonly reels: readonly Reel[]
  readonly width: number
  readonly onScrub: (episode: number) => void
}

/** The scale of episodes: all of them fit. */
export function episodesOf(reels: readonly Reel[]): number {
  return Math.max(20, ...reels.map(({ episodes }) => episodes.length))
}

export const episodeScale = (reels: readonly Reel[], width: number) =>
  linear([0, episodesOf(reels)], [LEFT, width - RIGHT])

export function drawCurves({ reels, width, onScrub }: CurvesView): SVGTemplateResult {
  const [{ env }] = reels
  const { threshold } = env.mission
  const x = episodeScale(reels, width)
  const all = reels.flatMap(({ best }) => best)
  const isSteps = env.score === 'steps'
  const low = Math.min(threshold, isSteps ? 0 : threshold, ...all)
  const high = Math.max(threshold, ...all)
  const y = linear([low, high * (high > 0 ? 1.02 : 1)], [TOP + HEIGHT, TOP])
  const bottom = TOP + HEIGHT
  const middle = (low + threshold) / 2
  const levels = [...new Set([low, Math.round(isSteps ? 250 : middle), threshold])].filter((v) => v >= low && v <= high)
  const scrub = (event: PointerEvent) => {
    if (event.type === 'pointermove' && event.buttons !== 1) return
    const box = (event.currentTarget as SVGElement).getBoundingClientRect()
    onScrub(Math.round(x.invert(((event.clientX - box.left) * width) / box.width)))
  }
  const names = reels.map(({ group, outcome }) => `${group.name} ${endOf(outcome)}`).join(', ')
  const label = `Mean of the last ${env.mission.window} scores of each group's best agent, by episode. The mission is ${threshold}. ${names}.`
  return svg`<svg class="curves" role="img" aria-label=${label} viewBox="0 0 ${width} ${bottom + AXIS}" width=${width}
      height=${bottom + AXIS} @pointerdown=${scrub} @pointermove=${scrub}>
    ${levels.map(
      (level) => svg`<line class="grid" x1=${LEFT} x2=${width - RIGHT} y1=${y(level)} y2=${y(level)}></line>
      <text x=${LEFT - 5} y=${y(level) + 4} text-anchor="end">${Math.round(level)}</text>`,
    )}
    <line class="mission" x1=${LEFT} x2=${width - RIGHT} y1=${y(threshold)} y2=${y(threshold)}></line>
    <text class="note" x=${LEFT + 5} y=${y(threshold) + 14}>the mission</text>
    ${x.ticks(Math.max(2, Math.floor(width / 90))).map((tick) => svg`<text x=${x(tick)} y=${bottom + 18} text-anchor="middle">${tick}</text>`)}
    ${reels.map(
      ({ exchanges }, group) =>
        svg`<path class="tick group${group}" d=${exchanges
          .map(({ episode }) => `M${x(episode).toFixed(1)},${bottom + 1 + 3 * group}v5`)
          .join('')}></path>`,
    )}
    ${reels.map((reel, group) => {
      const stride = Math.max(1, Math.ceil(reel.best.length / POINTS))
      const kept = reel.best
        .map((mean, i) => [i + 1, mean] as const)
        .filter((_, i) => i % stride === 0 || i === reel.best.length - 1)
      const path = line<readonly [number, number]>(
        ([episode]) => x(episode),
        ([, mean]) => y(mean),
      ).digits(1)
      return svg`<path class="curve group${group}" d=${path(kept) ?? ''}></path>`
    })}
    ${reels.map(({ best, outcome }, group) => {
      if (outcome?.completion == null) return ''
      const at = x(outcome.completion)
      const isRight = at > width - 60
      return svg`<path class="mark group${group}" d=${markPath(group, at, y(best.at(-1)!), 5)}></path>
        <text class="end group${group}" x=${at + (isRight ? -9 : 9)} y=${y(best.at(-1)!) + 14 + (isRight ? 4 : 0)} text-anchor=${isRight ? 'end' : 'start'}>${outcome.completion}</text>`
    })}
    <g class="playhead"><path class="head" d="M-5,0h10l-5,8Z"></path><line y1="0" y2=${bottom}></line></g>
  </svg>`
}

const endOf = (outcome: Reel['outcome']) =>
  outcome === null
    ? 'is under way'
    : outcome.completion === null
      ? 'is not complete'
      : `is complete after ${outcome.completion}`
