// The digest of a run: SHA-256 over a canonical stream of bytes, chained from exchange to exchange, so that a mismatch names
// the first exchange that differs. The first link is the config; then each exchange is one (the scores since the last one,
// the headers of the uplinks with their bodies' checksums, the body of the downlink); the last link is the remaining scores
// and the final weights of every agent.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Config } from '../config/config.ts'
import { canonicalConfig } from '../config/resolve.ts'

/** The bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

/** SHA-256 of bytes, as 64 hexadecimal digits. */
export function hexDigest(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes))
}

/** The scores of episodes from..to-1 as u32, little-endian: episode by episode, agent by agent. */
export function scoreBytes(scores: readonly (readonly number[])[], from: number, to: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * scores.length * (to - from)))
  let at = 0
  for (let episode = from; episode < to; episode++) {
    for (const agent of scores) {
      view.setUint32(at, agent[episode], true)
      at += 4
    }
  }
  return new Uint8Array(view.buffer)
}

/** A chain of digests: each link is the SHA-256 of the link before and of what is added. */
export class Chain {
  #link: Uint8Array

  constructor(config: Config) {
    this.#link = sha256(ascii(`frd-digest-v1\0${canonicalConfig(config)}`))
  }

  /** The present link, as 64 hexadecimal digits. */
  get hex(): string {
    return bytesToHex(this.#link)
  }

  /** The first 4 bytes of the present link as u32. The first link's ties a frame to its run. */
  get tag(): number {
    return new DataView(this.#link.buffer, this.#link.byteOffset).getUint32(0, true)
  }

  /** Adds a link. @returns its hexadecimal digits */
  add(...parts: readonly Uint8Array[]): string {
    const hash = sha256.create().update(this.#link)
    for (const part of parts) hash.update(part)
    this.#link = hash.digest()
    return this.hex
  }
}
