// A shard is one of n parts of a plan, for a machine of its own. Which run is in which shard follows from the set of runs
// and from n alone, so machines that plan the same runs share them out without a word to each other. This file computes
// no run.

import type { Steps } from '../run/steps.ts'
import { settingOf } from './setting.ts'
import type { PlannedRun } from './sweep.ts'
import { compareText } from './text.ts'

/** One of the parts of a plan. */
export interface Shard {
  /** which part, 1..count */
  readonly index: number
  /** how many parts there are */
  readonly count: number
}

/**
 * The runs of a shard, in the order of the plan. Every run is in one shard. The runs are dealt out in turn, those with the
 * most work first (agents times cap) and the seeds of a setting one after the other. So two shards differ by at most one
 * run, by at most one seed of any setting, and in work by no more than the largest run. It yields before each run.
 */
export function* shardInSteps(planned: readonly PlannedRun[], { index, count }: Shard): Steps<PlannedRun[]> {
  const dealt: { readonly run: PlannedRun; readonly work: number; readonly setting: string }[] = []
  for (const run of planned) {
    yield
    const { config } = run
    dealt.push({ run, work: config.agents * config.cap, setting: settingOf(config) })
  }
  dealt.sort((a, b) => b.work - a.work || compareText(a.setting, b.setting) || a.run.config.seed - b.run.config.seed)
  const own = new Set(dealt.filter((_, i) => i % count === index - 1).map(({ run }) => run.key))
  return planned.filter(({ key }) => own.has(key))
}
