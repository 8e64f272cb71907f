// Environments and methods of one's own, from files: ES modules whose default export is the value. Their version is the
// SHA-256 of the file, that file alone, so that a result names the code that made it.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { record, recordWithin, text } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { hexDigest } from '../run/digest.ts'
import type { Own } from '../run/setup.ts'

/** The files of an environment and of a method. */
export interface Modules {
  /** path of the environment's file */
  readonly environment?: string
  /** path of the method's file */
  readonly method?: string
}

async function load(name: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  text(path, name)
  const bytes = await readFile(path).catch((error: Error) => {
    throw new RangeError(expected(name, 'a file that can be read', path, error.message))
  })
  const version = hexDigest(bytes)
  // The hash in the address has a file read anew that has changed since it was imported.
  const module = await import(`${pathToFileURL(resolve(path)).href}?${version}`).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error) // a module may throw anything
    throw new TypeError(expected(name, 'an ES module', path, why))
  })
  return { ...record(module.default, `${name}: the default export of ${path}`), version }
}

/**
 * Loads what files hold. What the values say is checked where a run is set up.
 * @throws RangeError for a file that cannot be read, TypeError for one that is no module with such a value
 */
export async function loadOwn(modules: Modules): Promise<Own> {
  const { environment, method } = recordWithin(['environment', 'method'])(modules, 'modules') as Modules
  return {
    ...(environment !== undefined && {
      environment: (await load('env', environment)) as unknown as Own['environment'],
    }),
    ...(method !== undefined && { method: (await load('method', method)) as unknown as Own['method'] }),
  }
}
