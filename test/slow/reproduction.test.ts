// The committed document and pictures are those that the committed runs give today.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chaptersOf } from '../../src/cli/chapters.ts'
import { readMeasures, readRuns } from '../../src/cli/folder.ts'
import { loadStatistics } from '../../src/cli/statistics.ts'
import { paperClaims } from '../../src/paper/claims.ts'
import { ownClaims } from '../../src/paper/controls.ts'
import { toDocument } from '../../src/paper/document.ts'
import { pairBySeed, timeRatio } from '../../src/paper/effects.ts'
import { AGENTS } from '../../src/paper/figures.ts'
import { judge } from '../../src/paper/judge.ts'
import { renderSvg } from '../../src/plot/svg.ts'
import { indexRuns } from '../../src/results/summary.ts'
import { packageRoot } from '../helpers.ts'
import { fill, loadSite, methodPages } from '../siteParts.ts'

const dir = join(packageRoot, 'results', 'paper')
const lines = readRuns(dir).runs
const judging = { findRuns: indexRuns(lines), measuresOf: readMeasures(dir), ...(await loadStatistics()) }
const chapters = chaptersOf(judging)
const families = { paper: judge(paperClaims, judging), ours: judge(ownClaims, judging) }

test('docs/reproduction.md is what frd claims results/paper --markdown prints', () => {
  const made = toDocument(families, chapters, 'img')
  assert.is(readFileSync(join(packageRoot, 'docs', 'reproduction.md'), 'utf8'), made)
})

test('the pictures in docs/img are those that frd report results/paper --out DIR draws', async () => {
  for (const { name, spec } of chapters) {
    const path = join(packageRoot, 'docs', 'img', `${name}.svg`)
    assert.ok(existsSync(path), `${name}.svg is missing`)
    if (name === 'fig2' || name === 'fig5') assert.is(readFileSync(path, 'utf8'), await renderSvg(spec))
  }
})

test('what the lab opens with is what its rule makes of the committed runs', async () => {
  const { openings, read } = await import(pathToFileURL(join(packageRoot, 'lab', 'rule.js')).href)
  assert.equal(read('src/archive.json'), await openings(), 'run node lab/rule.js --write')
})

const { familiesIn } = await loadSite()

/** The claims that a page of the site lists, each with the verdict of its row, and the other words of the row. */
const rowsOf = (page: string) =>
  [...page.matchAll(/<li[^>]* data-claim="([^"]*)"><span class="verdict" data-verdict="([^"]*)">\2<\/span>(.*)/g)].map(
    ([, id, verdict, words]) => ({ id, verdict, words }),
  )

test('the verdicts on the pages of methods and findings are those of the judged claims', () => {
  const printed = familiesIn(JSON.stringify(families))
  for (const path of [...methodPages, 'docs/site/findings.md']) {
    assert.is(fill(path, printed), fill(path, families), `${path} from what frd claims --json prints`)
  }
  const judged = new Map([...families.paper, ...families.ours].map((one) => [one.claim.id, one]))
  const pages = methodPages.map((path) => rowsOf(fill(path, families)))
  const findings = fill('docs/site/findings.md', families)
  const listed = rowsOf(findings.slice(findings.indexOf('\n## What holds')))
  for (const rows of [listed, ...pages]) {
    assert.is(new Set(rows.map(({ id }) => id)).size, rows.length)
    for (const { id, verdict, words } of rows) {
      const { findings: cells, verdict: found } = judged.get(id)!
      assert.is(verdict, found, id)
      const squares = [...words.matchAll(/<i data-verdict="([^"]*)"[^>]* title="([^:"]*):/g)]
      assert.equal(
        squares.map(([, of, label]) => [label, of]),
        cells.map((one) => [one.cell.label, one.verdict]),
        id,
      )
    }
  }
  assert.equal(listed.map(({ id }) => id).sort(), [...judged.keys()].sort(), 'the findings list every claim once')
  const about = new Set(pages.flat().map(({ id }) => id))
  assert.equal(
    [...judged.keys()].filter((id) => !about.has(id)),
    [],
    'every claim is on the page of a method',
  )
})

// A column of a journal is 3.5 inches wide, which is 252 points.
test('no text of the pictures is smaller than 7 points where they are a column wide', () => {
  for (const { name } of chapters) {
    const svg = readFileSync(join(packageRoot, 'docs', 'img', `${name}.svg`), 'utf8')
    const width = Number(/ width="([\d.]+)"/.exec(svg)![1])
    const sizes = [...svg.matchAll(/font-size="([\d.]+)px"/g)].map(([, size]) => Number(size))
    const least = (Math.min(...sizes) * 252) / width
    assert.ok(sizes.length > 5 && least >= 7, `${name}: ${least.toFixed(2)} points`)
  }
})

test('every layer of a picture has a name of its own, since layers of one name would draw the data of the first', () => {
  for (const { name, spec } of chapters) {
    const names: string[] = []
    const visit = (part: unknown): void => {
      if (Array.isArray(part)) part.forEach(visit)
      else if (typeof part === 'object' && part !== null) {
        if ('data' in part && 'name' in part) names.push(String(part.name))
        else Object.values(part).forEach(visit)
      }
    }
    visit(spec)
    assert.is(new Set(names).size, names.length, name)
  }
})

test('no stored run stands twice, and none failed', () => {
  const runsSeen = new Set(lines.map(({ setting, seed }) => `${setting} ${seed}`))
  assert.is(runsSeen.size, lines.length)
  assert.is(lines.filter(({ failed }) => failed).length, 0)
})

test('the numbers of README.md are those of the committed runs', () => {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8').replace(/\s+/g, ' ')
  const arms = (method: string, agents = 4) => judging.findRuns({ method, agents })
  const completed = (method: string) => arms(method).runs.filter(({ completion }) => completion !== null).length
  const ratio = (a: string, b: string, agents = 4) => {
    const [one, other] = pairBySeed([arms(a, agents).runs, arms(b, agents).runs])
    return timeRatio(one, other, arms(a, agents).config.cap, judging)
  }
  const shown = (method: string) => ratio(method, 'independent').effect.toFixed(2)
  for (const words of [
    `${completed('mixfrd')} of ${arms('mixfrd').runs.length} missions are completed with MixFRD`,
    `${completed('frd')} with FRD and ${completed('frl')} with FRL, but ${completed('independent')} without exchange`,
    `in ${shown('mixfrd')}, ${shown('frd')} and ${shown('frl')} of the episodes`,
  ]) {
    assert.ok(readme.includes(words), words)
  }
  const beside = AGENTS.filter((agents) => agents > 1).map((agents) => ratio('frd', 'uniform', agents))
  const effects = beside.map(({ effect }) => effect)
  const range = `${Math.min(...effects).toFixed(2)} to ${Math.max(...effects).toFixed(2)} of their episodes`
  assert.ok(readme.includes(range), range)
  assert.ok(beside.every(({ low, high }) => low < 1 && high > 1))
  const printed = toDocument(families, chapters, 'img')
  const intervals = readme.match(/\d\.\d\d \[\d\.\d\d, \d\.\d\d\]/g) ?? []
  assert.ok(intervals.length > 1 && intervals.every((one) => printed.includes(one)), String(intervals))
})

test.run()
