// frd archive: the runs of one or more folders, packed as one compact file that frd verify replays and frd claims judges.

import { join } from 'node:path'
import { mergeArchives } from '../archive.ts'
import { openStore, writeArchive } from '../store.ts'
import { checkDir, readRuns } from './lines.ts'
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
    // Where it would find no room it says so before it reads for minutes.
    openStore(out)
    return async () => {
      const archive = mergeArchives(dirs.map((dir) => readRuns(dir)))
      const bytes = writeArchive(out, archive)
      process.stdout.write(`${archive.lines.length} runs, ${bytes} bytes in ${join(out, 'runs.csv.gz')}\n`)
      return 0
    }
  },
}
