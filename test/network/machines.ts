// Machines for tests: network namespaces of this one, each with a link to a common wire, which can be slow or cut.
import { spawnSync } from 'node:child_process'

const addressOf = (machine: number) => `10.77.0.${machine + 1}`
const ip = (...words: string[]) => spawnSync('ip', words, { timeout: 10_000 }).status === 0

/** Three machines. */
export interface Machines {
  /** the address of a machine */
  readonly addressOf: (machine: number) => string
  /** words before a command, which is then run on that machine */
  readonly enter: (machine: number) => readonly string[]
  /** makes the links slow, so many milliseconds one way. @returns whether this is possible here */
  readonly delay: (milliseconds: number) => boolean
  /** lets a machine send no faster, in bits per second, but for a burst of bytes. @returns whether this is possible here */
  readonly limit: (machine: number, rate: number, burst: number) => boolean
  /** cuts the link of a machine, or mends it */
  readonly cut: (machine: number, isCut: boolean) => void
  readonly remove: () => void
}

let made = 0

/** Three machines on one wire, as network namespaces; null where this is not allowed. */
export function machines(): Machines | null {
  made++
  const tag = `frd${process.pid % 1000}${String.fromCharCode(96 + made)}`
  const names = [0, 1, 2].map((machine) => `${tag}m${machine}`)
  const remove = () => {
    for (const name of names) ip('netns', 'delete', name)
    ip('link', 'delete', `${tag}br`)
  }
  const isMade =
    ip('link', 'add', `${tag}br`, 'type', 'bridge') &&
    ip('link', 'set', `${tag}br`, 'up') &&
    names.every((name, machine) => {
      const [outer, inner] = [`${tag}o${machine}`, `${tag}i${machine}`]
      const inside = (...words: string[]) => ip('-n', name, ...words)
      return (
        ip('netns', 'add', name) &&
        ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', name) &&
        ip('link', 'set', outer, 'master', `${tag}br`, 'up') &&
        inside('addr', 'add', `${addressOf(machine)}/24`, 'dev', inner) &&
        inside('link', 'set', inner, 'up') &&
        inside('link', 'set', 'lo', 'up')
      )
    })
  if (isMade) {
    const tc = (...words: string[]) => spawnSync('tc', words, { timeout: 10_000 }).status === 0
    const outers = names.map((_, machine) => `${tag}o${machine}`)
    return {
      addressOf,
      enter: (machine) => ['ip', 'netns', 'exec', names[machine]],
      delay: (milliseconds) =>
        outers.every((outer) =>
          tc('qdisc', 'replace', 'dev', outer, 'root', 'netem', 'delay', `${milliseconds / 2}ms`),
        ) &&
        names.every(
          (name, machine) =>
            spawnSync('ip', [
              'netns',
              'exec',
              name,
              'tc',
              'qdisc',
              'replace',
              'dev',
              `${tag}i${machine}`,
              'root',
              'netem',
              'delay',
              `${milliseconds / 2}ms`,
            ]).status === 0,
        ),
      limit: (machine, rate, burst) => {
        const shape = ['tbf', 'rate', `${rate}bit`, 'burst', String(burst), 'limit', '10000000']
        const words = ['netns', 'exec', names[machine], 'tc', 'qdisc', 'replace', 'dev', `${tag}i${machine}`, 'root']
        return ip(...words, ...shape)
      },
      cut: (machine, isCut) => void ip('link', 'set', outers[machine], isCut ? 'down' : 'up'),
      remove,
    }
  }
  remove()
  return null
}
