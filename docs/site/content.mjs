// What the pages of the site are filled with beside their own words: the figures with their titles, the methods that each
// shows, the order of the method pages, the gallery, and the lists of methods and guides. Nothing here is typed by hand that the
// registries, the guides or the judged claims know.

import { METHODS, methods } from '../../dist/src/methods/index.js'
import { paperFigures } from '../../dist/src/paper/figures.js'
import { figures as registry } from '../../dist/src/paper/index.js'
import { methodStyles } from '../../dist/src/plot/styles.js'
import { allClaims, methodsOf, toHtml } from './claims.mjs'
import { figuresIn } from './pages.mjs'

/** The methods that a page is about: those of its list of claims. */
export const methodsOn = (text) => /^<!-- claims: (.*) -->$/m.exec(text)?.[1].split(' ') ?? []

/** Addresses within the site, from anywhere in it. */
const SITE = 'site:'

/** The words of a heading as the anchor of it. */
const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/[ -]+/g, '-')

/** What README.md says of each guide, by its path. */
const describedIn = (readme) =>
  new Map([...readme.matchAll(/^- \[[^\]]*\]\(([^)]*)\): (.*)$/gm)].map(([, path, words]) => [path, words]))

export function siteContent({ read, families, guides, methodPages }) {
  const ordered = ['docs/reproduction.md', ...guides.filter((path) => path !== 'docs/reproduction.md')]
  const figures = figuresIn(ordered.map((path) => ({ path, text: read(path) })))
  const shown = {}
  for (const [name, { base, series }] of Object.entries(registry)) {
    const labels = series.map(({ config }) => config.method ?? base.method)
    shown[name] = METHODS.filter((method) => labels.includes(method))
  }
  for (const judged of allClaims(families)) {
    const { figure } = judged.claim
    const found = new Set([...(shown[figure] ?? []), ...methodsOf(judged, METHODS)])
    shown[figure] = METHODS.filter((name) => found.has(name))
  }
  const links = {
    sourceAt: (file, line) => `${SITE}sources/${file}.html#L${line}`,
    lab: `${SITE}lab/index.html`,
    findings: `${SITE}findings.html`,
    cellsAt: (family) =>
      `${SITE}guides/reproduction.html#${family === 'paper' ? 'the-claims-of-the-paper' : 'questions-of-ours'}-cell-by-cell`,
    figureAt: (name) => (figures.has(name) ? `${SITE}figures.html#figure-${name}` : undefined),
  }

  const texts = new Map(methodPages.map((path) => [path, read(path)]))
  const place = (path) => Math.min(...methodsOn(texts.get(path)).map((name) => METHODS.indexOf(name)))
  const inOrder = [...methodPages].sort((a, b) => place(a) - place(b))
  const pageOf = (method) => inOrder.find((path) => methodsOn(texts.get(path)).includes(method))
  const methodLink = (name) => {
    const page = pageOf(name)?.replace(/^docs\/(.*)\.md$/, '$1.html')
    const label = methodStyles[name]?.label ?? name
    return page ? `<a href="${SITE}${page}">${label}</a>` : label
  }

  const card = ({ name, title, file, path }) => {
    const isMade = path === 'docs/reproduction.md'
    const guide = `${SITE}guides/${isMade ? `reproduction.html#${slug(title)}` : `${path === 'README.md' ? 'overview' : path.replace(/.*\/(.*)\.md$/, '$1').toLowerCase()}.html`}`
    const about = [
      isMade ? `<code>frd reproduce ${name}</code>` : '',
      `<a href="${guide}">${isMade ? 'numbers' : 'where it stands'}</a>`,
      (shown[name] ?? []).map(methodLink).join(', '),
    ]
    return [
      `<figure id="figure-${name}"><img src="docs/img/${file}" alt="${toHtml(title)}" loading="lazy">`,
      `<figcaption><strong>${toHtml(title)}</strong><span>${about.filter(Boolean).join(' · ')}</span></figcaption></figure>`,
    ].join('')
  }
  const group = (title, list) =>
    list.length ? `## ${title}\n\n<div class="gallery">\n${list.map(card).join('\n')}\n</div>\n` : ''
  const all = [...figures.values()]
  const isPapers = ({ name }) => Object.hasOwn(paperFigures, name)
  const isOurs = (figure) => !isPapers(figure) && figure.path === 'docs/reproduction.md'
  const gallery = [
    'The figures of the first two groups are drawn from the committed runs by the command below each; its numbers are one link away.\n',
    group("The paper's figures", all.filter(isPapers)),
    group('What we asked beside them', all.filter(isOurs)),
    group(
      'In the guides',
      all.filter((figure) => !isPapers(figure) && !isOurs(figure)),
    ),
  ].join('\n')

  const methodsText = [
    'Every method answers three questions: what an agent uploads, what the server makes of the uploads, and what an agent does with',
    'the download. Each page has the idea, the equations, the code, the figures and the verdicts of one method.\n',
    '<div class="table"><table><thead><tr><th>method</th><th>what it is</th><th>what travels</th></tr></thead><tbody>',
    ...METHODS.map(
      (name) =>
        `<tr><td>${methodLink(name)}</td><td>${toHtml(methods[name].doc)}</td><td>${methods[name].payload({ merge: 'mean' })}</td></tr>`,
    ),
    '</tbody></table></div>\n',
    'A method of your own is one more such value: [the library, by example](docs/library.md), shows how.\n',
  ].join('\n')
  const described = describedIn(read('README.md'))
  const guideItems = guides.map((path) => {
    const title = path === 'README.md' ? 'Overview' : (/^# (.*)\n/.exec(read(path))?.[1] ?? path)
    return `- [${title}](${path})${described.has(path) ? `: ${described.get(path)}` : ''}\n`
  })

  return {
    read,
    families,
    figures,
    shown,
    names: METHODS,
    links,
    methodPages: inOrder,
    pageOf,
    gallery,
    methodsText,
    guidesText: guideItems.join(''),
  }
}
