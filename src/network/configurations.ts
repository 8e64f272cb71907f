// The configurations of a broker for one federation, as texts: who may speak and hear what, where the broker listens, and
// how long a message may be. Each agent may publish its own answers and questions, and hear its own requests and what is
// for all. initial.ts writes the files.

import type { Topic } from '../federation/bus.ts'
import { topicsOf } from '../federation/bus.ts'
import { subjectOf } from '../federation/nats.ts'

/** A user of a broker. */
export interface BrokerUser {
  readonly user: string
  readonly password: string
  /** the topics that it may publish, and those that it may hear */
  readonly publishes: readonly Topic[]
  readonly hears: readonly Topic[]
}

/** What a broker is configured with. */
export interface BrokerPlan {
  /** the federation's name, a word of each topic */
  readonly name: string
  /** the address or the name at which the broker is reached */
  readonly host: string
  readonly users: readonly BrokerUser[]
  /** paths of certificate and key; null on the loopback, where nobody else hears */
  readonly certificate: { readonly cert: string; readonly key: string } | null
  /** pages whose scripts may connect over WebSocket; without any, there is no WebSocket */
  readonly origins: readonly string[]
}

/** Bytes of the longest message. */
const MAX_PAYLOAD = 8 * 1024 * 1024

/** What mosquitto counts beside a message: its head and its topic. */
const PACKET_ROOM = 1024

/** Ports on which the brokers listen, with and without TLS. */
export const PORTS = { nats: 4222, webSocket: 9222, mqtt: 1883, mqtts: 8883 } as const

/** The name of the server's user; those of the agents end in their numbers. */
export const SERVER_USER = 'server'
export const agentUser = (agent: number): string => `agent-${agent}`

/** Users with drawn passwords: the server and the agents, each with no more rights than it needs. */
export function usersOf(name: string, agents: number, draw: () => string): BrokerUser[] {
  const topics = topicsOf(name)
  const every = (topic: (agent: number) => Topic) => Array.from({ length: agents }, (_, agent) => topic(agent))
  const server: BrokerUser = {
    user: SERVER_USER,
    password: draw(),
    publishes: [...every(topics.requests), topics.all, topics.who],
    hears: [...every(topics.answers), topics.all, topics.who],
  }
  const members = every((agent) => topics.requests(agent)).map(
    (requests, agent): BrokerUser => ({
      user: agentUser(agent),
      password: draw(),
      publishes: [topics.answers(agent), topics.who],
      hears: [requests, topics.all],
    }),
  )
  return [server, ...members]
}

/** Whether an address or name is this machine's own. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1|\[::1\])$/.test(host)

/** Where a broker listens: on this machine alone, or on all its addresses. */
const listenOn = (host: string) => (isLoopback(host) ? '127.0.0.1' : '0.0.0.0')

const quoted = (texts: readonly string[]) => texts.map((one) => JSON.stringify(one)).join(', ')

/** The configuration of nats-server. */
export function natsConfiguration({ name, host, users, certificate, origins }: BrokerPlan): string {
  const address = listenOn(host)
  const tls =
    certificate &&
    `tls { cert_file: ${JSON.stringify(certificate.cert)}, key_file: ${JSON.stringify(certificate.key)} }`
  const webSocket = [
    `websocket {`,
    `  listen: "${address}:${PORTS.webSocket}"`,
    `  ${tls ?? 'no_tls: true'}`,
    `  allowed_origins: [${quoted(origins)}]`,
    `}`,
  ]
  return `${[
    `# nats-server for the federation "${name}": nats-server --config THIS-FILE. It holds passwords.`,
    `listen: "${address}:${PORTS.nats}"`,
    `max_payload: ${MAX_PAYLOAD}`,
    `# a slow reader of a long message is not cut off`,
    `write_deadline: "300s"`,
    ...(tls ? [tls] : []),
    ...(origins.length > 0 ? webSocket : []),
    `authorization {`,
    `  users = [`,
    ...users.map(({ user, password, publishes, hears }) => {
      const allowed = `publish: [${quoted(publishes.map(subjectOf))}], subscribe: [${quoted(hears.map(subjectOf))}]`
      return `    { user: ${user}, password: "${password}", permissions: { ${allowed} } }`
    }),
    `  ]`,
    `}`,
  ].join('\n')}\n`
}

/**
 * The configuration of mosquitto.
 * @param files paths of its password file and its list of rights
 * @param owner who can read these files, where root starts it
 */
export function mosquittoConfiguration(
  { name, host, certificate }: BrokerPlan,
  files: { readonly passwords: string; readonly rights: string },
  owner: string,
): string {
  return `${[
    `# mosquitto for the federation "${name}": mosquitto -c THIS-FILE`,
    `user ${owner}`,
    `persistence false`,
    `set_tcp_nodelay true`,
    `max_packet_size ${MAX_PAYLOAD + PACKET_ROOM}`,
    `allow_anonymous false`,
    `password_file ${files.passwords}`,
    `acl_file ${files.rights}`,
    `listener ${certificate ? PORTS.mqtts : PORTS.mqtt} ${listenOn(host)}`,
    ...(certificate ? [`certfile ${certificate.cert}`, `keyfile ${certificate.key}`] : []),
  ].join('\n')}\n`
}

/** The rights of mosquitto's users. The server may hear the version, which frd doctor shows. */
export function mosquittoRights(users: readonly BrokerUser[]): string {
  const path = (topic: Topic) => topic.join('/')
  return users
    .map(({ user, publishes, hears }) =>
      [
        `user ${user}`,
        ...publishes.map((topic) => `topic write ${path(topic)}`),
        ...hears.map((topic) => `topic read ${path(topic)}`),
        ...(user === SERVER_USER ? ['topic read $SYS/broker/version'] : []),
        '',
      ].join('\n'),
    )
    .join('\n')
}
