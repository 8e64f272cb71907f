// Stands for AssemblyScript's loader in the workers, of which the kernel takes two things: an instance of a module that
// imports nothing, and the text of a string. The loader itself would be 2 kB more, compressed (2026).

/** An instance, and what reads its strings: UTF-16, whose bytes are counted in the word before. */
export function instantiateSync(module: WebAssembly.Module, imports: WebAssembly.Imports) {
  const instance = new WebAssembly.Instance(module, imports)
  const { memory } = instance.exports as { readonly memory: WebAssembly.Memory }
  const __getString = (pointer: number) => {
    const [bytes] = new Uint32Array(memory.buffer, pointer - 4, 1)
    return String.fromCharCode(...new Uint16Array(memory.buffer, pointer, bytes / 2))
  }
  return { instance, exports: { __getString } }
}
