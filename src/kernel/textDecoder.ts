// The package's loader makes a TextDecoder of UTF-16 when it is imported, and a page under jsdom has none. While the loader
// is imported, this stands in for one where there is none; afterwards the global is as it was.

interface Decoder {
  decode(units: Uint16Array): string
}

const host = globalThis as { TextDecoder?: unknown }
const isMissing = host.TextDecoder === undefined

/** Reads UTF-16, which is all that the loader asks for. */
class Utf16 implements Decoder {
  decode(units: Uint16Array): string {
    return String.fromCharCode(...units)
  }
}

if (isMissing) host.TextDecoder = Utf16

/** Takes the stand-in away once the loader has been imported. */
export function removeStandIn(): void {
  if (isMissing) delete host.TextDecoder
}
