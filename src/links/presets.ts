// Links by name. Each number has its source beside it: a standard, a data sheet, a measurement, or an assumption of ours that is
// called one. Peak rates and data sheet currents are those of good reception; docs/links.md says what that leaves out.

import { loraRate } from './airtime.ts'
import { type GivenLink, type Link, toLink } from './link.ts'

/** How a number is known. */
export type SourceKind = 'standard' | 'data sheet' | 'measured' | 'derived' | 'assumed'

/** Where the numbers of a link come from. */
export interface LinkSource {
  /** the fields that it is the source of, as `up.rate` */
  readonly of: readonly string[]
  /** what kind of source it is; only a standard is normative */
  readonly kind: SourceKind
  /** the source, and how the numbers follow from it */
  readonly text: string
}

/** A link whose numbers have sources. */
export interface PresetLink extends Link {
  /** one or several for each number */
  readonly sources: readonly LinkSource[]
}

const preset = (given: GivenLink, sources: readonly LinkSource[]): PresetLink => ({ ...toLink(given), sources })

const source = (kind: SourceKind, of: string, text: string): LinkSource => ({ of: of.split(' '), kind, text })

/** The losses of cellular links: 3GPP chooses the modulation so that a transport block fails with at most this probability. */
const BLOCK_ERRORS = source(
  'standard',
  'loss',
  '3GPP TS 36.213, 7.2.3: the modulation and code are reported so that a transport block fails with a probability of at most 0.1; HARQ sends it again',
)

/** The headers of a transport block: MAC subheader, RLC and PDCP. */
const BLOCK_HEADERS = source(
  'derived',
  'overheadBytes',
  '3GPP TS 36.321, 36.322 and 36.323: 2 bytes of MAC, 2 of RLC and 1 of PDCP. Headers of IP are not counted',
)

const NOT_LIMITED = source(
  'standard',
  'up.dutyCycle down.dutyCycle isShared',
  'licensed spectrum: the base station gives each device its own resources',
)

const SCHEDULED = source(
  'assumed',
  'preamble hold wait',
  '0: the rates are those that remain after scheduling and acknowledgement',
)

const lteM = preset(
  {
    name: 'lte-m',
    about: 'LTE-M, category M1, half duplex, normal coverage',
    up: { rate: 375_000, packetBytes: 120, joulesPerBit: 2.16e-6 },
    down: { rate: 300_000, joulesPerBit: 5.55e-7 },
    latency: 0.1,
    loss: 0.1,
    overheadBytes: 5,
  },
  [
    source(
      'derived',
      'up.rate down.rate',
      '3GPP Release 13: peak rates of category M1 in half duplex FDD, scheduling delays included, 375 kbit/s up and 300 kbit/s down',
    ),
    source(
      'standard',
      'up.packetBytes down.packetBytes',
      '3GPP TS 36.306, table 4.1A-1: a transport block of category M1 has at most 1000 bits, less 5 bytes of headers',
    ),
    source(
      'derived',
      'latency',
      'white paper Evaluation of LTE-M towards 5G IoT requirements V1.1 (2017): a message takes 0.1 s at the edge of normal coverage, and 6.2 s in extreme coverage, as evaluated for it',
    ),
    source(
      'data sheet',
      'up.joulesPerBit',
      'Nordic nRF9160 product specification, modem current consumption: 105 mA on average at 180 kbit/s up and 23 dBm in band 20; 3.7 V',
    ),
    source(
      'assumed',
      'down.joulesPerBit',
      'no figure for reception alone: that of the same table at 0 dBm, 45 mA at 3.7 V, over 300 kbit/s',
    ),
    BLOCK_ERRORS,
    BLOCK_HEADERS,
    NOT_LIMITED,
    SCHEDULED,
  ],
)

