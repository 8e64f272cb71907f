// Acrobot-v1, to the letter of Gymnasium's acrobot.py (Sutton 1996; the equations of Sutton and Barto's book): two links
// hang from a hinge, and a torque between them is to swing the tip above a bar. The state is f64 and advances by one
// classical Runge-Kutta step of 0.2 s; every formula keeps Gymnasium's order of operations. The observation is the f32
// cast. This file chooses no action.

import { Env, EnvState, TERMINATED, TRUNCATED } from './env'
import { Stream, streamUniform } from './rng'
import { cos64, sin64 } from './trig'

// All constants are those of Gymnasium's Acrobot-v1.
const PI: f64 = 3.141592653589793
const TAU: f64 = 0.2 // s, the time of a step
const MAX_VELOCITY_1: f64 = 4.0 * 3.141592653589793 // rad/s
const MAX_VELOCITY_2: f64 = 9.0 * 3.141592653589793 // rad/s
const STEP_LIMIT: u32 = 500 // steps

/** What the host needs to know: the bounds are Gymnasium's; MixFRD sorts by the angle of the first link. */
const ABOUT = `{
  "name": "Acrobot-v1",
  "components": ["cos1", "sin1", "cos2", "sin2", "velocity1", "velocity2"],
  "bounds": [[-1, 1], [-1, 1], [-1, 1], [-1, 1],
    [-12.566370614359172, 12.566370614359172], [-28.274333882308138, 28.274333882308138]],
  "mission": { "threshold": -100, "window": 10, "direction": "at least" },
  "mixup": ["cos1", "sin1"],
  "parameters": ["gravity", "length1", "com1", "com2", "mass1", "mass2", "inertia"]
}`

/** The state. Each of the first four components starts uniformly in -0.1..0.1, as f32; the parameters do not change. */
@unmanaged
export class Acrobot extends EnvState {
  theta1: f64 // rad, angle of the first link from hanging down
  theta2: f64 // rad, angle of the second link relative to the first
  omega1: f64 // rad/s, velocity of theta1, within 4 pi
  omega2: f64 // rad/s, velocity of theta2, within 9 pi
  gravity: f64 // m/s^2
  length1: f64 // m, length of the first link; that of the second has no part in the dynamics
  com1: f64 // m, from the hinge to the first link's centre of mass
  com2: f64 // m, from the joint to the second link's centre of mass
  mass1: f64 // kg, of the first link
  mass2: f64 // kg, of the second link
  inertia: f64 // kg m^2, moment of inertia of each link
  alpha1: f64 // rad/s^2, what the last accelerate found for theta1
  alpha2: f64 // rad/s^2, what it found for theta2
}

/** Fills the environment's record. */
export function acrobot(env: Env): void {
  env.observations = 6
  env.actions = 3
  env.limit = STEP_LIMIT
  env.stateBytes = offsetof<Acrobot>()
  env.reset = acrobotReset.index
  env.step = acrobotStep.index
  env.observe = acrobotObserve.index
  env.isReturn = 1
  env.parameterCount = 7
  env.parametersAt = offsetof<Acrobot>('gravity')
  env.defaults = memory.data<f64>([9.8, 1.0, 0.5, 0.5, 1.0, 1.0, 1.0])
  env.about = changetype<usize>(ABOUT)
}

/** A component at the start: -0.1 + 0.2 u of the next uniform f64 u, rounded to f32. */
// @ts-ignore: decorator
@inline
function start(stream: Stream): f64 {
  // The type is written out, since a literal within <f32>(...) would be an f32.
  const drawn: f64 = -0.1 + 0.2 * streamUniform(stream)
  return <f64><f32>drawn
}

/** A fresh state: theta1, theta2, omega1 and omega2, in this order. */
export function acrobotReset(state: Acrobot, stream: Stream): void {
  state.reward = 0
  state.steps = 0
  state.theta1 = start(stream)
  state.theta2 = start(stream)
  state.omega1 = start(stream)
  state.omega2 = start(stream)
}

/** Writes cosine and sine of both angles, then both velocities, each cast to f32, to f32[6] at `observation`. */
export function acrobotObserve(state: Acrobot, observation: usize): void {
  store<f32>(observation, <f32>cos64(state.theta1))
  store<f32>(observation, <f32>sin64(state.theta1), 4)
  store<f32>(observation, <f32>cos64(state.theta2), 8)
  store<f32>(observation, <f32>sin64(state.theta2), 12)
  store<f32>(observation, <f32>state.omega1, 16)
  store<f32>(observation, <f32>state.omega2, 20)
}

