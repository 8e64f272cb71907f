// What an agent keeps beside its block, as bytes: what it knows of the exchanges, and what it compares itself with.

import { baseOf } from '../run/frames.ts'
import type { Watch } from '../run/triggers.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import type { Known } from './messages.ts'

export function writeKnown(writer: ByteWriter, { past: { exchanges, base }, hasSent }: Known): void {
  writer.u32(exchanges)
  writer.u8(hasSent ? 1 : 0)
  writer.u8(base ? 1 : 0)
  if (base) writer.block(base.body)
}

export function readKnown(reader: ByteReader): Known {
  const exchanges = reader.u32()
  const hasSent = reader.u8() === 1
  const base = reader.u8() === 1 ? baseOf(reader.block().slice()) : null
  return { past: { exchanges, base }, hasSent }
}

export function writeWatch(writer: ByteWriter, { weights, score, sum, episodes, hasSent }: Watch): void {
  writer.u8(weights ? 1 : 0)
  if (weights) writer.block(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength))
  writer.u8(score === null ? 0 : 1)
  writer.f64(score ?? 0)
  writer.f64(sum)
  writer.u32(episodes)
  writer.u8(hasSent ? 1 : 0)
}

export function readWatch(reader: ByteReader): Watch {
  const weights = reader.u8() === 1 ? new Float32Array(reader.block().slice().buffer) : null
  const hasScore = reader.u8() === 1
  const score = reader.f64()
  const sum = reader.f64()
  const episodes = reader.u32()
  return { weights, score: hasScore ? score : null, sum, episodes, hasSent: reader.u8() === 1 }
}
