// ProxRM, the proxy experience memory: the state space cut evenly in S sections a component, and per visited cluster the
// running mean of the policies played there. Sparse: a hash table of cluster indices (linear probing, half full at most)
// over entries in order of first visit, so an update touches one slot and one entry.

@unmanaged
export class Proxy {
  sections: u32
  observations: u32
  actions: u32
  capacity: u32
  count: u32
  /** slots - 1, slots a power of two; the hash keeps its upper bits */
  mask: u32
  shift: u32
  boundsAt: u32
  slotsAt: u32
  entriesAt: u32

  /** f64[observations], half-widths of the cut */
  @inline get bounds(): usize {
    return changetype<usize>(this) + this.boundsAt
  }
  /** u32[slots], entry number + 1, or 0 */
  @inline get slots(): usize {
    return changetype<usize>(this) + this.slotsAt
  }
  /** Records of one cluster each, together in memory: u32 index, u32 visits, f64[actions] sums of policies. */
  @inline get entries(): usize {
    return changetype<usize>(this) + this.entriesAt
  }
}

/** Bytes of an entry. */
// @ts-ignore: decorator
@inline
export function proxyEntryBytes(actions: u32): u32 {
  return 8 + (actions << 3)
}

/** Slots of a table for `capacity` entries: a power of two, twice to four times as many. */
export function proxySlots(capacity: u32): u32 {
  return (<u32>1) << (33 - clz<u32>(max<u32>(capacity, 1)))
}

/**
 * Cluster index of an observation f32[observations]: sections as base-S digits, the first component highest. Two components
 * a step: each is divided, floored and clamped as it would be alone.
 */
export function proxyIndex(proxy: Proxy, observation: usize): u32 {
  const sections = proxy.sections
  const cuts = f64x2.splat(<f64>sections)
  const last = f64x2.splat(<f64>sections - 1)
  const zero = f64x2.splat(0)
  let bound = proxy.bounds
  let index: u32 = 0
  let left = proxy.observations
  for (; left > 1; left -= 2) {
    const r = v128.load(bound)
    const o = f64x2.promote_low_f32x4(v128.load64_zero(observation))
    const cut = f64x2.floor(f64x2.mul(f64x2.div(f64x2.add(o, r), f64x2.add(r, r)), cuts))
    const section = i32x4.trunc_sat_f64x2_s_zero(f64x2.pmin(f64x2.pmax(cut, zero), last))
    index = (index * sections + i32x4.extract_lane(section, 0)) * sections + i32x4.extract_lane(section, 1)
    bound += 16
    observation += 8
  }
  if (left > 0) {
    const r = load<f64>(bound)
    const cut = floor<f64>(((<f64>load<f32>(observation) + r) / (2.0 * r)) * <f64>sections)
    index = index * sections + <u32>min<f64>(max<f64>(cut, 0), <f64>sections - 1)
  }
  return index
}

/** First slot of a cluster: Fibonacci hashing, 2^32 / golden ratio. */
// @ts-ignore: decorator
@inline
function firstSlot(proxy: Proxy, index: u32): u32 {
  return (index * 0x9e3779b1) >>> proxy.shift
}

/**
 * The number in a cluster's first slot if that is the cluster's entry, or 0. Without a branch, so that it can be asked well
 * ahead of proxyAdd: it fetches slot and entry, and guesses nothing that would have to be undone.
 */
export function proxyAhead(proxy: Proxy, index: u32): u32 {
  const held = load<u32>(proxy.slots + (<usize>firstSlot(proxy, index) << 2))
  // Where nothing is held this looks before the first entry, at a slot, and 0 it is in any case.
  const found = load<u32>(proxy.entries + (<usize>held - 1) * proxyEntryBytes(proxy.actions))
  return select<u32>(held, 0, found == index)
}

/** The number of a cluster's entry, made where there is none; 0 where the memory is full. */
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

/** Adds policy f32[actions] to a cluster, of which proxyAhead said `ahead`; false where the memory is full. */
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

/** Empties the memory. */
export function proxyClear(proxy: Proxy): void {
  memory.fill(proxy.slots, 0, (<usize>proxy.mask + 1) << 2)
  proxy.count = 0
}

/** Bytes of scratch that proxyExport needs. */
export function proxyExportBytes(capacity: u32): usize {
  return <usize>capacity << 4
}

/**
 * The averaged entries by ascending index -> indices i32[count], visits u32[count], policies f32[count][actions].
 * Radix sort of (index, entry) pairs, a byte a pass, least significant first.
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
