// What an environment of the kernel says of itself is checked when the kernel is built: the sizes of its state and of its
// parameters fit together, and its description fits its sizes.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from './helpers.ts'

type CheckAbout = (id: number, sizes: object, about: object, others: readonly object[]) => void
const path = pathToFileURL(join(packageRoot, 'assembly', 'checks.mjs')).href
const { checkAbout }: { checkAbout: CheckAbout } = await import(path)

const sizes = { observations: 2, actions: 3, stateBytes: 56, parameterCount: 2, parametersAt: 40 }
const about = {
  name: 'Made-v0',
  components: ['a', 'b'],
  bounds: [
    [0, 1],
    [-1, 1],
  ],
  mission: { threshold: 5, window: 10, direction: 'at least' },
  mixup: ['b'],
  parameters: ['mass', 'length'],
}

test('what fits is accepted, with parameters that end where the state ends or before, and with none', () => {
  checkAbout(3, sizes, about, [{ name: 'Other' }])
  checkAbout(3, { ...sizes, stateBytes: 72 }, about, [])
  checkAbout(3, { ...sizes, parameterCount: 0, stateBytes: 40 }, { ...about, parameters: [] }, [])
})

test('what does not fit is refused by name', () => {
  const names = /^assembly\/envs\.ts, environment 3 \(Made-v0\): expected /
  for (const [change, message] of [
    [{ stateBytes: 48 }, /56 bytes or more as stateBytes, where 2 parameters lie at 40, got 48$/],
    [{ stateBytes: 60 }, /a multiple of 8 as stateBytes, .* got 60$/],
    [{ parametersAt: 36 }, /a multiple of 8 as parametersAt, .* got 36$/],
    [{ parametersAt: 8 }, /16 or more as parametersAt, behind EnvState, got 8$/],
    [{ parameterCount: 3, stateBytes: 80 }, /3 parameters, as parameterCount says, got 2$/],
    [{ observations: 3 }, /3 components, got 2$/],
    [{ actions: 1 }, /2 to 16 actions, got 1$/],
  ] as const) {
    assert.throws(
      () => checkAbout(3, { ...sizes, ...change }, about, []),
      (error: Error) => names.test(error.message) && message.test(error.message),
    )
  }
  for (const [change, message] of [
    [{ bounds: [[0, 1]] }, /2 bounds, got 1$/],
    [
      {
        bounds: [
          [0, 1],
          [1, 1],
        ],
      },
      /bounds with the lower end first$/,
    ],
    [{ mixup: ['c'] }, /names of components in "mixup", got "c"$/],
    [{ mission: { threshold: 5, window: 0, direction: 'at least' } }, /a mission with "threshold" and "window"$/],
    [{ mission: { threshold: 5, window: 1, direction: 'up' } }, /whose "direction" is at least or at most$/],
  ] as const) {
    assert.throws(
      () => checkAbout(3, sizes, { ...about, ...change }, []),
      (error: Error) => names.test(error.message) && message.test(error.message),
    )
  }
  assert.throws(() => checkAbout(3, sizes, about, [about]), /a name of its own$/)
})

test.run()
