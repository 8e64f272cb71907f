// Stored results that cannot be computed again with what is at hand, because they were made by an environment or a method
// of one's own that was not given, or that was given in another state. frd verify names them and verifies the others.

import type { Config } from '../config/config.ts'
import { knownEnvironment } from '../config/environment.ts'
import { knownMethod } from '../methods/index.ts'
import { resultKey } from '../results/result.ts'
import { type Own, ownFor, setUp } from '../run/setup.ts'
import type { Stored } from './stored.ts'

/** Why a result cannot be computed again. */
export interface Skip {
  /** in words */
  readonly why: string
  /** whether what made it was given, in another state */
  readonly isGiven: boolean
}

/** The environment or the method of a result, and what is at hand. */
interface Maker {
  readonly flag: 'env' | 'method'
  readonly kind: 'environment' | 'method'
  readonly name: string
  readonly version: string
  /** whether the kernel or the registry has that name */
  readonly isKnown: boolean
  readonly given: { readonly name: string; readonly version?: string } | undefined
}

/** A version as people read it: a hash is cut. */
const shown = (version: string) => (/^[0-9a-f]{64}$/.test(version) ? version.slice(0, 12) : version) || 'none'

function skipOf({ flag, kind, name, version, isKnown, given }: Maker): Skip | null {
  const isGiven = given?.name === name
  const at = isGiven ? (given.version ?? '') : isKnown ? '' : undefined
  if (at === version) return null
  if (at === undefined) {
    return { isGiven, why: `${kind} ${name}, version ${shown(version)}, was not given: give its file with --${flag}` }
  }
  const hand = isGiven ? `--${flag} gives` : 'this program has'
  return { isGiven, why: `${kind} ${name}, version ${shown(version)}, is another one: ${hand} version ${shown(at)}` }
}

/** Why the agents of a run cannot start as they did; null if they can. */
function whyNotStarted(config: Config, own: Own): Skip | null {
  const { startVersion } = config
  if (startVersion === '') return null
  const from = `its agents started from weights ${shown(startVersion)}`
  if (!own.start) return { isGiven: false, why: `${from}, which were not given: give their models with --from` }
  try {
    setUp(config, ownFor(config, own))
    return null
  } catch (error) {
    return { isGiven: true, why: `${from}, and --from gives others: ${(error as Error).message}` }
  }
}

/** Why the run of a config cannot be computed with what was brought; null if it can be. */
export function whySkipped(config: Config, own: Own): Skip | null {
  const { environment, method } = own
  const env: Maker = {
    flag: 'env',
    kind: 'environment',
    name: config.env,
    version: config.envVersion,
    isKnown: knownEnvironment(config.env) !== undefined,
    given: environment,
  }
  return (
    skipOf(env) ??
    skipOf({
      flag: 'method',
      kind: 'method',
      name: config.method,
      version: config.methodVersion,
      isKnown: knownMethod(config.method) !== undefined,
      given: method,
    }) ??
    whyNotStarted(config, own)
  )
}

/** A result that is not computed again. */
export interface Skipped extends Skip {
  readonly key: string
  readonly digest: string
}

/** The results that can be computed again with what was brought, and the others. */
export function divide(stored: readonly Stored[], own: Own): { readonly ready: Stored[]; readonly skipped: Skipped[] } {
  const ready: Stored[] = []
  const skipped: Skipped[] = []
  for (const one of stored) {
    const config = one.config()
    const skip = whySkipped(config, own)
    if (skip) skipped.push({ key: resultKey(config), digest: one.digest, ...skip })
    else ready.push(one)
  }
  return { ready, skipped }
}
