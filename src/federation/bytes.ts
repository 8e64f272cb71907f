// Numbers, texts and lists of bytes, one after the other in one list of bytes, and back. All numbers are little-endian;
// before a text, which is UTF-16, or a list of bytes stands its length as u32. What ends too soon or goes on too long is
// refused.

import { expected } from '../config/errors.ts'

/** Writes one value after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  /** Makes room for so many bytes, and returns where they begin. */
  #take(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }

  u8(value: number): void {
    const at = this.#take(1)
    this.#bytes[at] = value
  }

  u32(value: number): void {
    const at = this.#take(4) // first, because it may replace the view
    this.#view.setUint32(at, value, true)
  }

  f64(value: number): void {
    const at = this.#take(8)
    this.#view.setFloat64(at, value, true)
  }

  block(bytes: Uint8Array): void {
    this.u32(bytes.length)
    const at = this.#take(bytes.length)
    this.#bytes.set(bytes, at)
  }

  text(text: string): void {
    this.u32(text.length)
    const at = this.#take(2 * text.length)
    for (let i = 0; i < text.length; i++) this.#view.setUint16(at + 2 * i, text.charCodeAt(i), true)
  }

  /** What was written; nothing can be written after it. */
  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** Reads one value after the other. Each function throws a RangeError where the bytes end too soon. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #name: string
  #at = 0

  /** @param name what a message calls the bytes */
  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#name = name
  }

  #take(count: number): number {
    const at = this.#at
    const left = this.#bytes.length - at
    if (count > left) throw new RangeError(expected(this.#name, `${count} more bytes`, left, 'it was cut'))
    this.#at += count
    return at
  }

  u8(): number {
    return this.#bytes[this.#take(1)]
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  /** A view, not a copy. */
  block(): Uint8Array {
    const length = this.u32()
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  text(): string {
    const length = this.u32()
    const at = this.#take(2 * length)
    let text = ''
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.#view.getUint16(at + 2 * i, true))
    return text
  }

  /** So many values. A count that the bytes cannot hold is refused before anything is read. */
  list<T>(read: () => T): T[] {
    const count = this.u32()
    const left = this.#bytes.length - this.#at
    if (count > left) throw new RangeError(expected(this.#name, `a list of at most ${left}`, count))
    return Array.from({ length: count }, read)
  }

  /** @throws RangeError if bytes are left */
  end(): void {
    const left = this.#bytes.length - this.#at
    if (left > 0) throw new RangeError(expected(this.#name, 'nothing after its last value', `${left} more bytes`))
  }
}
