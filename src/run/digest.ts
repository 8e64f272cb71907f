// The digest of a run: SHA-256 over a canonical stream of bytes, chained from exchange to exchange, so that a mismatch
// names the first exchange that differs. The first link is made from the config. Each exchange adds one link, made from
// the scores since the last exchange (episode by episode, agent by agent), the headers of the uplinks (with the checksums
// of their bodies), the body of the downlink, and the agents that had no part. The last link is made from the remaining
// scores and the final weights of all agents.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Config } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { canonicalConfig, withFields } from '../config/resolve.ts'

/** The bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

/** SHA-256 of bytes, u8[32]. */
export const sha256Of = (bytes: Uint8Array): Uint8Array => sha256(bytes)

/** SHA-256 of bytes, as 64 hexadecimal digits. */
export function hexDigest(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes))
}

/** Scores in order, little-endian. Steps are u32, returns are f64. */
export function scoreBytes(kind: Environment['score'], scores: readonly number[]): Uint8Array {
  const size = kind === 'steps' ? 4 : 8
  const view = new DataView(new ArrayBuffer(size * scores.length))
  for (const [i, score] of scores.entries()) {
    if (kind === 'steps') view.setUint32(size * i, score, true)
    else view.setFloat64(size * i, score, true)
  }
  return new Uint8Array(view.buffer)
}

/** The numbers of the agents that had no part, as u32, little-endian; nothing where all had one. */
export function absentBytes(agents: readonly number[]): readonly Uint8Array[] {
  if (agents.length === 0) return []
  const view = new DataView(new ArrayBuffer(4 * agents.length))
  for (const [i, agent] of agents.entries()) view.setUint32(4 * i, agent, true)
  return [new Uint8Array(view.buffer)]
}

/**
 * The config without what a run records of itself: the first link is made before the run, and so are the tags of its
 * frames. Who had no part in a period enters the link of its exchange.
 */
export const beforehand = (config: Config): Config =>
  config.absent.length === 0 ? config : withFields(config, { absent: [] })

/** A chain of digests. Each link is the SHA-256 of the link before it and of what is added. */
export class Chain {
  #link: Uint8Array

  constructor(config: Config) {
    this.#link = sha256(ascii(`frd-digest-v1\0${canonicalConfig(beforehand(config))}`))
  }

  /** The current link, as 64 hexadecimal digits. */
  get hex(): string {
    return bytesToHex(this.#link)
  }

  /**
   * The first 4 bytes of the current link as u32. The tag of the first link stands in every frame and ties it to its
   * run.
   */
  get tag(): number {
    return new DataView(this.#link.buffer, this.#link.byteOffset).getUint32(0, true)
  }

  /** Adds a link. @returns the new link, as 64 hexadecimal digits */
  add(...parts: readonly Uint8Array[]): string {
    const hash = sha256.create().update(this.#link)
    for (const part of parts) hash.update(part)
    this.#link = hash.digest()
    return this.hex
  }
}
