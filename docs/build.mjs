// Builds docs/site-out, one static folder: a start page, the findings, a page per method, the figures, the guides, the API reference
// of each public entry, the sources, and the lab. It fills the pages with verdicts, figures and code, copies them to a temporary
// folder with their links pointed at pages, lets typedoc read that folder and src, adds line numbers to the sources
// and checks every link. docs/README.md says what makes it fail.

import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, extname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import temml from 'temml'
import * as typedoc from 'typedoc'
import { checkSite } from './site/check.mjs'
import { familiesIn } from './site/claims.mjs'
import { siteContent } from './site/content.mjs'
import { fillPage } from './site/pages.mjs'

// typedoc makes anchors in the small letters of the machine's language, and Turkish has others than English.
String.prototype.toLocaleLowerCase = String.prototype.toLowerCase

const root = fileURLToPath(new URL('..', import.meta.url))
  .replaceAll('\\', '/')
  .replace(/\/$/, '')
const out = `${root}/docs/site-out`
const stage = mkdtempSync(join(tmpdir(), 'frd-docs-')).replaceAll('\\', '/')
process.on('exit', () => rmSync(stage, { recursive: true, force: true }))

/** What stands for the root of the site until a page knows how deep it lies. */
const SITE = 'https://site.invalid/'

const errors = []
const read = (path) => readFileSync(`${root}/${path}`, 'utf8')

if (!existsSync(`${root}/lab/dist/index.html`)) {
  console.error('lab/dist/index.html is missing: "npm run docs" builds it, and so does "npm --prefix lab run build"')
  process.exit(1)
}

/** The guides in the order of the menu, each with its address in the site. */
const guides = new Map([
  ['README.md', 'guides/overview'],
  ['docs/library.md', 'guides/library'],
  ['docs/embedding.md', 'guides/embedding'],
  ['docs/commands.md', 'guides/commands'],
  ['docs/models.md', 'guides/models'],
  ['docs/architecture.md', 'guides/architecture'],
  ['docs/paper.md', 'guides/paper'],
  ['docs/environments.md', 'guides/environments'],
  ['docs/codecs.md', 'guides/codecs'],
  ['docs/sending.md', 'guides/sending'],
  ['docs/links.md', 'guides/links'],
  ['docs/federation.md', 'guides/federation'],
  ['docs/RELIABILITY.md', 'guides/reliability'],
  ['docs/choices.md', 'guides/choices'],
  ['docs/numerics.md', 'guides/numerics'],
  ['docs/reproduction.md', 'guides/reproduction'],
  ['bench/README.md', 'guides/benchmarks'],
  ['CONTRIBUTING.md', 'guides/contributing'],
  ['CHANGELOG.md', 'guides/changelog'],
])
for (const guide of guides.keys()) if (!existsSync(`${root}/${guide}`)) guides.delete(guide)
for (const name of readdirSync(`${root}/docs`).sort()) {
  const guide = `docs/${name}`
  if (/(?<!README)\.md$/.test(name) && !guides.has(guide)) guides.set(guide, `guides/${name.slice(0, -3)}`)
}

/** The sources that get a page: these folders, and what else a guide links to. The two files that a build writes have none. */
const sources = new Set(
  ['assembly', 'examples', 'src'].flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter(isSource),
  ),
)
function isSource(path) {
  return /\.(ts|js|mjs|json|html|css)$/.test(path) && !/^src\/kernel\/(binary|builtin)\.ts$|node_modules/.test(path)
}
const pageOf = (source) => `sources/${source}.md`

/** The public entries as package.json exports them: from the source file to the name that users import. */
const entries = new Map(
  Object.entries(JSON.parse(read('package.json')).exports)
    .filter(([, target]) => target.types?.startsWith('./dist/src/') && target.default.startsWith('./dist/src/')) // not frd/bundle
    .map(([name, { types }]) => [types.replace('./dist', root).replace(/\.d\.ts$/, '.ts'), posix.join('frd', name)]),
)

const judged = execFileSync(
  process.execPath,
  [`${root}/dist/src/cli/main.js`, 'claims', `${root}/results/paper`, '--json'],
  { maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] },
)
const families = familiesIn(judged.toString())
const content = siteContent({ read, families, guides: [...guides.keys()], methodPages: pagesIn('docs/methods') })
function pagesIn(folder) {
  return readdirSync(`${root}/${folder}`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)
}

/** Every page of Markdown beside the sources, each with its address in the site. */
const pages = new Map([
  ['docs/site/start.md', 'index'],
  ['docs/site/findings.md', 'findings'],
  ...content.methodPages.map((path) => [path, `methods/${posix.basename(path, '.md')}`]),
  ...guides,
])

