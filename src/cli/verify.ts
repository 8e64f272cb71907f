// frd verify: computes stored results again and compares every field, the digest chain first. The kernel may be another
// one: then equal results are what is asked for.

import { encodeResult, resultKey } from '../result.ts'
import type { RunResult } from '../run.ts'
import { readResults } from '../store.ts'
import { computeAll } from '../sweep.ts'
import { type Command, commonOptions, readBare, readJobs } from './options.ts'
import { startMeter } from './progress.ts'

export const verifyCommand: Command = {
  usage: 'verify [files..]',
  doc: 'replay result files (.json or .jsonl) to their digests; exit 3 where one differs',
  options: { jobs: commonOptions.jobs, json: commonOptions.json, quiet: commonOptions.quiet },
  examples: [['$0 verify out/fig4.jsonl', 'every run behind a figure']],
  plan: (argv) => {
    const files = (argv.files ?? []) as readonly string[]
    if (!files.length) throw new TypeError('"files" expected at least one result file, got none')
    const jobs = readJobs(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const stored = files.flatMap((file) => readResults(file))
    return (signal) => execute(stored, { jobs, json, quiet }, signal)
  },
}

interface Output {
  readonly jobs: number
  readonly json: boolean
  readonly quiet: boolean
}

async function execute(stored: readonly RunResult[], { jobs, json, quiet }: Output, signal: AbortSignal) {
  const meter = startMeter(quiet)
  const totalWork = stored.reduce((sum, { config }) => sum + config.agents, 0)
  const counts = { done: 0, total: stored.length, stored: 0, envSteps: 0, work: 0, totalWork }
  const rows = stored.map((result) => ({
    key: resultKey(result.config),
    digest: result.digest,
    replayed: '',
    difference: null as string | null,
  }))
  const indices = new Map(stored.map(({ config }, i) => [config, i]))
  await computeAll([...indices.keys()], { jobs, signal }, (config, replay) => {
    const i = indices.get(config)!
    rows[i].replayed = replay.digest
    rows[i].difference = firstDifference(stored[i], replay)
    counts.done++
    counts.envSteps += replay.envSteps
    counts.work += config.agents
    meter.update({ ...counts })
  }).finally(meter.end)
  const differing = rows.filter(({ difference }) => difference !== null)
  const line = ({ key, digest, difference }: (typeof rows)[number]) =>
    difference === null ? `ok       ${key}  digest ${digest}\n` : `DIFFERS  ${key}  ${difference}\n`
  const document = { digest: rows[0].replayed, runs: rows.length, differing: differing.length, results: rows }
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : rows.map(line).join(''))
  return differing.length ? 3 : 0
}

/** In words; null = the replay gives the stored line but for the kernel's hash. */
function firstDifference(stored: RunResult, replay: RunResult): string | null {
  const same = { ...replay, kernelHash: stored.kernelHash }
  if (encodeResult(same) === encodeResult(stored)) return null
  const i = stored.exchanges.findIndex((exchange, k) => exchange.digest !== replay.exchanges[k]?.digest)
  if (i >= 0) {
    return `first at exchange ${i + 1}, episode ${stored.exchanges[i].episode}: expected ${stored.exchanges[i].digest}, got ${replay.exchanges[i]?.digest ?? 'none'}`
  }
  if (stored.digest !== replay.digest) return `after its last exchange: expected ${stored.digest}, got ${replay.digest}`
  const names = Object.keys(stored) as (keyof RunResult)[]
  const name = names.find((key) => JSON.stringify(stored[key]) !== JSON.stringify(same[key]))
  return `in "${name}", with the same digest: the file was edited`
}
