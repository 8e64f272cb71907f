// Twin of Acrobot-v1: Gymnasium's Runge-Kutta step in its order of operations, in f64 throughout
// (gymnasium/envs/classic_control/acrobot.py, after Sutton 1996). It works on the list of derivatives, as Gymnasium does.
import type { Trig } from './cartpole.ts'
import type { Stream } from './philox.ts'

export type AcrobotParameters = {
  gravity: number
  length1: number
  com1: number
  com2: number
  mass1: number
  mass2: number
  inertia: number
}

const DT = 0.2
const MAX_VELOCITY = [4 * Math.PI, 9 * Math.PI]

/** d/dt of theta1, theta2, their velocities. */
function derivatives(trig: Trig, world: AcrobotParameters, state: number[], torque: number): number[] {
  const { gravity: g, length1: l1, com1: lc1, com2: lc2, mass1: m1, mass2: m2, inertia: I } = world
  const [theta1, theta2, omega1, omega2] = state
  const [sin2, cos2] = [trig.sin64(theta2), trig.cos64(theta2)]
  const d1 = m1 * lc1 ** 2 + m2 * (l1 ** 2 + lc2 ** 2 + 2 * l1 * lc2 * cos2) + I + I
  const d2 = m2 * (lc2 ** 2 + l1 * lc2 * cos2) + I
  const phi2 = m2 * lc2 * g * trig.cos64(theta1 + theta2 - Math.PI / 2.0)
  const phi1 =
    -m2 * l1 * lc2 * omega2 ** 2 * sin2 -
    2 * m2 * l1 * lc2 * omega2 * omega1 * sin2 +
    (m1 * lc1 + m2 * l1) * g * trig.cos64(theta1 - Math.PI / 2) +
    phi2
  const alpha2 =
    (torque + (d2 / d1) * phi1 - m2 * l1 * lc2 * omega1 ** 2 * sin2 - phi2) / (m2 * lc2 ** 2 + I - d2 ** 2 / d1)
  return [omega1, omega2, -(d2 * alpha2 + phi1) / d1, alpha2]
}

function wrapped(angle: number): number {
  let x = angle
  while (x > Math.PI) x -= 2 * Math.PI
  while (x < -Math.PI) x += 2 * Math.PI
  return x
}

/** The state is (theta1, theta2, omega1, omega2); action a is the torque a - 1. */
export function acrobotStep(trig: Trig, world: AcrobotParameters, state: number[], action: number) {
  const slope = (at: number[]) => derivatives(trig, world, at, action - 1)
  const ahead = (time: number, k: number[]) => state.map((y, i) => y + time * k[i])
  const k1 = slope(state)
  const k2 = slope(ahead(DT / 2, k1))
  const k3 = slope(ahead(DT / 2, k2))
  const k4 = slope(ahead(DT, k3))
  const ends = state.map((y, i) => y + (DT / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]))
  const next = ends.map((y, i) =>
    i < 2 ? wrapped(y) : Math.min(Math.max(y, -MAX_VELOCITY[i - 2]), MAX_VELOCITY[i - 2]),
  )
  const terminated = -trig.cos64(next[0]) - trig.cos64(next[1] + next[0]) > 1
  return { state: next, reward: terminated ? 0 : -1, terminated }
}

/** The four components in order, each -0.1 + 0.2 u, rounded to f32. */
export function acrobotReset(stream: Stream): number[] {
  return Array.from({ length: 4 }, () => Math.fround(-0.1 + 0.2 * stream.uniform()))
}

/** Cosine and sine of both angles, then both velocities. */
export function acrobotObserve({ sin64, cos64 }: Trig, [theta1, theta2, omega1, omega2]: number[]): number[] {
  return [cos64(theta1), sin64(theta1), cos64(theta2), sin64(theta2), omega1, omega2].map(Math.fround)
}
