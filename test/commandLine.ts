// The command line in a test: inside its process, or as a process of its own in a folder that is gone with the test.

import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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

/** The program. */
export const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url))

/** A folder for a test file, and the program in it. @param name of the folder begins so */
export function openScratch(name: string) {
  const root = fs.mkdtempSync(join(tmpdir(), name))
  process.on('exit', () => fs.rmSync(root, { recursive: true, force: true }))
  let folders = 0
  const frd = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome> =>
    new Promise((resolve) => {
      const limit = { timeout: 120_000, killSignal: 'SIGKILL' } as const
      const child = spawn(process.execPath, [main, ...args], { cwd: root, env: { ...process.env, ...env }, ...limit })
      let stdout = ''
      let stderr = ''
      child.stdout.on('data', (chunk) => {
        stdout += chunk
      })
      child.stderr.on('data', (chunk) => {
        stderr += chunk
      })
      child.on('close', (code) => resolve({ code, stdout, stderr }))
    })
  return { root, frd, newFolder: () => join(root, String(++folders)) }
}

/** Does `action` for all cases, at most four at the same time. */
export async function each<T>(cases: readonly T[], action: (one: T) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < cases.length) await action(cases[next++])
  }
  await Promise.all([lane(), lane(), lane(), lane()])
}
