// How long a packet is on the air, and how many bytes per second a link carries in the long run. The time on air of LoRa is
// the formula of Semtech AN1200.13, "LoRa Modem Designer's Guide", section 4, with the settings of LoRaWAN in Europe.

import { integerIn } from '../config/checks.ts'
import { expectedOneOf } from '../config/errors.ts'
import { checkLink, type Link } from './link.ts'

/** A direction of a link. */
export type LinkDirection = 'up' | 'down'

/** LoRaWAN EU868 (RP002, data rates 0 to 5): 125 kHz, coding rate 4/5, a preamble of 8 symbols, an explicit header and a CRC. */
const LORA = { bandwidth: 125_000, codingRate: 1, preambleSymbols: 8 }

const factorOf = integerIn(7, 12)

/** Seconds per symbol: 2^SF / BW. */
const symbolTime = (spreadingFactor: number) => (1 << factorOf(spreadingFactor, 'spreadingFactor')) / LORA.bandwidth

/** The nominal rate of LoRa in bits per second: SF (BW / 2^SF) 4/5. */
export const loraRate = (spreadingFactor: number): number =>
  (1 / symbolTime(spreadingFactor)) * spreadingFactor * (4 / (4 + LORA.codingRate))

/**
 * The time on air of a LoRa packet, in seconds: T = (8 + 4.25 + 8 + max(0, 5 ceil((8 B - 4 SF + 28 + 16) / (4 (SF - 2 D))))) 2^SF / BW, with
 * D = 1 (low data rate optimisation) for the spreading factors 11 and 12, and else 0.
 * @param bytes B, those of the whole physical payload
 */
export function loraAirtime(spreadingFactor: number, bytes: number): number {
  const symbol = symbolTime(spreadingFactor)
  const bits = 8 * integerIn(0, 1e12)(bytes, 'bytes') - 4 * spreadingFactor + 28 + 16
  const perBlock = 4 * (spreadingFactor - (spreadingFactor >= 11 ? 2 : 0))
  const payloadSymbols = 8 + Math.max(0, Math.ceil(bits / perBlock)) * (LORA.codingRate + 4)
  return (LORA.preambleSymbols + 4.25 + payloadSymbols) * symbol
}

/** The time on air, in seconds, of a packet that carries this many bytes of a frame: preamble + 8 (overhead + bytes) / rate. */
export function packetAirtime(link: Link, way: LinkDirection, bytes: number): number {
  const whole = link.overheadBytes + bytes
  if (link.spreadingFactor !== null) return loraAirtime(link.spreadingFactor, whole)
  return link.preamble + (8 * whole) / link[way].rate
}

/**
 * Bytes of frames per second that one sender gets across in the long run, on average: packets of full size, one after the other,
 * with the pauses that the link and its duty cycle demand, and the packets that are lost.
 */
export function throughput(link: Link, way: LinkDirection): number {
  checkLink(link)
  if (way !== 'up' && way !== 'down') throw new RangeError(expectedOneOf('way', ['up', 'down'], way))
  const { packetBytes, dutyCycle } = link[way]
  const airtime = packetAirtime(link, way, packetBytes)
  return (packetBytes * (1 - link.loss)) / Math.max(airtime + link.hold + link.wait, airtime / dutyCycle)
}
