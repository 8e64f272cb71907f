// A link between an agent and the server as numbers: rates, packets, loss, duty cycle and energy, each in SI units. This file
// checks them. It says nothing of how a frame travels (transfer.ts) and knows no standard (presets.ts).

import { integerIn, numberIn, record, recordOf, recordWithin, type Table, text } from '../config/checks.ts'
import { expected } from '../config/errors.ts'

/** One direction of a link. */
export interface LinkWay {
  /** bits per second while a packet is on the air */
  readonly rate: number
  /** bytes of a frame that one packet carries at most */
  readonly packetBytes: number
  /** the share of time in which one transmitter may send, above 0 and at most 1 */
  readonly dutyCycle: number
  /**
   * joules that the agent spends per bit on the air: to transmit it on the way up, and to receive it on the way down. Its product with
   * the rate is the power of the radio, in watts
   */
  readonly joulesPerBit: number
}

/** A link between each agent and the server. */
export interface Link {
  /** its name in tables, such as lte-m */
  readonly name: string
  /** what it is, in words; may be empty */
  readonly about: string
  /** from an agent to the server */
  readonly up: LinkWay
  /** from the server to an agent */
  readonly down: LinkWay
  /** seconds from the end of the last packet of a frame until the frame is at the other side */
  readonly latency: number
  /** the probability that a packet is lost, 0 to 0.99, each packet by itself */
  readonly loss: number
  /** bytes on the air beside the part of the frame that a packet carries */
  readonly overheadBytes: number
  /** seconds on the air before the first bit of a packet */
  readonly preamble: number
  /** seconds after a packet for which the channel carries nothing more, such as its acknowledgement */
  readonly hold: number
  /** seconds for which the sender waits after that, such as its mean back-off, while others may send */
  readonly wait: number
  /** whether the agents and the server share one channel, on which one packet travels at a time */
  readonly isShared: boolean
  /** the spreading factor of LoRa, 7 to 12, whose time on air replaces rate and preamble; null for any other link */
  readonly spreadingFactor: number | null
}

/** A link of which only the rate and the name must be given. */
export interface GivenLink extends Partial<Omit<Link, 'up' | 'down'>> {
  /** its name in tables */
  readonly name: string
  /** from an agent to the server; unless given, packets of 1500 bytes, no duty cycle and no energy */
  readonly up: Partial<LinkWay> & Pick<LinkWay, 'rate'>
  /** from the server to an agent; what is not given is as on the way up */
  readonly down?: Partial<LinkWay>
}

const isTrue = (value: unknown, name: string): boolean => {
  if (typeof value === 'boolean') return value
  throw new TypeError(expected(name, 'true or false', value))
}

const seconds = numberIn(0, 1e6)

const wayTable: Table<LinkWay> = {
  rate: numberIn(1e-3, 1e12),
  packetBytes: integerIn(1, 1 << 24),
  dutyCycle: numberIn(1e-6, 1),
  joulesPerBit: numberIn(0, 1e3),
}

const nameOf = (value: unknown, name: string): string => {
  if (/^[a-z0-9][a-z0-9.-]{0,39}$/.test(text(value, name))) return value as string
  throw new RangeError(expected(name, 'at most 40 small letters, digits, dots and hyphens', value))
}

const linkTable: Table<Link> = {
  name: nameOf,
  about: text,
  up: recordOf(wayTable),
  down: recordOf(wayTable),
  latency: seconds,
  loss: numberIn(0, 0.99),
  overheadBytes: integerIn(0, 1 << 16),
  preamble: seconds,
  hold: seconds,
  wait: seconds,
  isShared: isTrue,
  spreadingFactor: (value, name) => (value === null ? null : integerIn(7, 12)(value, name)),
}

const withinLink = recordWithin(Object.keys(linkTable))
const withinWay = recordWithin(Object.keys(wayTable))

/** What a link has where nothing is said. */
const plainWay: Omit<LinkWay, 'rate'> = { packetBytes: 1500, dutyCycle: 1, joulesPerBit: 0 }
const plain: Omit<Link, 'name' | 'up' | 'down'> = {
  about: '',
  latency: 0,
  loss: 0,
  overheadBytes: 0,
  preamble: 0,
  hold: 0,
  wait: 0,
  isShared: false,
  spreadingFactor: null,
}

/**
 * A whole link, checked, from the parts that are given.
 *
 * @example
 * toLink({ name: 'mine', up: { rate: 9600, dutyCycle: 0.1 }, latency: 0.5 })
 * @throws TypeError, RangeError for an unknown field or a value that no link has
 */
export const toLink = (given: GivenLink): Link => linkFrom(given, 'link')

/** Does what `toLink` does, and calls the link by this name where it refuses it. */
export function linkFrom(given: GivenLink, name: string): Link {
  const fields = withinLink(given, name)
  const up = { ...plainWay, ...withinWay(fields.up, `${name}.up`) }
  const down = { ...up, ...(fields.down === undefined ? {} : withinWay(fields.down, `${name}.down`)) }
  return recordOf(linkTable)({ ...plain, ...record(given, name), up, down }, name)
}

/** A whole link, such as `toLink` gives. @throws TypeError, RangeError for a field that is missing or wrong */
export const checkLink = (link: Link): Link => recordOf(linkTable)(link, 'link')
