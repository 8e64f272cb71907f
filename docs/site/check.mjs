// Checks a finished site: each link and anchor leads somewhere inside of it, no page asks another host for anything or
// starts from the root of the host, and no file names the folders that it was built in.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'

const decode = (text) =>
  decodeURIComponent(text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'"))

/** Whether what follows the # is no place of a page but what the lab is to show. */
const isState = (file, anchor) => file.startsWith('lab/') && anchor.includes('=')

/** The number of pages, the size of all files, and what is wrong with them, one sentence per fault. */
export function checkSite(folder, hidden = []) {
  const files = readdirSync(folder, { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => statSync(`${folder}/${name}`).isFile())
    .sort()
  const texts = new Map(
    files
      .filter((name) => /\.(html|js|css|svg)$/.test(name))
      .map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]),
  )
  const pages = [...texts].filter(([name]) => name.endsWith('.html'))
  const anchors = new Map(
    pages.map(([name, text]) => [name, new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => decode(id)))]),
  )
  const faults = []

  for (const [name, text] of texts) {
    for (const path of hidden) if (text.includes(path)) faults.push(`${name} names a folder of the build: ${path}`)
    if (/@import|url\(["']?(https?:)?\/\//.test(text) && name.endsWith('.css'))
      faults.push(`${name} loads another file`)
    if (/\b(import|fetch|importScripts)\(\s*["'`](https?:)?\/\//.test(text) || /\bsrcset="[^"]*\/\//.test(text))
      faults.push(`${name} loads from another host`)
  }
  for (const [name, text] of pages) {
    for (const [tag, kind, attributes] of text.matchAll(/<(a|link|script|img|use|source|iframe)\s([^>]*)>/g)) {
      const target = /\s?(?:href|src)="([^"]*)"/.exec(attributes)?.[1]
      if (target === undefined || target.startsWith('data:')) continue
      if (/^(https?:|mailto:)/.test(target)) {
        if (kind !== 'a') faults.push(`${name} loads from another host: ${tag}`)
        continue
      }
      const [path, anchor] = decode(target).split('#')
      const file = path === '' ? name : posix.join(posix.dirname(name), path)
      if (/^(\/|[a-z]+:)/.test(path) || file.startsWith('..')) faults.push(`${name} leaves the site: ${target}`)
      else if (!existsSync(`${folder}/${file}`) || statSync(`${folder}/${file}`).isDirectory()) {
        faults.push(`${name} links to ${target}, which is no file of the site`)
      } else if (anchor && !isState(file, anchor) && anchors.has(file) && !anchors.get(file).has(anchor)) {
        faults.push(`${name} links to ${target}, but ${file} has no such anchor`)
      }
    }
  }
  return {
    pages: pages.length,
    bytes: files.reduce((sum, name) => sum + statSync(`${folder}/${name}`).size, 0),
    faults,
  }
}
