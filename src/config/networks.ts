// Networks as configuration: a size such as 50x2, and an agent's policy network with what of its learner is its own.

import { type Check, integerIn, numberIn, recordWithin } from './checks.ts'
import { expected } from './errors.ts'
import { type About, type Field, parseInteger, parseReal } from './field.ts'

/** Size of a network. */
export interface Net {
  /** n, units of each hidden layer, 1..1024 */
  readonly width: number
  /** l, hidden layers, 1..8 */
  readonly depth: number
}

/** An agent's policy network, and what of its learner differs from the other agents'. */
export interface AgentNet extends Net {
  /** activation of both of its networks; absent: the config's `activation` */
  readonly activation?: 'relu' | 'tanh'
  /** learning rate of its policy, 0..10; absent: the config's `policyRate` */
  readonly rate?: number
}

export const MAX_WIDTH = 1024
export const MAX_DEPTH = 8

const widthCheck = integerIn(1, MAX_WIDTH)
const depthCheck = integerIn(1, MAX_DEPTH)
const rateCheck = numberIn(0, 10)
const sizeRecord = recordWithin(['width', 'depth'])
const agentRecord = recordWithin(['width', 'depth', 'activation', 'rate'])

/** WIDTHxDEPTH, such as 50x2. */
export function network(value: Net, about: About): Field<Net> {
  const expects = 'a network such as 50x2 (width x depth)'
  const sizeOf = ({ width, depth }: Partial<Record<keyof Net, unknown>>, name: string) => ({
    width: widthCheck(width, `${name}.width`),
    depth: depthCheck(depth, `${name}.depth`),
  })
  return {
    default: value,
    ...about,
    expects,
    parse: (text, name) => {
      const [n, l, ...rest] = text.split('x')
      if (l === undefined || rest.length) throw new TypeError(expected(name, expects, text))
      return {
        width: widthCheck(parseInteger(n, name, `an integer in 1..${MAX_WIDTH}`), name),
        depth: depthCheck(parseInteger(l, name, `an integer in 1..${MAX_DEPTH}`), name),
      }
    },
    check: (got, name) => sizeOf(sizeRecord(got, name), name),
    show: ({ width, depth }) => `${width}x${depth}`,
  }
}

/** NETWORK[:[ACTIVATION][:RATE]], such as 50x2, 50x2:tanh, 50x2:tanh:0.003 and 50x2::0.003. */
function agentNetwork(activation: Check<'relu' | 'tanh'>): Field<AgentNet> {
  const net = network({ width: 50, depth: 2 }, { doc: '' })
  const expects = 'a network such as 50x2, 50x2:tanh or 50x2::0.003 (width x depth, activation, policy rate)'
  return {
    default: net.default,
    doc: '',
    expects,
    parse: (text, name) => {
      const [size, a, r, ...rest] = text.split(':')
      if (text.endsWith(':') || rest.length) throw new TypeError(expected(name, expects, text))
      return {
        ...net.parse(size, name),
        ...(a && { activation: activation(a, `${name}.activation`) }),
        ...(r !== undefined && {
          rate: rateCheck(parseReal(r, `${name}.rate`, 'a number in 0..10'), `${name}.rate`),
        }),
      }
    },
    check: (got, name) => {
      const { activation: a, rate: r, ...size } = agentRecord(got, name)
      return {
        ...net.check(size, name),
        ...(a !== undefined && { activation: activation(a, `${name}.activation`) }),
        ...(r !== undefined && { rate: rateCheck(r, `${name}.rate`) }),
      }
    },
    show: ({ activation: a, rate: r, ...size }) =>
      `${net.show(size)}${a || r !== undefined ? `:${a ?? ''}` : ''}${r !== undefined ? `:${r}` : ''}`,
  }
}

/** A list of agents' networks, as 24x1,50x2:tanh,100x2::0.003; null where all agents have the same. */
export function agentNetworks(
  count: Check<number>,
  activation: Check<'relu' | 'tanh'>,
  about: About,
): Field<readonly AgentNet[] | null> {
  const one = agentNetwork(activation)
  const field: Field<readonly AgentNet[] | null> = {
    default: null,
    ...about,
    expects:
      'networks such as 24x1,50x2:tanh,100x2::0.003 (width x depth, activation of the agent, its policy rate), or none',
    parse: (text, name) =>
      text === 'none'
        ? null
        : field.check(
            text.split(',').map((part) => one.parse(part, name)),
            name,
          ),
    check: (got, name) => {
      if (got === null) return null
      if (!Array.isArray(got)) throw new TypeError(expected(name, field.expects, got))
      count(got.length, `${name}.length`)
      return Array.from(got, (value, i) => one.check(value, `${name}[${i}]`))
    },
    show: (value) => (value === null ? 'none' : value.map(one.show).join(',')),
  }
  return field
}
