// Different worlds: physical parameters of the environment, one value per agent, as a field of the config. The server knows
// nothing of them.

import { listOf, numberIn, record } from './checks.ts'
import type { Environment } from './environment.ts'
import { expected, expectedOneOf } from './errors.ts'
import { type About, type Field, isWord, parseReal, type Worlds } from './field.ts'

const value = numberIn(-1e6, 1e6)

/** NAME=VALUE,VALUE,..., several parameters parted by semicolons; none for the environment's own values. */
export function worlds(about: About): Field<Worlds | null> {
  const expects = 'NAME=VALUE,VALUE,... with one value per agent, several parameters parted by semicolons; or none'
  const check = (got: unknown, name: string): Worlds | null => {
    if (got === null) return null
    const entries = Object.entries(record(got, name)).sort(([a], [b]) => (a < b ? -1 : 1))
    if (!entries.length) throw new RangeError(expected(name, expects, '{}'))
    for (const [parameter] of entries) {
      if (!isWord(parameter)) throw new RangeError(expected(name, 'names of parameters', parameter))
    }
    const lists = entries.map(([parameter, list]) => [parameter, listOf(value)(list, `${name}.${parameter}`)] as const)
    const odd = lists.find(([, list]) => !list.length || list.length !== lists[0][1].length)
    if (odd) {
      const what = `as many values as ${lists[0][0]} has, at least one`
      throw new RangeError(expected(`${name}.${odd[0]}`, what, odd[1].length))
    }
    return Object.fromEntries(lists)
  }
  return {
    default: null,
    ...about,
    expects,
    parse: (text, name) => {
      if (text === 'none') return null
      const given: Record<string, number[]> = {}
      for (const part of text.split(';')) {
        const [parameter, list, ...rest] = part.split('=')
        if (list === undefined || rest.length || Object.hasOwn(given, parameter)) {
          throw new TypeError(expected(name, expects, text))
        }
        given[parameter] = list.split(',').map((number) => parseReal(number, name, 'numbers'))
      }
      return check(given, name)
    },
    check,
    show: (got) =>
      got === null
        ? 'none'
        : Object.entries(got)
            .map(([parameter, list]) => `${parameter}=${list.join(',')}`)
            .join(';'),
  }
}

/** How many agents have a world of their own. */
export const worldCount = (given: Worlds): number => Object.values(given)[0].length

/** @throws RangeError for a parameter that the environment does not have, or a value that its physics does not bear */
export function checkWorlds(given: Worlds, { id, name, parameters }: Environment): void {
  const known = Object.keys(parameters)
  for (const [parameter, list] of Object.entries(given)) {
    if (!known.length) throw new RangeError(expected('worlds', `none, since ${name} has no parameters`, parameter))
    if (!known.includes(parameter)) throw new RangeError(expectedOneOf('worlds', known, parameter))
    const bad = list.find((number) => id !== 0 && number <= 0)
    if (bad !== undefined) throw new RangeError(expected(`worlds.${parameter}`, 'positive numbers', bad))
  }
}

/** The environment with the parameters of one agent's world; the environment itself where all agents share it. */
export function worldFor(env: Environment, given: Worlds | null, agent: number): Environment {
  if (given === null) return env
  const own = Object.fromEntries(Object.entries(given).map(([parameter, list]) => [parameter, list[agent]]))
  return { ...env, parameters: { ...env.parameters, ...own } }
}
