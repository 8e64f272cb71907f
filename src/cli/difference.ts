// How a run that was computed again differs from the stored one, in words, and which kernel made that one.

import { encodeResult } from '../results/result.ts'
import type { RunResult } from '../run/record.ts'
import { kernelHash } from '../run/setup.ts'

/** Something that kernels have made. */
export interface Made {
  /** SHA-256 of the kernel that made it; of a run in an archive, of all kernels that made its runs */
  readonly kernelHashes: readonly string[]
}

/** The first difference in words; null if the replay gives the stored line, apart from the kernel's hash. */
export function firstDifference(stored: RunResult, replay: RunResult): string | null {
  const same = { ...replay, kernelHash: stored.kernelHash }
  if (encodeResult(same) === encodeResult(stored)) return null
  const i = stored.exchanges.findIndex((exchange, k) => exchange.digest !== replay.exchanges[k]?.digest)
  if (i >= 0) {
    return `first at exchange ${i + 1}, episode ${stored.exchanges[i].episode}: expected ${stored.exchanges[i].digest}, got ${replay.exchanges[i]?.digest ?? 'none'}`
  }
  if (stored.digest !== replay.digest) return `after its last exchange: expected ${stored.digest}, got ${replay.digest}`
  const names = Object.keys(stored) as (keyof RunResult)[]
  const name = names.find((key) => JSON.stringify(stored[key]) !== JSON.stringify(same[key]))
  return `in "${name}", with the same digest: the file was edited`
}

const short = (hash: string) => hash.slice(0, 12)

/** Which kernels made the results, in words; null if this one made all of them. */
export function otherKernels(stored: readonly Made[]): string | null {
  const own = kernelHash()
  const hashes = [...new Set(stored.flatMap(({ kernelHashes }) => kernelHashes))].sort()
  if (hashes.every((hash) => hash === own)) return null
  return `made by the kernel${hashes.length > 1 ? 's' : ''} ${hashes.map(short).join(', ')}; this one is ${short(own)}`
}

/** A difference, with the kernels where another one made the result, which may be why. */
export function withKernel(difference: string | null, { kernelHashes }: Made): string | null {
  const own = kernelHash()
  if (difference === null || kernelHashes.includes(own)) return difference
  return `${difference}; made by the kernel ${kernelHashes.map(short).join(' or ')}, this one is ${short(own)}`
}
