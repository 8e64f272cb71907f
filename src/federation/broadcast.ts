// Requests and answers over a BroadcastChannel, which carries every message to all others: one server, and agents by
// number. This file does not look into requests and answers. A message that does not have the form of this protocol, or
// has another key, is taken for another page's and ignored. There is no clock here: an agent that disappears without a
// message must be reported from outside.

import { havingFunctions } from '../config/checks.ts'

/** The part of a BroadcastChannel that is used: the web's, Node's, or anything that clones messages to all others. */
export interface Channel {
  /** sends a message to every other channel of this name */
  postMessage(message: unknown): void
  /**
   * adds a listener for the messages that others send; they are the `data` of its events, which Node's types do not
   * say
   */
  addEventListener(type: 'message', listener: (event: object) => void): void
  /** removes that listener */
  removeEventListener(type: 'message', listener: (event: object) => void): void
}

/** @throws TypeError for what is no channel */
export const channelOf = havingFunctions<Channel>('postMessage', 'addEventListener', 'removeEventListener')

type Message =
  /** to the server: an agent is ready (here), or it has left (left) */
  | { readonly what: 'here'; readonly agent: number }
  | { readonly what: 'left'; readonly agent: number; readonly why: string }
  /** to the server: the answer to the request of that turn */
  | { readonly what: 'answer'; readonly agent: number; readonly turn: number; readonly answer: unknown }
  /**
   * to agents: the server asks who is there (call), says which agents are here (present), refuses an agent because the
   * run is under way without it (closed), sends a request to one agent, or sends an event to all
   */
  | { readonly what: 'call' }
  | { readonly what: 'present'; readonly agents: readonly number[] }
  | { readonly what: 'closed'; readonly agent: number }
  | { readonly what: 'request'; readonly agent: number; readonly turn: number; readonly request: unknown }
  | { readonly what: 'event'; readonly event: unknown }

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** The data as a message, or null if it is not a message with this key. */
function read(data: unknown, key: string, count: number): Message | null {
  if (typeof data !== 'object' || data === null) return null
  const { frd, what, agent, agents, turn, why } = data as Readonly<Record<string, unknown>>
  const isAgent = (value: unknown) => isCount(value) && value < count
  const isMessage =
    what === 'call' ||
    (what === 'event' && 'event' in data) ||
    (what === 'present' && Array.isArray(agents) && agents.every(isAgent)) ||
    (isAgent(agent) &&
      (what === 'here' ||
        what === 'closed' ||
        (what === 'left' && typeof why === 'string') ||
        (what === 'answer' && isCount(turn) && 'answer' in data) ||
        (what === 'request' && isCount(turn) && 'request' in data)))
  return frd === key && isMessage ? (data as Message) : null
}

export type Answering = (request: unknown) => Promise<unknown>

function listen(channel: Channel, key: string, agents: number, receive: (message: Message) => void) {
  const listener = (event: { readonly data?: unknown }) => {
    const { data } = event
    const message = read(data, key, agents)
    if (message) receive(message)
  }
  channel.addEventListener('message', listener)
  return {
    post: (message: Message) => channel.postMessage({ frd: key, ...message }),
    close: () => channel.removeEventListener('message', listener),
  }
}

export interface ServerSide {
  /** the agents that are here, its own included, ascending */
  readonly here: () => readonly number[]
  /** resolves once the agents that are here have changed since the last call of here() */
  readonly changed: () => Promise<void>
  /** tells the agents which of them are here */
  readonly announce: () => void
  /** from now on no agent can join, and an agent that leaves ends the run */
  readonly begin: () => void
  /** resolves to the answer of the agent; rejects if any agent has left */
  readonly ask: (agent: number, request: unknown) => Promise<unknown>
  /** sends an event to all agents */
  readonly publish: (event: unknown) => void
  /** reports that an agent is gone, where something other than the agent itself has found this out */
  readonly lose: (agent: number, why?: string) => void
  readonly close: () => void
}

export interface ServerSideOptions {
  /** how the agents on this side answer; they need no channel */
  readonly own: ReadonlyMap<number, Answering>
  readonly onHere: (agent: number) => void
  /** called with the agents whose answers are awaited, whenever they change */
  readonly onPending: (agents: readonly number[]) => void
  readonly explain: (agent: number, why: string) => Error
}

