// ProxRM, the proxy experience memory ("Proxy Experience Replay Memory Structures"): each state component is cut evenly
// into S sections, one section of each component makes a cluster, and each visited cluster has the running mean of the
// policies played in it. It is sparse: a hash table of cluster indices (linear probing, at most half full) leads to
// entries in the order of the first visits, so that an update touches one slot and one entry. The intervals that are
// cut are open in the paper [C: ranges]. Proxy states are computed by the host (src/kernel/grid.ts), not here.

/** The memory's sizes, and where its arrays lie. */
@unmanaged
export class Proxy {
  sections: u32 // S, sections of each component
  observations: u32 // components of a state
  actions: u32 // number of actions
  capacity: u32 // entries that fit; 0 where the method keeps no such memory
  count: u32 // entries so far: clusters that were visited
  mask: u32 // slots - 1, where the number of slots is a power of two
  shift: u32 // 32 - log2(slots): the hash of an index keeps its upper bits
  boundsAt: u32 // bytes from this record to the intervals
  slotsAt: u32 // bytes from this record to the slots
  entriesAt: u32 // bytes from this record to the entries

  /** Address of f64[2][observations]: the lower end of each component's interval, then the width of each. */
  @inline get bounds(): usize {
    return changetype<usize>(this) + this.boundsAt
  }
  /** Address of u32[slots]: the number of an entry, from 1, or 0 where the slot is free. */
  @inline get slots(): usize {
    return changetype<usize>(this) + this.slotsAt
  }
  /** Address of the entries. Each is one record: u32 index, u32 visits, f64[actions] sums of the policies. */
  @inline get entries(): usize {
    return changetype<usize>(this) + this.entriesAt
  }
}

/** Bytes of an entry: index and visits, then one f64 per action. */
// @ts-ignore: decorator
@inline
export function proxyEntryBytes(actions: u32): u32 {
  return 8 + (actions << 3)
}

/** Slots of a table for `capacity` entries: a power of two, more than twice and at most four times as many. */
export function proxySlots(capacity: u32): u32 {
  return (<u32>1) << (33 - clz<u32>(max<u32>(capacity, 1)))
}

/**
 * The index of the cluster of an observation o, f32[observations]: the sections as digits to base S, the first
 * component the highest. section = clamp(floor(((o - low) / width) S), 0, S - 1), in f64; a value beyond the interval
 * counts to the section at its edge. S^observations must fit in 32 bits. Two components are taken at a time; each is
 * divided, floored and clamped with the bits that it would get alone.
 */
export function proxyIndex(proxy: Proxy, observation: usize): u32 {
  const sections = proxy.sections
  const cuts = f64x2.splat(<f64>sections)
  const last = f64x2.splat(<f64>sections - 1)
  const zero = f64x2.splat(0)
  let bound = proxy.bounds
  const widths = <usize>proxy.observations << 3 // from a lower end to its width
  let index: u32 = 0
  let left = proxy.observations
  for (; left > 1; left -= 2) {
    const o = f64x2.promote_low_f32x4(v128.load64_zero(observation))
    const inside = f64x2.div(f64x2.sub(o, v128.load(bound)), v128.load(bound + widths))
    const cut = f64x2.floor(f64x2.mul(inside, cuts))
    const section = i32x4.trunc_sat_f64x2_s_zero(f64x2.pmin(f64x2.pmax(cut, zero), last))
    index = (index * sections + i32x4.extract_lane(section, 0)) * sections + i32x4.extract_lane(section, 1)
    bound += 16
    observation += 8
  }
  if (left > 0) {
    const inside = (<f64>load<f32>(observation) - load<f64>(bound)) / load<f64>(bound + widths)
    const cut = floor<f64>(inside * <f64>sections)
    index = index * sections + <u32>min<f64>(max<f64>(cut, 0), <f64>sections - 1)
  }
  return index
}

/**
 * The slot at which the search for a cluster starts: the upper bits of index * 0x9e3779b1 modulo 2^32. The factor is a
 * prime near 2^32 divided by the golden ratio (Fibonacci hashing; Knuth: The Art of Computer Programming 3, 6.4).
 */
// @ts-ignore: decorator
@inline
function firstSlot(proxy: Proxy, index: u32): u32 {
  return (index * 0x9e3779b1) >>> proxy.shift
}

/**
 * Looks into the first slot of a cluster, well before proxyAdd, so that the processor fetches slot and entry while it
 * computes the policy's forward. This function has no branch: after a mispredicted branch, the processor would throw
 * away the forward that it had begun. The ProxRM takes 10 to 28 ns of a training step this way, 16 to 30 ns without
 * this function and 21 to 42 ns with a branch in it (2026).
 * @returns the number of the cluster's entry where the first slot leads to it; else 0, which says nothing
 */
