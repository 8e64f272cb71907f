// The arithmetic of a twin: how a result is rounded, and who computes exp, tanh, log, sin and cos. For the bits of the
// kernel a test passes Math.fround and the functions that the kernel exports; with `f64` the same twin is checked
// against derivatives.
export type Num = {
  /** Applied to the result of every single f32 operation of docs/numerics.md. */
  round: (x: number) => number
  exp32: (x: number) => number
  tanh32: (x: number) => number
  log64: (x: number) => number
  sin64: (x: number) => number
  cos64: (x: number) => number
}

/** No rounding beyond f64, and the host's functions: for gradients and for references in f64, never for bits. */
export const f64: Num = {
  round: (x) => x,
  exp32: Math.exp,
  tanh32: Math.tanh,
  log64: Math.log,
  sin64: Math.sin,
  cos64: Math.cos,
}
