// Fields of a result say one thing in several ways: the scores say how many steps there were and when the mission was
// complete, the config says after which episodes agents exchange. A checksum shows that a line was cut or edited, and not
// that whoever wrote it told what happened; only a replay shows that. This file finds what contradicts itself.

import { integerIn } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { knownEnvironment, type Mission } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { knownMethod } from '../methods/index.ts'
import { byEpisode, episodesPlayed } from '../run/absences.ts'
import { completes } from '../run/mission.ts'
import { isUneven } from '../run/participation.ts'
import { exchangeEpisode, exchangesWithin } from '../run/periods.ts'
import type { RunResult } from '../run/record.ts'
import { HEADER_BYTES } from '../wire/frame.ts'
import type { Summary } from './summary.ts'

/** @throws RangeError unless the value is the one that follows from other fields */
function check(name: string, got: unknown, must: unknown, why: string): void {
  if (got !== must) throw new RangeError(expected(name, String(must), got, why))
}

/** @throws RangeError for a result whose fields contradict one another */
export function checkContradictions(result: RunResult): void {
  const { scores, episodes } = result
  const played = episodesPlayed(result.config, episodes)
  scores.forEach((list, agent) => {
    check(`scores[${agent}].length`, list.length, played[agent], 'there is one score per episode')
  })
  checkFailure(result)
  checkSteps(result)
  checkCompletion(result)
  checkEnd(result)
  checkExchanges(result)
}

function checkFailure({ failure, episodes }: RunResult): void {
  if (failure === null) return
  // Where an agent failed, its episode is not among those that all agents have played.
  const under = failure.agent < 0 ? episodes : episodes + 1
  check('failure.episode', failure.episode, under, `all agents have played ${episodes} episodes`)
  if (failure.agent < 0) check('failure.step', failure.step, 0, 'no agent is named')
}

function checkSteps({ config, scores, episodes, envSteps }: RunResult): void {
  const env = knownEnvironment(config.env)
  const count = totalPlayed(config, episodes)
  if (env?.score === 'steps') {
    const step = integerIn(1, env.limit)
    let sum = 0
    for (const [agent, list] of scores.entries()) {
      for (let i = 0; i < list.length; i++) sum += step(list[i], `scores[${agent}][${i}]`)
    }
    check('envSteps', envSteps, sum, 'it is the sum of all scores')
  } else integerIn(count, env ? count * env.limit : undefined)(envSteps, 'envSteps')
}

/** The episodes that all agents have played together. */
const totalPlayed = (config: Config, episodes: number) =>
  episodesPlayed(config, episodes).reduce((sum, count) => sum + count, 0)

/**
 * The first episode at which the last scores of each of these agents, taken together, complete the mission; null if none
 * does.
 * @param scores by the run's episodes, null where the agent had no part
 */
function firstCompleted(
  scores: readonly (readonly (number | null)[])[],
  episodes: number,
  mission: Mission,
): number | null {
  const { window } = mission
  const recents: number[][] = scores.map(() => [])
  for (let episode = 1; episode <= episodes; episode++) {
    let total = 0
    let isFull = true
    for (const [i, list] of scores.entries()) {
      const recent = recents[i]
      const score = list[episode - 1]
      if (score !== null && recent.push(score) > window) recent.shift()
      if (recent.length < window) isFull = false
      let sum = 0
      for (const one of recent) sum += one
      total += sum
    }
    if (isFull && completes(mission, total, window * scores.length)) return episode
  }
  return null
}

function checkCompletion(result: RunResult): void {
  const { config, episodes, failure, completion, completions, meanCompletion } = result
  const env = knownEnvironment(config.env)
  const scores = byEpisode(result, episodes)
  // An agent may have completed its mission in the episode in which a later one failed. That episode counts for none.
  const failing = failure !== null && failure.agent >= 0 ? failure.episode : episodes
  completions.forEach((time, agent) => {
    const name = `completions[${agent}]`
    if (time !== null && time > episodes) check(name, time, failing, `the run ended after ${episodes} episodes`)
    if (!env) return
    const must = firstCompleted([scores[agent]], episodes, env.mission)
    if (must !== null || time === null || time <= episodes) check(name, time, must, 'the scores say so')
  })
  if (env) check('meanCompletion', meanCompletion, firstCompleted(scores, episodes, env.mission), 'the scores say so')
  const times = completions.filter((time) => time !== null)
  const first = failure !== null || !times.length ? null : times.reduce((least, time) => Math.min(least, time))
  check('completion', completion, first, failure ? 'the run failed' : 'it is the first of the completions')
}

