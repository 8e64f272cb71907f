// Fills the hand-written pages, docs/methods/*.md, docs/site/start.md and docs/site/findings.md: the lines of a source, figures, verdicts and
// numbers are put in where the page asks for them, so that none is copied by hand. A page asks in comments of its own line:
//
//   <!-- code: FILE NAME... -->       the declarations of these names, as they stand in the file
//   <!-- figure: NAME -->             a picture of docs/img with its title
//   <!-- figures: METHOD... -->       links to the figures that have these methods
//   <!-- lab: METHOD METHOD -->       a link to the lab, where the first is compared with the second
//   <!-- claims: METHOD... -->        every claim about one of these methods
//   <!-- claims with VERDICT -->      every claim with this verdict
//   <!-- steady -->                   the claims that have one verdict in all readings of the text
//   <!-- bar: FAMILY -->              how many claims of a family have which verdict
//
// and within a sentence: {{holds ID}} and so for each verdict, which fails where the claim has another one; {{verdict ID}};
// {{range ID}}, {{cells ID}}, {{readings ID}}; {{effect ID; CELL}}, {{seeds ID; CELL}}, {{completed ARM ID; CELL}};
// {{count FAMILY}}, {{count FAMILY VERDICT}}.

import { showInterval, showReadings } from '../../dist/src/paper/findings.js'
import {
  allClaims,
  anchorOf,
  cellsOf,
  chip,
  claimList,
  findClaim,
  methodsOf,
  rangeOf,
  toHtml,
  VERDICTS,
  verdictBar,
} from './claims.mjs'

/**
 * The lines of a declaration at the left margin, with the docstring before it, and the numbers of the first and the last.
 * @throws RangeError unless the text has one declaration of that name
 */
export function declarationIn(text, name) {
  const lines = text.split('\n')
  const declares = new RegExp(`^(export )?(const|function\\*?|class|type|interface) ${name}\\b`)
  const at = lines.findIndex((line) => declares.test(line))
  if (at < 0) throw new RangeError(`it declares no "${name}"`)
  let first = at
  if (/\*\/$/.test(lines[at - 1] ?? '')) {
    do first--
    while (!lines[first].startsWith('/**'))
  }
  // A declaration that fills more than a line ends with the first line at the margin that closes it.
  let last = at
  if (/[{([=]$/.test(lines[at])) {
    do last++
    while (!/^[})\]]/.test(lines[last]) || /[{(]$/.test(lines[last]))
  }
  return { code: lines.slice(first, last + 1).join('\n'), first: first + 1, last: last + 1 }
}

/** The figures that documents show, in their order: the first document that shows a picture gives it its title. */
export function figuresIn(documents) {
  const figures = new Map()
  for (const { path, text } of documents) {
    for (const [, title, folder, name, ending] of text.matchAll(/!\[([^\]]*)\]\(([^)\s]*?)([\w-]+)\.(svg|png)\)/g)) {
      if (!figures.has(name) && /(^|\/)img\/$/.test(folder))
        figures.set(name, { name, title, file: `${name}.${ending}`, path })
    }
  }
  return figures
}

