// How the frames of a run travel over a link, on a virtual clock. Frames are cut into packets; a packet that is lost is sent
// again; a transmitter keeps its duty cycle; on a shared channel one packet travels at a time. docs/links.md states the model.
// It reads no clock and draws nothing itself.

import { functionOf, integerIn, listOf, numberIn, record } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { type LinkDirection, packetAirtime } from './airtime.ts'
import { checkLink, type Link } from './link.ts'

/** The frames of one exchange. */
export interface Frames {
  /** bytes of the frame that each agent sends, its header included; 0 for none */
  readonly up: readonly number[]
  /** bytes of the frame that each agent receives; 0 for none */
  readonly down: readonly number[]
  /** seconds for which each agent plays before it sends, since it received the frame before; none unless given */
  readonly play?: readonly number[]
}

/** What one exchange took. */
export interface Transfer {
  /** seconds from when the last agent has played until the last agent has its frame */
  readonly seconds: number
  /** seconds until the server has the frames of all agents */
  readonly upSeconds: number
  /** seconds after that */
  readonly downSeconds: number
  /** seconds for which packets of this exchange were on the air, both ways, of all agents together */
  readonly airtime: number
  /** joules that the radio of each agent spent */
  readonly joules: readonly number[]
  /** packets on the air, those that were lost included */
  readonly packets: number
  /** packets that were lost */
  readonly lost: number
}

/**
 * Uniform numbers in [0, 1) that decide which packets are lost: of each exchange, from 0, of each direction and agent a stream of its own.
 * `lossesOf` makes them from a seed.
 */
export type Losses = (exchange: number, way: LinkDirection) => (agent: number) => number

/** A link with its virtual clock, over which the exchanges of a run travel one after the other. */
export interface LinkClock {
  /** seconds since the start */
  readonly now: () => number
  /** lets the next exchange travel. @throws RangeError for frames of another number of agents */
  readonly exchange: (frames: Frames) => Transfer
  /** seconds until which the transmitter of each agent, and then each one of the server, may not send again */
  readonly ready: () => readonly number[]
}

/** A transmitter with the packets that it has to send. */
interface Sender {
  /** when it may send its next packet */
  ready: number
  queue: readonly QueuedPacket[]
  /** how many packets of the queue have arrived */
  sent: number
}

interface QueuedPacket {
  readonly agent: number
  readonly bytes: number
  /** whether it is the last one of a frame */
  readonly isLast: boolean
}

const bytesOf = listOf(integerIn(0, 1e12))
const uniformOf = numberIn(0, 1)
const playOf = listOf(numberIn(0, 1e9))

function load(sender: Sender, queue: readonly QueuedPacket[]): void {
  sender.queue = queue
  sender.sent = 0
}

/** The sizes of the packets of a frame: full ones, and then the rest. */
export function packetsOf(frameBytes: number, packetBytes: number): number[] {
  const count = Math.ceil(frameBytes / packetBytes)
  return Array.from({ length: count }, (_, i) => Math.min(packetBytes, frameBytes - i * packetBytes))
}

/**
 * Opens a link between a server and its agents, at the time 0.
 *
 * @example
 * const clock = openLink(linkPresets['lora-sf7'], 2, lossesOf('CartPole-v1', 1, 2))
 * clock.exchange({ up: [1172, 1172], down: [1964, 1964] }).seconds
 * @param losses may be left out where the link loses nothing
 * @throws RangeError if the link loses packets and there are no `losses`
 */
export function openLink(link: Link, agents: number, losses?: Losses): LinkClock {
  checkLink(link)
  integerIn(1, 1 << 16)(agents, 'agents')
  if (losses === undefined && link.loss > 0) {
    throw new RangeError(
      expected(
        'losses',
        'a source of uniform numbers',
        losses,
        `${link.name} loses packets: lossesOf(env, seed, agents)`,
      ),
    )
  }
  if (losses !== undefined) functionOf(losses, 'losses')
  let now = 0
  let round = 0
  let channelFree = 0
  const senders = Array.from({ length: agents }, (): Sender => ({ ready: 0, queue: [], sent: 0 }))
  // On a shared channel the server is one transmitter; elsewhere each agent has a channel of its own to it.
  const servers = Array.from({ length: link.isShared ? 1 : agents }, (): Sender => ({ ready: 0, queue: [], sent: 0 }))

  /** Sends all queued packets. @returns when the last packet of each agent's frame had arrived */
  function send(way: LinkDirection, all: readonly Sender[], starts: readonly number[], spent: number[]) {
    const { rate, dutyCycle, joulesPerBit } = link[way]
    const draw = link.loss > 0 ? functionOf<ReturnType<Losses>>(losses!(round, way), 'losses') : () => 1
    const arrivals = starts.slice()
    let [airtime, packets, lost] = [0, 0, 0]
    const beginOf = ({ ready, queue, sent }: Sender) =>
      Math.max(ready, starts[queue[sent].agent], link.isShared ? channelFree : 0)
    for (;;) {
      let next: Sender | undefined
      for (const sender of all) {
        if (sender.sent < sender.queue.length && (!next || beginOf(sender) < beginOf(next))) next = sender
      }
      if (!next) return { arrivals, airtime, packets, lost }
      const { agent, bytes, isLast } = next.queue[next.sent]
      const begin = beginOf(next)
      const onAir = packetAirtime(link, way, bytes)
      const end = begin + onAir
      channelFree = end + link.hold
      next.ready = Math.max(end + link.hold + link.wait, begin + onAir / dutyCycle)
      airtime += onAir
      spent[agent] += joulesPerBit * rate * onAir
      packets++
      if (uniformOf(draw(agent), 'losses') < link.loss) lost++
      else {
        next.sent++
        if (isLast) arrivals[agent] = end + link.latency
      }
    }
  }

  const queueOf = (way: LinkDirection, agent: number, frameBytes: number): QueuedPacket[] => {
    const sizes = packetsOf(frameBytes, link[way].packetBytes)
    return sizes.map((bytes, i) => ({ agent, bytes, isLast: i === sizes.length - 1 }))
  }

  const exchange = (frames: Frames): Transfer => {
    const { up, down, play } = record(frames, 'frames') as unknown as Frames
    bytesOf(up, 'up')
    bytesOf(down, 'down')
    if (play !== undefined) playOf(play, 'play')
    for (const [name, list] of Object.entries({ up, down, ...(play && { play }) })) {
      if (list.length !== agents) throw new RangeError(expected(name, `one number per agent, ${agents}`, list.length))
    }
    const joules: number[] = new Array(agents).fill(0)
    const starts = up.map((_, agent) => now + (play?.[agent] ?? 0))
    const begun = Math.max(...starts)
    for (const [agent, sender] of senders.entries()) load(sender, queueOf('up', agent, up[agent]))
    const above = send('up', senders, starts, joules)
    // The server answers when it has the frames of all agents.
    const uploaded = Math.max(...above.arrivals)
    const queues = down.map((bytes, agent) => queueOf('down', agent, bytes))
    for (const [i, server] of servers.entries()) load(server, link.isShared ? queues.flat() : queues[i])
    const below = send('down', servers, new Array(agents).fill(uploaded), joules)
    now = Math.max(...below.arrivals)
    round++
    return {
      seconds: now - begun,
      upSeconds: uploaded - begun,
      downSeconds: now - uploaded,
      airtime: above.airtime + below.airtime,
      joules,
      packets: above.packets + below.packets,
      lost: above.lost + below.lost,
    }
  }

  return { now: () => now, exchange, ready: () => [...senders, ...servers].map(({ ready }) => ready) }
}
