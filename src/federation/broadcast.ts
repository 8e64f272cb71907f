// A BroadcastChannel as the carrier of a federation. Every message reaches all tabs: an envelope is for the member that its
// header names, and beside the envelopes travel notices of who is here. Any other message is taken for another page's and
// ignored. There is no clock here: a member that disappears without a message must be reported from outside.

import { havingFunctions } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { type Carrier, carrierPair } from './carrier.ts'
import { headerOf, unseal } from './envelope.ts'

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

/** What a line is opened for. */
export interface LineOptions {
  /** the name of the federation, which every notice holds */
  readonly name: string
  /** the tag of the federation, which every envelope holds */
  readonly federation: number
  /** how many agents the run has */
  readonly agents: number
  /** called with the agents whose answers are awaited, whenever they change, as seen on the channel */
  readonly onPending: (agents: readonly number[]) => void
}

type Notice =
  /** from the server: it is new here and asks who is here */
  | { readonly what: 'call' }
  /** from a member that is called: a run is under way, in which it was asked already */
  | { readonly what: 'under way'; readonly agent: number }
  /** from the server: these agents are here, and all have played so many episodes */
  | { readonly what: 'present'; readonly agents: readonly number[]; readonly episodes: number }
  /** from the server: the run is over; the message says what broke it off, and is empty where nothing did */
  | { readonly what: 'over'; readonly hasBegun: boolean; readonly message: string }
  /** from a member: it leaves */
  | { readonly what: 'left'; readonly agent: number }

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** The data as a notice; null if it is none of this federation. */
function noticeOf(data: unknown, { name, agents: count }: LineOptions): Notice | null {
  if (typeof data !== 'object' || data === null) return null
  const { frd, what, agent, agents, episodes, hasBegun, message } = data as Readonly<Record<string, unknown>>
  const isAgent = (value: unknown) => isCount(value) && value < count
  const isNotice =
    what === 'call' ||
    (what === 'present' && Array.isArray(agents) && agents.every(isAgent) && isCount(episodes)) ||
    (what === 'over' && typeof hasBegun === 'boolean' && typeof message === 'string') ||
    ((what === 'left' || what === 'under way') && isAgent(agent))
  return frd === name && isNotice ? (data as Notice) : null
}

type Header = NonNullable<ReturnType<typeof headerOf>>

/** Listens on a channel, and notes whose answers are awaited. */
function listen(
  channel: Channel,
  options: LineOptions,
  onNotice: (notice: Notice) => void,
  onEnvelope: (header: Header, message: Uint8Array) => void,
) {
  const { name, federation, agents, onPending } = options
  const awaited = new Set<number>()
  let isOpen = true
  const note = ({ kind, member }: Header) => {
    const before = awaited.size
    if (kind === 'request') awaited.add(member)
    else if (kind === 'answer') awaited.delete(member)
    if (isOpen && awaited.size !== before) onPending([...awaited].sort((a, b) => a - b))
  }
  const listener = (event: { readonly data?: unknown }) => {
    const { data } = event
    const header = headerOf(federation, data)
    if (header && header.member < agents) onEnvelope(header, data as Uint8Array)
    const notice = header ? null : noticeOf(data, options)
    if (notice) onNotice(notice)
  }
  channel.addEventListener('message', listener)
  return {
    note,
    post: (message: Uint8Array) => {
      if (isOpen) channel.postMessage(message)
    },
    tell: (notice: Notice) => {
      if (isOpen) channel.postMessage({ frd: name, ...notice })
    },
    close: () => {
      isOpen = false
      channel.removeEventListener('message', listener)
      if (awaited.size > 0) onPending([])
      awaited.clear()
    },
  }
}

/** The side of the channel that serves. */
export interface ServerLine {
  /** the carrier to an agent; agent 0 lives on this side */
  readonly carrier: (agent: number) => Carrier
  /** the other end of the carrier to agent 0 */
  readonly own: Carrier
  /** the agents that are here, its own included, ascending */
  readonly here: () => readonly number[]
  /** resolves once the agents that are here have changed since the last call of here(); rejects after fail() */
  readonly changed: () => Promise<void>
  /** from now on the members may have answered */
  readonly begin: () => void
  /** takes note that an agent is away, until a message of its arrives */
  readonly lose: (agent: number) => void
  /** ends the waiting for changes */
  readonly fail: (error: Error) => void
  /** tells all that the run is over, and what broke it off */
  readonly end: (message: string) => void
  readonly close: () => void
}

/** What the side that serves takes. */
export interface ServerLineOptions extends LineOptions {
  /** called when an agent has come that was not here */
  readonly onCome: (agent: number) => void
  /** how many episodes all agents have played */
  readonly episodes: () => number
}

