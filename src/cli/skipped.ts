// Stored results that cannot be computed again with what is at hand, because they were made by an environment or a method
// of one's own that was not given, or that was given in another state. frd verify names them and verifies the others.

import { resultKey } from '../results/result.ts'
import type { Own } from '../run/setup.ts'
import { type Skip, whySkipped } from '../run/skip.ts'
import type { Stored } from './stored.ts'

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
