// The Env contract: what the learner needs of an environment. An environment fills this record once, at configuration;
// its state lives in the agent's block behind the three fields of EnvState, so that a checkpoint is a copy.

/** `step` flags: never merged into one. */
export const TERMINATED: i32 = 1
export const TRUNCATED: i32 = 2

/** Sizes of an environment and the table indices of its functions. */
@unmanaged
export class Env {
  /** components of an observation, 1..64 */
  observations: u32
  /** actions, 2..16 */
  actions: u32
  /** longest episode, steps */
  limit: u32
  stateBytes: u32
  /** (state, stream) -> void: a fresh initial state */
  reset: u32
  /** (state, action) -> flags: one step, its reward stored in the state */
  step: u32
  /** (state, observation f32[observations]) -> void */
  observe: u32
  /** the environment's name, as a static string */
  name: usize
}

/** The head of every environment's state. */
@unmanaged
export class EnvState {
  reward: f64
  steps: u32
  spare: u32
}
