// The figure of the first question for a browser without scripts: the archive's runs of both groups, and what they say. It is
// made when the page is built, from what the page itself opens with.

import { readFileSync } from 'node:fs'
import { markPath } from './src/marks.ts'

const read = (name) => JSON.parse(readFileSync(new URL(`src/${name}`, import.meta.url), 'utf8'))

const WIDTH = 390
const LEFT = 4
const RIGHT = 318
const SIZE = 8 // px of a mark
const CAP = 1000 // episodes

/** Places marks above each other where they would overlap. */
function place(times, x) {
  const levels = []
  return times.map((time) => {
    const at = x(time)
    const free = levels.findIndex((taken) => taken.every((other) => Math.abs(other - at) >= SIZE))
    const level = free < 0 ? levels.push([]) - 1 : free
    levels[level].push(at)
    return [at, level]
  })
}

function medianOf(completions) {
  const sorted = completions.map((time) => time ?? CAP).sort((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

/** The figure as HTML, in the classes of the page's own pictures. */
export function staticFigure() {
  const [{ arms }] = read('scenarios.json')
  const { arms: rows, pairs } = read('archive.json')['1']
  const known = rows.flatMap(({ completions }) => completions.filter((time) => time !== null))
  const low = Math.log(Math.min(...known) * 0.96)
  const x = (time) => LEFT + ((Math.log(time) - low) / (Math.log(CAP) - low)) * (RIGHT - LEFT)
  let bottom = 0
  const drawn = rows.map(({ completions }, group) => {
    const times = completions.filter((time) => time !== null)
    const marks = place(times, x)
    const missing = completions.length - times.length
    const top = bottom + 22
    bottom = top + Math.max(5, ...marks.map(([, level]) => level + 1)) * SIZE + 8
    const paths = marks.map(([at, level]) =>
      markPath(group, Math.round(at), bottom - SIZE / 2 - 1 - level * SIZE, SIZE / 2 - 1),
    )
    const median = medianOf(completions)
    const line = x(median).toFixed(1)
    return `<text class="name group${group}" x="0" y="${top - 6}">${arms[group].name}<tspan class="soft" dx="6">median ${Math.round(median)}</tspan></text>
      <line class="axis" x1="${LEFT}" x2="${RIGHT}" y1="${bottom}" y2="${bottom}"></line>
      <line class="median group${group}" x1="${line}" x2="${line}" y1="${top}" y2="${bottom}"></line>
      <path class="mark group${group}" d="${paths.join('')}"></path>
      <text class="strong" x="${RIGHT + 10}" y="${bottom - 4}">${missing} of ${completions.length}</text>`
  })
  const ticks = [100, 200, 300, 500, CAP]
    .filter((tick) => Math.log(tick) > low)
    .map(
      (tick) =>
        `<text x="${x(tick).toFixed(1)}" y="${bottom + 16}" text-anchor="${tick === CAP ? 'end' : 'middle'}">${tick}</text>`,
    )
  const told = rows.map(({ completions }, k) => {
    const complete = completions.filter((time) => time !== null).length
    return `${arms[k].name}: ${complete} of ${completions.length} runs complete the mission, half of the runs within ${Math.round(medianOf(completions))} episodes.`
  })
  const [{ n, ratio, low: least, high }] = pairs
  return `<figure class="static">
    <svg role="img" aria-label="${told.join(' ')}" viewBox="0 0 ${WIDTH} ${bottom + 36}" width="${WIDTH}" height="${bottom + 36}">
      ${drawn.join('\n')}
      ${ticks.join('')}
      <text x="${LEFT}" y="${bottom + 32}">episodes to completion, one mark per run</text>
      <text x="${RIGHT + 10}" y="${bottom + 16}">not within</text>
      <text x="${RIGHT + 10}" y="${bottom + 32}">${CAP}</text>
    </svg>
    <figcaption>${told.join(' ')} In the archive's ${n} seeds, ${arms[0].name} takes ${ratio} (${least} to ${high}) times the episodes of ${arms[1].name}.</figcaption>
  </figure>`
}
