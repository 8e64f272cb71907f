// The registry of the environments that the kernel can step itself. Each has one line in envOf, with a number that counts from 1.
// Number 0 stands for an environment that the host steps; the kernel then knows only its sizes.

import { acrobot } from './acrobot'
import { cartpole } from './cartpole'
import { Env } from './env'

/** Fills the record of environment `id`. @returns false where there is no such environment; the record is untouched */
export function envOf(env: Env, id: i32): bool {
  if (id == 1) cartpole(env)
  else if (id == 2) acrobot(env)
  else return false
  return true
}

/**
 * Fills `record`, which is scratch u8[64] of the host, for environment `id`.
 * @returns the address of the environment's description, a static string, or 0 where there is no such environment
 */
export function envAbout(id: i32, record: Env): usize {
  return envOf(record, id) ? record.about : 0
}

/** Components of an observation, from a record that envAbout filled. */
export function envObservations(record: Env): u32 {
  return record.observations
}

/** Number of actions, from a record that envAbout filled. */
export function envActions(record: Env): u32 {
  return record.actions
}

/** Length of the longest episode in steps, from a record that envAbout filled. */
export function envLimit(record: Env): u32 {
  return record.limit
}

/** 1 where an episode's score is the sum of its rewards, 0 where it is its steps, from a record that envAbout filled. */
export function envIsReturn(record: Env): u32 {
  return record.isReturn
}

/** How many physical parameters there are, from a record that envAbout filled. */
export function envParameterCount(record: Env): u32 {
  return record.parameterCount
}

/** Address of their defaults, f64 each, from a record that envAbout filled. */
export function envDefaults(record: Env): usize {
  return record.defaults
}
