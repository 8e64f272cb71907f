// When an agent sends, as a field of the config: at every exchange, or only when its policy or its score has moved by more
// than a threshold since it last sent something.

import { type Check, numberIn, recordWithin } from './checks.ts'
import { expected } from './errors.ts'
import { type About, type Field, parseReal } from './field.ts'

/** What makes an agent send at an exchange. */
export type Trigger =
  | 'always'
  | {
      /** its policy has moved by more than this: the mean over its proxy states of the total variation, 0..1 */
      readonly policy: number
    }
  | {
      /** its mean score has moved by more than this */
      readonly score: number
    }

const BOUNDS = { policy: numberIn(0, 1), score: numberIn(0, 1e9) }

/** always, policy:THRESHOLD or score:THRESHOLD. */
export function trigger(about: About): Field<Trigger> {
  const expects = 'always, policy:T with T in 0..1, or score:T with T of at least 0'
  const check: Check<Trigger> = (got, name) => {
    if (got === 'always') return got
    if (typeof got !== 'object' || got === null) throw new TypeError(expected(name, expects, got))
    const kind = 'score' in got ? 'score' : 'policy'
    const threshold = BOUNDS[kind](recordWithin([kind])(got, name)[kind], `${name}.${kind}`)
    return kind === 'score' ? { score: threshold } : { policy: threshold }
  }
  return {
    default: 'always',
    ...about,
    expects,
    parse: (text, name) => {
      const [kind, ...rest] = text.split(':')
      if (rest.length === 1 && (kind === 'policy' || kind === 'score')) {
        return check({ [kind]: parseReal(rest[0], name, expects) }, name)
      }
      if (text !== 'always') throw new TypeError(expected(name, expects, text))
      return 'always'
    },
    check,
    show: (got) => (got === 'always' ? got : 'policy' in got ? `policy:${got.policy}` : `score:${got.score}`),
  }
}
