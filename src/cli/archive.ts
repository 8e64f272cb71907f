// frd archive: the runs of one or more folders, packed as one compact file that frd verify replays and frd claims judges.

import type { Line } from '../archive.ts'
import { kernelHash } from '../run.ts'
import { DeterminismError, writeArchive } from '../store.ts'
import { checkDir, readLines } from './lines.ts'
import { type Command, readOut, readText } from './options.ts'

export const archiveCommand: Command = {
  usage: 'archive [dirs..]',
  doc: 'pack the runs of folders into OUT/runs.csv.gz, one line a run',
  options: {
    out: { type: 'string', requiresArg: true, describe: 'folder of the archive' },
  },
  examples: [['$0 archive out --out results/mine', 'then: frd verify results/mine --sample 20']],
  plan: (argv) => {
    const dirs = ((argv.dirs ?? []) as readonly string[]).map((dir) => checkDir(String(dir)))
    if (!dirs.length) throw new TypeError('"dirs" expected at least one folder of results, got none')
    if (readText(argv, 'out') === undefined) throw new TypeError('"out" expected a folder for the archive, got none')
    const out = readOut(argv)
    return async () => {
      const lines = merge(dirs.flatMap((dir) => readLines(dir)))
      const bytes = writeArchive(out, lines, kernelHash())
      process.stdout.write(`${lines.length} runs, ${bytes} bytes in ${out}/runs.csv.gz\n`)
      return 0
    }
  },
}

/** Each run once. @throws DeterminismError where two folders tell two results of one run */
function merge(lines: readonly Line[]): Line[] {
  const byRun = new Map<string, Line>()
  for (const line of lines) {
    const run = `${line.setting} seed=${line.seed}`
    const known = byRun.get(run)
    if (known && known.digest !== line.digest) {
      throw new DeterminismError(`determinism alarm: the run ${run} gave ${known.digest} and ${line.digest}`)
    }
    byRun.set(run, line)
  }
  return [...byRun.values()]
}