/** Points the links of a guide at pages of the site. A link to a file or folder that has no page becomes its text. */
function relink(text, guide) {
  const up = posix.relative(posix.dirname(guide), '.') || '.'
  const change = (link, label, target) => {
    if (/^([a-z]+:|#)/.test(target)) return link
    const [file, anchor] = target.split('#')
    const path = posix.join(posix.dirname(guide), file)
    if (!existsSync(`${root}/${path}`)) errors.push(`${guide} links to ${target}, which does not exist`)
    else if (pages.has(path)) return link
    else if (/\.(svg|png)$/.test(path)) {
      cpSync(`${root}/${path}`, `${stage}/${path}`)
      return link
    } else if (isSource(path)) {
      sources.add(path)
      return `[${label}](${up}/${pageOf(path)}${anchor ? `#${anchor}` : ''})`
    }
    return label
  }
  const code = /(^```[\s\S]*?^```|(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+|`[^`\n]+`)/m
  return text
    .split(code)
    .map((part, i) => (i % 2 ? part : part.replace(/!?\[([^\]]*)\]\(([^)\s]+)\)/g, change)))
    .join('')
}

/** Writes one page of Markdown for typedoc, with its place in the site. */
const addresses = new Map()
function put(path, address, head, text) {
  mkdirSync(dirname(`${stage}/${path}`), { recursive: true })
  writeFileSync(`${stage}/${path}`, head.length ? `---\n${head.join('\n')}\n---\n\n${text}` : text)
  addresses.set(`${stage}/${path}`, address)
}

/** Equations in TeX become MathML, which browsers draw by themselves. */
const withEquations = (text) =>
  text.replace(/^```math\n([\s\S]*?)^```$/gm, (_, tex) => {
    const drawn = temml.renderToString(tex, { displayMode: true, throwOnError: true, annotate: false })
    return `<div class="math">${drawn}</div>`
  })

for (const [path, address] of pages) {
  let text = read(path)
  try {
    if (!guides.has(path)) text = fillPage(text, { ...content, up: posix.relative(posix.dirname(path), '.') })
  } catch (error) {
    errors.push(`${path}: ${error.message}`)
  }
  text = withEquations(relink(text, path))
  put(path, address, address === 'index' ? [] : [`title: ${JSON.stringify(titleOf(path))}`], text)
}

/** What the menu calls a page: its heading as far as the colon. */
function titleOf(path) {
  const [, title] = /^# (.*)\n/.exec(read(path)) ?? ['', path]
  return path === 'README.md' ? 'Overview' : title.split(':')[0]
}

/** A page that holds others: a text, and its children by their titles. */
function putList(path, address, title, text, children) {
  const named = children.map((child) => `  ${JSON.stringify(titleOf(child))}: ${child}`)
  put(path, address, [`title: ${title}`, 'children:', ...named], `# ${title}\n\n${text}`)
}
for (const { file } of content.figures.values()) cpSync(`${root}/docs/img/${file}`, `${stage}/docs/img/${file}`)
putList('methods.md', 'methods/index', 'Methods', content.methodsText, content.methodPages)
put('figures.md', 'figures', ['title: Figures'], `# Figures\n\n${content.gallery}`)
putList('guides.md', 'guides/index', 'Guides', content.guidesText, [...guides.keys()])
const sorted = [...sources].sort()
for (const path of sorted) {
  const language = extname(path).slice(1).replace('mjs', 'js')
  put(pageOf(path), `sources/${path}`, [`title: ${path}`], `\`\`\`\`\`\`${language}\n${read(path)}\`\`\`\`\`\`\n`)
}
put(
  'sources.md',
  'sources/index',
  ['title: Sources', 'children:', ...sorted.map((path) => `  ${path}: ${pageOf(path)}`)],
  `# Sources\n\n${sorted.map((path) => `- [${path}](${pageOf(path)})\n`).join('')}`,
)

/** What typedoc says, sorted by what follows from it. */
const undocumented = []
const unexported = []
class Log extends typedoc.Logger {
  log(message, level) {
    super.log(message, level)
    // The name of an error class is the class's own and needs no docstring.
    if (level < typedoc.LogLevel.Warn || /Error\.name \(Property\)/.test(message)) return
    const kind = / does not have any documentation$/.test(message)
      ? undocumented
      : / but not included in the documentation$/.test(message)
        ? unexported
        : errors
    kind.push(message.replaceAll(`${stage}/`, '').replaceAll(`${root}/`, '').replace('defined in frd/', 'defined in '))
  }
}

const app = await typedoc.Application.bootstrap(
  {
    name: 'frd',
    includeVersion: true,
    entryPoints: [...entries.keys()],
    tsconfig: `${root}/docs/site/tsconfig.json`,
    basePath: root,
    readme: `${stage}/docs/site/start.md`,
    projectDocuments: ['docs/site/findings.md', 'methods.md', 'figures.md', 'guides.md', 'sources.md'].map(
      (path) => `${stage}/${path}`,
    ),
    navigationLinks: Object.fromEntries(
      [
        ['Findings', 'findings.html'],
        ['Methods', 'methods/index.html'],
        ['Figures', 'figures.html'],
        ['Guides', 'guides/index.html'],
        ['API', 'frd.html'],
        ['Lab', 'lab/index.html'],
      ].map(([name, address]) => [name, `${SITE}${address}`]),
    ),
    router: 'frd',
    customCss: `${root}/docs/site/site.css`,
    customJs: `${root}/docs/site/site.js`,
    favicon: `${root}/docs/site/favicon.svg`,
    githubPages: false,
    includeHierarchySummary: false,
    excludeInternal: true,
    sort: ['kind', 'instance-first', 'alphabetical-ignoring-documents'],
    sortEntryPoints: false,
    groupOrder: ['Documents', 'Modules', 'Functions', 'Classes', 'Variables', 'Interfaces', 'Type Aliases', '*'],
    kindSortOrder: ['Document', 'Module', 'Function', 'Class', 'Variable', 'Interface', 'TypeAlias', 'Reference'],
    useFirstParagraphOfCommentAsSummary: true,
    navigation: { includeGroups: false, includeFolders: false },
    navigationLeaves: ['Sources'],
    highlightLanguages: ['typescript', 'javascript', 'json', 'html', 'css', 'bash', 'console', 'c', 'py'],
    searchInComments: true,
    searchInDocuments: true,
    validation: { notDocumented: true, notExported: true, invalidLink: true },
  },
  [new typedoc.TSConfigReader()],
)
app.logger = new Log()

const sourceOf = (model) => model.isDocument?.() && /^sources\/(?!index$)(.*)/.exec(addresses.get(fileOf(model)))?.[1]
const fileOf = (model) => model.project.files.getReflectionPath(model)

app.renderer.defineRouter(
  'frd',
  class extends typedoc.StructureRouter {
    getIdealBaseName(model) {
      return (model.isDocument?.() && addresses.get(fileOf(model))) || super.getIdealBaseName(model)
    }
  },
)

// The sources have pages, but a search should find what they are about and not each line of them.
app.renderer.on(typedoc.IndexEvent.PREPARE_INDEX, (event) => {
  for (let i = event.searchResults.length - 1; i >= 0; i--) if (sourceOf(event.searchResults[i])) event.removeResult(i)
})

app.renderer.on(typedoc.PageEvent.END, (page) => {
  const up = '../'.repeat(page.url.split('/').length - 1)
  page.contents = page.contents
    .replaceAll('href="source:', `href="${up}sources/`)
    .replaceAll(`href="${SITE}`, `href="${up}`)
    .replaceAll('href="site:', `href="${up}`)
    .replaceAll('<table>', '<div class="table"><table>')
    .replaceAll('</table>', '</table></div>')
  if (page.url === 'index.html') page.contents = page.contents.replace('container-main"', 'container-main start"')
  const path = sourceOf(page.model)
  if (!path) return
  page.contents = page.contents
    .replace('container-main"', 'container-main source"')
    .replace(/(<pre><code[^>]*>)([\s\S]*?)(\s*<\/code>)/, (_, open, code, close) => {
      const lines = code.split('<br/>').map((line, i) => `<a class="line" id="L${i + 1}"></a>${line}`)
      return `<h1>${path}</h1>${open}${lines.join('<br/>')}${close}`
    })
})

const points = app.getEntryPoints()
for (const point of points) point.displayName = entries.get(point.sourceFile.fileName)
const project = app.converter.convert(points)

for (const model of Object.values(project.reflections)) {
  for (const source of model.sources ?? []) {
    if (sources.has(source.fileName)) source.url = `source:${source.fileName}.html#L${source.line}`
  }
  // The fields of a record stand in the order of its source, which groups them by what they do.
  if (model.kindOf(typedoc.ReflectionKind.Interface | typedoc.ReflectionKind.TypeLiteral)) {
    const place = ({ sources: [at] = [] }) =>
      `${at?.fileName}:${String(at?.line).padStart(6, '0')}:${String(at?.character).padStart(6, '0')}`
    for (const list of [model.children, ...(model.groups ?? []).map((group) => group.children)]) {
      list?.sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0))
    }
  }
  // The header of an entry's file says what the entry is for.
  if (model.kindOf(typedoc.ReflectionKind.Module) && !model.comment) {
    const [header] = /^(\/\/.*\n)*/.exec(read(model.sources[0].fileName))
    model.comment = new typedoc.Comment([{ kind: 'text', text: header.replace(/^\/\/ ?/gm, '') }])
  }
}

app.validate(project)
await app.generateDocs(project, out)
cpSync(`${root}/lab/dist`, `${out}/lab`, { recursive: true })
const { pages: count, bytes, faults } = checkSite(out, [stage, root])
errors.push(...faults)

console.log(`docs/site-out: ${count} pages, ${(bytes / 2 ** 20).toFixed(1)} MiB`)
console.log(
  `${undocumented.length} public names without a docstring, ${unexported.length} types named but not exported`,
)
errors.push(...undocumented, ...unexported)
if (errors.length) {
  console.error(`${errors.join('\n')}\n${errors.length} errors`)
  process.exitCode = 1
}
