// Whether a run can be computed with the environment, the method and the weights of one's own that are at hand: a result is
// that of one version of them, and another version would make another result under the same key.

import type { Config } from '../config/config.ts'
import { knownEnvironment } from '../config/environment.ts'
import { knownMethod } from '../methods/index.ts'
import { type Own, ownFor, setUp } from './setup.ts'

/** The name and the version of an environment or a method of one's own. */
export interface Named {
  readonly name: string
  /** none where it is left out or empty */
  readonly version?: string
}

/** What of one's own is at hand, by its names alone, and without weights to start from. */
export interface AtHand {
  readonly environment?: Named
  readonly method?: Named
}

/** Why a run cannot be computed. */
export interface Skip {
  /** in words */
  readonly why: string
  /** whether what made it was given, in another state */
  readonly isGiven: boolean
}

/** The environment or the method of a run, and what is at hand. */
interface Maker {
  readonly flag: 'env' | 'method'
  readonly kind: 'environment' | 'method'
  readonly name: string
  readonly version: string
  /** whether the kernel or the registry has that name */
  readonly isKnown: boolean
  readonly given: Named | undefined
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
function whyNotStarted(config: Config, own: AtHand | Own): Skip | null {
  const { startVersion } = config
  if (startVersion === '') return null
  const from = `its agents started from weights ${shown(startVersion)}`
  if (!('start' in own) || own.start === undefined) {
    return { isGiven: false, why: `${from}, which were not given: give their models with --from` }
  }
  try {
    setUp(config, ownFor(config, own))
    return null
  } catch (error) {
    return { isGiven: true, why: `${from}, and --from gives others: ${(error as Error).message}` }
  }
}

/** Why the run of a config cannot be computed with what was brought; null if it can be. */
export function whySkipped(config: Config, own: AtHand | Own): Skip | null {
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