/**
 * Checks one line of an archive, which has no scores.
 * @param config the run's config, but for its seed
 * @throws RangeError for numbers that contradict one another or the config
 */
export function checkSummary(config: Config, run: Summary): void {
  const { completion, meanCompletion, lastCompletion, episodes, exchanges, failed } = run
  const env = knownEnvironment(config.env)
  const within = integerIn(env?.mission.window ?? 1, episodes, `the run ended after ${episodes} episodes`)
  for (const [name, time] of Object.entries({ completion, meanCompletion, lastCompletion })) {
    if (time !== null && !failed) within(time, name)
  }
  if (failed) check('completion', completion, null, 'the run failed')
  else checkEnding(config, run)
  if (lastCompletion !== null && !failed) {
    if (completion === null) check('lastCompletion', lastCompletion, null, 'no agent was first')
    else integerIn(completion, episodes)(lastCompletion, 'lastCompletion')
  }
  const agentEpisodes = totalPlayed(config, episodes)
  integerIn(agentEpisodes, env ? agentEpisodes * env.limit : undefined)(run.envSteps, 'envSteps')
  checkExchangeCount(config, episodes, exchanges)
  const isSilent = exchanges === 0 || knownMethod(config.method)?.payload(config) === 'none'
  for (const name of ['uplinkBytes', 'downlinkBytes'] as const) {
    if (isSilent) check(name, run[name], 0, 'nothing was sent')
  }
}

function checkEnding(
  { until, cap }: Config,
  { episodes, completion, lastCompletion }: Pick<Summary, 'episodes' | 'completion' | 'lastCompletion'>,
): void {
  const end = until === 'first' ? (completion ?? cap) : until === 'last' ? (lastCompletion ?? cap) : cap
  check('episodes', episodes, end, `the run ends at the ${until === 'cap' ? 'cap' : `${until} completion or the cap`}`)
}

/** A run ends where its config says, at the cap at the latest, unless it fails. */
function checkEnd({ config, episodes, failure, completion, completions }: RunResult): void {
  if (failure !== null) return
  const lastCompletion = completions.reduce<number>((latest, time) => Math.max(latest, time ?? config.cap), 0)
  checkEnding(config, { episodes, completion, lastCompletion })
}

function checkExchangeCount(config: Config, episodes: number, count: number): void {
  const method = knownMethod(config.method)
  const { cap } = config
  // There is none after the last episode. A run that failed may have failed in the exchange after it or have had it.
  const least = exchangesWithin(config, Math.max(episodes - 1, 0))
  const none = method ? method.targets === null : count === 0
  const most = exchangesWithin(config, Math.min(episodes, cap - 1))
  if (none) check('exchanges.length', count, 0, `${config.method} has no exchange`)
  else integerIn(least, Math.max(least, most))(count, 'exchanges.length')
}

function checkExchanges({ config, episodes, exchanges }: RunResult): void {
  const method = knownMethod(config.method)
  checkExchangeCount(config, episodes, exchanges.length)
  exchanges.forEach((exchange, k) => {
    const name = `exchanges[${k}]`
    check(`${name}.episode`, exchange.episode, exchangeEpisode(config, k), 'agents exchange after every period')
    const { uplinkBytes, downlinkBytes, uplinkWireBytes, downlinkWireBytes } = exchange
    const isSilent = [uplinkBytes, downlinkBytes, uplinkWireBytes, downlinkWireBytes].every((ways) =>
      ways.every((bytes) => bytes === 0),
    )
    if (method ? method.payload(config) === 'none' : isSilent) {
      if (!isSilent) throw new RangeError(expected(name, 'no bytes', 'others', `${config.method} sends nothing`))
      return
    }
    for (let i = 0; i < config.agents; i++) {
      if (config.absent[k]?.includes(i)) {
        const why = `agent ${i} had no part in period ${k + 1}`
        for (const bytes of [uplinkBytes, downlinkBytes, uplinkWireBytes, downlinkWireBytes]) {
          check(`${name}.bytes[${i}]`, bytes[i], 0, why)
        }
        continue
      }
      const isPaper = (!method || method.paperBytes) && (isUneven(config) || uplinkBytes[i] === downlinkBytes[i])
      if (isPaper) continue
      const why = `a frame is its header of ${HEADER_BYTES} bytes and its payload`
      for (const [way, payload, wire] of [
        ['uplink', uplinkBytes[i], uplinkWireBytes[i]],
        ['downlink', downlinkBytes[i], downlinkWireBytes[i]],
      ] as const) {
        if (isUneven(config) && payload === 0 && wire === 0) continue
        check(`${name}.${way}WireBytes[${i}]`, wire, payload + HEADER_BYTES, why)
      }
    }
  })
}
