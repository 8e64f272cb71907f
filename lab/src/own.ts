// An environment of the visitor's own, from a file that holds an ES module, as `frd run --env FILE` takes it: the default
// export is the environment, and its version is the SHA-256 of the file. The page and each worker import the bytes by a
// Blob URL, so the file is sent nowhere.

import { type Config, checkEnvironment, type Environment, type OwnEnvironment } from './core.ts'
import { impliedBy } from './implied.ts'
import type { Picked, Task } from './messages.ts'

export interface Own {
  readonly file: Picked
  readonly environment: OwnEnvironment
  /** what the environment says of itself */
  readonly env: Environment
}

async function versionOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!self.crypto.subtle) {
    const instead = 'serve the page by https or on localhost, or choose an environment of the list'
    throw new TypeError(`"crypto.subtle" expected a secure context, got ${location.origin}: ${instead}`)
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Reads the environment in a file, and checks what it says of itself and of its tuned learner.
 * @throws TypeError for a file that is no module, TypeError or RangeError for one that holds no valid environment
 */
export async function load(file: Picked): Promise<Own> {
  const version = await versionOf(file.bytes)
  const address = URL.createObjectURL(new Blob([file.bytes], { type: 'text/javascript' }))
  try {
    const module = await import(/* @vite-ignore */ address).catch((error: Error) => {
      throw new TypeError(`"env" expected an ES module that imports no other file, got ${file.name}: ${error.message}`)
    })
    const environment: OwnEnvironment = { ...module.default, version }
    const { env } = checkEnvironment(environment)
    impliedBy('tuned', env)
    return { file, environment, env }
  } finally {
    URL.revokeObjectURL(address)
  }
}

/** A config with what the library takes beside it where the environment is the visitor's own. */
export interface Loaded {
  readonly given: Partial<Config>
  readonly own: { readonly environment?: OwnEnvironment }
}

/** What a worker is told to run. @throws as load */
export async function loadTask({ config, file }: Task): Promise<Loaded> {
  return { given: config, own: file ? { environment: (await load(file)).environment } : {} }
}
