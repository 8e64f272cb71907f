// One run in a worker, of which everything that the page shows is kept: the states of the agents, what agent 0 met, what
// it sent, and the weights with which each period began. Watching changes nothing, as the digest shows.

import { type Agent, checkConfig, type Environment, observing, run, stepEnvironment, toSafetensors } from './core.ts'
import { playSeen } from './film.ts'
import {
  type Command,
  type Exchanged,
  type Filmed,
  type Met,
  type Report,
  type Sent,
  SHOWN,
  type Track,
} from './messages.ts'
import { outcomeOf } from './outcome.ts'
import type { Loaded } from './own.ts'
import { openReader } from './sent.ts'
import { turn } from './turn.ts'

const REPORT_MS = 120 // between two reports
/** The longest episode of a copy that was pushed, in steps. */
const MOST_STEPS = 500

type Post = (report: Report, transfer?: Transferable[]) => void

/** What can be asked of a run that was filmed. */
export interface Recorded {
  readonly push: (command: Extract<Command, { type: 'push' }>) => void
  readonly weights: (agent: number) => void
}

/** Films a run, and tells `post` of it. @throws TypeError, RangeError for a config that cannot run */
export async function record({ given, own }: Loaded, post: Post): Promise<Recorded> {
  const config = checkConfig(given, own)
  const agents: Agent[] = []
  /** the weights of each agent before the first episode, after each exchange and after every E episodes */
  const starts: { readonly after: number; readonly weights: Float32Array }[][] = []
  let exchanged = 0
  let sent: Sent = { entries: 0, first: [], head: new Uint8Array(0), base: null }
  let episode = 0
  let playing: { tracks: Track[]; met: Met | null } = { tracks: [], met: null }
  let episodes: Filmed[] = []
  let exchanges: Exchanged[] = []

  const play = (agent: Agent, index: number) => {
    agents[index] = agent
    if (index < SHOWN && (episode === exchanged || episode % config.period === 0)) {
      starts[index] ??= []
      starts[index].push({ after: episode, weights: agent.weights() })
    }
    if (index >= SHOWN) return agent.playEpisode()
    const { score, track, met } = playSeen(agent, index === 0)
    playing.tracks.push(track)
    if (index === 0) playing.met = met
    return score
  }
  const read = openReader(config)
  const transport = observing((uplinks, downlinks) => {
    sent = read(uplinks, downlinks, agents[0])
  })
  const report = () => {
    const buffers = episodes.flatMap(({ tracks, met }) => [...tracks, met.clusters, met.policies].map((x) => x.buffer))
    post({ type: 'filmed', episodes, exchanges }, buffers as ArrayBuffer[])
    episodes = []
    exchanges = []
  }

  const events = run(config, { ...own, transport, play })
  let reported = performance.now()
  for (let isBegun = false; ; ) {
    const { done, value } = events.next()
    if (!isBegun) {
      isBegun = true
      // The learner of a pool plays without agents of its own, which then cannot be filmed.
      post({ type: 'begun', config, weights: agents[0]?.policyWeights ?? 0 })
    }
    if (done) {
      report()
      post({ type: 'done', ...outcomeOf(value) })
      break
    }
    if (value.type === 'episode') {
      episode = value.episode
      const met = playing.met ?? { clusters: new Uint32Array(0), policies: new Float32Array(0) }
      episodes.push({ scores: value.scores, tracks: playing.tracks, met })
      playing = { tracks: [], met: null }
    } else {
      const { uplinkBytes, downlinkBytes, digest } = value
      exchanged = episode
      exchanges.push({ episode, up: uplinkBytes[0], down: downlinkBytes[0], sent, digest })
    }
    if (performance.now() - reported > REPORT_MS) {
      report()
      await turn()
      reported = performance.now()
    }
  }
  return {
    push: ({ agent, episode, state, parameters }) => {
      const start = starts[agent].findLast(({ after }) => after < episode)!
      const track = pushedTrack(agents[agent], start.weights, state, parameters)
      post({ type: 'pushed', agent, episode, track })
    },
    weights: (agent) => {
      post({ type: 'weights', agent, bytes: toSafetensors(agents[agent]) as Uint8Array<ArrayBuffer> })
    },
  }
}

/**
 * What a copy of the agent does from a state on, with the weights of the period and always with its most probable action.
 * The agent is as before, and the kernel steps the environment.
 */
function pushedTrack(
  agent: Agent,
  weights: Float32Array,
  from: readonly number[],
  parameters: Readonly<Record<string, number>>,
): Track {
  const { env } = agent as { readonly env: Environment }
  return agent.tryOut(() => {
    agent.setWeights(weights)
    const states = [...from]
    let state: ArrayLike<number> = from
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const policy = agent.policy(state)
      const action = policy.indexOf(Math.max(...policy))
      const next = stepEnvironment(env.name, state, action, { steps, parameters })
      state = next.state
      states.push(...next.state)
      if (next.terminated || next.truncated) break
    }
    return Float32Array.from(states)
  })
}
