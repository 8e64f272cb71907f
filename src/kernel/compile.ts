// How a runtime gets the compiled kernel, as `#compile` of package.json: this file compiles the bytes, synchronously. A
// runtime that refuses to compile bytes (condition `workerd`) takes dist/workerd.js in its place, which imports
// dist/kernel.wasm; assembly/build.mjs writes both.

import type { WasmModule } from './platform.ts'

export function compile(bytes: () => Uint8Array<ArrayBuffer>): WasmModule {
  return new WebAssembly.Module(bytes())
}
