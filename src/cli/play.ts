// frd play: plays a model without learning, and prints the score of each episode. It can also draw the first episode, and
// write every step.

import { findEnvironment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { integer } from '../config/field.ts'
import { fields } from '../config/fields.ts'
import type { Model } from '../models/model.ts'
import { playModel } from '../models/play.ts'
import { episodeFigure } from '../plot/episode.ts'
import { checkDrawing, renderSvg } from '../plot/svg.ts'
import { giveWay } from '../results/compute.ts'
import { readModel } from '../results/models.ts'
import { actionChoices, type Choice, checkChoice, type FrozenStep } from '../run/frozen.ts'
import { mean } from '../stats/mean.ts'
import { readNewFile, writeNewFile } from './files.ts'
import { showMean } from './live.ts'
import { type Argv, type Command, commonOptions, readBare, readFlag, valueFlag } from './options.ts'
import { print, tell } from './output.ts'
import { readOwnFiles } from './own.ts'

/** The first seed that is not likely to have trained: a run's own seed gives its first agent the states that it learned in. */
export const FRESH_SEED = 1001

const episodesField = integer(10, 1, 100_000, { doc: 'episodes' })

const MISSING = 'the model learned in it: give its file with --env'

/** Flags that play and eval have. */
export const playOptions = {
  episodes: valueFlag(`episodes. Accepts: ${episodesField.expects}`, '10'),
  choice: valueFlag('the most probable action, or one drawn from the policy. Accepts: greedy, sampled', 'greedy'),
  env: valueFlag('a .js file with the environment of your own in which the model learned', 'none'),
}

/** What the shell completes for them; their environments are files. */
export const playValues = { choice: actionChoices, env: [] }

/** Reads --episodes and --choice. */
export function readPlaying(argv: Argv): { episodes: number; choice: Choice } {
  const episodes = readFlag(argv, 'episodes')
  return {
    episodes: episodes === undefined ? episodesField.default : episodesField.parse(episodes, 'episodes'),
    choice: checkChoice(readFlag(argv, 'choice') ?? 'greedy', 'choice'),
  }
}

/** Tells of what a score in another state of an environment must be known. */
export function tellVersions(path: string, { env }: Model, version: string): void {
  if (env.version === version) return
  tell(`${path}: learned in another version of ${env.name} than the file of --env has\n`)
}

/** The physical parameters that --worlds gives, one value each. */
function readWorld(argv: Argv): Readonly<Record<string, number>> {
  const text = readFlag(argv, 'worlds')
  const worlds = text === undefined ? null : fields.worlds.parse(text, 'worlds')
  const given = Object.entries(worlds ?? {})
  if (given.every(([, list]) => list.length === 1)) {
    return Object.fromEntries(given.map(([name, [value]]) => [name, value]))
  }
  throw new RangeError(expected('worlds', 'one value for each parameter', text, 'frd eval plays in several worlds'))
}

/** A model in a few words. */
export const describeModel = ({ env, networks, run, frd }: Model): string => {
  const { width, depth, activation } = networks.policy
  return `${env.name}, ${run.method}, agent ${run.agent} of seed ${run.seed}, ${width}x${depth} ${activation}, frd ${frd}`
}

export const playCommand: Command = {
  usage: 'play [file]',
  doc: 'play a model that frd run --save wrote, without learning, and print the score of each episode',
  options: {
    ...playOptions,
    seed: valueFlag('seed of the initial states and of drawn actions', String(FRESH_SEED)),
    worlds: valueFlag('physical parameters, such as length=0.25 or length=0.25;gravity=1.6', 'none'),
    svg: valueFlag('new file for a picture of the first episode: observations and actions over its steps', 'none'),
    frames: valueFlag('new file for the steps of the first episode, one JSON object per line', 'none'),
    json: commonOptions.json,
  },
  examples: [
    ['$0 play learned/agent-0.safetensors', 'ten episodes, always the most probable action'],
    ['$0 play learned/agent-0.safetensors --choice sampled --svg episode.svg', 'as in training, and a picture'],
  ],
  values: playValues,
  plan: async (flags) => {
    const { own, argv, env } = await readOwnFiles(flags)
    const path = readFlag(argv, 'file')
    if (path === undefined) {
      throw new TypeError(expected('file', 'a model file', 'none', 'frd run --save DIR writes one for each agent'))
    }
    const model = await readModel(path)
    const playing = readPlaying(argv)
    const seed = fields.seed.parse(readFlag(argv, 'seed') ?? String(FRESH_SEED), 'seed')
    const parameters = readWorld(argv)
    const svg = readNewFile(argv, 'svg')
    const frames = readNewFile(argv, 'frames')
    if (svg !== undefined && svg === frames) throw new RangeError(expected('frames', 'another file than --svg', frames))
    if (svg !== undefined) await checkDrawing()
    const json = readBare(argv, 'json')
    const { environment } = own
    const { components, mission } = env ?? findEnvironment(model.env.name, MISSING)
    const first: FrozenStep[] = []
    const onStep = (step: FrozenStep, episode: number) => {
      if (episode === 1) first.push(step)
    }
    const episodes = playModel(model, { ...playing, seed, parameters, environment, onStep })
    if (environment) tellVersions(path, model, environment.version ?? '')
    return async (signal) => {
      const scores: number[] = []
      if (!json) await print(`${describeModel(model)}\n`)
      for (const score of episodes) {
        scores.push(score)
        if (!json)
          await print(`episode ${String(scores.length).padStart(String(playing.episodes).length)}  score ${score}\n`)
        await giveWay(signal)
      }
      if (frames !== undefined) writeNewFile(frames, first.map(frameOf).join(''))
      if (svg !== undefined)
        writeNewFile(svg, await renderSvg(episodeFigure(first, titleOf(model, components, scores[0], seed))))
      const { weights: _, ...about } = model
      const document = { file: path, model: about, seed, ...playing, parameters, scores, mean: mean(scores) }
      const end = `mean ${showMean(mean(scores), mission)} of ${scores.length}, ${playing.choice}, seed ${seed}\n`
      await print(json ? `${JSON.stringify(document)}\n` : end)
      return 0
    }
  },
}

const titleOf = (model: Model, components: readonly string[], score: number, seed: number) => ({
  components,
  title: `An episode of ${model.env.name}`,
  caption: `Agent ${model.run.agent} of a run of ${model.run.method}, seed ${seed}, score ${score}.`,
})

/** A step as a line of JSON. */
function frameOf({ step, seen, policy, action, reward, observation, terminated, truncated }: FrozenStep): string {
  const before = { step, seen: [...seen], policy: [...policy], action }
  return `${JSON.stringify({ ...before, reward, observation: [...observation], terminated, truncated })}\n`
}
