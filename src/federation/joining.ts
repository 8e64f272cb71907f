// An agent's part of what precedes a run over a bus: it knows the name of the federation and its own number, says that it
// is there until the server says which run it is, checks that it computes the same bits, and takes part. The server's part
// is lobby.ts.

import { integerIn, text } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { canonicalConfig, fieldsOfText } from '../config/resolve.ts'
import { kernelHash, type Own, type Setup, setUp } from '../run/setup.ts'
import { type Bus, busOf, carrierToServer, topicsOf } from './bus.ts'
import { type TakePartOverOptions, takePartOverIn } from './carried.ts'
import { type Timer, timerOf } from './carrier.ts'
import { type Ending, type Greeting, packGreeting, type Terms, unpackGreeting } from './greetings.ts'
import { AGAIN, again, greeted } from './lobby.ts'
import { endingTogether } from './timers.ts'

/** How long an agent waits for the digest after the end of the run. */
const LAST_WAIT = 10 * AGAIN

/** Hellos without an answer after which an agent asks whether there is such a number. */
const ASK_AFTER = 3

/** What an agent takes beside its number. */
export interface JoinOverOptions extends TakePartOverOptions {
  /** when greetings are said again */
  readonly timer: Timer
  /** the version of this frd, for messages; by default it is not said */
  readonly version?: string
  /** called once, when the run is known */
  readonly onConfig?: (config: Config) => void
}

/** @throws RangeError for a server that does not compute what this agent computes, or a config that this one cannot run */
function setupFor(terms: Terms, own: Own, version: string): Setup {
  if (terms.kernel !== kernelHash()) {
    const why = `the server has frd ${terms.version}, and this agent frd ${version}: install the server's here`
    throw new RangeError(expected('kernel', terms.kernel, kernelHash(), why))
  }
  const setup = setUp(fieldsOfText(terms.config.split('\n').slice(0, -1), 'config'), own)
  const config = canonicalConfig(setup.config)
  if (config === terms.config) return setup
  throw new RangeError(expected('config', 'the same text on both sides', config, `the server has frd ${terms.version}`))
}

const isSame = (a: Terms, b: Terms) => a.config === b.config && a.kernel === b.kernel

/**
 * Takes part in a federation over a bus until its run is over.
 *
 * @example
 * const { digest } = await joinOver(bus, 'frd', 2, { timer, version: '1' })
 * @param name of the federation
 * @param agent the agent's number
 * @returns the digest of the run, null where the server broke it off or left without telling, and what broke it off
 * @throws TypeError, RangeError for a run that this agent cannot take part in; Error if the server begins another run
 */
export async function joinOver(bus: Bus, name: string, agent: number, options: JoinOverOptions): Promise<Ending> {
  busOf(bus, 'bus')
  const topics = topicsOf(name)
  integerIn(0, 1023)(agent, 'agent')
  const { onConfig = () => {}, environment, method, memory, ...group } = options
  const { timer, stop } = endingTogether(timerOf(options.timer, 'options.timer'))
  const version = text(options.version ?? '', 'options.version')
  let terms: Terms | null = null
  let onTerms = (_: Terms) => {}
  let onEnding = (_: Ending) => {}
  let fail = (_: Error) => {}
  const known = new Promise<Terms>((resolve) => {
    onTerms = resolve
  })
  const ended = new Promise<Ending>((resolve) => {
    onEnding = resolve
  })
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  failed.catch(() => {}) // it may fail when nobody waits any more
  const carrier = carrierToServer(bus, topics, agent)
  const say = (greeting: Greeting) => carrier.send(packGreeting(greeting))
  const hear = (greeting: Greeting) => {
    if (greeting.kind === 'call') say({ kind: 'hello', agent })
    else if (greeting.kind === 'over' && terms) onEnding({ digest: greeting.digest, message: greeting.message })
    else if (greeting.kind === 'status' && !terms && agent >= greeting.agents.length) {
      const known = `an integer in 0..${greeting.agents.length - 1}`
      fail(new RangeError(expected('agent', known, agent, `the run of "${name}" has no other agents`)))
    } else if (greeting.kind === 'welcome') {
      const { config, kernel, version } = greeting
      if (terms && !isSame(terms, greeting)) {
        fail(new Error(`the server of "${name}" plays another run now: start agent ${agent} anew to take part in it`))
      }
      terms ??= { config, kernel, version }
      onTerms(terms)
    }
  }
  const turns = greeted(carrier, hear)
  const endAll = bus.subscribe(topics.all, (message) => {
    const greeting = unpackGreeting(message)
    if (greeting) hear(greeting)
  })
  let hellos = 0
  const endHello = again(timer, () => {
    if (terms) return false
    say({ kind: 'hello', agent })
    // A server that does not know the agent's number does not hear its hello.
    if (++hellos % ASK_AFTER === 0) bus.publish(topics.who, packGreeting({ kind: 'question', mark: `agent ${agent}` }))
    return true
  })
  let why = ''
  try {
    const setup = setupFor(await Promise.race([known, failed]), { environment, method } as Own, version)
    onConfig(setup.config)
    const over = takePartOverIn(setup, [agent], turns, { ...group, memory })
    const brokenOff = over.then((message): Ending | Promise<Ending> => {
      if (message !== '') return { digest: null, message }
      return new Promise((resolve) => timer(LAST_WAIT, () => resolve({ digest: null, message })))
    })
    return await Promise.race([ended, brokenOff, failed])
  } catch (error) {
    why = (error as Error).message
    throw error
  } finally {
    say({ kind: 'bye', agent, why })
    endHello()
    stop()
    endAll()
    carrier.close()
  }
}
