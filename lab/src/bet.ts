// The bet: while it cannot be told yet which group is sooner, the visitor may say after how many seeds it will be. Whoever
// has bet first recalls better what came of it, and nothing else depends on it.

import { html, type TemplateResult } from 'lit-html'
import type { App } from './app.ts'
import type { Comparison } from './comparison.ts'
import type { Many } from './many.ts'

/** The seeds, from the first to the last, at which it becomes clear; without a last one, it is not clear at `from` - 1. */
export interface Bet {
  readonly from: number
  readonly to: number | null
}

const nameOf = ({ from, to }: Bet) => (to === null ? `not by ${from - 1}` : `${from} to ${to}`)

/** What may be bet on, where so many seeds are drawn: each has seeds that are still to come. */
export function betsOf(target: number, drawn: number): Bet[] {
  const ends = [...new Set([target / 5, target / 2, target].map(Math.ceil))]
  const bets = ends.map((to, k): Bet => ({ from: (ends[k - 1] ?? 0) + 1, to }))
  return [...bets.filter(({ to }) => to! > drawn), { from: target + 1, to: null }]
}

/** Whether a bet is won; null while that is open. */
function isWon({ from, to }: Bet, { seeds, versus: [{ clear }] }: Many): boolean | null {
  if (clear) return clear >= from && clear <= (to ?? Number.POSITIVE_INFINITY)
  if (seeds < (to ?? from - 1)) return null
  return to === null
}

/** How a bet stands, in a sentence. */
export function betWords(bet: Bet, many: Many): string {
  const won = isWon(bet, many)
  const mine = `Your bet: clear ${bet.to === null ? `not by seed ${bet.from - 1}` : `at one of the seeds ${nameOf(bet)}`}.`
  if (won === null) return mine
  const { clear } = many.versus[0]
  const fact = clear ? `It was clear from seed ${clear}` : `It is not clear after ${many.seeds} seeds`
  return `${mine} ${fact}: ${won ? 'you were right.' : 'you were wrong.'}`
}

/** The bet, or what may be bet on. Its line stays where it is, so that nothing below it moves. */
export function betView(app: App, comparison: Comparison, many: Many): TemplateResult | string {
  const { bet, target, isSpread } = app
  if (many.versus.length === 0 || isSpread) return ''
  const { clear } = many.versus[0]
  const pair =
    many.versus.length > 1 ? ` whether ${comparison.groups[0].name} or ${comparison.groups[1].name} is sooner` : ''
  if (bet) return html`<p class="bet controls" data-part="bet">${betWords(bet, many)}</p>`
  if (clear || many.seeds >= target) {
    const told = clear ? `It was clear${pair} from seed ${clear}.` : `It is not clear${pair} after ${many.seeds} seeds.`
    return html`<p class="bet controls" data-part="bet">${told} Would you have guessed?</p>`
  }
  return html`<div class="bet controls" data-part="bet" role="group" aria-label="Your bet">
    <span>Bet: after how many seeds will it be clear${pair}?</span>
    ${betsOf(target, many.seeds).map(
      (one) => html`<button type="button" @click=${() => app.place(one)}>${nameOf(one)}</button>`,
    )}
  </div>`
}
