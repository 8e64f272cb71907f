// What the site is filled with: a page for every method, the code as it stands in the sources, and no number or verdict that
// the judged claims do not give. Here with claims that are made up; test/slow/reproduction.test.ts has the judged ones.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { METHODS } from '../src/methods/index.ts'
import { packageRoot } from './helpers.ts'
import { fill, loadSite, methodPages, read } from './siteParts.ts'

const { checkSite, declarationIn, methodsOn } = await loadSite()

const cell = {
  label: 'N = 2',
  quantity: { kind: 'time', a: { method: 'frd' }, b: { method: 'own' } },
  side: { below: 1 },
}
const finding = { cell, verdict: 'holds', test: 'log-rank; ratio of mean times', n: 40, completed: [40, 38], note: '' }
const judged = {
  claim: { id: 'frd own', place: 'ours', text: 'a < b', figure: 'fig4', cells: [cell] },
  verdict: 'holds',
  findings: [{ ...finding, effect: 0.51, low: 0.44, high: 0.591, p: 0.0001 }],
  readings: null,
}
const families = { paper: [], ours: [judged] }
const filled = (text: string) => fill('docs/site/findings.md', families, text)

test('every method of the registry has one page', () => {
  assert.equal(methodPages.flatMap((path) => methodsOn(read(path))).sort(), [...METHODS].sort())
})

test('a page shows the lines of its methods as they stand in the source', () => {
  for (const path of methodPages) {
    const asked = [...read(path).matchAll(/^<!-- code: (\S+) (.*) -->$/gm)]
    const shown = [
      ...fill(path, families).matchAll(/^```typescript\n([\s\S]*?)\n```\n\n.*>(\S+), lines (\d+) to (\d+)</gm),
    ]
    assert.is(shown.length, asked.flatMap(([, , names]) => names.split(' ')).length, path)
    for (const [, code, file, first, last] of shown) {
      assert.is(
        code,
        read(file)
          .split('\n')
          .slice(Number(first) - 1, Number(last))
          .join('\n'),
      )
    }
    for (const name of methodsOn(read(path))) {
      assert.ok(
        shown.some(([, code]) => code.includes(`export const ${name}: Method = {\n`) && code.endsWith('\n}')),
        name,
      )
    }
  }
})

test('a declaration is cut with its docstring, from its first line to the one that closes it', () => {
  const text =
    'const a = 1\n\n/**\n * b\n */\nexport function b(\n  x: number,\n): number {\n  return x\n}\n\nconst c = f(() =>\n  1,\n)\n'
  assert.equal(declarationIn(text, 'a'), { code: 'const a = 1', first: 1, last: 1 })
  assert.is(declarationIn(text, 'b').code, text.slice(text.indexOf('/**'), text.indexOf('\n\nconst c')))
  assert.throws(() => declarationIn(text, 'd'), /declares no "d"/)
})

test('numbers in a sentence come from the claim, and a sentence whose verdict has changed is refused', () => {
  assert.is(
    filled(
      '{{effect frd own; N = 2}} of {{range frd own}}, {{completed 2 frd own; N = 2}} of {{seeds frd own; N = 2}}',
    ),
    '0.51 [0.44, 0.59] of 0.51, 38 of 40',
  )
  assert.match(filled('{{holds frd own}}'), />holds</)
  assert.throws(() => filled('{{contradicted frd own}}'), /the claim is holds now/)
  for (const text of [
    '{{holds frd none}}',
    '{{effect frd own; N = 3}}',
    '{{what frd own}}',
    '<!-- claims: none -->\n',
    '<!-- figure: none -->\n',
    '<!-- what: frd -->\n',
  ])
    assert.throws(() => filled(text), RangeError, text)
})

test('a row has the words of its claim, and markup in them is text', () => {
  const list = filled('<!-- claims: own -->\n')
  assert.match(list, /data-claim="frd own"/)
  assert.match(list, /a &lt; b/)
  assert.match(list, /title="N = 2: holds, 0.51 \[0.44, 0.59\], p &lt; 0.001"/)
  assert.is(filled('<!-- claims: pd -->\n').trim(), '')
})

test('every picture of docs/img is in the gallery, with the methods that it shows', async () => {
  const { siteContent } = await loadSite()
  const guides = [
    'README.md',
    ...readdirSync(join(packageRoot, 'docs')).flatMap((name) => (/\.md$/.test(name) ? [`docs/${name}`] : [])),
  ]
  const { gallery } = siteContent({ read, families, guides, methodPages })
  for (const name of readdirSync(join(packageRoot, 'docs/img')))
    assert.ok(gallery.includes(`src="docs/img/${name}"`), name)
  assert.match(gallery, /id="figure-fedhpd".*methods\/fedhpd\.html/)
})

test('the check of a site finds what would not work from a path below a host, or without one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'frd-site-'))
  const faultsOf = (page: string, style = '') => {
    mkdirSync(join(folder, 'a'), { recursive: true })
    writeFileSync(join(folder, 'index.html'), '<p id="top">')
    writeFileSync(join(folder, 'a/page.html'), page)
    writeFileSync(join(folder, 'a/page.css'), style)
    return checkSite(folder).faults.length
  }
  try {
    assert.is(faultsOf('<a href="../index.html#top"></a><a href="https://example.org"></a><link href="page.css">'), 0)
    for (const page of [
      '<a href="/index.html"></a>',
      '<a href="../../index.html"></a>',
      '<a href="../none.html"></a>',
      '<a href="../index.html#none"></a>',
      '<img src="https://example.org/a.png">',
      '<img srcset="//example.org/a.png 2x">',
      '<script>import("https://example.org/a.js")</script>',
    ])
      assert.is(faultsOf(page), 1, page)
    assert.is(faultsOf('', 'a { background: url(//example.org/a.png) }'), 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('every page of methods has the same parts, and an equation or the word that there is none for each step', () => {
  const parts = ['The idea', 'The equations', 'The code', 'Try it', 'The figures', 'The verdicts']
  for (const path of methodPages) {
    const text = read(path)
    assert.equal(
      [...text.matchAll(/^## (.*)$/gm)].map(([, part]) => part),
      parts,
      path,
    )
    for (const step of ['Upload', 'aggregate', 'Download', 'Distillation loss']) {
      assert.match(text, new RegExp(`\\*\\*[^*]*${step}`, 'i'), path)
    }
    assert.match(text, /^```math$/m, path)
  }
})

test.run()
