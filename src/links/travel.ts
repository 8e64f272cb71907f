// A whole run over a link: the measured frames of its exchanges, one after the other, and what they took together.

import { finite, integerIn, listOf, numberIn, recordOf, text } from '../config/checks.ts'
import { knownEnvironment } from '../config/environment.ts'
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
 * @throws RangeError where a step takes time and the scores of the run are no steps, or agents were absent from periods
 */
export function framesOf(run: TravellingRun, step = 0): Frames[] {
  const { config, exchanges, scores } = checkRun(run)
  numberIn(0, 1e6)(step, 'step')
  if (step > 0) checkSteps(config)
  let from = 0
  return exchanges.map(({ episode, uplinkWireBytes, downlinkWireBytes }) => {
    const play = scores.map((all) => step * sum(all.slice(from, episode)))
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
 * @throws as framesOf and openLink
 */
export function travel(run: TravellingRun, link: Link, losses?: Losses, step = 0): Travelled {
  const all = framesOf(run, step)
  const clock = openLink(link, run.config.agents, losses)
  const transfers = all.map((frames) => clock.exchange(frames))
  const last = run.exchanges[run.exchanges.length - 1]?.episode ?? 0
  const rest = Math.max(...run.scores.map((all) => step * sum(all.slice(last, run.episodes))))
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

function checkSteps({ env, absent }: Pick<RunResult['config'], 'env' | 'absent'>): void {
  if (knownEnvironment(env)?.score !== 'steps') {
    throw new RangeError(
      expected('step', '0', env, 'the scores of this environment are no steps, so its play takes no known time'),
    )
  }
  if (absent.length) throw new RangeError(expected('step', '0 where agents are absent from periods', absent))
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
