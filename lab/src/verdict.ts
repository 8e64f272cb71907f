// The verdict in words: who is sooner, by how much, how sure that is, how often a single pair says the opposite, and what
// the archive says. It names no cause.

import type { Pair } from './choice.ts'
import type { Comparison } from './comparison.ts'
import type { Many } from './many.ts'
import { shownBytes, wholeNumber } from './numbers.ts'

export interface Verdict {
  readonly headline: string
  /** one paragraph on each pair, and last what the archive says */
  readonly paragraphs: readonly string[]
  /** the group that is sooner, or null */
  readonly winner: number | null
}

/** A difference that the interval leaves no room for is called none where it is at most this part of the cap. */
const SMALL = 0.1

/** What is computed in this page, which a reader should not take for what the archive says. */
const here = (count: number) => (count === 1 ? 'The first seed here' : `The ${count} seeds here`)

const seedsOf = (count: number) => `${count} seed${count === 1 ? '' : 's'}`

type PairVerdict = Omit<Verdict, 'paragraphs'> & { readonly sentences: readonly string[] }

/** What the seeds say of the first group against group `k`, from 1. */
function pairVerdict({ groups, cap }: Comparison, many: Many, k: number): PairVerdict {
  const versus = many.versus[k - 1]
  const look = versus.looks.at(-1)
  const [a, b] = [groups[0].name, groups[k].name]
  if (!look) return { headline: 'No seed is complete yet.', sentences: [], winner: null }
  const { low, mean, high } = look
  const count = versus.looks.length
  const widest = Math.ceil(Math.max(Math.abs(low), Math.abs(high)))
  const isTold = low > 0 || high < 0
  const winner = low > 0 ? 0 : high < 0 ? k : null
  const [more, less] = mean >= 0 ? [a, b] : [b, a]
  const [least, most] = mean >= 0 ? [low, high] : [-high, -low]
  const saved = `${more} saves ${wholeNumber(Math.abs(mean))} episodes on average over ${less}; unfinished runs count as ${cap}. The 95\u00a0% interval, ${wholeNumber(least)} to ${wholeNumber(most)}, stays valid while you watch it grow.`
  const against = mean >= 0 ? versus.reversed : count - versus.reversed - versus.equal
  const single =
    count < 2
      ? 'One run proves little.'
      : against === 0
        ? `So far no single seed says the opposite.`
        : `One run would have told you little: in ${against} of ${count}, ${less} was sooner.`
  if (isTold) return { headline: `${here(count)}: ${more} is sooner than ${less}.`, sentences: [saved, single], winner }
  if (widest <= SMALL * cap) {
    const headline = `${here(count)}: no difference above ${widest} episodes between ${a} and ${b}.`
    return { headline, sentences: [saved, single], winner }
  }
  const headline = `${here(count)}: too few to tell whether ${a} or ${b} is sooner.`
  return { headline, sentences: [saved, single], winner }
}

const ratioWords = ({ ratio, low, high }: Pair) => `${ratio?.toFixed(2)} (${low?.toFixed(2)} to ${high?.toFixed(2)})`

/** What the archive says of a pair, in one sentence. */
function archived(pair: Pair, a: string, b: string, isSpread: boolean): string {
  const { n, ratio, verdict, readings } = pair
  if (ratio === null) return `All ${n} seeds, computed earlier, do not settle it.`
  const says = {
    holds: isSpread ? `${a} is steadier` : `${a} is sooner`,
    contradicted: isSpread ? `${b} is steadier` : `${b} is sooner`,
  }[verdict]
  const what = isSpread
    ? `the spread of ${a} is ${ratioWords(pair)} times that of ${b}`
    : `${a} takes ${ratioWords(pair)} times the episodes of ${b}`
  const first = `All ${n} seeds, computed earlier: ${what}${says ? `: ${says}` : ': it cannot be told'}.`
  if (!readings) return first
  const [holds, against, open] = readings
  const comes = isSpread ? 'is steadier' : 'is sooner'
  return `${first} The paper leaves details open: of eight ways to fill them, ${a} ${comes} in ${holds}, ${b} in ${against}, and ${open} cannot tell.`
}

/** What the settings allow to be said of bytes, where groups send different things. */
function bytesOf({ groups }: Comparison, many: Many): string {
  const parts = groups.flatMap(({ name }, arm) => {
    const { bytes } = many.summary(arm)
    return bytes === null ? [] : [`${name} ${shownBytes(bytes)}`]
  })
  return parts.length > 1 ? `An agent sends in an exchange, on average: ${parts.join(', ')}.` : ''
}

/** The verdict on all groups. */
export function verdictOf(comparison: Comparison, many: Many, isSpread: boolean): Verdict {
  const { groups, archive } = comparison
  if (groups.length < 2) {
    const { completed, median } = many.summary(0)
    const middle = median === null ? '' : `, half of them within ${wholeNumber(median)} episodes`
    return { headline: `${completed} of ${seedsOf(many.seeds)} complete${middle}.`, paragraphs: [], winner: null }
  }
  const pairs = groups.slice(1).map((_, k) => pairVerdict(comparison, many, k + 1))
  const [first, ...others] = pairs
  const failed = many.failed
    ? [`${seedsOf(many.failed)} failed, because numbers stopped being finite, and are left out.`]
    : []
  const more = others.map(({ headline, sentences }) => [headline, ...sentences.slice(0, 1)].join(' '))
  const stored = archive?.pairs.map((pair, k) => archived(pair, groups[0].name, groups[k + 1].name, isSpread)) ?? []
  const spread = isSpread ? ['Steadiness is a question of spread, for which these seeds are too few.'] : []
  const last = [bytesOf(comparison, many), ...spread, ...stored, ...failed].filter(Boolean).join(' ')
  const paragraphs = [first.sentences.join(' '), ...more, last].filter(Boolean)
  return { headline: first.headline, paragraphs, winner: first.winner }
}
