// What several tests need: the root folder of the package, golden vectors, hex floats, units in the last place, and the
// largest of many differences.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json, found upwards from this file: tests run from dist/test, vectors stay in test/vectors. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)))

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  if (dirname(folder) === folder) throw new Error(`"package.json" expected above ${import.meta.url}, found none`)
  return findRoot(dirname(folder))
}

/** Reads the golden file test/vectors/NAME.json; its `meta` says where the file comes from. */
export function loadVectors<T>(name: string): T {
  return JSON.parse(readFileSync(join(packageRoot, 'test', 'vectors', `${name}.json`), 'utf8')) as T
}

/** The double that a C99 hex float such as -0x1.8p-3 names, without rounding. */
export function parseHexFloat(text: string): number {
  const match = /^(-?)0x([01])(?:\.([0-9a-f]{1,13}))?p([+-]?\d+)$/.exec(text)
  if (match === null) throw new TypeError(`"text" expected a C99 hex float, got ${text}`)
  const [, sign, integer, fraction = '', exponent] = match
  const mantissa = Number.parseInt(integer + fraction, 16)
  const scaled = mantissa * 2 ** (Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -scaled : scaled
}

/** The distance from |x| up to the next double. */
export function ulp(x: number): number {
  const bits = new BigUint64Array(new Float64Array([Math.abs(x)]).buffer)
  bits[0] += 1n
  return new Float64Array(bits.buffer)[0] - Math.abs(x)
}

/** The largest |a_k - b_k|; different lengths and NaN count as Infinity. */
export function worstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let worst = 0
  for (let k = 0; k < a.length; k++) {
    const difference = Math.abs(a[k] - b[k])
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
  }
  return worst
}

/** A loss and its gradient in the parameters. */
export type Graded = { loss: number; grad: number[] }
/** A network of mlp-adam-pytorch.json; its `meta.spec` says what each number is. */
export type TorchNet = {
  sizes: number[]
  head: 'softmax' | 'linear'
  params: number[]
  out32: number[][]
  prob32?: number[][]
  grad_t: Graded[] | Record<string, Graded[]>
  xent?: Graded
  adam: Record<string, Record<string, number[]>>
}
export type TorchVectors = {
  nets: TorchNet[]
  X: number[][]
  a: number[]
  adv: number[]
  target: number[]
  XB: number[][]
  TB: number[][]
}

const CONFIDENCE = 0.95

/**
 * The largest rate of faults under which so few of so many are still as likely as 1 - confidence: 1 - 0.05^(1/N) where
 * there is none (Clopper and Pearson 1934), else by the Poisson distribution, which it is for rates this small.
 */
export function upperBound(faults: number, count: number): number {
  if (faults === 0) return 1 - (1 - CONFIDENCE) ** (1 / count)
  const atMost = (mean: number) => {
    let term = Math.exp(-mean)
    let sum = term
    for (let k = 1; k <= faults; k++) {
      term *= mean / k
      sum += term
    }
    return sum
  }
  let [low, high] = [0, 10 * (faults + 3)]
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2
    if (atMost(middle) > 1 - CONFIDENCE) low = middle
    else high = middle
  }
  return Math.min(1, high / count)
}

/**
 * A line on so many trials, `N what: F failures (95 % upper bound B %)`, which docs/RELIABILITY.md is made of. B is the
 * largest rate of failures under which so few are still as likely as one in twenty.
 */
export function tally(what: string, n: number, failures = 0): string {
  const bound = (100 * upperBound(failures, n)).toPrecision(2)
  return `${n} ${what}: ${failures} failures (95 % upper bound ${bound} %)`
}
