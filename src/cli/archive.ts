// frd archive: packs the runs of one or more folders into one compact file, which frd verify replays and frd claims
// judges.

import { join } from 'node:path'
import { expected, printable } from '../config/errors.ts'
import { type Archive, mergeArchives } from '../results/archive.ts'
import { giveWay, inSteps } from '../results/compute.ts'
import { ResultError } from '../results/result.ts'
import { openStore, writeArchive } from '../results/store.ts'
import { checkDir, type FolderRuns, readPacked, readRunsInSteps, tellLeftOut } from './folder.ts'
import { type Command, commonOptions, readFlag, readOut } from './options.ts'
import { print } from './output.ts'

/**
 * Refuses to replace an archive by one that lacks some of its runs, since their folders may be gone.
 * @throws ResultError; DeterminismError if the two hold different results of one run
 */
function checkLoss(out: string, archive: Archive): void {
  const { archive: earlier, damaged } = readPacked(out)
  if (damaged.length) throw new ResultError(`${damaged[0]}; or move it away, since it would be replaced`)
  const lost = earlier ? mergeArchives([earlier, archive]).runs.length - archive.runs.length : 0
  if (lost === 0) return
  const why = `${lost} of its runs are in none of the folders: name "${out}" among them, or give another --out`
  throw new ResultError(expected('out', 'a folder whose archive would lose no run', out, why))
}

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
      checkLoss(out, archive)
      await giveWay(signal, STOPPED)
      const bytes = writeArchive(out, archive)
      await print(`${archive.runs.length} runs, ${bytes} bytes in ${printable(join(out, 'runs.csv.gz'))}\n`)
      return tellLeftOut(read)
    }
  },
}
