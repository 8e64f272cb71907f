// The worker threads of one run, which share its agents: a thread that is free takes the agent that has the most left to
// play, and plays a part of it, so that all threads end a period at about the same time. The state of an agent lies in
// memory that all threads see; only the thread that plays the agent touches it.

import { Worker } from 'node:worker_threads'
import type { AskedRequest } from '../federation/ahead.ts'
import { playsPeriods } from '../federation/group.ts'
import { afterDownloads, afterUpload, type Known, NEW } from '../federation/messages.ts'
import type { Said } from '../federation/packing.ts'
import { isBroken } from '../federation/saying.ts'
import { measureAgents } from '../kernel/layout.ts'
import { embeddedModule, instantiate } from '../kernel/wasm.ts'
import type { Modules } from '../results/modules.ts'
import type { Past } from '../run/frames.ts'
import type { Setup } from '../run/setup.ts'
import type { Watch } from '../run/triggers.ts'
import type { AgentTask, TaskAnswer, ThreadData, ThreadRequest } from './thread.ts'

/** What an agent has left of a request. */
export interface Left {
  /** episodes that are not played yet; 0 where it is asked something else */
  readonly episodes: number
  /** the steps of an episode, as it played last; 1 before it has played */
  readonly pace: number
}

/** What a thread that is free does. No plan changes a bit of the result. */
export interface Plan {
  /** which of those that wait it takes: a place in their list, which is not empty */
  readonly choose: (waiting: readonly Left[]) => number
  /** how many of its episodes it plays before another thread may go on, at least 1 */
  readonly cut: (chosen: Left, waiting: readonly Left[]) => number
}

const stepsOf = ({ episodes, pace }: Left) => episodes * pace

/**
 * The fewest steps of a part: 4 ms at the paper's sizes, of which to hand a part over takes 0.1 to 0.2 ms (2026).
 */
const LEAST_STEPS = 1000

/** A part is at most one of so many parts of what each thread still has to play. */
const PARTS = 3

/** The longest first, and of it a third of what each of so many threads still has to play: whole agents, and then parts. */
export function longestFirst(threads: number): Plan {
  return {
    choose: (waiting) => {
      const steps = waiting.map(stepsOf)
      return steps.indexOf(Math.max(...steps))
    },
    cut: ({ pace }, waiting) => {
      const steps = waiting.reduce((sum, left) => sum + stepsOf(left), 0)
      return Math.ceil(Math.max(steps / (PARTS * threads), LEAST_STEPS) / pace)
    },
  }
}

type Period = AskedRequest & { readonly ask: 'period' }

/** An agent, and what the pool knows of it. */
interface Seat {
  readonly agent: number
  /** the only thread that may play it; null for any */
  readonly home: number | null
  /** memory for its state, and for its state before a period where the run may end within it */
  readonly rooms: readonly Uint8Array[]
  /** where its state is; null before it has started */
  state: Uint8Array | null
  /** the period that it can go back in, and its state before it */
  before: { readonly period: Period; readonly state: Uint8Array | null } | null
  /** what it knows of the exchanges, and what it compares itself with where the config has it do so */
  knows: Known
  watch: Watch | null
  /** the steps of an episode, as it played last */
  pace: number
}

/** A request that is not answered yet. */
interface Work {
  readonly seat: Seat
  /** what is left of it; null where a thread is at the last part */
  rest: ThreadRequest | null
  readonly past: Past
  /** where the state is read from */
  from: Uint8Array | null
  readonly to: Uint8Array
  /** what the agent has said so far */
  readonly said: Said[]
  readonly resolve: (said: Said[]) => void
}

/** The threads of one run. */
export interface Pool {
  /** what an agent says to a request; an agent is asked one request at a time */
  readonly ask: (agent: number, request: AskedRequest) => Promise<Said[]>
  /** rejects when a thread breaks off */
  readonly broken: Promise<never>
  /** ends the threads */
  readonly stop: () => Promise<unknown>
}

const leftOf = ({ rest, seat: { pace } }: Work): Left => ({
  episodes: rest?.ask === 'period' ? rest.to - rest.from + 1 : 0,
  pace,
})

/** Takes the next part, of at most so many episodes, of what is left. */
function takePart(work: Work, most: number): AgentTask {
  const { seat, past, from, to } = work
  const request = work.rest!
  work.rest = null
  const task = { agent: seat.agent, request, past, watch: seat.watch, from, to }
  if (request.ask !== 'period') return task
  const last = request.from - 1 + most
  if (last >= request.to) return task
  work.rest = { ...request, from: last + 1 }
  return { ...task, request: { ...request, to: last, round: null } }
}