/** Opens the server's side. */
export function openServerSide(channel: Channel, key: string, agents: number, options: ServerSideOptions): ServerSide {
  const { own, onHere, onPending, explain } = options
  const present = new Set(own.keys())
  const pending = new Map<
    number,
    { turn: number; resolve: (answer: unknown) => void; reject: (error: Error) => void }
  >()
  let turn = 0
  let begun = false
  let lost: Error | null = null
  let isNew = false
  let wake = () => {}
  const change = () => {
    isNew = true
    wake()
  }

  const settle = (agent: number, of: number, answer: unknown) => {
    const asked = pending.get(agent)
    if (asked?.turn !== of) return
    pending.delete(agent)
    onPending([...pending.keys()])
    asked.resolve(answer)
  }
  const fail = (error: Error) => {
    lost ??= error
    for (const { reject } of pending.values()) reject(lost)
    pending.clear()
  }
  const lose = (agent: number, why = '') => {
    if (!present.delete(agent)) return
    if (begun) fail(explain(agent, why))
    change()
  }
  const { post, close } = listen(channel, key, agents, (message) => {
    if (message.what === 'answer') settle(message.agent, message.turn, message.answer)
    else if (message.what === 'left') lose(message.agent, message.why)
    else if (message.what === 'here' && !own.has(message.agent)) {
      if (begun) post({ what: 'closed', agent: message.agent })
      else if (!present.has(message.agent)) {
        present.add(message.agent)
        onHere(message.agent)
        change()
      }
    }
  })
  const here = () => {
    isNew = false
    return [...present].sort((a, b) => a - b)
  }
  post({ what: 'call' })
  return {
    here,
    announce: () => post({ what: 'present', agents: here() }),
    changed: () =>
      new Promise((resolve) => {
        wake = resolve
        if (isNew) resolve()
      }),
    begin: () => {
      begun = true
    },
    ask: (agent, request) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost)
        turn++
        const of = turn
        pending.set(agent, { turn, resolve, reject })
        onPending([...pending.keys()])
        const answering = own.get(agent)
        if (answering) answering(request).then((answer) => settle(agent, of, answer), fail)
        else post({ what: 'request', agent, turn, request })
      }),
    publish: (event) => post({ what: 'event', event }),
    lose,
    close,
  }
}

export interface AgentSide {
  readonly leave: (why: string) => void
  readonly close: () => void
}

export interface AgentSideOptions {
  readonly answering: Answering
  readonly onPresent: (agents: readonly number[]) => void
  readonly onEvent: (event: unknown) => void
  /** called if its own answer fails, or if the run is under way without it */
  readonly onError: (error: Error) => void
  /**
   * called with the agents whose answers are awaited, this one included, as seen on the channel; the list is empty
   * while the server is at work
   */
  readonly onPending: (agents: readonly number[]) => void
}

/**
 * Opens an agent's side. It ignores requests until the server has listed its number among those that are here, because
 * before that another agent may have the number.
 */
export function openAgentSide(
  channel: Channel,
  key: string,
  agents: number,
  agent: number,
  options: AgentSideOptions,
): AgentSide {
  const { answering, onPresent, onEvent, onError, onPending } = options
  const pending = new Set<number>()
  let isHere = false
  let isTaken = false
  const { post, close } = listen(channel, key, agents, (message) => {
    if (message.what === 'present') {
      isHere ||= message.agents.includes(agent)
      onPresent(message.agents)
    } else if (message.what === 'event') {
      if (isHere) onEvent(message.event)
    } else if (message.what === 'call') post({ what: 'here', agent })
    else if (message.what === 'closed' && message.agent === agent && !isHere) {
      isTaken = true
      onError(new RangeError(`"agent" expected a number that no other has, got ${agent}: its run is under way`))
    } else if (message.what === 'answer' && pending.delete(message.agent)) onPending([...pending])
    else if (message.what === 'request' && isHere) {
      pending.add(message.agent)
      onPending([...pending])
      if (message.agent === agent) reply(message.turn, message.request)
    }
  })
  const reply = (turn: number, request: unknown) => {
    answering(request).then(
      (answer) => {
        pending.delete(agent)
        onPending([...pending])
        post({ what: 'answer', agent, turn, answer })
      },
      (error: Error) => onError(error),
    )
  }
  post({ what: 'here', agent })
  return {
    leave: (why) => {
      if (!isTaken) post({ what: 'left', agent, why })
    },
    close,
  }
}
