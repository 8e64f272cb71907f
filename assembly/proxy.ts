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
  indicesAt: u32
  visitsAt: u32
  sumsAt: u32

  /** f64[observations], half-widths of the cut */
  @inline get bounds(): usize {
    return changetype<usize>(this) + this.boundsAt
  }
  /** u32[slots], entry number + 1, or 0 */
  @inline get slots(): usize {
    return changetype<usize>(this) + this.slotsAt
  }
  /** i32[count], u32[count], f64[count][actions] */
  @inline get indices(): usize {
    return changetype<usize>(this) + this.indicesAt
  }
  @inline get visits(): usize {
    return changetype<usize>(this) + this.visitsAt
  }
  @inline get sums(): usize {
    return changetype<usize>(this) + this.sumsAt
  }
}

/** Slots of a table for `capacity` entries: a power of two, twice to four times as many. */
export function proxySlots(capacity: u32): u32 {
  return (<u32>1) << (33 - clz<u32>(max<u32>(capacity, 1)))
}

/** Cluster index of an observation f32[observations]: sections as base-S digits, the first component highest. */
export function proxyIndex(proxy: Proxy, observation: usize): u32 {
  const cuts = <f64>proxy.sections
  const last = cuts - 1
  const bounds = proxy.bounds
  let index: u32 = 0
  for (let i: usize = 0; i < proxy.observations; i++) {
    const r = load<f64>(bounds + (i << 3))
    const section = floor<f64>(((<f64>load<f32>(observation + (i << 2)) + r) / (2.0 * r)) * cuts)
    index = index * proxy.sections + <u32>min<f64>(max<f64>(section, 0), last)
  }
  return index
}

/** Proxy state of a cluster, the middle of its sections -> f32[observations]. */
export function proxyState(proxy: Proxy, index: u32, state: usize): void {
  for (let i: usize = proxy.observations; i-- > 0; ) {
    const r = load<f64>(proxy.bounds + (i << 3))
    const section = <f64>(index % proxy.sections)
    index /= proxy.sections
    store<f32>(state + (i << 2), <f32>(-r + ((section + 0.5) * (2.0 * r)) / <f64>proxy.sections))
  }
}

/** Adds policy f32[actions] to the cluster of the observation; false where the memory is full. */
export function proxyAdd(proxy: Proxy, observation: usize, policy: usize): bool {
  const index = proxyIndex(proxy, observation)
  let slot = (index * 0x9e3779b1) >>> proxy.shift // Fibonacci hashing: 2^32 / golden ratio
  let entry: usize
  while (true) {
    const at = proxy.slots + (<usize>slot << 2)
    const held = load<u32>(at)
    if (held == 0) {
      if (proxy.count == proxy.capacity) return false
      entry = proxy.count
      proxy.count += 1
      store<u32>(at, proxy.count)
      store<u32>(proxy.indices + (entry << 2), index)
      store<u32>(proxy.visits + (entry << 2), 0)
      const fresh = proxy.sums + entry * (<usize>proxy.actions << 3)
      for (let a: usize = 0; a < proxy.actions; a++) store<f64>(fresh + (a << 3), 0)
      break
    }
    entry = held - 1
    if (load<u32>(proxy.indices + (entry << 2)) == index) break
    slot = (slot + 1) & proxy.mask
  }
  const visits = proxy.visits + (entry << 2)
  store<u32>(visits, load<u32>(visits) + 1)
  let sum = proxy.sums + entry * (<usize>proxy.actions << 3)
  for (let a: usize = 0; a < proxy.actions; a++) {
    store<f64>(sum, load<f64>(sum) + <f64>load<f32>(policy + (a << 2)))
    sum += 8
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
  let from = scratch
  let to = scratch + (<usize>count << 3)
  let all: u32 = 0
  for (let entry: usize = 0; entry < count; entry++) {
    const index = load<u32>(proxy.indices + (entry << 2))
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
    const entry = <usize>load<u32>(from + (k << 3), 4)
    const seen = load<u32>(proxy.visits + (entry << 2))
    store<u32>(indices + (k << 2), load<u32>(from + (k << 3)))
    store<u32>(visits + (k << 2), seen)
    const sum = proxy.sums + entry * (<usize>proxy.actions << 3)
    for (let a: usize = 0; a < proxy.actions; a++) {
      store<f32>(policies, <f32>(load<f64>(sum + (a << 3)) / <f64>seen))
      policies += 4
    }
  }
}