/**
 * Starts the threads of a run.
 * @throws RangeError for a run that takes more memory than one instance has
 */
export function openPool(setup: Setup, modules: Modules, threads: number, plan = longestFirst(threads)): Pool {
  const { config, own, env, capacity } = setup
  const { blockBytes } = measureAgents(instantiate(), env, config, capacity)
  const mayGoBack = playsPeriods(setup) && config.until !== 'cap'
  const seats = blockBytes.map((bytes, agent): Seat => {
    const rooms = Array.from({ length: mayGoBack ? 2 : 1 }, () => new Uint8Array(new SharedArrayBuffer(bytes)))
    // An environment of one's own has its state in its thread.
    return {
      agent,
      home: own ? agent % threads : null,
      rooms,
      state: null,
      before: null,
      knows: NEW,
      watch: null,
      pace: 1,
    }
  })
  const data: ThreadData = { config, modules, module: embeddedModule() }
  const workers = Array.from({ length: threads }, () => startThread(data))
  /** what each thread is at */
  const current: (Work | null)[] = workers.map(() => null)
  const waiting: Work[] = []

  /** Has each thread that is free take the next part. */
  const handOut = () => {
    for (const [thread, worker] of workers.entries()) {
      const fitting = current[thread] ? [] : waiting.filter(({ seat: { home } }) => home === null || home === thread)
      if (!fitting.length) continue
      const left = fitting.map(leftOf)
      const chosen = plan.choose(left)
      const work = fitting[chosen]
      waiting.splice(waiting.indexOf(work), 1)
      current[thread] = work
      worker.postMessage(takePart(work, plan.cut(left[chosen], left)))
    }
  }
  const settle = (thread: number, { said, watch }: TaskAnswer) => {
    const work = current[thread]!
    const { seat, to } = work
    current[thread] = null
    work.from = to
    work.said.push(...said)
    seat.pace = paceOf(said) ?? seat.pace
    seat.watch = watch
    if (work.rest && !said.some(isBroken)) waiting.push(work)
    else work.resolve(work.said)
    handOut()
  }
  const perform = (seat: Seat, request: ThreadRequest, from = seat.state) => {
    const isAhead = mayGoBack && request.ask === 'period'
    if (isAhead) seat.before = { period: request, state: from }
    else if (request.ask === 'download') seat.before = null
    const to = (isAhead ? seat.rooms.find((room) => room !== from) : seat.state) ?? seat.rooms[0]
    seat.state = to
    return new Promise<Said[]>((resolve) => {
      waiting.push({ seat, rest: request, past: seat.knows.past, from, to, said: [], resolve })
      handOut()
    })
  }
  const ask = async (agent: number, request: AskedRequest) => {
    const seat = seats[agent]
    if (request.ask === 'download') {
      const { round, downlinks } = request
      const said = await perform(seat, { ask: 'download', round, downlink: downlinks[agent] })
      ;[seat.knows] = afterDownloads(setup, [seat.knows], [downlinks[agent]])
      return said
    }
    if (request.ask === 'weights' && seat.before) {
      const { period, state } = seat.before
      if (period.round !== null || request.episode < period.to) {
        await perform(seat, { ...period, to: request.episode, round: null }, state)
      }
    }
    const said = await perform(seat, request)
    if (request.ask === 'period' && request.round !== null) seat.knows = afterUpload(seat.knows, said.at(-1))
    return said
  }
  for (const [thread, worker] of workers.entries()) {
    worker.on('message', (answer: TaskAnswer) => settle(thread, answer))
  }
  return {
    ask,
    broken: Promise.race(workers.map(endOf)),
    stop: () => Promise.all(workers.map((worker) => worker.terminate())),
  }
}

/** The steps of an episode, in the mean of those that were just played. */
function paceOf(said: readonly Said[]): number | null {
  const steps = said.flatMap((one) => (typeof one === 'object' && one !== null && 'steps' in one ? [one.steps] : []))
  return steps.length ? steps.reduce((sum, count) => sum + count, 0) / steps.length : null
}

/** Starts a thread with the flags of this process, which is refused where a flag says what stdin or `--eval` holds. */
function startThread(workerData: ThreadData): Worker {
  const isEvaluated = process.execArgv.some((flag) => flag.startsWith('--input-type'))
  return new Worker(new URL('./thread.js', import.meta.url), { workerData, ...(isEvaluated && { execArgv: [] }) })
}

/** Rejects when a thread breaks off. */
const endOf = (worker: Worker) =>
  new Promise<never>((_, reject) => {
    worker.on('error', reject)
    worker.on('exit', (code) =>
      reject(new Error(`a worker thread ended with code ${code} before the run: start it anew`)),
    )
  })