export function proxyAhead(proxy: Proxy, index: u32): u32 {
  const held = load<u32>(proxy.slots + (<usize>firstSlot(proxy, index) << 2))
  // Where the slot is free, `held` is 0, and this reads the block just before the first entry. Whatever it reads there,
  // the result is 0.
  const found = load<u32>(proxy.entries + (<usize>held - 1) * proxyEntryBytes(proxy.actions))
  return select<u32>(held, 0, found == index)
}

/**
 * Finds the entry of a cluster by linear probing, or appends one with no visits.
 * @returns its number, from 1, or 0 where there is none and the memory is full
 */
function proxyEntry(proxy: Proxy, index: u32): u32 {
  const size = <usize>proxyEntryBytes(proxy.actions)
  let slot = firstSlot(proxy, index)
  while (true) {
    const at = proxy.slots + (<usize>slot << 2)
    const held = load<u32>(at)
    if (held == 0) {
      if (proxy.count == proxy.capacity) return 0
      const entry = proxy.entries + proxy.count * size
      proxy.count += 1
      store<u32>(at, proxy.count)
      store<u32>(entry, index)
      store<u32>(entry, 0, 4)
      for (let sum = entry + 8; sum < entry + size; sum += 8) store<f64>(sum, 0)
      return proxy.count
    }
    if (load<u32>(proxy.entries + (held - 1) * size) == index) return held
    slot = (slot + 1) & proxy.mask
  }
}

/**
 * Adds `policy`, f32[actions], to the cluster `index`: visits + 1, and each sum + the probability, in f64. The sums of
 * a cluster run in the order of its visits, from 0. `ahead` is what proxyAhead returned for the cluster, or 0.
 * @returns false where the cluster has no entry and the memory is full; then nothing is changed
 */
export function proxyAdd(proxy: Proxy, index: u32, ahead: u32, policy: usize): bool {
  const number = ahead != 0 ? ahead : proxyEntry(proxy, index)
  if (number == 0) return false
  const size = <usize>proxyEntryBytes(proxy.actions)
  const entry = proxy.entries + (number - 1) * size
  store<u32>(entry, load<u32>(entry, 4) + 1, 4)
  for (let sum = entry + 8; sum < entry + size; sum += 8) {
    store<f64>(sum, load<f64>(sum) + <f64>load<f32>(policy))
    policy += 4
  }
  return true
}

/** Empties the memory: frees all slots and forgets all entries. */
export function proxyClear(proxy: Proxy): void {
  memory.fill(proxy.slots, 0, (<usize>proxy.mask + 1) << 2)
  proxy.count = 0
}

/** Bytes of scratch that proxyExport needs: two arrays of u32 pairs. */
export function proxyExportBytes(capacity: u32): usize {
  return <usize>capacity << 4
}

/**
 * Writes the entries by ascending index: indices i32[count], visits u32[count] and policies f32[count][actions], dense.
 * A policy is f32(sum / visits), divided in f64. The memory itself stays as it is. `scratch` is proxyExportBytes(count)
 * bytes. The (index, entry) pairs are sorted by radix, one byte per pass, the least significant byte first; the passes
 * over bytes that are 0 in every index are left out.
 */
export function proxyExport(proxy: Proxy, indices: usize, visits: usize, policies: usize, scratch: usize): void {
  const count = proxy.count
  const size = <usize>proxyEntryBytes(proxy.actions)
  let from = scratch
  let to = scratch + (<usize>count << 3)
  let all: u32 = 0
  for (let entry: usize = 0; entry < count; entry++) {
    const index = load<u32>(proxy.entries + entry * size)
    all |= index
    store<u32>(from + (entry << 3), index)
    store<u32>(from + (entry << 3), <u32>entry, 4)
  }
  const counts = memory.data(1024)
  for (let shift: u32 = 0; shift < 32 && all >>> shift != 0; shift += 8) {
    memory.fill(counts, 0, 1024)
    for (let k: usize = 0; k < count; k++) {
      const bin = counts + ((<usize>((load<u32>(from + (k << 3)) >>> shift) & 255)) << 2)
      store<u32>(bin, load<u32>(bin) + 1)
    }
    let before: u32 = 0
    for (let bin = counts; bin < counts + 1024; bin += 4) {
      const size = load<u32>(bin)
      store<u32>(bin, before)
      before += size
    }
    for (let k: usize = 0; k < count; k++) {
      const pair = load<u64>(from + (k << 3))
      const bin = counts + ((<usize>((<u32>pair >>> shift) & 255)) << 2)
      const at = load<u32>(bin)
      store<u32>(bin, at + 1)
      store<u64>(to + (<usize>at << 3), pair)
    }
    const held = from
    from = to
    to = held
  }
  for (let k: usize = 0; k < count; k++) {
    const entry = proxy.entries + load<u32>(from + (k << 3), 4) * size
    const seen = load<u32>(entry, 4)
    store<u32>(indices + (k << 2), load<u32>(entry))
    store<u32>(visits + (k << 2), seen)
    for (let sum = entry + 8; sum < entry + size; sum += 8) {
      store<f32>(policies, <f32>(load<f64>(sum) / <f64>seen))
      policies += 4
    }
  }
}
