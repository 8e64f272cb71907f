// Judged claims as rows of HTML: the verdict, the sentence, one square per cell, and how sure it is. The numbers are
// worded by the functions that word them in docs/reproduction.md, so that both say the same.

import { show, showInterval, showP, showReadings } from '../../dist/src/paper/findings.js'
import { methodStyles } from '../../dist/src/plot/styles.js'

/** Every verdict, in the order in which pages show them. */
export const VERDICTS = ['holds', 'contradicted', 'mixed', 'undecided', 'not estimable']

export const toHtml = (text) =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/**
 * Both families from what `frd claims --json` prints. JSON has no infinity and says null for it, as it does where there is no effect;
 * but a cell with a verdict has one.
 */
export function familiesIn(json) {
  const families = JSON.parse(json)
  for (const { findings } of allClaims(families)) {
    for (const finding of findings.filter(({ verdict }) => verdict !== 'not estimable')) {
      for (const name of ['effect', 'low', 'high']) finding[name] ??= Number.POSITIVE_INFINITY
    }
  }
  return families
}

/** Every claim of both families, each with the name of its family. */
export const allClaims = (families) =>
  Object.entries(families).flatMap(([family, judged]) => judged.map((one) => ({ ...one, family })))

/** @throws RangeError unless there is such a claim */
export function findClaim(families, id) {
  const found = allClaims(families).find(({ claim }) => claim.id === id)
  if (!found) throw new RangeError(`no claim is called "${id}"`)
  return found
}

export const anchorOf = (id) => `claim-${id.replaceAll(' ', '-')}`

/** The names of methods that arms of runs, places of measurements and the sentence of a claim name. */
export function methodsOf({ claim }, names) {
  const found = new Set()
  const said = [claim.text]
  const visit = (value) => {
    if (Array.isArray(value)) for (const one of value) visit(one)
    else if (value && typeof value === 'object') {
      for (const name of [value.method, value.series]) if (names.includes(name)) found.add(name)
      if (value.series) said.push(value.series)
      Object.values(value).forEach(visit)
    }
  }
  for (const { quantity } of claim.cells) visit(quantity)
  for (const name of names) if (wordsOf(name).some((word) => said.some((text) => word.test(text)))) found.add(name)
  return names.filter((name) => found.has(name))
}

/** What sentences and places call a method. Both methods that send a ProxRM are meant where they speak of one. */
function wordsOf(name) {
  const label = methodStyles[name]?.label ?? name
  const others = {
    frd: [/\bProxRM\b/, /\bclusters\b/, /\bpolicy's variance\b/],
    mixfrd: [/\bProxRM\b/, /\bmixup\b/, /\bpolicy's variance\b/],
  }
  return [new RegExp(`\\b${label}\\b`), ...(others[name] ?? [])]
}

export const chip = (verdict) => `<span class="verdict" data-verdict="${verdict}">${verdict}</span>`

const counts = ({ findings }) => findings.filter(({ cell, verdict }) => !cell.isAside && verdict !== 'not estimable')

/** `3 of 7`: how many of the cells that count have the claim's own side. */
export function cellsOf(judged) {
  const counted = counts(judged)
  return `${counted.filter(({ verdict }) => verdict === 'holds').length} of ${counted.length}`
}

const boundOf = ({ side }) =>
  side.within
    ? `between ${show(side.within[0])} and ${show(side.within[1])}`
    : side.below !== undefined
      ? `below ${show(side.below)}`
      : `above ${show(side.above)}`

const unique = (values) => [...new Set(values)]
const span = (values, word) => {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(word)
  return least === most ? least : `${least} to ${most}`
}

/** `0.54 to 0.82`: the effects of the cells that count; a dash where there are none. */
export function rangeOf(judged) {
  const effects = counts(judged).flatMap(({ effect }) => (effect === null ? [] : [effect]))
  return effects.length ? span(effects, show) : '-'
}

/** What was measured, between which bounds it lies, where the claim has it, and from how many seeds. */
function measureOf(judged) {
  const counted = counts(judged).filter(({ effect }) => effect !== null)
  const kinds = unique(counted.map(({ test, cell }) => `${test.split('; ').at(-1)}|${boundOf(cell)}`))
  const parts = kinds.map((kind) => {
    const [name, bound] = kind.split('|')
    const of = counted.filter(({ test, cell }) => `${test.split('; ').at(-1)}|${boundOf(cell)}` === kind)
    return `${name} ${span(
      of.map(({ effect }) => effect),
      show,
    )} (the claim: ${bound})`
  })
  const seeds = counted.map(({ n }) => n).filter(Boolean)
  return [...parts, ...(seeds.length ? [`${span(seeds, String)} seeds`] : [])].join('; ')
}

/** One square per cell; what it says stands in its title, and the words beside it say how many hold. */
function squares({ findings }) {
  const cells = findings.map((finding) => {
    const { cell, verdict, p } = finding
    const said = `${cell.label}: ${verdict}, ${showInterval(finding)}${p === null ? '' : `, p ${showP(p)}`}`
    return `<i data-verdict="${verdict}"${cell.isAside ? ' class="aside"' : ''} title="${toHtml(said)}"></i>`
  })
  return `<span class="cells" aria-hidden="true">${cells.join('')}</span>`
}

/**
 * One claim as an item of a list.
 * @param links addresses of the cells of a family, and of a figure by its name, which is undefined where there is none
 * @param isHome whether the item is the one to which others link
 */
export function claimItem(judged, { cellsAt, figureAt }, isHome = false) {
  const { claim, verdict, readings, family, findings } = judged
  const figure = figureAt(claim.figure)
  const about = [
    `${squares(judged)} ${counts(judged).length ? `${cellsOf(judged)} cells hold` : toHtml(unique(findings.map(({ note }) => note).filter(Boolean)).join('; '))}`,
    toHtml(measureOf(judged)),
    readings === null ? '' : `over the readings: ${showReadings(readings)}`,
    figure ? `<a href="${figure}">figure ${claim.figure}</a>` : '',
    family === 'paper' ? toHtml(claim.place) : '',
  ]
  return [
    `<li${isHome ? ` id="${anchorOf(claim.id)}"` : ''} data-claim="${toHtml(claim.id)}">`,
    `${chip(verdict)}<div><p>${toHtml(claim.text)} <a class="id" href="${cellsAt(family)}" title="its cells, one by one">${toHtml(claim.id)}</a></p>`,
    `<p class="about">${about.filter(Boolean).join(' · ')}</p></div></li>`,
  ].join('')
}

/** A list of claims; empty where there are none. */
export function claimList(judged, links, isHome = false) {
  if (!judged.length) return ''
  return `<ul class="claims">\n${judged.map((one) => claimItem(one, links, isHome)).join('\n')}\n</ul>\n`
}

/** A bar as wide as the share of each verdict, with its numbers below. */
export function verdictBar(judged) {
  const shares = VERDICTS.map((verdict) => [verdict, judged.filter((one) => one.verdict === verdict).length])
  const shown = shares.filter(([, count]) => count > 0)
  const bars = shown.map(([verdict, count]) => `<i data-verdict="${verdict}" style="flex-grow:${count}"></i>`)
  const words = shown.map(([verdict, count]) => `<span>${chip(verdict)} ${count}</span>`)
  return `<div class="bar" aria-hidden="true">${bars.join('')}</div><p class="key">${words.join(' ')}</p>\n`
}
