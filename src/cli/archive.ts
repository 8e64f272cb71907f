// frd archive: packs the runs of one or more folders into one compact file, which frd verify replays and frd claims
// judges.

import { join } from 'node:path'
import { printable } from '../config/errors.ts'
import { mergeArchives } from '../results/archive.ts'
import { openStore, writeArchive } from '../results/store.ts'
import { checkDir, readRuns, tellLeftOut } from './folder.ts'
import { type Command, commonOptions, readFlag, readOut } from './options.ts'

export const archiveCommand: Command = {
  usage: 'archive [dirs..]',
  doc: 'pack the runs of folders into OUT/runs.csv.gz, one line per run',
  options: {
    out: { ...commonOptions.out, describe: 'folder of the archive', defaultDescription: '' },
  },
  examples: [['$0 archive out --out results/mine', 'then frd verify results/mine --sample 20 replays twenty of them']],
  plan: (argv) => {
    const dirs = ((argv.dirs ?? []) as readonly string[]).map((dir) => checkDir(String(dir)))
    if (!dirs.length) throw new TypeError('"dirs" expected at least one folder of results, got none')
    if (readFlag(argv, 'out') === undefined) throw new TypeError('"out" expected a folder for the archive, got none')
    const out = readOut(argv)
    // The store is opened now, so that a folder that is not writable is refused before minutes of reading.
    openStore(out)
    return async () => {
      const folders = dirs.map((dir) => readRuns(dir))
      const archive = mergeArchives(folders)
      const bytes = writeArchive(out, archive)
      process.stdout.write(`${archive.runs.length} runs, ${bytes} bytes in ${printable(join(out, 'runs.csv.gz'))}\n`)
      return tellLeftOut(folders)
    }
  },
}
