// A contender in the interleaved benchmark is a program: the kernel (bench/work.ts), the yardstick in C, or a peer.
// It reads commands such as `online N REPS` and `distil N BATCH REPS` from its standard input, and answers with
// nanoseconds per unit on its standard output.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Contender {
  readonly name: string
  /** the answer to one command; null where the contender does not know it */
  ask(command: string): Promise<string | null>
  close(): void
}

/** Starts a program, or returns why it cannot run here. With `greets` the program first prints `ready NAME VERSION`. */
export async function start(name: string, words: readonly string[], greets: boolean): Promise<Contender | string> {
  const child = spawn(words[0], words.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (part) => {
    complaint += part
  })
  child.stdin.on('error', () => {})
  const waiting: ((line: string | null) => void)[] = []
  const lines: string[] = []
  const give = (line: string | null) => waiting.shift()?.(line)
  createInterface({ input: child.stdout }).on('line', (line) => (waiting.length ? give(line) : lines.push(line)))
  let over = false
  const end = () => {
    over = true
    while (waiting.length) give(null)
  }
  child.on('error', (error) => {
    complaint += error.message
    end()
  })
  child.on('close', end)
  const next = () =>
    new Promise<string | null>((resolve) => {
      const line = lines.shift()
      if (line !== undefined || over) resolve(line ?? null)
      else waiting.push(resolve)
    })
  let version = ''
  if (greets) {
    const greeting = await next()
    if (!greeting?.startsWith('ready ')) return (greeting ?? complaint.trim().split('\n').at(-1)) || 'did not start'
    version = ` ${greeting.split(' ').slice(2).join(' ')}`
  }
  return {
    name: name + version,
    ask: async (command) => {
      if (over) return null
      child.stdin.write(`${command}\n`)
      const answer = await next()
      return answer === 'unknown' ? null : answer
    },
    close: () => child.stdin.end(),
  }
}
