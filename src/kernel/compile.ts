// How a runtime comes to the compiled kernel, as `#compile` of package.json: from its bytes, synchronously. A runtime that
// refuses to compile bytes (condition `workerd`) imports dist/kernel.wasm instead: dist/workerd.js, of assembly/build.mjs.

export function compile(bytes: () => Uint8Array<ArrayBuffer>): WebAssembly.Module {
  return new WebAssembly.Module(bytes())
}
