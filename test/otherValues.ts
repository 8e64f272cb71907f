// For each field a config in which it has another value than by default. A field that is missing here fails the tests that
// go through all fields.

import type { Config } from '../src/config/config.ts'
import { fieldNames, fields } from '../src/config/fields.ts'

const given: Readonly<Partial<Record<keyof Config, Partial<Config>>>> = {
  env: { env: 'Acrobot-v1', sections: 10 },
  preset: { preset: 'tuned' },
  method: { method: 'frd' },
  ranges: { ranges: [2.4, 3, [-0.1, 0.2], 3.5] },
  nets: {
    nets: [
      { width: 24, depth: 1 },
      { width: 50, depth: 2, activation: 'tanh', rate: 0.01 },
    ],
  },
  critic: { critic: { width: 24, depth: 1 } },
  terminalReward: { terminalReward: null },
  mixupBy: { mixupBy: 'cosine' },
  mixupPortion: { mixupPortion: { beta: 0.2 } },
  worlds: { worlds: { length: [0.25, 0.5] } },
  codec: { codec: 'delta-index+int8' },
  growth: { growth: 1.5 },
  trigger: { trigger: { score: 5 } },
  absent: { absent: [[1], [], [0]] },
}

/** Another value of a field, of a kind that says what it accepts. */
function another<K extends keyof Config>(name: K): Partial<Config> {
  const { default: standard, options, range } = fields[name]
  const other = options?.find((word) => word !== fields[name].show(standard))
  if (other !== undefined) return { [name]: fields[name].parse(other, name) }
  if (!range) throw new Error(`${name} has no other value here: add one`)
  const value = Number(standard)
  return { [name]: range.isInteger ? value + 1 : value / 2 || Math.min(0.5, range.max) }
}

/** Fields to set so that each field has another value than by default. */
export const otherValues = Object.fromEntries(
  fieldNames.filter((name) => !name.endsWith('Version')).map((name) => [name, given[name] ?? another(name)]),
) as Readonly<Record<keyof Config, Partial<Config>>>
