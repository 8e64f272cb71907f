// What the learner and the host need to know of an environment: the record Env, which an environment fills once, at
// configuration, and EnvState, with which its own state begins. The state lies in the agent's block, so that a copy of
// the block is a checkpoint. The observations are f32 and the rewards f64. This file computes nothing.

/** Flag of a step: the episode ended by the environment's own rule. The two flags are never merged into one. */
export const TERMINATED: i32 = 1
/** Flag of a step: the episode ended because it reached the environment's step limit. */
export const TRUNCATED: i32 = 2

/**
 * Sizes of an environment, and the indices of its functions in the module's table. What only the host needs stands in
 * `about`, a text in JSON: `Environment` in src/config/environment.ts explains the fields, but here `mixup` and
 * `parameters` are lists of names, the parameters in the order of `defaults`.
 */
@unmanaged
export class Env {
  observations: u32 // components of an observation, 1..64
  actions: u32 // number of actions, 2..16
  limit: u32 // length of the longest episode, steps
  stateBytes: u32 // bytes of the environment's state, those of EnvState included
  reset: u32 // (state, stream) -> void: draws a fresh initial state, with reward 0 and steps 0
  step: u32 // (state, action) -> flags: one step; it leaves its reward and the new count of steps in the state
  observe: u32 // (state, observation) -> void: writes the observation f32[observations]
  isReturn: u32 // 1 where the score of an episode is the sum of its rewards, 0 where it is its steps
  parameterCount: u32 // physical parameters, f64 each, which lie in the state and which an agent may have of its own
  parametersAt: u32 // bytes from the state to the first of them
  defaults: usize // address of their defaults, f64[parameterCount], static
  about: usize // address of the description, a static string
}

/** The first fields of every environment's state; the environment's own fields follow. 16 bytes. */
@unmanaged
export class EnvState {
  reward: f64 // reward of the last step
  steps: u32 // steps of the episode so far
  spare: u32 // unused; it aligns the next field to 8 bytes
}
