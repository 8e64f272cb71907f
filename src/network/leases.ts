// Which run is handed to whom. A run that is handed out is leased for a time, and is free again when its holder was not
// heard for that long or gives it back. This file has no clock: a timer is handed in.

import type { Config } from '../config/config.ts'
import type { Timer } from '../federation/carrier.ts'
import type { PlannedRun } from '../results/sweep.ts'
import { type AtHand, whySkipped } from '../run/skip.ts'

/** Who holds a run: one slot of a worker. */
export interface Holder {
  readonly worker: string
  readonly slot: number
}

/** Milliseconds for which a holder may be silent. Of five signs of life that it gives in this time, four may be lost. */
export const LEASE = 10_000

/** The runs that are not stored yet, and who holds them. */
export interface Leases {
  /** the config of a run that is not stored yet; undefined for any other */
  readonly config: (key: string) => Config | undefined
  /**
   * the run that a holder has, or the first free one that it can compute, which it then has
   * @param isDone asked before a free run is leased; says whether it was stored elsewhere
   */
  readonly next: (holder: Holder, atHand: AtHand, isDone: (config: Config) => boolean) => PlannedRun | null
  /** why a worker is not handed some of the free runs; empty if there are none of them */
  readonly lacks: (atHand: AtHand) => string
  /** prolongs the lease of a holder; a free run is leased to it, unless it has another one */
  readonly renew: (holder: Holder, key: string) => void
  /** whether this holder has this run */
  readonly has: (holder: Holder, key: string) => boolean
  /** makes all runs of a worker free */
  readonly giveBack: (worker: string) => void
  /** takes a run out, because it is stored */
  readonly remove: (key: string) => void
  /** how many runs are leased */
  readonly leased: () => number
  /** how many runs are not stored yet */
  readonly left: () => number
  /** lets go of all leases and their timers */
  readonly end: () => void
}

interface Job {
  readonly run: PlannedRun
  readonly group: Group
  lease: { readonly holder: string; readonly end: () => void } | null
}

/** Runs that need the same code of one's own, and start from the same weights. */
interface Group {
  /** any of their configs */
  readonly config: Config
  readonly isOwn: boolean
  /** the free runs, the first of the plan last; also runs that were leased or removed since, which are passed over */
  readonly free: Job[]
  /** how many are free */
  count: number
}

const nameOf = ({ worker, slot }: Holder) => `${slot} ${worker}`

/** Opens the leases of runs, all of them free. @param span how long a lease lasts, in milliseconds */
export function openLeases(runs: readonly PlannedRun[], timer: Timer, span = LEASE): Leases {
  const jobs = new Map<string, Job>()
  const held = new Map<string, Job>()
  const groups = new Map<string, Group>()
  for (const run of [...runs].reverse()) {
    const { env, envVersion, method, methodVersion, startVersion } = run.config
    const needs = JSON.stringify([
      envVersion && [env, envVersion],
      methodVersion && [method, methodVersion],
      startVersion,
    ])
    const isOwn = envVersion !== '' || methodVersion !== '' || startVersion !== ''
    const group = groups.get(needs) ?? { config: run.config, isOwn, free: [], count: 0 }
    groups.set(needs, group)
    const job: Job = { run, group, lease: null }
    group.free.push(job)
    group.count++
    jobs.set(run.key, job)
  }
  // What needs a file comes first, because not every worker has it.
  const inOrder = [...groups.values()].sort((a, b) => Number(b.isOwn) - Number(a.isOwn))

  const release = (job: Job) => {
    if (job.lease === null) return
    job.lease.end()
    held.delete(job.lease.holder)
    job.lease = null
    job.group.free.push(job)
    job.group.count++
  }
  const lease = (job: Job, holder: string) => {
    if (job.lease === null) job.group.count--
    job.lease?.end()
    job.lease = { holder, end: timer(span, () => release(job)) }
    held.set(holder, job)
  }
  const remove = (key: string) => {
    const job = jobs.get(key)
    if (job === undefined) return
    jobs.delete(key)
    if (job.lease === null) job.group.count--
    else held.delete(job.lease.holder)
    job.lease?.end()
  }
  const isFree = (job: Job) => job.lease === null && jobs.get(job.run.key) === job

  return {
    config: (key) => jobs.get(key)?.run.config,
    next: (holder, atHand, isDone) => {
      const name = nameOf(holder)
      const own = held.get(name)
      if (own) {
        lease(own, name)
        return own.run
      }
      for (const group of inOrder) {
        if (whySkipped(group.config, atHand)) continue
        for (let job = group.free.pop(); job; job = group.free.pop()) {
          if (!isFree(job)) continue
          if (isDone(job.run.config)) {
            remove(job.run.key)
            continue
          }
          lease(job, name)
          return job.run
        }
      }
      return null
    },
    lacks: (atHand) => {
      for (const { config, count } of inOrder) {
        const why = count > 0 ? whySkipped(config, atHand) : null
        if (why) return why.why
      }
      return ''
    },
    renew: (holder, key) => {
      const name = nameOf(holder)
      const job = jobs.get(key)
      if (job && (job.lease === null ? !held.has(name) : job.lease.holder === name)) lease(job, name)
    },
    has: (holder, key) => held.get(nameOf(holder))?.run.key === key,
    giveBack: (worker) => {
      for (const [name, job] of [...held]) if (name.slice(name.indexOf(' ') + 1) === worker) release(job)
    },
    remove,
    leased: () => held.size,
    left: () => jobs.size,
    end: () => {
      for (const job of held.values()) job.lease?.end()
      held.clear()
      jobs.clear()
    },
  }
}