const nbIot = preset(
  {
    name: 'nb-iot',
    about: 'NB-IoT, category NB1, multi-tone, good coverage (no repetitions)',
    up: { rate: 62_500, packetBytes: 120, joulesPerBit: 9.62e-6 },
    down: { rate: 25_500, packetBytes: 80, joulesPerBit: 7.62e-6 },
    latency: 0.837,
    loss: 0.1,
    overheadBytes: 5,
  },
  [
    source(
      'data sheet',
      'up.rate down.rate',
      'data sheet of Tuya NM1 (MediaTek MT2625), Release 13: 62.5 kbit/s up, multi-tone, and 25.5 kbit/s down. Peak rates',
    ),
    source(
      'standard',
      'up.packetBytes down.packetBytes',
      '3GPP TS 36.306, table 4.1C-1: a transport block of category NB1 has at most 1000 bits up and 680 bits down, less 5 bytes of headers',
    ),
    source(
      'measured',
      'latency',
      'Ugwuanyi, Paul, Irvine, Survey of IoT for Developing Countries, Electronics 10 (2021) 2224: 837 ms. 3GPP TR 45.820 demands 10 s in the worst coverage',
    ),
    source(
      'data sheet',
      'up.joulesPerBit down.joulesPerBit',
      'data sheet of the M5311 module: 167 mA transmitting at 23 dBm and 54 mA receiving; 3.6 V assumed, the radio on all the time',
    ),
    BLOCK_ERRORS,
    BLOCK_HEADERS,
    NOT_LIMITED,
    SCHEDULED,
  ],
)

/** The SX1276 transmits with 29 mA (13 dBm, pin RFO) and receives with 10.8 mA, at 3.3 V. */
const [LORA_TRANSMIT, LORA_RECEIVE] = [0.029 * 3.3, 0.0108 * 3.3]

/** LoRaWAN in Europe at one spreading factor. @param payload bytes that the application may send at most in a packet */
const lora = (spreadingFactor: number, payload: number): PresetLink =>
  preset(
    {
      name: `lora-sf${spreadingFactor}`,
      about: `LoRaWAN EU868, spreading factor ${spreadingFactor}, 125 kHz, class C, one channel each way`,
      up: {
        rate: loraRate(spreadingFactor),
        packetBytes: payload - 3,
        dutyCycle: 0.01,
        joulesPerBit: LORA_TRANSMIT / loraRate(spreadingFactor),
      },
      down: { dutyCycle: 0.1, joulesPerBit: LORA_RECEIVE / loraRate(spreadingFactor) },
      loss: 0.01,
      overheadBytes: 16,
      wait: 1,
      isShared: true,
      spreadingFactor,
    },
    [
      source(
        'standard',
        'up.rate down.rate spreadingFactor preamble',
        'LoRaWAN regional parameters RP002, EU863-870, data rates; Semtech AN1200.13: the time on air of a packet, with its preamble',
      ),
      source(
        'standard',
        'up.packetBytes down.packetBytes',
        `LoRaWAN regional parameters RP002, EU863-870: at most ${payload} bytes of application payload (N, with a repeater), less 3 bytes for the header of a fragment (TS004)`,
      ),
      source(
        'standard',
        'overheadBytes',
        'LoRaWAN 1.0.4: 13 bytes of headers and integrity code; TS004: 3 bytes for the number of a fragment',
      ),
      source(
        'standard',
        'up.dutyCycle down.dutyCycle',
        'ETSI EN 300 220-2 V3.2.1, 4.3.3: 1 % at 868.0 to 868.6 MHz, where agents send; 10 % at 869.4 to 869.65 MHz, where the gateway sends (RX2)',
      ),
      source(
        'standard',
        'wait',
        'LoRaWAN regional parameters RP002: RECEIVE_DELAY1 is 1 s, after which the acknowledgement comes. Its own time on air is not counted',
      ),
      source(
        'data sheet',
        'up.joulesPerBit down.joulesPerBit',
        'Semtech SX1276 data sheet, table 6: 29 mA transmitting at 13 dBm (RFO), 10.8 mA receiving; 3.3 V',
      ),
      source(
        'data sheet',
        'loss',
        'Semtech SX1276 data sheet: the sensitivity of LoRa is given for a packet error rate of 1 %. Real networks lose more, by fading and collisions',
      ),
      source(
        'assumed',
        'latency hold isShared',
        'no latency beyond the packets; one channel each way, and agents that never collide',
      ),
    ],
  )

