// Twin of CartPole-v1: Gymnasium's explicit Euler step in its order of operations, in f64 throughout
// (gymnasium/envs/classic_control/cartpole.py, after Barto, Sutton and Anderson 1983). The limit of 500 steps belongs
// to the episode (a2c.ts).
import type { Stream } from './philox.ts'

const GRAVITY = 9.8
const CART_MASS = 1.0
const POLE_MASS = 0.1
const TOTAL_MASS = POLE_MASS + CART_MASS
const HALF_LENGTH = 0.5
const POLE_MASS_LENGTH = POLE_MASS * HALF_LENGTH
const FORCE = 10.0
const TAU = 0.02
export const X_LIMIT = 2.4
export const THETA_LIMIT = (12 * 2 * Math.PI) / 360
export const STEP_LIMIT = 500

export type Trig = { sin64: (x: number) => number; cos64: (x: number) => number }
export type CartPoleStep = { state: number[]; reward: number; terminated: boolean }

/** The state is (x, x_dot, theta, theta_dot); action 0 pushes left, 1 right. The new position uses the old velocity. */
export function cartpoleStep({ sin64, cos64 }: Trig, state: number[], action: number): CartPoleStep {
  const [x, xDot, theta, thetaDot] = state
  const force = action === 1 ? FORCE : -FORCE
  const cos = cos64(theta)
  const sin = sin64(theta)
  const temp = (force + POLE_MASS_LENGTH * (thetaDot * thetaDot) * sin) / TOTAL_MASS
  const thetaAcc = (GRAVITY * sin - cos * temp) / (HALF_LENGTH * (4.0 / 3.0 - (POLE_MASS * (cos * cos)) / TOTAL_MASS))
  const xAcc = temp - (POLE_MASS_LENGTH * thetaAcc * cos) / TOTAL_MASS
  const next = [x + TAU * xDot, xDot + TAU * xAcc, theta + TAU * thetaDot, thetaDot + TAU * thetaAcc]
  const terminated = next[0] < -X_LIMIT || next[0] > X_LIMIT || next[2] < -THETA_LIMIT || next[2] > THETA_LIMIT
  return { state: next, reward: 1, terminated }
}

/** The four components in order, each -0.05 + 0.1 u. */
export function cartpoleReset(stream: Stream): number[] {
  return Array.from({ length: 4 }, () => -0.05 + 0.1 * stream.uniform())
}
