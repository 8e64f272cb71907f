// One agent of a federation over a NATS broker, in a worker: it connects by WebSocket, takes part until the run is over, and
// reports what it plays. Only the page that joins loads this file, and with it the broker's client.

import { credsAuthenticator, type NatsConnection, wsconnect } from '@nats-io/nats-core'
import { version } from 'frd/package.json'
import { type Agent, type Config, checkEnvironment, type Environment, environments, joinOver, natsBus } from './core.ts'
import { playSeen } from './film.ts'
import type { Joining, Track } from './messages.ts'
import { load } from './own.ts'
import { turn } from './turn.ts'

const SLICE_MS = 20 // of play between two looks at what has arrived
const FILM_MS = 250 // between two films
const ANSWER_MS = 10_000 // until a broker that does not answer is given up
const AGAIN_MS = 1000 // between two attempts to connect anew

/** What the worker reports. */
export type Joined =
  | { readonly type: 'connected' }
  | { readonly type: 'news'; readonly text: string }
  | { readonly type: 'config'; readonly config: Config; readonly env: Environment }
  | { readonly type: 'played'; readonly episode: number; readonly score: number; readonly track: Track | null }
  | { readonly type: 'over'; readonly digest: string | null; readonly message: string }
  | { readonly type: 'failed'; readonly message: string }

const post = (report: Joined) => self.postMessage(report)

const timer = (milliseconds: number, call: () => void) => {
  const started = setTimeout(call, milliseconds)
  return () => clearTimeout(started)
}

async function connect({ server, user, password, credentials }: Joining): Promise<NatsConnection> {
  const connection = await wsconnect({
    servers: server,
    name: 'frd lab',
    timeout: ANSWER_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: AGAIN_MS,
    ignoreClusterUpdates: true,
    ...(user && { user, pass: password }),
    ...(credentials && { authenticator: credsAuthenticator(new TextEncoder().encode(`${credentials}\n`)) }),
  }).catch((error: Error) => {
    throw new Error(`cannot connect to ${server}: ${error.message || 'nothing answers there'}`)
  })
  const tell = async () => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') post({ type: 'news', text: 'The broker is away; the run waits for it.' })
      else if (type === 'reconnect') post({ type: 'news', text: 'The broker is back.' })
    }
  }
  tell().catch(() => {})
  return connection
}

/** Plays an episode, and shows every so often what it looks like. */
function openPlay() {
  let episode = 0
  let filmed = 0
  let turned = performance.now()
  return async (agent: Agent): Promise<number> => {
    if (performance.now() - turned > SLICE_MS) {
      await turn()
      turned = performance.now()
    }
    episode++
    const isFilm = performance.now() - filmed > FILM_MS
    if (isFilm) filmed = performance.now()
    const { score, track } = isFilm ? playSeen(agent) : { score: agent.playEpisode(), track: null }
    if (isFilm || episode % 10 === 0) post({ type: 'played', episode, score, track })
    return score
  }
}

async function takePart(given: Joining): Promise<void> {
  const own = given.file && (await load(given.file))
  const connection = await connect(given)
  post({ type: 'connected' })
  let fail = (_: Error) => {}
  const refused = new Promise<never>((_, reject) => {
    fail = reject
  })
  try {
    const joined = joinOver(natsBus(connection, fail), given.name, given.agent, {
      timer,
      version,
      play: openPlay(),
      ...(own && { environment: own.environment }),
      onConfig: (config) => {
        const env = own ? checkEnvironment(own.environment).env : environments.find(({ name }) => name === config.env)!
        post({ type: 'config', config, env })
      },
    })
    const { digest, message } = await Promise.race([joined, refused])
    post({ type: 'over', digest, message })
  } finally {
    await connection.close()
  }
}

/** Takes part, and reports how it goes. */
export function join(given: Joining): void {
  takePart(given).catch(({ message }: Error) => post({ type: 'failed', message }))
}
