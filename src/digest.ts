// The digest of a run: SHA-256 over a canonical byte stream, chained per exchange, so that a mismatch names the first
// exchange that differs. Links: the config; then an exchange each (scores since the last, uplink headers with their
// bodies' checksums, the downlink's body); at last the remaining scores and every agent's final weights.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { type Config, canonicalConfig } from './config.ts'

/** Bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

export function hexDigest(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes))
}

/** Scores as u32, little-endian: episode by episode, agent by agent. */
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

export class Chain {
  #link: Uint8Array

  constructor(config: Config) {
    this.#link = sha256(ascii(`frd-digest-v1\0${canonicalConfig(config)}`))
  }

  /** The chain up to here, hex. */
  get hex(): string {
    return bytesToHex(this.#link)
  }

  /** First 4 bytes of the chain's present link as u32: ties a frame to its run. */
  get tag(): number {
    return new DataView(this.#link.buffer, this.#link.byteOffset).getUint32(0, true)
  }

  add(...parts: readonly Uint8Array[]): string {
    const hash = sha256.create().update(this.#link)
    for (const part of parts) hash.update(part)
    this.#link = hash.digest()
    return this.hex
  }
}
