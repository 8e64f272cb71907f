// frd run --save DIR: what a run leaves for use. Each agent has a model (agent-0.safetensors) and a checkpoint
// (agent-0.checkpoint), and config.json says of which run they are. It is written last, so that a folder with it is whole.

import { join } from 'node:path'
import type { Options } from 'yargs'
import { frdVersion } from '../config/builtin.ts'
import { expected } from '../config/errors.ts'
import type { Agent } from '../kernel/agent.ts'
import { encodeModel } from '../models/file.ts'
import { modelsOf } from '../models/model.ts'
import { modelFileOf } from '../results/models.ts'
import type { RunResult } from '../run/record.ts'
import type { Own } from '../run/setup.ts'
import { readNewFolder, writeNewFile } from './files.ts'
import { type Argv, valueFlag } from './options.ts'

/** The flag of `frd run`. */
export const saveFlag: Options = valueFlag(
  'new folder for what the agents have learned: a model and a checkpoint of each, and the config',
  'none',
)

/** What a run does to save its agents. */
export interface Saving {
  /** takes what the agents are at the end of the run */
  readonly onAgents: (agents: readonly Agent[]) => void
  /** writes the folder. @returns what it holds, or that a failed run leaves nothing, in words */
  readonly write: (result: RunResult) => string
}

/**
 * Reads --save; undefined if it was not given.
 * @throws RangeError for a folder that holds anything or cannot be made, and beside several threads
 */
export function readSave(argv: Argv, own: Own, threads: number): Saving | undefined {
  const dir = readNewFolder(argv, 'save')
  if (dir === undefined) return undefined
  if (threads > 1) {
    throw new RangeError(expected('jobs', '1 beside --save', threads, 'the agents of other threads are out of reach'))
  }
  let saved: readonly { readonly weights: Float32Array; readonly checkpoint: Uint8Array }[] = []
  return {
    onAgents: (agents) => {
      saved = agents.map((agent) => ({ weights: agent.weights(), checkpoint: agent.save() }))
    },
    write: (result) => {
      if (result.failure !== null) return `nothing was saved in ${dir}: the run failed\n`
      const models = modelsOf(
        result,
        saved.map(({ weights }) => weights),
        own,
      )
      for (const [i, model] of models.entries()) {
        writeNewFile(join(dir, modelFileOf(i)), encodeModel(model))
        writeNewFile(join(dir, `agent-${i}.checkpoint`), saved[i].checkpoint)
      }
      const { config, kernelHash, completion, completions, episodes, digest } = result
      const about = { frd: frdVersion, kernelHash, digest, completion, completions, episodes, config }
      writeNewFile(join(dir, 'config.json'), `${JSON.stringify(about, null, 2)}\n`)
      const first = Math.max(0, models.length > 1 ? completions.indexOf(completion) : 0)
      const file = join(dir, modelFileOf(first))
      return `saved ${models.length} agent${models.length > 1 ? 's' : ''} in ${dir}; frd play ${file} plays one\n`
    },
  }
}
