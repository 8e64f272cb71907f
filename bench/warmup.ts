// The first episodes of a cold process. An engine begins to run the kernel as soon as a quick compiler has been over it, and
// replaces its functions by faster code while they run. The episodes are those of bench/learning.ts, and each is compared
// with itself when all is warm, so that what is left is the engine and not the course of the learning.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FirstSteps } from './firstSteps.ts'
import type { Series } from './kept.ts'
import { median } from './sample.ts'

/** The first episode of each part that is told by itself; the last part ends with the last episode. */
const PARTS = [1, 2, 11, 26, 51, 101]

/** Episodes that are told as a whole too. */
const HUNDRED = 100

/** Full speed is within this factor of the warm one. */
const NEAR = 1.1
/** A window is as many episodes as have so many steps. */
const WINDOW_STEPS = 250
/** Windows whose median decides, because a single one may be interrupted. */
const WINDOWS = 5

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

export interface Part {
  readonly name: string
  /** ns per step in the cold process */
  readonly cold: number
  /** ns per step of the same episodes when warm */
  readonly warm: number
}

/** The parts that the episodes reach. */
export function partsOf({ steps, cold, warm }: FirstSteps, firsts: readonly number[] = PARTS): Part[] {
  return firsts.flatMap((first, k) => {
    const last = Math.min((firsts[k + 1] ?? Infinity) - 1, steps.length)
    if (first > last) return []
    const perStep = (times: readonly number[]) => sum(times.slice(first - 1, last)) / sum(steps.slice(first - 1, last))
    const name = first === last ? `episode ${first}` : `episodes ${first} to ${last}`
    return [{ name, cold: perStep(cold), warm: perStep(warm) }]
  })
}

export interface FullSpeed {
  readonly steps: number
  readonly milliseconds: number
}

/**
 * How much was played before full speed: before the first window from which on the median of WINDOWS windows is near the warm
 * speed. null where no window is.
 */
export function fullSpeedAfter({ steps, cold, warm }: FirstSteps): FullSpeed | null {
  const windows: { readonly begin: number; readonly ratio: number }[] = []
  for (let begin = 0, end = 0; end < steps.length; begin = end) {
    for (let played = 0; played < WINDOW_STEPS && end < steps.length; end++) played += steps[end]
    windows.push({ begin, ratio: sum(cold.slice(begin, end)) / sum(warm.slice(begin, end)) })
  }
  for (let k = 0; k + WINDOWS <= windows.length; k++) {
    const { begin, ratio } = windows[k]
    const around = median(windows.slice(k, k + WINDOWS).map((window) => window.ratio))
    if (ratio <= NEAR && around <= NEAR) {
      return { steps: sum(steps.slice(0, begin)), milliseconds: sum(cold.slice(0, begin)) / 1e6 }
    }
  }
  return null
}

const program = fileURLToPath(new URL('firstSteps.js', import.meta.url))

/** One cold process with n units in each hidden layer. */
export function firstSteps(width: number, flags: readonly string[] = []): FirstSteps {
  const words = [...flags, program, String(width)]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`"firstSteps ${width}" expected exit code 0, got ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

/** What several cold processes say, one sample each. A process that did not reach full speed counts with all that it played. */
export function warmupSeries(name: string, processes: readonly FirstSteps[]): Series[] {
  const parts = processes.map((one) => [...partsOf(one), ...partsOf(one, [1, HUNDRED + 1]).slice(0, 1)])
  const reached = processes.map(
    (one) => fullSpeedAfter(one) ?? { steps: sum(one.steps), milliseconds: sum(one.cold) / 1e6 },
  )
  const series = (what: string, unit: string, samples: readonly number[]) => ({
    name: `${name}, ${what}`,
    unit,
    samples,
  })
  return [
    series(
      'until there is an agent',
      'ms',
      processes.map(({ ready }) => ready),
    ),
    ...parts[0].map((part, k) =>
      series(
        part.name,
        'ns per step',
        parts.map((one) => one[k].cold),
      ),
    ),
    ...parts[0].map((part, k) =>
      series(
        `${part.name}, over warm`,
        'x',
        parts.map((one) => one[k].cold / one[k].warm),
      ),
    ),
    series(
      'steps before full speed',
      'steps',
      reached.map(({ steps }) => steps),
    ),
    series(
      'time before full speed',
      'ms',
      reached.map(({ milliseconds }) => milliseconds),
    ),
  ]
}
