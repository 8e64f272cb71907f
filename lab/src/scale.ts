// Scales of axes, linear and logarithmic: from numbers to pixels and back, and round numbers for their ticks. A library's
// would be a quarter of what the page may weigh.

export interface Scale {
  (value: number): number
  readonly invert: (pixels: number) => number
  /** about so many round numbers within the scale */
  readonly ticks: (count: number) => number[]
}

type Two = readonly [number, number]

function scaleBy([low, high]: Two, [from, to]: Two, forth: (x: number) => number, back: (x: number) => number): Scale {
  const [a, b] = [forth(low), forth(high)]
  const scale = (value: number) => from + ((forth(value) - a) / (b - a || 1)) * (to - from)
  const invert = (pixels: number) => back(a + ((pixels - from) / (to - from || 1)) * (b - a))
  return Object.assign(scale, { invert, ticks: (count: number) => roundNumbers(low, high, count) })
}

/** A scale on which equal differences have equal lengths. */
export const linear = (domain: Two, range: Two) =>
  scaleBy(
    domain,
    range,
    (x) => x,
    (x) => x,
  )

/** A scale on which equal ratios have equal lengths. */
export const logarithmic = (domain: Two, range: Two) => scaleBy(domain, range, Math.log, Math.exp)

/** Multiples of 1, 2 or 5 times a power of ten between two numbers, about `count` of them. */
function roundNumbers(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(count, 1)
  const power = 10 ** Math.floor(Math.log10(rough || 1))
  const step = power * ([1, 2, 5].find((times) => times * power >= rough) ?? 10)
  const ticks: number[] = []
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) ticks.push(tick)
  return ticks
}
