// frd archive: packs the runs of one or more folders into one compact file, which frd verify replays and frd claims
// judges.

import { join } from 'node:path'
import { printable } from '../config/errors.ts'
import { mergeArchives } from '../results/archive.ts'
import { giveWay, inSteps } from '../results/compute.ts'
import { openStore, writeArchive } from '../results/store.ts'
import { checkDir, type FolderRuns, readRunsInSteps, tellLeftOut } from './folder.ts'
import { type Command, commonOptions, readFlag, readOut } from './options.ts'
import { print } from './output.ts'

const STOPPED = 'interrupted: nothing was packed; give the same command again'

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
    return async (signal) => {
      const read: FolderRuns[] = []
      for (const dir of dirs) read.push(await inSteps(readRunsInSteps(dir), signal, STOPPED))
      const archive = mergeArchives(read)
      await giveWay(signal, STOPPED)
      const bytes = writeArchive(out, archive)
      await print(`${archive.runs.length} runs, ${bytes} bytes in ${printable(join(out, 'runs.csv.gz'))}\n`)
      return tellLeftOut(read)
    }
  },
}
