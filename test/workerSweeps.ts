// Sweeps over workers with a real broker, for a test and its slow form: the programs that take part are started, and a
// worker, the broker and the submitter are ended as kill -9 does, each when so many runs are on disk.
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, isInstalled, startNats } from './brokers.ts'

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url))

/** Whether there is a broker on the PATH. */
export const hasBroker = (): boolean => isInstalled('nats-server', '--version')

export const sleep = (milliseconds: number) => new Promise<void>((resume) => setTimeout(resume, milliseconds))

/** A program that was started. */
export interface Program {
  readonly child: ChildProcess
  /** what it has written on stderr so far */
  readonly said: () => string
  /** its code, null where a signal ended it, and what it wrote */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

/** Milliseconds after which any program is ended from outside. */
const LIMIT = 240_000

/** All programs that are not ended yet. */
const running = new Set<ChildProcess>()

/** Ends every program that this process has started. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

function start(command: string, args: readonly string[], cwd: string): Program {
  const child = spawn(command, args, { cwd, timeout: LIMIT, killSignal: 'SIGKILL' })
  running.add(child)
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      text[name] += chunk
    })
  }
  const ended = new Promise<Awaited<Program['ended']>>((resolve) => {
    child.on('close', (code) => {
      running.delete(child)
      resolve({ code, ...text })
    })
  })
  return { child, ended, said: () => text.stderr }
}

/** Starts `frd`. */
export const frd = (cwd: string, ...args: readonly string[]): Program => start(process.execPath, [main, ...args], cwd)

/** Waits until a program has said something on stderr, in all that it has said so far. @throws Error if it ends before */
export async function heard({ child, said }: Program, text: RegExp): Promise<void> {
  while (!text.test(said())) {
    if (!running.has(child)) throw new Error(`it ended without ${text}: ${said()}`)
    await sleep(20)
  }
}

/** How many runs of a folder are on disk. */
export function storedRuns(out: string): number {
  const runs = join(out, 'runs')
  return fs.existsSync(runs) ? fs.readdirSync(runs).filter((name) => /^[0-9a-f]{64}\.json$/.test(name)).length : 0
}

/** What is ended when so many runs are on disk. */
export interface Kill {
  readonly at: number
  readonly what: 'worker' | 'broker' | 'submitter'
}

/** What became of a sweep under kills. */
export interface KilledSweep {
  /** results.jsonl, or what was wrong */
  readonly table: string
  /** the kills that came while runs were left */
  readonly kills: readonly Kill[]
}

/**
 * Plays a sweep over three workers under kills. Whatever is killed is started again by the same command.
 * @param runs how many runs the flags make
 * @throws Error if a program ends with another code than it should
 */
export async function sweepUnderKills(
  root: string,
  flags: readonly string[],
  runs: number,
  kills: readonly Kill[],
): Promise<KilledSweep> {
  const out = fs.mkdtempSync(join(root, 'killed-'))
  const port = await freePort()
  const nats = ['--nats', `nats://127.0.0.1:${port}`, '--name', 'killed']
  let broker = await startNats('', port)
  const startWorker = (jobs: number) => frd(root, 'worker', ...nats, '--jobs', String(jobs))
  const workers = [startWorker(1), startWorker(1), startWorker(2)]
  const startSubmitter = () => frd(root, 'sweep', ...flags, ...nats, '--out', out, '--quiet')
  let submitter = startSubmitter()
  const done: Kill[] = []
  for (const kill of kills) {
    while (storedRuns(out) < kill.at && submitter.child.exitCode === null) await sleep(10)
    if (storedRuns(out) < runs) done.push(kill)
    if (kill.what === 'worker') {
      workers.shift()?.child.kill('SIGKILL')
      workers.push(startWorker(1))
    } else if (kill.what === 'broker') {
      await broker.kill()
      broker = await startNats('', port)
    } else {
      submitter.child.kill('SIGKILL')
      await submitter.ended
      submitter = startSubmitter()
    }
  }
  const { code, stderr } = await submitter.ended
  if (code !== 0) throw new Error(`the submitter ended with ${code}: ${stderr}`)
  const all = Promise.all(workers.map(({ ended }) => ended))
  // One that was started at the end may have asked too late to hear that all is done.
  await Promise.race([all, sleep(5000)])
  for (const worker of workers) worker.child.kill('SIGTERM')
  const ends = await all
  await broker.kill()
  const wrong = ends.find((end, i) => end.code !== 0 && end.code !== 143 && workers[i].child.signalCode !== 'SIGTERM')
  if (wrong) throw new Error(`a worker ended with ${wrong.code}: ${wrong.stderr}`)
  return { table: fs.readFileSync(join(out, 'results.jsonl'), 'utf8'), kills: done }
}

/** results.jsonl of one process. */
export async function sweepHere(root: string, flags: readonly string[]): Promise<string> {
  const out = fs.mkdtempSync(join(root, 'here-'))
  const { code, stderr } = await frd(root, 'sweep', ...flags, '--out', out, '--quiet', '--jobs', '2').ended
  if (code !== 0) throw new Error(`the sweep ended with ${code}: ${stderr}`)
  return fs.readFileSync(join(out, 'results.jsonl'), 'utf8')
}
