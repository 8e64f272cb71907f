// A broker that speaks MQTT 5 or 3.1.1, with quality of service 0, since the turns mend what is lost. The library makes a
// broken connection anew; the topics are subscribed to here, so that a refused one is told.

import type { IClientOptions, IConnackPacket, MqttClient } from 'mqtt'
import { expected } from '../config/errors.ts'
import { importAll } from '../config/packages.ts'
import type { Bus, Topic } from '../federation/bus.ts'
import {
  AbsentError,
  ANSWER_TIME,
  ATTEMPT_EVERY,
  type Broker,
  type BrokerAddress,
  type BrokerListener,
  inTheLastMoment,
  isAbsence,
  openFailure,
  showAddress,
} from './broker.ts'
import { refusedUser } from './nats.ts'

/** Seconds without a message after which each side asks whether the other is there. An agent at work may not answer. */
const KEEP_ALIVE = 60

/** The answers to a connection that say that the user is refused, in MQTT 3.1.1 and in MQTT 5. */
const REFUSALS: readonly unknown[] = [4, 5, 0x86, 0x87, 0x8c]

/** Those that say that the broker does not speak this version. */
const VERSIONS: readonly unknown[] = [1, 0x84]

/** The bytes of a packet beside its topic and its message: its head and the length of its properties. */
const HEAD_BYTES = 8

/** Room for the longest topic of a federation. */
const TOPIC_BYTES = 100

/** Milliseconds in which a broker that tells its version has told it. */
const VERSION_TIME = 1000

/** What a subscription that was refused is granted, in 3.1.1; 5 gives reasons from there on. */
const REFUSED = 128

/** @throws MissingPackagesError */
export const importMqtt = () => importAll('connections to MQTT', { mqtt: () => import('mqtt') })

const pathOf = (topic: Topic) => topic.join('/')

/**
 * Connects once.
 * @throws AbsentError if nobody answers; RangeError if the broker refuses this user or this version; Error for anything else
 */
