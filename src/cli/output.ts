// The only place that writes to stdout and stderr. A text counts as printed when the system has taken its last byte. What a
// command stores does not depend on its readers: a stdout that fails is remembered and told at the end, with an exit code
// that is not 0, and a stderr that fails loses its messages and nothing else.

import { fstatSync } from 'node:fs'
import { printableLines } from '../config/errors.ts'
import { InterruptedError } from '../results/compute.ts'
import { nodeFiles, writeAll } from '../results/disk.ts'

/** Thrown, or told at the end, when stdout did not take all that was printed. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
  /** 141 if its reader left, as a shell says of a program that SIGPIPE ended; else 1 */
  readonly exitCode: number

  constructor(cause: NodeJS.ErrnoException) {
    const isLeft = cause.code === 'EPIPE'
    const what = isLeft ? 'its reader left' : cause.message
    super(`cannot write to stdout: ${what}. The output is cut; files that were stored are whole`, { cause })
    this.exitCode = isLeft ? 141 : 1
  }
}

type Stream = typeof process.stdout | typeof process.stderr

const opened = new WeakSet<Stream>()
let stop: AbortSignal = new AbortController().signal
let failure: OutputError | null = null

/** Begins the output of a command. @param signal stops the waiting for a reader that does not read */
export function openOutput(signal: AbortSignal): void {
  stop = signal
  failure = null
  for (const stream of [process.stdout, process.stderr]) {
    if (!opened.has(stream)) open(stream)
    opened.add(stream)
  }
}

function open(stream: Stream): void {
  stream.on('error', () => {}) // print and tell take the error from the write
  if (isFile(stream.fd)) writeWhole(stream)
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile()
  } catch {
    return false
  }
}

/** Node takes a short write to a file for a whole one, and so a full disk for success. */
function writeWhole(stream: Stream): void {
  stream._write = (chunk: Uint8Array, _encoding, done) => {
    try {
      writeAll(stream.fd, chunk, nodeFiles)
    } catch (error) {
      done(error as Error)
      return
    }
    done()
  }
}

/** What went wrong with stdout; null if it has taken everything. */
export const outputFailure = (): OutputError | null => failure

/**
 * Prints on stdout, and waits until the system has taken the text. After a failure it drops all further text.
 * @throws InterruptedError if the signal to stop is given meanwhile, because the reader may never read
 */
export async function print(text: string): Promise<void> {
  if (failure !== null || text === '') return
  if (stop.aborted) throw new InterruptedError('interrupted')
  const { stdout } = process
  await new Promise<void>((resolve, reject) => {
    const leave = () => reject(new InterruptedError('interrupted'))
    const settle = (error?: Error | null) => {
      stop.removeEventListener('abort', leave)
      if (error) failure ??= new OutputError(error)
      resolve()
    }
    stop.addEventListener('abort', leave)
    stdout.write(text, settle)
    // A stream that a program around this one has replaced may never call back. An empty queue says the same.
    setImmediate(() => {
      if (!stdout.writableLength) settle()
    })
  })
}

/** Writes to stderr. What a message quotes may be from a file of others, and no terminal must obey it. */
export function tell(text: string): void {
  drawOnTerminal(printableLines(text))
}

/** Writes to stderr, with the characters that a terminal obeys. */
export function drawOnTerminal(text: string): void {
  process.stderr.write(text, () => {})
}
