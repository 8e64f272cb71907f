// A whole run over a link: the measured frames of its exchanges, one after the other, and what they took together.

import { finite, integerIn, listOf, numberIn, recordOf, text } from '../config/checks.ts'
import { type Environment, knownEnvironment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { exchangeTable, type RunResult } from '../run/record.ts'
import type { Link } from './link.ts'
import { type Frames, type Losses, openLink } from './transfer.ts'

/** What the exchanges of a run took over a link. */
export interface Travelled {
  /** how many exchanges there were */
  readonly exchanges: number
  /** seconds from the start until the last frame has arrived, or the mission is complete: of play, and of all exchanges */
  readonly seconds: number
  /** seconds of all exchanges alone */
  readonly exchangeSeconds: number
  /** seconds for which packets were on the air, both ways, of all agents together */
  readonly airtime: number
  /** joules that the radio of an agent spent, the mean over agents */
  readonly joules: number
  /** packets on the air, those that were lost included */
  readonly packets: number
  /** packets that were lost */
  readonly lost: number
}

/** What of a run travels: the parts of a `RunResult` that its exchanges and its play need. */
export type TravellingRun = Pick<RunResult, 'config' | 'exchanges' | 'scores' | 'episodes'>

/**
 * The frames of a run's exchanges as they were measured, headers included.
 * @param step seconds per step of the environment; with 0, play takes no time
 * @param env an environment of your own, if the run was in one: it says whether its scores are steps
 * @throws RangeError where a step takes time and the scores of the run are no steps, or agents were absent from periods
 */
export function framesOf(run: TravellingRun, step = 0, env?: Scored): Frames[] {
  const { config, exchanges, scores } = checkRun(run)
  checkSteps(config, step, env)
  let from = 0
  return exchanges.map(({ episode, uplinkWireBytes, downlinkWireBytes }) => {
    const play = scores.map((all) => playOf(all.slice(from, episode), step))
    from = episode
    return { up: uplinkWireBytes, down: downlinkWireBytes, play }
  })
}

/**
 * Lets a run travel over a link.
 *
 * @example
 * const run = runToEnd({ method: 'frd', agents: 2, seed: 1 })
 * const { seconds, joules } = travel(run, linkPresets['nb-iot'], lossesOf('CartPole-v1', 1, 2))
 * @param step seconds per step of the environment; 0 unless given, so that the link alone takes time
 * @param env as for framesOf
 * @throws as framesOf and openLink
 */
export function travel(run: TravellingRun, link: Link, losses?: Losses, step = 0, env?: Scored): Travelled {
  const all = framesOf(run, step, env)
  const clock = openLink(link, run.config.agents, losses)
  const transfers = all.map((frames) => clock.exchange(frames))
  const last = run.exchanges[run.exchanges.length - 1]?.episode ?? 0
  const rest = Math.max(...run.scores.map((all) => playOf(all.slice(last, run.episodes), step)))
  return {
    exchanges: transfers.length,
    seconds: clock.now() + rest,
    exchangeSeconds: sum(transfers.map(({ seconds }) => seconds)),
    airtime: sum(transfers.map(({ airtime }) => airtime)),
    joules: sum(transfers.map(({ joules }) => sum(joules) / joules.length)),
    packets: sum(transfers.map(({ packets }) => packets)),
    lost: sum(transfers.map(({ lost }) => lost)),
  }
}

/** What is read of a config. */
const configOf = recordOf<Pick<RunResult['config'], 'agents' | 'cap' | 'env' | 'absent'>>({
  agents: integerIn(1, 1 << 16),
  cap: integerIn(0),
  env: text,
  absent: listOf(listOf(finite)),
})

function checkRun(run: TravellingRun) {
  const { config } = recordOf({ config: configOf })(run, 'run')
  const exchanges = listOf(recordOf(exchangeTable(config)))
  const rest = recordOf({ exchanges, scores: listOf(listOf(finite), config.agents), episodes: integerIn(0) })
  return { config, ...rest(run, 'run') }
}

/** What of an environment says whether the scores of its runs are steps. */
export type Scored = Pick<Environment, 'score'>

/**
 * Checks that it is known how long a run plays, where a step takes time.
 * @throws TypeError, RangeError for no number of seconds, and as framesOf
 */
export function checkSteps(
  { env, absent }: Pick<RunResult['config'], 'env' | 'absent'>,
  step: number,
  own: Scored | undefined = knownEnvironment(env),
): void {
  numberIn(0, 1e6)(step, 'step')
  if (step === 0) return
  if (own?.score !== 'steps') {
    const why = own
      ? 'the scores of this environment are no steps, so its play takes no known time'
      : 'give this environment, which says whether its scores are steps'
    throw new RangeError(expected('step', '0', env, why))
  }
  if (absent.length) throw new RangeError(expected('step', '0 where agents are absent from periods', absent))
}

/** Seconds of episodes. Where a step takes none their scores need not be steps, and may be negative. */
const playOf = (scores: readonly number[], step: number) => (step === 0 ? 0 : step * sum(scores))

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