const ieee802154 = preset(
  {
    name: '802.15.4',
    about: 'IEEE 802.15.4, 2.4 GHz O-QPSK, unslotted CSMA/CA, one hop',
    up: { rate: 250_000, packetBytes: 111, joulesPerBit: (0.0174 * 3) / 250_000 },
    down: { joulesPerBit: (0.0188 * 3) / 250_000 },
    loss: 0.01,
    overheadBytes: 22,
    hold: 0.001184,
    wait: 0.00144,
    isShared: true,
  },
  [
    source('standard', 'up.rate down.rate isShared', 'IEEE 802.15.4-2015: 250 kbit/s, one channel for all'),
    source(
      'standard',
      'up.packetBytes down.packetBytes overheadBytes preamble',
      'IEEE 802.15.4-2015: 6 bytes before a packet of at most 127 (aMaxPhyPacketSize), of which 11 are headers with short addresses and the checksum; RFC 4944: 5 bytes for the header of a fragment',
    ),
    source(
      'standard',
      'hold',
      'IEEE 802.15.4-2015: turnaround 192 us, acknowledgement of 11 bytes 352 us, LIFS 640 us',
    ),
    source(
      'standard',
      'wait',
      'IEEE 802.15.4-2015: mean back-off with macMinBE 3, 3.5 x 320 us, 128 us to sense the channel, turnaround 192 us',
    ),
    source(
      'standard',
      'loss',
      'IEEE 802.15.4-2015: the sensitivity of a receiver is given for a packet error rate below 1 %',
    ),
    source(
      'data sheet',
      'up.joulesPerBit down.joulesPerBit',
      'Texas Instruments CC2420 data sheet (SWRS041): 17.4 mA transmitting at 0 dBm, 18.8 mA receiving; 3.0 V assumed',
    ),
    source('standard', 'up.dutyCycle down.dutyCycle', 'ETSI EN 300 328 sets no duty cycle below 10 mW'),
    source('assumed', 'latency', '0: one hop'),
  ],
)

const wiFi = preset(
  {
    name: 'wi-fi',
    about: 'Wi-Fi, IEEE 802.11g at 54 Mbit/s, 20 MHz, one access point',
    up: { rate: 54e6, packetBytes: 1472, joulesPerBit: (0.22 * 3.3) / 54e6 },
    down: { joulesPerBit: (0.063 * 3.3) / 54e6 },
    loss: 0.1,
    overheadBytes: 64,
    preamble: 20e-6,
    hold: 66e-6,
    wait: 67.5e-6,
    isShared: true,
  },
  [
    source(
      'standard',
      'up.rate down.rate isShared',
      'IEEE 802.11-2016, clause 18 (ERP-OFDM): 54 Mbit/s, the highest rate, which distance lowers; one channel for all',
    ),
    source(
      'standard',
      'up.packetBytes down.packetBytes overheadBytes',
      'Ethernet carries 1500 bytes, of which IPv4 takes 20 and UDP 8; IEEE 802.11: 36 bytes of MAC header, LLC and checksum',
    ),
    source('standard', 'preamble', 'IEEE 802.11-2016, clause 17: 16 us of preamble, 4 us of SIGNAL'),
    source('standard', 'hold', 'IEEE 802.11-2016: SIFS 10 us, acknowledgement at 24 Mbit/s 28 us, DIFS 28 us'),
    source('standard', 'wait', 'IEEE 802.11-2016: mean first back-off, 7.5 slots of 9 us'),
    source(
      'standard',
      'loss',
      'IEEE 802.11-2016, 17.3.10.2: the sensitivity of a receiver is given for a packet error rate below 10 %',
    ),
    source(
      'data sheet',
      'up.joulesPerBit down.joulesPerBit',
      'Espressif ESP32-S2-WROOM data sheet V1.1, table 7: 220 mA transmitting at 54 Mbit/s and 15 dBm (peak), 63 mA receiving; 3.3 V',
    ),
    source(
      'standard',
      'up.dutyCycle down.dutyCycle',
      'ETSI EN 300 328: adaptive equipment, which listens first, has no duty cycle',
    ),
    source('assumed', 'latency', '0: one hop, without power saving'),
  ],
)

/**
 * Links by name. Nothing in them is normative but what a source calls a standard; peak rates and currents of data sheets are
 * what good reception gives.
 */
export const linkPresets: Readonly<Record<string, PresetLink>> = Object.fromEntries(
  [lteM, nbIot, lora(7, 222), lora(12, 51), ieee802154, wiFi].map((link) => [link.name, link]),
)
