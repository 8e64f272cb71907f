// The types of the runtime's own objects that stand in the package's types. A project without the DOM's library has no
// namespace WebAssembly, and one without Node's types has no AbortSignal either, so none of them may be named. Where
// the runtime's type is known it is meant; elsewhere what is used of it.

/** A compiled module: `WebAssembly.Module` where that is known. */
export type WasmModule =
  typeof globalThis extends Record<'WebAssembly', Record<'Module', Record<'prototype', infer M>>> ? M : object

/** The memory of an instance: `WebAssembly.Memory` where that is known. */
export type WasmMemory =
  typeof globalThis extends Record<'WebAssembly', Record<'Memory', Record<'prototype', infer M>>>
    ? M
    : {
        /** the bytes */
        readonly buffer: ArrayBuffer
      }

/** What says that something was given up: `AbortSignal` where that is known. */
export type StopSignal =
  typeof globalThis extends Record<'AbortSignal', Record<'prototype', infer S>>
    ? S
    : {
        /** whether it was given up */
        readonly aborted: boolean
        /** calls the listener when it is given up */
        addEventListener(type: 'abort', listener: () => void): void
        /** removes that listener */
        removeEventListener(type: 'abort', listener: () => void): void
      }
