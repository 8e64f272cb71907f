// The replay memory (RM in the paper): one (state, policy) entry for each step of the period [C: memory-reset], in order
// of play. It is the local memory of policy distillation, PD (the paper's opening section and "Performance Evaluation");
// its bytes are already the body of a payload. It averages nothing and forgets nothing until it is emptied (agentForget
// sets `count` to 0).

import { copyFloats } from './memory'

/** The memory's sizes, and where its entries lie. */
@unmanaged
export class Replay {
  capacity: u32 // entries that fit; 0 where the method keeps no such memory
  count: u32 // entries so far
  observations: u32 // components of a state
  actions: u32 // number of actions
  entriesAt: u32 // bytes from this record to the entries

  /** Address of the entries, f32[count][observations + actions], dense: the state, then the policy at it. */
  get entries(): usize {
    return changetype<usize>(this) + this.entriesAt
  }
}

/** Appends the entry (observation f32[observations], policy f32[actions]). @returns false where the memory is full */
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
