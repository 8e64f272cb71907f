// The command line inside the process of a test.

import { runCommandLine as frd } from '../src/cli/frd.ts'

/** What a command gave. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command inside this process, because a process of its own takes a quarter of a second to start. */
export async function inProcess(args: readonly string[]): Promise<Outcome> {
  const { stdout, stderr } = process
  const real = [stdout.write, stderr.write]
  const said: string[][] = [[], []]
  stdout.write = (text: unknown) => said[0].push(String(text)) > 0
  stderr.write = (text: unknown) => said[1].push(String(text)) > 0
  try {
    const code = await frd(args)
    return { code, stdout: said[0].join(''), stderr: said[1].join('') }
  } finally {
    stdout.write = real[0]
    stderr.write = real[1]
  }
}