/** @param sources `read(path)`, `families`, `figures`, `shown`: the methods by the name of a figure; `links`, `up`: from the page to the root */
export function fillPage(text, { read, families, figures, shown, names, links, up }) {
  const listed = allClaims(families)
  const picture = (name) => {
    const figure = figures.get(name)
    if (!figure) throw new RangeError(`no document shows a figure "${name}"`)
    return figure
  }
  const known = (words) => {
    for (const word of words) if (!names.includes(word)) throw new RangeError(`no method is called "${word}"`)
    return words
  }
  const blocks = {
    code: (file, ...declared) => {
      const source = read(file)
      const language = file.endsWith('.ts') ? 'typescript' : 'javascript'
      return declared
        .map((name) => {
          const { code, first, last } = declarationIn(source, name)
          return `\`\`\`${language}\n${code}\n\`\`\`\n\n<p class="caption"><a href="${links.sourceAt(file, first)}">${file}, lines ${first} to ${last}</a></p>\n`
        })
        .join('\n')
    },
    figure: (name) => {
      const { title, file } = picture(name)
      return `![${title}](${up}/docs/img/${file})\n\n<p class="caption">${toHtml(title)}. <a href="${links.figureAt(name)}">In the gallery</a></p>\n`
    },
    figures: (...words) => {
      const wanted = known(words)
      const found = [...figures.values()].filter(({ name }) => shown[name]?.some((method) => wanted.includes(method)))
      const items = found.map(({ name, title }) => `<li><a href="${links.figureAt(name)}">${toHtml(title)}</a></li>`)
      return `<ul>\n${items.join('\n')}\n</ul>\n`
    },
    claims: (...words) => {
      const wanted = known(words)
      const about = listed.filter((one) => methodsOf(one, names).some((name) => wanted.includes(name)))
      const part = (title, family) => {
        const judged = about.filter((one) => one.family === family && one.verdict !== 'not estimable')
        return judged.length ? `### ${title}\n\n${verdictBar(judged)}\n${claimList(judged, links)}\n` : ''
      }
      const left = about.filter(({ verdict }) => verdict === 'not estimable')
      const rest = left.length ? `### Not estimable from the committed runs\n\n${claimList(left, links)}\n` : ''
      return part('What the paper says', 'paper') + part('What we asked beside it', 'ours') + rest
    },
    'claims with': (...words) => {
      const verdict = words.join(' ')
      if (!VERDICTS.includes(verdict)) throw new RangeError(`no verdict is called "${verdict}"`)
      const part = (title, family) => {
        const judged = listed.filter((one) => one.family === family && one.verdict === verdict)
        return judged.length ? `<p class="family">${title}</p>\n\n${claimList(judged, links, true)}\n` : ''
      }
      const all = part('Statements of the paper', 'paper') + part('Questions of ours', 'ours')
      return all || 'None.\n'
    },
    steady: () => {
      const steady = listed.filter(({ readings }) => {
        if (readings === null) return false
        const all = VERDICTS.reduce((sum, verdict) => sum + readings[verdict], 0)
        return VERDICTS.some((verdict) => verdict !== 'undecided' && readings[verdict] === all)
      })
      return steady.length ? claimList(steady, links) : 'None.\n'
    },
    lab: (...words) => {
      const [method, against] = known(words)
      const address = `${links.lab}#method=${method}&amp;against=${against}`
      return `<p><a href="${address}">Watch ${method} against ${against} in the lab</a>, seed by seed.</p>\n`
    },
    bar: (family) => verdictBar(families[family]),
  }
  const findingOf = (rest) => {
    const [id, label] = rest.split('; ')
    const finding = findClaim(families, id).findings.find(({ cell }) => cell.label === label)
    if (!finding) throw new RangeError(`"${id}" has no cell "${label}"`)
    return finding
  }
  const linked = (id, verdict) => `<a class="chip" href="${links.findings}#${anchorOf(id)}">${chip(verdict)}</a>`
  const words = {
    verdict: (id) => linked(id, findClaim(families, id).verdict),
    range: (id) => rangeOf(findClaim(families, id)),
    cells: (id) => cellsOf(findClaim(families, id)),
    readings: (id) => showReadings(findClaim(families, id).readings),
    effect: (rest) => showInterval(findingOf(rest)),
    seeds: (rest) => String(findingOf(rest).n),
    completed: (rest) => {
      const [, arm, cell] = /^(\d) (.*)$/.exec(rest) ?? []
      return String(findingOf(cell).completed[Number(arm) - 1])
    },
    count: (rest) => {
      const [family, ...verdict] = rest.split(' ')
      const judged = families[family]
      return String(verdict.length ? judged.filter((one) => one.verdict === verdict.join(' ')).length : judged.length)
    },
  }
  const say = (whole, asked) => {
    const guarded = VERDICTS.find((verdict) => asked.startsWith(`${verdict} `))
    if (guarded) {
      const id = asked.slice(guarded.length + 1)
      const { verdict } = findClaim(families, id)
      if (verdict !== guarded) {
        throw new RangeError(`${whole}: the claim is ${verdict} now, so the sentence must be written anew`)
      }
      return linked(id, verdict)
    }
    const [word] = asked.split(' ', 1)
    if (!Object.hasOwn(words, word)) throw new RangeError(`${whole} asks for nothing that is known`)
    return words[word](asked.slice(word.length + 1))
  }
  return text.replace(/\{\{([^}]+)\}\}/g, say).replace(/^<!-- (claims with|\w+):? ?(.*?) ?-->\n/gm, (_, kind, rest) => {
    if (!Object.hasOwn(blocks, kind)) throw new RangeError(`<!-- ${kind} --> asks for nothing that is known`)
    return blocks[kind](...rest.split(' ').filter(Boolean))
  })
}
