// The command line within a test's process, with what it writes as text. A process of its own takes a quarter of a second to
// start.
import { runCommandLine } from '../src/cli/frd.ts'

/** Runs the command line quietly. @returns its exit code, and what it wrote to stdout and to stderr */
export async function frd(...words: string[]) {
  const write = { out: process.stdout.write, err: process.stderr.write }
  const text = { out: '', err: '' }
  const into = (name: 'out' | 'err') => (chunk: unknown) => {
    text[name] += String(chunk)
    return true
  }
  process.stdout.write = into('out')
  process.stderr.write = into('err')
  try {
    return { code: await runCommandLine(words), ...text }
  } finally {
    process.stdout.write = write.out
    process.stderr.write = write.err
    process.removeAllListeners('SIGINT')
  }
}
