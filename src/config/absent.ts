// Who has no part in a period, as a field of the config. A federation with a deadline goes on without the agents that are
// late, and records them here, so that its run can be computed again in one process. Such an agent plays no episode of that
// period, sends nothing and receives nothing.

import { integerIn, isAscending, listOf } from './checks.ts'
import type { Config } from './config.ts'
import { expected } from './errors.ts'
import { type About, type Field, parseInteger } from './field.ts'

/** The longest list: one entry for each period of the longest run. */
const MAX_PERIODS = 1_000_000

/** AGENT,AGENT/AGENT/...: the agents of the first period, of the second, and so on; none where all take part in all. */
export function absent(most: number, about: About): Field<Config['absent']> {
  const expects = 'agents parted by commas, periods parted by slashes, such as 2//0,1; or none'
  const agents = listOf(integerIn(0, most - 1))
  const periods = listOf(agents)
  const check = (got: unknown, name: string): Config['absent'] => {
    const lists = periods(got, name)
    if (lists.length > MAX_PERIODS) throw new RangeError(expected(name, `at most ${MAX_PERIODS} periods`, lists.length))
    lists.forEach((list, i) => {
      if (!isAscending(list)) throw new RangeError(expected(`${name}[${i}]`, 'agents in ascending order', list.join()))
    })
    // What follows the last absence says nothing, so that one run has one text.
    const last = lists.findLastIndex(({ length }) => length > 0)
    return lists.slice(0, last + 1)
  }
  return {
    default: [],
    ...about,
    expects,
    parse: (text, name) =>
      text === 'none'
        ? []
        : check(
            text
              .split('/')
              .map((list) => (list === '' ? [] : list.split(',').map((agent) => parseInteger(agent, name, expects)))),
            name,
          ),
    check,
    show: (lists) => (lists.length === 0 ? 'none' : lists.map((list) => list.join()).join('/')),
  }
}

/** @throws RangeError for agents that the run does not have, or a period in which nobody takes part */
export function checkAbsent({ absent: lists, agents }: Pick<Config, 'absent' | 'agents'>): void {
  lists.forEach((list, i) => {
    const name = `absent[${i}]`
    const last = list[list.length - 1] ?? 0
    if (last >= agents) throw new RangeError(expected(name, `agents in 0..${agents - 1}`, last))
    if (list.length === agents) throw new RangeError(expected(name, 'at least one agent that takes part', 'none'))
  })
}
