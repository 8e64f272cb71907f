// CartPole-v1 to the letter of Gymnasium's cartpole.py (Barto, Sutton, Anderson 1983), explicit Euler with the old
// velocities, f64 state in Gymnasium's own order of operations; the observation is its f32 cast.
//
// | component | unit  | start          | ends an episode        |
// | x         | m     | U(-0.05, 0.05) | |x| > 2.4              |
// | x_dot     | m/s   | U(-0.05, 0.05) |                        |
// | theta     | rad   | U(-0.05, 0.05) | |theta| > 12 degrees   |
// | theta_dot | rad/s | U(-0.05, 0.05) |                        |
// Actions: 0 pushes left, 1 pushes right, 10 N. Reward 1 a step, the last too. Truncated after 500 steps.

import { Env, EnvState, TERMINATED, TRUNCATED } from './env'
import { Stream, streamUniform } from './rng'
import { cos64, sin64 } from './trig'

const GRAVITY: f64 = 9.8 // m/s^2
const POLE_MASS: f64 = 0.1 // kg
const TOTAL_MASS: f64 = 0.1 + 1.0 // kg, pole + cart
const LENGTH: f64 = 0.5 // m, half the pole
const POLE_MASS_LENGTH: f64 = 0.1 * 0.5
const FORCE: f64 = 10.0 // N
const TAU: f64 = 0.02 // s
const THETA_LIMIT: f64 = (12.0 * 2.0 * 3.141592653589793) / 360.0 // rad
const X_LIMIT: f64 = 2.4 // m
const STEP_LIMIT: u32 = 500

@unmanaged
export class CartPole extends EnvState {
  x: f64
  xDot: f64
  theta: f64
  thetaDot: f64
}

export function cartpole(env: Env): void {
  env.observations = 4
  env.actions = 2
  env.limit = STEP_LIMIT
  env.stateBytes = offsetof<CartPole>()
  env.reset = cartpoleReset.index
  env.step = cartpoleStep.index
  env.observe = cartpoleObserve.index
  env.name = changetype<usize>('CartPole-v1')
}

export function cartpoleReset(state: CartPole, stream: Stream): void {
  state.reward = 0
  state.steps = 0
  state.x = -0.05 + 0.1 * streamUniform(stream)
  state.xDot = -0.05 + 0.1 * streamUniform(stream)
  state.theta = -0.05 + 0.1 * streamUniform(stream)
  state.thetaDot = -0.05 + 0.1 * streamUniform(stream)
}

export function cartpoleObserve(state: CartPole, observation: usize): void {
  store<f32>(observation, <f32>state.x)
  store<f32>(observation, <f32>state.xDot, 4)
  store<f32>(observation, <f32>state.theta, 8)
  store<f32>(observation, <f32>state.thetaDot, 12)
}

/** One step of 0.02 s under action 0 or 1; returns TERMINATED and TRUNCATED flags of the new state. */
export function cartpoleStep(state: CartPole, action: i32): i32 {
  const force = FORCE * <f64>(2 * action - 1)
  const sin = sin64(state.theta)
  const cos = cos64(state.theta)
  const temp = (force + POLE_MASS_LENGTH * (state.thetaDot * state.thetaDot) * sin) / TOTAL_MASS
  const alpha = (GRAVITY * sin - cos * temp) / (LENGTH * (4.0 / 3.0 - (POLE_MASS * (cos * cos)) / TOTAL_MASS))
  const acceleration = temp - (POLE_MASS_LENGTH * alpha * cos) / TOTAL_MASS
  state.x = state.x + TAU * state.xDot
  state.xDot = state.xDot + TAU * acceleration
  state.theta = state.theta + TAU * state.thetaDot
  state.thetaDot = state.thetaDot + TAU * alpha
  state.reward = 1
  state.steps += 1
  const terminated = abs(state.x) > X_LIMIT || abs(state.theta) > THETA_LIMIT
  return (terminated ? TERMINATED : 0) | (state.steps >= STEP_LIMIT ? TRUNCATED : 0)
}