/** Opens the side of the channel that serves, and asks who is here. */
export function openServerLine(channel: Channel, options: ServerLineOptions): ServerLine {
  const { onCome, episodes } = options
  const present = new Set([0])
  const listeners = new Map<number, (message: Uint8Array) => void>()
  const [near, own] = carrierPair()
  let hasBegun = false
  let failed: Error | null = null
  let isNew = false
  let wake = () => {}
  const list = () => [...present].sort((a, b) => a - b)
  const announce = () => line.tell({ what: 'present', agents: list(), episodes: episodes() })
  const change = () => {
    isNew = true
    announce()
    wake()
  }
  const fail = (error: Error) => {
    failed ??= error
    wake()
  }
  const onEnvelope = ({ kind, member, turn }: Header, message: Uint8Array) => {
    if (kind === 'request') return // another server's
    if (!hasBegun && !(kind === 'here' && turn === 0)) return // of the end of another run
    if (!present.has(member)) {
      present.add(member)
      change()
      onCome(member)
    } else if (kind === 'here') announce() // whoever has come does not know yet who else is here
    listeners.get(member)?.(message)
  }
  const lose = (agent: number) => {
    if (agent !== 0 && present.delete(agent)) change()
  }
  const onNotice = (notice: Notice) => {
    if (notice.what === 'left') lose(notice.agent)
    else if (notice.what === 'under way' && !hasBegun) {
      const why = 'another side serves its run, or has left it; end all its sides first'
      fail(
        new RangeError(
          expected('federation', 'agents that wait for a server', `agent ${notice.agent}, which plays`, why),
        ),
      )
    }
  }
  const line = listen(channel, options, onNotice, onEnvelope)
  const distant = (agent: number): Carrier => ({
    send: line.post,
    receive: (listener) => listeners.set(agent, listener),
    close: () => listeners.delete(agent),
  })
  line.tell({ what: 'call' })
  return {
    own,
    carrier: (agent) => watched(agent === 0 ? near : distant(agent), options.federation, line.note),
    here: () => {
      isNew = false
      return list()
    },
    changed: async () => {
      while (!isNew && !failed) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (failed) throw failed
    },
    begin: () => {
      hasBegun = true
    },
    lose,
    fail,
    end: (message) => line.tell({ what: 'over', hasBegun, message }),
    close: line.close,
  }
}

/** The same carrier; the headers of what it carries are noted. */
function watched({ send, receive, close }: Carrier, federation: number, note: (header: Header) => void): Carrier {
  const see = (message: Uint8Array) => {
    const header = headerOf(federation, message)
    if (header) note(header)
  }
  return {
    send: (message) => {
      see(message)
      send(message)
    },
    receive: (listener) =>
      receive((message) => {
        see(message)
        listener(message)
      }),
    close,
  }
}

/** What the side of a member takes. */
export interface MemberLineOptions extends LineOptions {
  readonly agent: number
  /** called with the agents that are here, whenever the server tells them */
  readonly onPresent: (agents: readonly number[], episodes: number) => void
  /** called when the run is over, with what broke it off; empty where nothing did */
  readonly onOver: (message: string) => void
}

/** The side of the channel of a member. */
export interface MemberLine {
  /** the carrier to the server */
  readonly carrier: Carrier
  /** tells the server that this member leaves */
  readonly leave: () => void
  readonly close: () => void
}

/** Opens the side of a member. */
export function openMemberLine(channel: Channel, options: MemberLineOptions): MemberLine {
  const { federation, agent, onPresent, onOver } = options
  let listener = (_: Uint8Array) => {}
  /** what says that this member is new; null before it listens */
  let greeting: Uint8Array | null = null
  let isAsked = false
  const onNotice = (notice: Notice) => {
    if (notice.what === 'present') onPresent(notice.agents, notice.episodes)
    else if (notice.what === 'over') {
      // Of a run that was before this one, or of a server that came and went meanwhile, it is none of its business.
      if (notice.hasBegun === isAsked) onOver(notice.message)
    } else if (notice.what !== 'call') return
    else if (isAsked) line.tell({ what: 'under way', agent })
    else if (greeting) line.post(greeting)
  }
  const line = listen(channel, options, onNotice, (header, message) => {
    line.note(header)
    if (header.member !== agent || header.kind !== 'request') return
    isAsked ||= unseal({ federation, member: agent }, message) !== null && header.turn > 0
    listener(message)
  })
  const send = (message: Uint8Array) => {
    const header = headerOf(federation, message)
    if (header) line.note(header)
    if (header?.kind === 'here') greeting = message
    line.post(message)
  }
  return {
    carrier: {
      send,
      receive: (listening) => {
        listener = listening
      },
      close: line.close,
    },
    leave: () => line.tell({ what: 'left', agent }),
    close: line.close,
  }
}
