// Tables of what the pictures show, for those who cannot see them or want the numbers. A table is filled while it is open.

import { html, type TemplateResult } from 'lit-html'
import type { App } from './app.ts'
import type { Comparison } from './comparison.ts'
import type { Many } from './many.ts'
import { wholeNumber } from './numbers.ts'
import type { Reel } from './reel.ts'

export type Table = 'runs' | 'curves'

/** Rows of a curve: between them, a reader can interpolate. */
const CURVE_ROWS = 25

/** A table that can be opened, with the words on it. */
export const tableOf = (app: App, name: Table, title: string, fill: () => TemplateResult): TemplateResult =>
  html`<details class="table controls" @toggle=${(event: Event) => app.table(name, (event.currentTarget as HTMLDetailsElement).open)}>
    <summary>${title}</summary>${app.tabled.has(name) ? fill() : ''}</details>`

const scrolled = (label: string, head: TemplateResult, rows: readonly TemplateResult[]) =>
  html`<div class="scroll" tabindex="0" role="region" aria-label=${label}><table>
    <thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`

/** All runs, seed by seed. */
export function runsTable(app: App, { groups, cap }: Comparison, many: Many): TemplateResult {
  const told = (completion: number | null, failure: string | null) =>
    failure ? 'failed' : (completion ?? `not within ${cap}`)
  const head = html`<th scope="col">Seed</th>${groups.map(({ name }) => html`<th scope="col">${name}</th>`)}${many.versus.map((_, k) => html`<th scope="col">interval of episodes saved over ${groups[k + 1].name}</th>`)}<th scope="col">Watch</th>`
  const rows = many.shown[0].map(
    (_, i) => html`<tr><th scope="row">${i + 1}</th>
      ${groups.map((__, g) => html`<td>${told(many.shown[g][i].completion, many.shown[g][i].failure)}</td>`)}
      ${many.versus.map(({ looks }) => html`<td>${looks[i] ? `${wholeNumber(looks[i].low)} to ${wholeNumber(looks[i].high)}` : ''}</td>`)}
      <td><button type="button" @click=${() => app.open(i + 1)}>seed ${i + 1}</button></td></tr>`,
  )
  return scrolled('All runs', head, rows)
}

/** The episodes of the rows: evenly, and the last one of each group. */
function rowsOf(reels: readonly Reel[]): number[] {
  const lasts = reels.map(({ best }) => best.length)
  const longest = Math.max(...lasts)
  const stride = Math.max(1, Math.ceil(longest / CURVE_ROWS / 5) * 5)
  const even = Array.from({ length: Math.floor(longest / stride) }, (_, k) => (k + 1) * stride)
  return [...new Set([1, ...even, ...lasts])].filter((one) => one > 0 && one <= longest).sort((a, b) => a - b)
}

/** The curves of the run that is shown: the mean of each group's best agent at some of its episodes. */
export function curvesTable(reels: readonly Reel[]): TemplateResult {
  const cellOf = ({ best, outcome }: Reel, episode: number) => {
    const mean = best[episode - 1]
    if (mean === undefined) return outcome ? 'ended' : ''
    return `${mean.toFixed(1).replace('-', '−')}${outcome?.completion === episode ? ', mission complete' : ''}`
  }
  const { window } = reels[0].env.mission
  const head = html`<th scope="col">Episode</th>${reels.map(({ group }) => html`<th scope="col">${group.name}, mean of the last ${window} scores</th>`)}`
  const rows = rowsOf(reels).map(
    (episode) =>
      html`<tr><th scope="row">${episode}</th>${reels.map((reel) => html`<td>${cellOf(reel, episode)}</td>`)}</tr>`,
  )
  return scrolled('The curves of this run', head, rows)
}
