// The parts of the site's build that need no tool of docs/node_modules, as tests use them.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageRoot } from './helpers.ts'

export const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8')

/** The pages about methods. */
export const methodPages: readonly string[] = readdirSync(join(packageRoot, 'docs/methods')).map(
  (name) => `docs/methods/${name}`,
)

// biome-ignore lint/suspicious/noExplicitAny: the build of the site is JavaScript without types
type Untyped = any

/** Everything that the modules of docs/site export. */
export async function loadSite(): Promise<Untyped> {
  const names = ['check', 'claims', 'content', 'pages'].map((name) => join(packageRoot, `docs/site/${name}.mjs`))
  const modules = await Promise.all(names.map((name) => import(pathToFileURL(name).href)))
  return Object.assign({}, ...modules)
}

const { fillPage, siteContent } = await loadSite()

/** A page, or another text in its place, filled from claims. */
export function fill(path: string, families: unknown, text: string = read(path)): string {
  const content = siteContent({ read, families, guides: ['README.md', 'docs/library.md'], methodPages })
  return fillPage(text, { ...content, up: posix.relative(dirname(path), '.') })
}
