// A port for requests and replies, as a broker offers it: whoever asks gets one reply, or learns that none came. A request
// or a reply may be lost, come twice or come late. A message is short, which parts.ts makes up for.

/** The end that asks. */
export interface AskingPort {
  /**
   * sends a request and waits for its reply; the bytes must not be changed
   * @throws NobodyError where nobody listens; DeniedError where it never will be allowed; Error where no reply came in time
   */
  readonly ask: (request: Uint8Array) => Promise<Uint8Array>
  /** the longest message in bytes, as it is now */
  readonly most: () => number
}

/** Gives the reply to a request, whose memory may be used again afterwards. */
export type Answerer = (request: Uint8Array) => Uint8Array

/** Thrown where nobody listens to requests. */
export class NobodyError extends Error {
  override readonly name = 'NobodyError'
}

/** Thrown where asking again is of no use. */
export class DeniedError extends Error {
  override readonly name = 'DeniedError'
}
