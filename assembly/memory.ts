// The memory of an instance: an arena from which bytes are taken and never given back. The first 64 bytes of the heap
// hold the address of the arena's free end. Behind them lie the agents' blocks (layout.ts), one scratch area that holds
// no state, and the buffers through which the host exchanges data with the kernel, all zeroed and aligned to 64 bytes.
// The host reserves everything before training starts, so no pointer and no view of the host becomes invalid later.

/** Alignment of everything that is reserved, bytes: the length of a cache line on x86-64 and on most ARM processors. */
export const ALIGN: usize = 64

/** A number of bytes, rounded up to a multiple of ALIGN. */
// @ts-ignore: decorator
@inline
export function align(bytes: usize): usize {
  return (bytes + (ALIGN - 1)) & ~(ALIGN - 1)
}

/** Floats of a row of `count` floats that is padded to whole vectors of 4 lanes. */
// @ts-ignore: decorator
@inline
export function pad4(count: u32): u32 {
  return (count + 3) & ~3
}

/**
 * Takes `bytes` fresh bytes from the arena. They are zero, and their address is a multiple of ALIGN.
 * @returns their address, or 0 where the memory cannot grow that far; then nothing has been taken
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

/**
 * Copies f32[count] between two places that do not overlap. It exists because memory.copy is a call that leaves the
 * module, and for a row as short as an observation that call takes longer than this loop.
 */
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

/** Zeroes f32[count], where `count` is a multiple of 4. It exists for the same reason as copyFloats. */
// @ts-ignore: decorator
@inline
export function clearFloats(at: usize, count: u32): void {
  for (const end = at + (<usize>count << 2); at < end; at += 16) v128.store(at, f32x4.splat(0))
}
