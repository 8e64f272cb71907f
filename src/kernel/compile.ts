// How a runtime gets the compiled kernel, as `#compile` of package.json: this file compiles the bytes, synchronously. A
// runtime that refuses to compile bytes (conditions `workerd` and `edge-light`) takes dist/workerd.js or dist/edge.js in its
// place, which import dist/kernel.wasm; assembly/build.mjs writes both.

import type { WasmModule } from './platform.ts'

/**
 * @throws WebAssembly.CompileError where the runtime refuses to compile bytes: a page, whose policy forbids it, or an edge
 * worker. To the runtime's own words it adds what to do (docs/embedding.md).
 */
export function compile(bytes: () => Uint8Array<ArrayBuffer>): WasmModule {
  try {
    return new WebAssembly.Module(bytes())
  } catch (error) {
    ;(error as Error).message +=
      ": a page allows 'wasm-unsafe-eval', a worker at an edge gives frd/kernel.wasm as module"
    throw error
  }
}