/** Finds the angular accelerations alpha1 and alpha2 at these angles and velocities under a torque, in N m. */
function accelerate(state: Acrobot, theta1: f64, theta2: f64, omega1: f64, omega2: f64, torque: f64): void {
  const m1 = state.mass1
  const m2 = state.mass2
  const l1 = state.length1
  const lc1 = state.com1
  const lc2 = state.com2
  const inertia = state.inertia
  const g = state.gravity
  const cos = cos64(theta2)
  const sin = sin64(theta2)
  const d1 = m1 * (lc1 * lc1) + m2 * (l1 * l1 + lc2 * lc2 + 2.0 * l1 * lc2 * cos) + inertia + inertia
  const d2 = m2 * (lc2 * lc2 + l1 * lc2 * cos) + inertia
  const phi2 = m2 * lc2 * g * cos64(theta1 + theta2 - PI / 2.0)
  const phi1 = -m2 * l1 * lc2 * (omega2 * omega2) * sin - 2.0 * m2 * l1 * lc2 * omega2 * omega1 * sin +
    (m1 * lc1 + m2 * l1) * g * cos64(theta1 - PI / 2.0) + phi2
  const alpha2 = (torque + (d2 / d1) * phi1 - m2 * l1 * lc2 * (omega1 * omega1) * sin - phi2) /
    (m2 * (lc2 * lc2) + inertia - (d2 * d2) / d1)
  state.alpha1 = -(d2 * alpha2 + phi1) / d1
  state.alpha2 = alpha2
}

/** An angle less the turns beyond -pi..pi. */
function wrap(angle: f64): f64 {
  while (angle > PI) angle -= 2.0 * PI
  while (angle < -PI) angle += 2.0 * PI
  return angle
}

// @ts-ignore: decorator
@inline
function within(velocity: f64, most: f64): f64 {
  return min(max(velocity, -most), most)
}

/** The end of a Runge-Kutta step that began at y: y + h / 6 (k1 + 2 k2 + 2 k3 + k4). */
// @ts-ignore: decorator
@inline
function advanced(y: f64, k1: f64, k2: f64, k3: f64, k4: f64): f64 {
  return y + (TAU / 6.0) * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
}

/**
 * One step of 0.2 s under the torque action - 1, in N m. The reward is -1, and 0 for the step that reaches the height.
 * From the same state, Gymnasium's next state differs by a few ulp, because NumPy's sine and cosine are not always
 * correctly rounded.
 * @returns the flags of the new state: TERMINATED where the tip is more than a link's length above the hinge, TRUNCATED
 *   from 500 steps on
 */
export function acrobotStep(state: Acrobot, action: i32): i32 {
  const torque = <f64>(action - 1)
  const half = TAU / 2.0
  const a = state.theta1
  const b = state.theta2
  const c = state.omega1
  const d = state.omega2
  // The derivatives of theta1 and theta2 at each of the four places are the velocities there.
  accelerate(state, a, b, c, d, torque)
  const k1c = state.alpha1
  const k1d = state.alpha2
  const k2a = c + half * k1c
  const k2b = d + half * k1d
  accelerate(state, a + half * c, b + half * d, k2a, k2b, torque)
  const k2c = state.alpha1
  const k2d = state.alpha2
  const k3a = c + half * k2c
  const k3b = d + half * k2d
  accelerate(state, a + half * k2a, b + half * k2b, k3a, k3b, torque)
  const k3c = state.alpha1
  const k3d = state.alpha2
  const k4a = c + TAU * k3c
  const k4b = d + TAU * k3d
  accelerate(state, a + TAU * k3a, b + TAU * k3b, k4a, k4b, torque)
  state.theta1 = wrap(advanced(a, c, k2a, k3a, k4a))
  state.theta2 = wrap(advanced(b, d, k2b, k3b, k4b))
  state.omega1 = within(advanced(c, k1c, k2c, k3c, state.alpha1), MAX_VELOCITY_1)
  state.omega2 = within(advanced(d, k1d, k2d, k3d, state.alpha2), MAX_VELOCITY_2)
  state.steps += 1
  const terminated = -cos64(state.theta1) - cos64(state.theta2 + state.theta1) > 1.0
  state.reward = terminated ? 0 : -1
  return (terminated ? TERMINATED : 0) | (state.steps >= STEP_LIMIT ? TRUNCATED : 0)
}
