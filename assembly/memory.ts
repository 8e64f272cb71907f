// A bump arena inside the instance. The cell at the heap base holds its top; behind it lie, each aligned to 64 bytes
// and zeroed: the agents' blocks (agent.ts), one scratch area that carries no state, and the host's exchange buffers.
// Everything is reserved before training starts, so pointers and the host's views never move.

export const ALIGN: usize = 64

// @ts-ignore: decorator
@inline
export function align(bytes: usize): usize {
  return (bytes + (ALIGN - 1)) & ~(ALIGN - 1)
}

/** Floats of a row padded to whole 4-lane vectors. */
// @ts-ignore: decorator
@inline
export function pad4(count: u32): u32 {
  return (count + 3) & ~3
}

/**
 * Address of `bytes` fresh zeroed bytes, 64-byte aligned.
 * @returns 0 where the memory cannot grow that far
 */
export function reserve(bytes: usize): usize {
  const cell = align(__heap_base)
  let top = load<usize>(cell)
  if (top == 0) top = cell + ALIGN
  const end = top + align(bytes)
  if (end < top) return 0
  const size: usize = (<usize>memory.size()) << 16
  if (end > size && memory.grow(<i32>((end - size + 0xffff) >> 16)) < 0) return 0
  store<usize>(cell, end)
  return top
}

/** Copies a few floats. memory.copy is a call out of the module, which costs more than an observation is long. */
// @ts-ignore: decorator
@inline
export function copyFloats(to: usize, from: usize, count: u32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, v128.load(from))
    to += 16
    from += 16
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from))
    to += 4
    from += 4
  }
}

/** Zeroes `count` floats, a multiple of 4; see copyFloats. */
// @ts-ignore: decorator
@inline
export function clearFloats(at: usize, count: u32): void {
  for (const end = at + (<usize>count << 2); at < end; at += 16) v128.store(at, f32x4.splat(0))
}
