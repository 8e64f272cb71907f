// The links of frd links: presets by name, files of one's own, and one link by its numbers.

import { expected, expectedOneOf } from '../config/errors.ts'
import { type GivenLink, type Link, type LinkSource, linkPresets } from '../links/index.ts'
import { linkFrom } from '../links/link.ts'
import { nodeFiles, readBytes } from '../results/disk.ts'
import { type Argv, readFlag, valueFlag } from './options.ts'

/** A link, with the sources of its numbers if it is a preset. */
export type ShownLink = Link & { readonly sources?: readonly LinkSource[] }

/** The name of the link that is given by its numbers. */
const OWN = 'own'

const group = 'Link'

export const linkFlags = {
  link: {
    ...valueFlag(
      `links. Accepts: a list of ${Object.keys(linkPresets).join(', ')} and of .json files with a link`,
      'all presets; none beside --rate',
    ),
    group,
  },
  rate: { ...valueFlag('a link of your own: its rate both ways. Accepts: bits per second'), group },
  latency: { ...valueFlag('latency of that link each way. Accepts: seconds', '0'), group },
  loss: { ...valueFlag('probability that it loses a packet. Accepts: a number in 0..0.99', '0'), group },
  duty: { ...valueFlag('share of time in which a transmitter may send. Accepts: a number in 0.000001..1', '1'), group },
  joules: { ...valueFlag('energy per bit that an agent sends or receives. Accepts: joules per bit', '0'), group },
  packet: { ...valueFlag('bytes of a frame that a packet carries. Accepts: an integer in 1..16777216', '1500'), group },
  overhead: { ...valueFlag('further bytes of each packet. Accepts: an integer in 0..65536', '0'), group },
  presets: { type: 'boolean', group, describe: 'print the presets, each number with its source, and run nothing' },
} as const

/** The flags that say more of the link whose rate is given. */
const ofOwn = ['latency', 'loss', 'duty', 'joules', 'packet', 'overhead'] as const

/** @throws TypeError, RangeError for an unknown link, a name that is there twice, or a number that no link has */
export function readLinks(argv: Argv): ShownLink[] {
  const own = readOwnLink(argv)
  const text = readFlag(argv, 'link')
  const named = text === undefined ? (own ? [] : Object.values(linkPresets)) : text.split(',').map(readNamed)
  const links: ShownLink[] = [...named, ...(own ? [own] : [])]
  const names = links.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new RangeError(expected('link', 'each name once', twice))
  return links
}

function readOwnLink(argv: Argv): Link | null {
  const rate = readNumber(argv, 'rate')
  if (rate === undefined) {
    const stray = ofOwn.find((flag) => argv[flag] !== undefined)
    if (stray === undefined) return null
    throw new RangeError(
      expected('rate', 'bits per second', undefined, `--${stray} says more of the link that --rate makes`),
    )
  }
  const [latency, loss, dutyCycle, joulesPerBit, packetBytes, overheadBytes] = ofOwn.map((flag) =>
    readNumber(argv, flag),
  )
  const given = { rate, dutyCycle, joulesPerBit, packetBytes }
  return linkFrom({ name: OWN, up: said(given), ...said({ latency, loss, overheadBytes }) } as GivenLink, OWN)
}

/** The fields that are not undefined. */
const said = (fields: Readonly<Record<string, number | undefined>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** A number that a flag gives. @throws TypeError for another text */
export function readNumber(argv: Argv, flag: string): number | undefined {
  const text = readFlag(argv, flag)
  if (text === undefined) return undefined
  if (/^[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/i.test(text)) return Number(text)
  throw new TypeError(expected(flag, 'a number from 0 on', text))
}

function readNamed(text: string): ShownLink {
  if (Object.hasOwn(linkPresets, text)) return linkPresets[text]
  if (!/[/\\]|\.json$/.test(text)) {
    throw new RangeError(expectedOneOf('link', [...Object.keys(linkPresets), 'a .json file'], text))
  }
  return linkFrom(readJson(text) as GivenLink, text)
}

function readJson(path: string): unknown {
  let bytes: Uint8Array | null | undefined
  try {
    bytes = readBytes(path, nodeFiles, 1 << 16)
  } catch (error) {
    throw new RangeError(expected('link', 'a file that can be read', path, (error as Error).message))
  }
  if (!bytes) throw new RangeError(expected('link', 'a file', path, 'there is none'))
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (error) {
    throw new TypeError(expected('link', 'a file of JSON', path, (error as Error).message))
  }
}

/** The presets in words, as Markdown. */
export function describePresets(): string {
  return Object.values(linkPresets)
    .map(({ name, about, up, down, latency, loss, overheadBytes, preamble, hold, wait, isShared, sources }) => {
      const way = ({ rate, packetBytes, dutyCycle, joulesPerBit }: Link['up']) =>
        `${short(rate)} bit/s, ${packetBytes} B per packet, duty cycle ${dutyCycle}, ${short(joulesPerBit)} J/bit`
      const rest = `latency ${latency} s, loss ${loss}, overhead ${overheadBytes} B, preamble ${preamble} s, hold ${hold} s, wait ${wait} s`
      const lines = [
        `- up: ${way(up)}`,
        `- down: ${way(down)}`,
        `- ${rest}, ${isShared ? 'one channel for all' : 'a channel for each agent'}`,
        ...sources.map(({ of, kind, text }) => `- ${of.map((field) => `\`${field}\``).join(', ')}, ${kind}: ${text}`),
      ]
      return `### ${name}: ${about}\n\n${lines.join('\n')}\n`
    })
    .join('\n')
}

const short = (value: number) => String(Number(value.toPrecision(4)))
