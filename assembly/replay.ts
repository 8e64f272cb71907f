// Replay memory: (state, policy) entries of the period, observations + actions f32s each, in order of play. It is the
// local memory of policy distillation (PD) and its layout is already the body of a payload.

import { copyFloats } from './memory'

@unmanaged
export class Replay {
  capacity: u32
  count: u32
  observations: u32
  actions: u32
  entriesAt: u32

  get entries(): usize {
    return changetype<usize>(this) + this.entriesAt
  }
}

/** Appends an entry; false where the memory is full. */
export function replayAdd(replay: Replay, observation: usize, policy: usize): bool {
  if (replay.count == replay.capacity) return false
  const state = <usize>replay.observations << 2
  const size = state + (<usize>replay.actions << 2)
  const entry = replay.entries + replay.count * size
  copyFloats(entry, observation, replay.observations)
  copyFloats(entry + state, policy, replay.actions)
  replay.count += 1
  return true
}
