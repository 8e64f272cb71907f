// One run in a Web Worker: it drives the generator of the library, at full speed or one episode at a time, and reports.
// Watching changes nothing: frames are seen by a transport that carries them as the default one does, and the agents
// learn from the filmed episodes themselves. Where each tab is one agent, the agent of this tab waits for the page
// before it plays; the run itself does not.

import { openAlone } from './alone.ts'
import { type Brought, runApart } from './apart.ts'
import {
  type Agent,
  type Config,
  checkConfig,
  defaults,
  type Environment,
  environments,
  federationName,
  HEADER_BYTES,
  type Here,
  observing,
  type RunEvent,
  type RunResult,
  resolveConfig,
  run,
} from './core.ts'
import { playSeen } from './film.ts'
import { heatOf } from './heat.ts'
import { type Command, type Exchanged, type Film, type Report, SHOWN, type Track } from './messages.ts'
import { foresee } from './mission.ts'
import { load, type Picked } from './own.ts'

const REPORT_MS = 200 // between two reports at full speed
const SLICE_MS = 20 // between two checks for commands of the page at full speed

let flatOut = false
let isFilmWanted = false
let wake = () => {}

const post = (report: Report, transfer: Transferable[] = []) => self.postMessage(report, { transfer })

self.onmessage = ({ data }: MessageEvent<Command>) => {
  if (data.type === 'next') isFilmWanted = true
  else flatOut = data.flatOut
  if (data.type === 'start') {
    drive(data.config, data.file, data.isApart).catch(({ message }: Error) => {
      post(isUnderWay ? { type: 'stopped', message } : { type: 'refused', message })
    })
  }
  wake()
}

/** Waits for one turn of the event loop, in which commands arrive. A message takes less time than a timer would. */
const turn = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })

/** Waits until an episode may be played. */
async function allowed(): Promise<void> {
  while (!flatOut && !isFilmWanted) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
}

let turned = performance.now()

/** Waits for one turn of the event loop, unless there was one a moment ago. */
async function giveWay(): Promise<void> {
  if (performance.now() - turned <= SLICE_MS) return
  await turn()
  turned = performance.now()
}

/** whether the run has begun: all agents are here or, where they are in one worker, an episode was played */
let isUnderWay = false

/** The environment of a run, and what the library takes beside the config where it is the visitor's own. */
async function environmentOf(given: Partial<Config>, file: Picked | null) {
  if (file) {
    const { env, environment } = await load(file)
    return { env, own: { environment } }
  }
  const env = environments.find(({ name }) => name === (given.env ?? defaults.env))!
  return { env, own: {} }
}

/** @throws TypeError, RangeError for a config that cannot run */
function configOf(given: Partial<Config>, env: Environment, own: Brought, isApart: boolean): Config {
  if (!isApart) return checkConfig(given, own)
  // Memory is not checked here: one agent may fit where all together do not.
  federationName(given, own)
  return resolveConfig(given, env)
}

async function drive(given: Partial<Config>, file: Picked | null, isApart: boolean): Promise<void> {
  const { env, own } = await environmentOf(given, file)
  const config = configOf(given, env, own, isApart)
  const heating = heatOf(config, env)
  const ready = (agent: number | null) => post({ type: 'ready', config, showsStates: heating !== null, agent })
  const mayComplete = foresee(env.mission)

  /** the bodies that were seen, and those that an exchange has carried since the last report */
  let uplinks: readonly Uint8Array[] = []
  let sent: readonly Uint8Array[] = []
  let episode = 0
  /** the tracks of the agents in the episode that is being played, where it is filmed */
  let tracks: Track[] = []
  let mayBeLast = false

  const play = (agent: Agent) => {
    if (tracks.length >= SHOWN || !(isFilmWanted || mayBeLast)) return agent.playEpisode()
    const { score, track } = playSeen(agent)
    tracks.push(track)
    return score
  }
  const together = () => {
    ready(null)
    const transport = observing((frames) => {
      uplinks = frames.map((frame) => frame.subarray(HEADER_BYTES))
    })
    return run(config, { ...own, transport, play })
  }
  const alone = openAlone({
    config,
    env,
    heating,
    giveWay,
    allowed,
    isWanted: () => isFilmWanted,
    onFilm: (film) => {
      isFilmWanted = false
      post({ type: 'film', ...film })
    },
  })
  const apart = () => {
    const onAwaited = (agents: readonly number[]) => post({ type: 'awaited', agents })
    return runApart(config, own, { onSeat: ready, onAwaited, play: alone.play })
  }
  const events = isApart ? apart() : together()

  let scores: (readonly number[])[] = []
  let exchanges: Exchanged[] = []
  /** an episode that was filmed but not asked for: it is shown only if the run ends with it */
  let last: Film | null = null
  let reported = performance.now()
  const report = () => {
    const heat = heating && sent.length ? heating.heat(sent, exchanges.at(-1)!.episode) : null
    post({ type: 'progress', scores, exchanges, heat })
    scores = []
    exchanges = []
    sent = []
    reported = performance.now()
  }
  const show = (film: Film) =>
    post(
      { type: 'film', ...film },
      film.tracks.map(({ buffer }) => buffer as ArrayBuffer),
    )

  for (;;) {
    if (!flatOut) {
      if (scores.length || exchanges.length) report()
      if (!isApart) await allowed()
    } else await giveWay()
    tracks = []
    const next: IteratorResult<Here | RunEvent, RunResult> = await events.next()
    const { done, value } = next
    if (done) {
      report()
      if (isApart) last = alone.film(value.episodes)
      if (last) show(last)
      const { completion, completions, episodes, envSteps, failure, digest } = value
      const first = completion === null ? [] : [...completions.keys()].filter((i) => completions[i] === completion)
      post({ type: 'done', completion, first, episodes, envSteps, failure: failure?.message ?? null, digest })
      return
    }
    if (value.type === 'here') {
      isUnderWay ||= value.agents.length === config.agents
      alone.catchUp(value.episodes)
      post(value)
    } else if (value.type === 'episode') {
      isUnderWay = true
      episode = value.episode
      scores.push(value.scores)
      mayBeLast = (mayComplete(value.scores) && config.until !== 'cap') || episode + 1 === config.cap
      last = tracks.length ? { episode, tracks } : null
      if (isApart) alone.film(episode)
    } else {
      const sum = (bytes: readonly number[]) => bytes.reduce((total, count) => total + count, 0)
      const { uplinkBytes, downlinkBytes, digest } = value
      exchanges.push({ episode, up: sum(uplinkBytes), down: sum(downlinkBytes), digest })
      const body = isApart ? alone.body(episode) : null
      sent = body ? [body] : uplinks
    }
    if (isFilmWanted && last) {
      isFilmWanted = false
      report()
      show(last)
      last = null
    } else if (performance.now() - reported > REPORT_MS) report()
  }
}
