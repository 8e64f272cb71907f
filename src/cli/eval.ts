// frd eval: how good models are that learn no more, over seeds and worlds. Each seed gives all models the same initial states
// in every world, so that two of them are compared on the same episodes.

import { findEnvironment, type Mission } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { fields } from '../config/fields.ts'
import type { Model } from '../models/model.ts'
import { playModel } from '../models/play.ts'
import { giveWay } from '../results/compute.ts'
import { readModel } from '../results/models.ts'
import { toColumns } from '../results/text.ts'
import { completes } from '../run/mission.ts'
import { mean } from '../stats/mean.ts'
import { showMean } from './live.ts'
import { type Argv, type Command, commonOptions, readBare, readFlag, readSeeds, valueFlag } from './options.ts'
import { print, tell } from './output.ts'
import { readOwnFiles } from './own.ts'
import { FRESH_SEED, playOptions, playValues, readPlaying, tellVersions } from './play.ts'

const SEEDS = `${FRESH_SEED}..${FRESH_SEED + 9}`

/** A world: the values of the parameters that --worlds gives. */
type World = Readonly<Record<string, number>>

/** What one model has scored in one world. */
interface Row {
  readonly file: string
  readonly world: World
  /** the mean score of each seed */
  readonly means: readonly number[]
  /** the share of the seeds whose mean score completes the mission of the environment */
  readonly completed: number
}

export const evalCommand: Command = {
  usage: 'eval [files..]',
  doc: 'play models without learning, over seeds and worlds, and print their mean scores',
  options: {
    seeds: {
      ...commonOptions.seeds,
      describe: 'seeds of the initial states. Accepts: a list such as 1..100 or 1,5,7..9',
      defaultDescription: SEEDS,
    },
    ...playOptions,
    episodes: { ...playOptions.episodes, describe: `${playOptions.episodes.describe}, for each seed` },
    worlds: valueFlag('physical parameters, one value for each world, such as length=0.25,0.5,1', 'none'),
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 eval learned/agent-0.safetensors', 'ten seeds of ten episodes'],
    ['$0 eval learned/*.safetensors --worlds length=0.25,0.5,1', 'every agent in three worlds'],
  ],
  values: playValues,
  plan: async (flags) => {
    const { own, argv, env } = await readOwnFiles(flags)
    const files = (argv.files ?? []) as readonly string[]
    if (!files.length) {
      throw new TypeError(expected('files', 'at least one model file', 'none', 'frd run --save DIR writes them'))
    }
    const models: { file: string; model: Model }[] = []
    for (const file of files) models.push({ file, model: await readModel(file) })
    const playing = readPlaying(argv)
    const seeds = readSeeds(argv, SEEDS)
    const worlds = readWorlds(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const cells = models.flatMap(({ file, model }) => worlds.map((world) => ({ file, model, world })))
    const play = ({ model, world }: { model: Model; world: World }, seed: number) =>
      playModel(model, { ...playing, seed, parameters: world, environment: own.environment })
    for (const cell of cells) play(cell, seeds[0]) // refuses what cannot be played before anything is
    for (const { file, model } of models) if (own.environment) tellVersions(file, model, own.environment.version ?? '')
    return async (signal) => {
      const rows: Row[] = []
      const lines: string[][] = []
      for (const cell of cells) {
        const { mission } = env ?? findEnvironment(cell.model.env.name)
        const means: number[] = []
        for (const seed of seeds) {
          const scores: number[] = []
          for (const score of play(cell, seed)) {
            scores.push(score)
            await giveWay(signal)
          }
          means.push(mean(scores))
        }
        const completed = means.filter((score) => completes(mission, score, 1)).length / seeds.length
        const row = { file: cell.file, world: cell.world, means, completed }
        rows.push(row)
        lines.push(lineOf(row, mission))
        if (!quiet && cells.length > 1) tell(`${rows.length}/${cells.length}: ${cell.file}\n`)
      }
      await print(json ? `${JSON.stringify({ ...playing, seeds, rows })}\n` : tableOf(lines, playing, seeds))
      return 0
    }
  },
}

/** The worlds that --worlds lists; the environment itself where there are none. */
function readWorlds(argv: Argv): World[] {
  const text = readFlag(argv, 'worlds')
  const lists = Object.entries((text === undefined ? null : fields.worlds.parse(text, 'worlds')) ?? {})
  if (!lists.length) return [{}]
  return lists[0][1].map((_, i) => Object.fromEntries(lists.map(([name, values]) => [name, values[i]])))
}

const describeWorld = (world: World) =>
  Object.entries(world)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

const lineOf = ({ file, world, means, completed }: Row, mission: Mission): string[] => [
  file,
  describeWorld(world) || '-',
  showMean(mean(means), mission),
  showMean(Math.min(...means), mission),
  showMean(Math.max(...means), mission),
  `${Math.round(completed * means.length)}/${means.length}`,
]

function tableOf(
  lines: readonly string[][],
  { episodes, choice }: ReturnType<typeof readPlaying>,
  seeds: readonly number[],
) {
  const head = ['model', 'world', 'mean', 'least', 'most', 'completed']
  const what = `Mean score over ${seeds.length} seed${seeds.length > 1 ? 's' : ''} of ${episodes} episodes each, ${choice}`
  return `${toColumns([head, ...lines], head.slice(2))}${what}; least and most: of a seed's mean\n`
}