export async function connectMqtt(address: BrokerAddress, { onNews }: BrokerListener): Promise<Broker> {
  const { mqtt } = await importMqtt()
  const { url, user, password, authorities, mqttVersion } = address
  const where = showAddress(address)
  const options: IClientOptions = {
    protocolVersion: mqttVersion,
    connectTimeout: ANSWER_TIME,
    reconnectPeriod: ATTEMPT_EVERY,
    reconnectOnConnackError: true,
    keepalive: KEEP_ALIVE,
    queueQoSZero: false,
    resubscribe: false,
    ...(user !== undefined && { username: user, password }),
    ...(authorities !== undefined && { ca: authorities }),
  }
  const client = mqtt.connect(url.href, options)
  const { failed, fail } = openFailure()
  /** The error of a broker that says no; null for one that may be there later. */
  const refusal = (error: Error): Error | null => {
    const { code } = error as { readonly code?: unknown }
    if (REFUSALS.includes(code)) return refusedUser(where, user, error.message)
    if (!VERSIONS.includes(code)) return null
    const [mine, other] = mqttVersion === 5 ? ['5', '3.1.1'] : ['3.1.1', '5']
    return new RangeError(expected('mqtt-version', `one that ${where} speaks`, mine, `give --mqtt-version ${other}`))
  }
  const connack = await firstAnswer(client, refusal, where).catch((error) => {
    client.end(true)
    throw error
  })
  const bytes = mqttVersion === 5 ? connack.properties?.maximumPacketSize : undefined
  const limit = bytes === undefined ? null : { name: 'max_packet_size', bytes, beside: HEAD_BYTES + TOPIC_BYTES }
  const listeners = new Map<string, Set<(message: Uint8Array) => void>>()
  let isClosing = false

  const subscribe = (path: string) =>
    client.subscribe(path, { qos: 0 }, (error, granted) => {
      const isRefused = granted?.some(({ qos }) => qos >= REFUSED)
      if (!isRefused && !(error && 'code' in error)) return // a connection that broke meanwhile subscribes again
      const why = `${where} refuses this user to hear ${path}`
      fail(new Error(`${why}: ask who runs the broker what this user may do`, { cause: error }))
    })
  const hurry = () => (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true)
  hurry() // small messages would wait for others
  client.on('connect', () => {
    hurry()
    for (const path of listeners.keys()) subscribe(path)
    onNews(`connected to ${where} again`)
  })
  client.on('message', (path, message) => {
    try {
      for (const listener of listeners.get(path) ?? []) listener(message)
    } catch (error) {
      fail(error as Error) // what a listener throws would end the process
    }
  })
  client.on('offline', () => {
    if (!isClosing) onNews(`the connection to ${where} broke; connecting again`)
  })
  client.on('error', (error) => {
    const refused = refusal(error)
    if (refused) fail(refused)
  })
  const bus: Bus = {
    publish: (topic, message) => {
      const most = limit ? limit.bytes - limit.beside : Number.POSITIVE_INFINITY
      if (message.length > most) {
        const why = 'raise max_packet_size in its configuration'
        fail(new RangeError(expected('message', `at most ${most} bytes for ${where}`, message.length, why)))
      } else if (client.connected) client.publish(pathOf(topic), Buffer.from(message), { qos: 0 }, () => {})
    },
    subscribe: (topic, listener) => {
      const path = pathOf(topic)
      const list = listeners.get(path) ?? new Set()
      listeners.set(path, list.add(listener))
      if (list.size === 1 && client.connected) subscribe(path)
      return () => {
        list.delete(listener)
        if (list.size > 0) return
        listeners.delete(path)
        if (client.connected && !isClosing) client.unsubscribe(path, () => {})
      }
    },
  }
  return {
    ...bus,
    product: () => productOf(bus, mqttVersion),
    limit,
    failed,
    close: async () => {
      if (isClosing) return
      isClosing = true
      await inTheLastMoment(client.endAsync(false))
      client.end(true)
    },
  }
}

/** What the broker answers to the first connection. @throws AbsentError if nobody answers; what `refusal` makes of a no */
function firstAnswer(
  client: MqttClient,
  refusal: (error: Error) => Error | null,
  where: string,
): Promise<IConnackPacket> {
  return new Promise((resolve, reject) => {
    let absence = 'it closes the connection'
    const settle = () => {
      client.off('connect', take).off('close', leave)
      client.off('error', refuse).on('error', () => {}) // without a listener, it would be thrown
    }
    const take = (connack: IConnackPacket) => {
      settle()
      resolve(connack)
    }
    const refuse = (error: Error) => {
      const { code } = error as { readonly code?: unknown }
      const isLater = isAbsence(error) || typeof code !== 'string' // a number is a broker's no, such as that it is busy
      const refused = refusal(error) ?? (isLater ? null : new Error(`cannot connect to ${where}: ${error.message}`))
      absence = error.message || absence
      if (!refused) return // `close` follows
      settle()
      reject(refused)
    }
    const leave = () => {
      settle()
      reject(new AbsentError(absence))
    }
    client.on('connect', take).on('error', refuse).on('close', leave)
  })
}

/** What a broker says of itself: most keep their version in a topic, which they may keep from some users. */
function productOf(bus: Bus, mqttVersion: BrokerAddress['mqttVersion']): Promise<string> {
  return new Promise((resolve) => {
    const settle = (product: string) => {
      end()
      clearTimeout(timer)
      resolve(product)
    }
    const end = bus.subscribe(['$SYS', 'broker', 'version'], (message) => settle(new TextDecoder().decode(message)))
    const unknown = `a broker that speaks MQTT ${mqttVersion === 5 ? '5' : '3.1.1'} and does not say its version`
    const timer = setTimeout(() => settle(unknown), VERSION_TIME)
  })
}
