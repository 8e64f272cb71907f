// What a figure of methods shows, in words: for someone who sees it for the first time.

import { methodStyles } from '../plot/styles.ts'
import type { FindRuns } from '../results/summary.ts'
import { quartiles } from '../stats/index.ts'
import type { Figure } from './figures.ts'
import { pointsOf } from './index.ts'
import type { Judged } from './judge.ts'

/** The methods that are described, of those that the figure has. */
const DESCRIBED = ['mixfrd', 'frd', 'pd', 'frl', 'independent', 'own', 'uniform', 'central'] as const

/** A method without a look of ours is one's own, which was asked for. */
const isDescribed = (label: string) =>
  (DESCRIBED as readonly string[]).includes(label) || !Object.hasOwn(methodStyles, label)

const labelOf = (method: string) => methodStyles[method]?.label ?? method

/** `MixFRD 12, FRD 11 and no exchange 8` */
function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/**
 * What one sees at the largest number of agents, and what so few seeds cannot decide.
 * @returns empty if the figure is not of methods over the number of agents, or has no runs there
 */
export function describeFigure(
  name: string,
  figure: Figure,
  values: readonly number[],
  findRuns: FindRuns,
  judged: readonly Judged[],
): string {
  if (figure.kind !== 'methods' || figure.unit) return ''
  const most = Math.max(...values)
  const found = pointsOf(figure, [most]).flatMap(({ series, config }) => {
    const { runs, config: whole } = findRuns(config)
    const finished = runs.filter(({ failed }) => !failed)
    if (!finished.length || !isDescribed(series.label)) return []
    const times = finished.map(({ completion }) => completion)
    const completed = times.filter((time) => time !== null).length
    return [
      { label: labelOf(series.label), completed, runs: times.length, median: quartiles(times).median, cap: whole.cap },
    ]
  })
  if (!found.length) return ''
  const { runs, cap } = found[0]
  const agents = most === 1 ? 'one agent' : `${most} agents`
  const shares = listed(found.map(({ label, completed }) => `${label} ${completed}`))
  const byTime = found.filter(({ median }) => median !== null).sort((a, b) => a.median! - b.median!)
  const times = listed(byTime.map(({ label, median }) => `${label} ${Math.round(median!)}`))
  const open = judged.filter(({ verdict }) => verdict === 'undecided' || verdict === 'not estimable')
  const lines = [
    `What you see: of ${runs} missions with ${agents}, so many were completed within ${cap} episodes: ${shares}.`,
    ...(times ? [`Half of them by episode: ${times}.`] : []),
    'Only the difference from the controls (No exchange, Own memory, Uniform targets) is an effect of sharing.',
    ...(open.length
      ? [
          `What ${runs} seeds cannot decide: ${open.length} of ${judged.length} claims and questions of this figure. ` +
            `frd reproduce ${name} runs 100 seeds and more; docs/reproduction.md has the verdicts.`,
        ]
      : []),
  ]
  return `\n${lines.join('\n')}\n`
}
