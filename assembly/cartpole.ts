// CartPole-v1, the paper's environment ("Environmental Settings"), to the letter of Gymnasium's cartpole.py (Barto,
// Sutton, Anderson 1983). The state is f64, and every formula keeps Gymnasium's order of operations: another order
// gives other bits in 17 of 35 long episodes. The observation is the state cast to f32. This file chooses no action.

import { Env, EnvState, TERMINATED, TRUNCATED } from './env'
import { Stream, streamUniform } from './rng'
import { cos64, sin64 } from './trig'

// All constants are those of Gymnasium's CartPole-v1.
const TAU: f64 = 0.02 // s, the time of a step
const THETA_LIMIT: f64 = (12.0 * 2.0 * 3.141592653589793) / 360.0 // rad, 12 degrees
const X_LIMIT: f64 = 2.4 // m
const STEP_LIMIT: u32 = 500 // steps, of v1 [P]

/** What the host needs to know; the bounds of the sections are open in the paper [C: ranges]. */
const ABOUT = `{
  "name": "CartPole-v1",
  "components": ["position", "velocity", "angle", "angular-velocity"],
  "bounds": [[-4.8, 4.8], [-5, 5], [-1.5707963267948966, 1.5707963267948966], [-5, 5]],
  "mission": { "threshold": 490, "window": 10, "direction": "at least" },
  "mixup": ["angle", "angular-velocity", "position", "velocity"],
  "parameters": ["gravity", "masscart", "masspole", "length", "force"]
}`

/** The state. Each of the first four components starts uniformly in -0.05..0.05; the parameters do not change. */
@unmanaged
export class CartPole extends EnvState {
  x: f64 // m, position of the cart; |x| > 2.4 ends an episode
  xDot: f64 // m/s, velocity of the cart
  theta: f64 // rad, angle of the pole from upright; |theta| > 12 degrees ends an episode
  thetaDot: f64 // rad/s, velocity of that angle
  gravity: f64 // m/s^2
  cartMass: f64 // kg
  poleMass: f64 // kg
  length: f64 // m, half the length of the pole
  force: f64 // N
}

/** Fills the environment's record. */
export function cartpole(env: Env): void {
  env.observations = 4
  env.actions = 2
  env.limit = STEP_LIMIT
  env.stateBytes = offsetof<CartPole>()
  env.reset = cartpoleReset.index
  env.step = cartpoleStep.index
  env.observe = cartpoleObserve.index
  env.isReturn = 0
  env.parameterCount = 5
  env.parametersAt = offsetof<CartPole>('gravity')
  env.defaults = memory.data<f64>([9.8, 1.0, 0.1, 0.5, 10.0])
  env.about = changetype<usize>(ABOUT)
}

/** A fresh state: x, x_dot, theta and theta_dot, in this order, are -0.05 + 0.1 u, each with the next uniform f64 u. */
export function cartpoleReset(state: CartPole, stream: Stream): void {
  state.reward = 0
  state.steps = 0
  state.x = -0.05 + 0.1 * streamUniform(stream)
  state.xDot = -0.05 + 0.1 * streamUniform(stream)
  state.theta = -0.05 + 0.1 * streamUniform(stream)
  state.thetaDot = -0.05 + 0.1 * streamUniform(stream)
}

/** Writes x, x_dot, theta and theta_dot, each cast to f32, to f32[4] at `observation`. */
export function cartpoleObserve(state: CartPole, observation: usize): void {
  store<f32>(observation, <f32>state.x)
  store<f32>(observation, <f32>state.xDot, 4)
  store<f32>(observation, <f32>state.theta, 8)
  store<f32>(observation, <f32>state.thetaDot, 12)
}

/**
 * One step of 0.02 s, explicit Euler: positions move by the old velocities. Action 0 pushes the cart to the left and
 * action 1 to the right, with the force; the action enters the force as a number, since no processor can predict a branch on
 * it. The reward is 1 for every step, the last one included. From the same state, the new x and theta equal Gymnasium's
 * to the bit. The new velocities differ by at most 1 ulp of the old velocity or of the increment, whichever is larger:
 * Gymnasium takes sine and cosine from glibc, of whose results 99.7 % and 99.97 % are correctly rounded.
 * @returns the flags of the new state: TERMINATED beyond a limit of x or theta, TRUNCATED from 500 steps on
 */
export function cartpoleStep(state: CartPole, action: i32): i32 {
  const totalMass = state.poleMass + state.cartMass
  const poleMassLength = state.poleMass * state.length
  const force = state.force * <f64>(2 * action - 1)
  const sin = sin64(state.theta)
  const cos = cos64(state.theta)
  const temp = (force + poleMassLength * (state.thetaDot * state.thetaDot) * sin) / totalMass
  const alpha = (state.gravity * sin - cos * temp) /
    (state.length * (4.0 / 3.0 - (state.poleMass * (cos * cos)) / totalMass))
  const acceleration = temp - (poleMassLength * alpha * cos) / totalMass
  state.x = state.x + TAU * state.xDot
  state.xDot = state.xDot + TAU * acceleration
  state.theta = state.theta + TAU * state.thetaDot
  state.thetaDot = state.thetaDot + TAU * alpha
  state.reward = 1
  state.steps += 1
  const terminated = abs(state.x) > X_LIMIT || abs(state.theta) > THETA_LIMIT
  return (terminated ? TERMINATED : 0) | (state.steps >= STEP_LIMIT ? TRUNCATED : 0)
}
