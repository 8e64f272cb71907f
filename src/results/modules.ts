// Environments and methods of one's own, from files: ES modules whose default export is the value. Their version is the
// SHA-256 of the file, that file alone, so that a result names the code that made it. Models to start from are files too.

import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { record, recordWithin, text } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { describeFault } from '../environments/faults.ts'
import { startFrom } from '../models/start.ts'
import { hexDigest } from '../run/digest.ts'
import type { Own } from '../run/setup.ts'
import { readModels } from './models.ts'

/** The files of an environment, of a method, and of models to start from. */
export interface Modules {
  /** path of the environment's file */
  readonly environment?: string
  /** path of the method's file */
  readonly method?: string
  /** path of a model whose weights the agents start from, or of a folder of one model for each agent */
  readonly start?: string
}

const readOwnFile = (name: string, path: string) =>
  readFile(path).catch((error: Error) => {
    throw new RangeError(expected(name, 'a file that can be read', path, error.message))
  })

async function load(name: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  text(path, name)
  const bytes = await readOwnFile(name, path)
  const version = hexDigest(bytes)
  // The hash in the address has a file read anew that has changed since it was imported.
  const module = await import(`${pathToFileURL(resolve(path)).href}?${version}`).catch((error: Error) => {
    // Node reads a .js file as CommonJS where package.json does not say otherwise, and npm init may say so.
    const next =
      error instanceof SyntaxError && path.endsWith('.js')
        ? '; name it .mjs, or set "type": "module" in package.json'
        : ''
    throw new TypeError(expected(name, 'an ES module', path, `${describeFault(error)}${next}`))
  })
  return { ...record(module.default, `${name}: the default export of ${path}`), version }
}

/** Where a module names what it imports, or a file beside it: static, dynamic, re-exported, or by its own address. */
const IMPORTS = [
  /\b(?:from|import)\s*(['"])(?<name>[^'"\n]+)\1/g,
  /\bimport\s*\(\s*(?:(['"`])(?<name>[^'"`\n$]+)\1)?/g,
  /\bnew\s+URL\s*\(\s*(['"`])(?<name>[^'"`\n$]+)\1\s*,\s*import\.meta/g,
  /\brequire\s*\(\s*(['"`])(?<name>[^'"`\n$]+)\1/g,
]

/**
 * The other files that a module's text names, each once, and `a computed name` for an import whose name is not written
 * out. A package is none of them: its own version tells its states apart. A text that only looks like an import counts.
 */
export function filesNamedIn(source: string): string[] {
  const code = source.replace(/(^|\s)\/\*[\s\S]*?\*\//g, '$1').replace(/(^|\s)\/\/.*$/gm, '$1')
  const names = IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match.groups?.name))
  const files = names.filter((name) => name === undefined || /^(\.{0,2}\/|file:)/.test(name))
  return [...new Set(files.map((name) => name ?? 'a computed name'))]
}

/**
 * What the version of a file does not cover, in words; null where it covers all. The version is the hash of one file.
 * @throws RangeError for a file that cannot be read
 */
export async function uncovered(name: string, path: string): Promise<string | null> {
  const files = filesNamedIn(new TextDecoder().decode(await readOwnFile(name, path)))
  if (!files.length) return null
  return (
    `${path} imports ${files.join(', ')}, but its version is the hash of ${basename(path)} alone: after a change of what it ` +
    `imports, old results count as this version's. Put all into one file, or change a line of ${basename(path)} each time`
  )
}

/**
 * Loads what files hold. What the values say is checked where a run is set up.
 * @throws RangeError for a file that cannot be read, TypeError for one that is no module with such a value
 */
export async function loadOwn(modules: Modules): Promise<Own> {
  const { environment, method, start } = recordWithin(['environment', 'method', 'start'])(modules, 'modules') as Modules
  return {
    ...(environment !== undefined && {
      environment: (await load('env', environment)) as unknown as Own['environment'],
    }),
    ...(method !== undefined && { method: (await load('method', method)) as unknown as Own['method'] }),
    ...(start !== undefined && { start: startFrom(await readModels(text(start, 'from'))) }),
  }
}
