// frd run: plays one run and prints one line per exchange, then completion, bytes and digest. With --json it prints the
// line of the result, as the store writes it, so that frd verify can read it.

import type { Config } from '../config/config.ts'
import { findEnvironment, type Mission } from '../config/environment.ts'
import { fieldNames } from '../config/fields.ts'
import { runThreaded, threadsFor } from '../network/threads.ts'
import type { Modules } from '../results/modules.ts'
import { checkConfig, setUp } from '../run/setup.ts'
import { configFlag, withConfigFile } from './configFile.ts'
import {
  allFields,
  type Command,
  commonOptions,
  configOptions,
  DEFAULTS,
  readConfig,
  readFlag,
  readJobs,
} from './options.ts'
import { adviseReward, checkOneFile, fromFlag, readOwn } from './own.ts'
import { readSave, saveFlag } from './save.ts'
import { conclude, follow, readShowing, type Showing, showingOptions } from './showing.ts'

export const runCommand: Command = {
  usage: 'run',
  doc: 'play one run, and print one line per exchange, then completion, bytes and digest',
  options: {
    config: configFlag,
    ...configOptions(allFields),
    out: showingOptions.out,
    save: saveFlag,
    from: fromFlag,
    jobs: { ...commonOptions.jobs, defaultDescription: '1' },
    ...showingOptions,
  },
  examples: [
    ['$0 run --method mixfrd --agents 4 --seed 1', 'the same bits every time, everywhere'],
    ['$0 run --config run.yaml --seed 2', 'settings from a file, with another seed'],
    ['$0 run --agents 4 --save learned', 'and a model of each agent, for frd play'],
    ['$0 run --agents 16 --jobs 4', 'the agents of one run divided over four threads: the same bits again'],
  ],
  epilogue: DEFAULTS,
  plan: async (flags) => {
    const given = await withConfigFile(flags, 'run')
    checkOneFile(given)
    const { own, modules, argv, env } = await readOwn(given)
    const config = checkConfig(readConfig(argv, fieldNames), own)
    const jobs = readFlag(argv, 'jobs') === undefined ? undefined : readJobs(argv)
    adviseReward(env, argv, [config])
    const threads = threadsFor(setUp(config, own), jobs) // refuses what cannot run in several threads
    const saving = readSave(argv, own, threads)
    const showing = { ...readShowing(argv, config), saving }
    const { mission } = env ?? findEnvironment(config.env)
    return (signal) => execute(config, { modules, jobs }, mission, showing, signal)
  },
}

async function execute(
  config: Config,
  how: { readonly modules: Modules; readonly jobs: number | undefined },
  mission: Mission,
  showing: Showing,
  signal: AbortSignal,
): Promise<number> {
  const started = performance.now()
  const onEvent = follow(config, mission, showing)
  const result = await runThreaded(config, { ...how, signal, onEvent, onAgents: showing.saving?.onAgents })
  return conclude(result, showing, performance.now() - started)
}
