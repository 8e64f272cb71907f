// Twin of Adam (Kingma and Ba 2015) with moments that are not normalised, m = b1 m + g and v = b2 v + g g, in canonical
// order; and of clipping by the norm of the gradient. The kernel has Keras's form; PyTorch's form is here for the
// comparison with the golden file.
import { type Layer, type Net, setCanonical, toCanonical } from './mlp.ts'
import type { Num } from './rounding.ts'

const BETA_1 = 0.9
const BETA_2 = 0.999
const SMALLEST_PRODUCT = 2 ** -60
const SMALLEST_MOMENT = 2 ** -80
const FLUSH_PERIOD = 64

/** t counts steps; product1 and product2 are the running 0.9^t and 0.999^t. */
export type Adam = { t: number; product1: number; product2: number; m: number[]; v: number[] }
export type AdamSettings = { rate: number; epsilon: number; clip: number | null; form: 'keras' | 'pytorch' }

export function makeAdam(net: Net): Adam {
  const zeros = toCanonical(net.layers).map(() => 0)
  return { t: 0, product1: 1, product2: 1, m: zeros.slice(), v: zeros.slice() }
}

/**
 * p -= A m / (sqrt(v) + E). The textbook's moments are m' = (1 - b1) m and v' = (1 - b2) v. Keras's step
 * rate sqrt(1-P2)/(1-P1) m' / (sqrt(v') + eps) gives A = rate sqrt(1-P2)/(1-P1) (1-b1)/sqrt(1-b2) and
 * E = eps / sqrt(1-b2). PyTorch's step rate/(1-P1) m' / (sqrt(v')/sqrt(1-P2) + eps) gives the same A and
 * E = eps sqrt(1-P2)/sqrt(1-b2).
 */
export function adamStep(num: Num, net: Net, adam: Adam, gradients: Layer[], settings: AdamSettings): void {
  const { round } = num
  const { rate, epsilon, clip, form } = settings
  const g = toCanonical(clip === null ? gradients : clipGradients(num, gradients, clip))
  const p = toCanonical(net.layers)
  adam.t += 1
  adam.product1 = runningProduct(adam.product1, BETA_1)
  adam.product2 = runningProduct(adam.product2, BETA_2)
  const correction = Math.sqrt(1 - adam.product2)
  const A = round(((rate * correction) / (1 - adam.product1)) * ((1 - BETA_1) / Math.sqrt(1 - BETA_2)))
  const E = round((form === 'keras' ? epsilon : epsilon * correction) / Math.sqrt(1 - BETA_2))
  const b1 = round(BETA_1)
  const b2 = round(BETA_2)
  for (let k = 0; k < p.length; k++) {
    adam.m[k] = round(round(b1 * adam.m[k]) + g[k])
    adam.v[k] = round(round(b2 * adam.v[k]) + round(g[k] * g[k]))
    p[k] = round(p[k] - round(round(A * adam.m[k]) / round(round(Math.sqrt(adam.v[k])) + E)))
  }
  if (adam.t % FLUSH_PERIOD === 0) {
    adam.m = adam.m.map(flushMoment)
    adam.v = adam.v.map(flushMoment)
  }
  setCanonical(net, p)
}

function runningProduct(product: number, beta: number): number {
  const next = product * beta
  return next < SMALLEST_PRODUCT ? 0 : next
}

function flushMoment(x: number): number {
  return Math.abs(x) < SMALLEST_MOMENT ? 0 : x
}

/** The norm of the gradient in f64: the whole vector in memory order; the lane of a term is its column modulo 4. */
export function gradientNorm(gradients: Layer[]): number {
  const lanes = [0, 0, 0, 0]
  const addRow = (row: number[]) => {
    row.forEach((g, column) => {
      lanes[column % 4] += g * g
    })
  }
  const head = gradients[gradients.length - 1]
  for (const { W, b } of gradients.slice(0, -1)) for (const row of [...W, b]) addRow(row)
  for (let a = 0; a < head.b.length; a++) addRow(head.W.map((row) => row[a]))
  addRow(head.b)
  return Math.sqrt(lanes[0] + lanes[1] + (lanes[2] + lanes[3]))
}

/** The gradients times f32(clip / norm) if the norm exceeds clip, else the gradients as they are. */
export function clipGradients(num: Num, gradients: Layer[], clip: number): Layer[] {
  const norm = gradientNorm(gradients)
  if (!(norm > clip)) return gradients
  const factor = num.round(clip / norm)
  const scale = (g: number) => num.round(g * factor)
  return gradients.map(({ W, b }) => ({ W: W.map((row) => row.map(scale)), b: b.map(scale) }))
}
