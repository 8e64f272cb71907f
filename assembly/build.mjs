// Compiles the kernel (dist/kernel.wasm) and embeds it as base64 (src/kernel/binary.ts), so that the host
// needs neither a file system nor a fetch to load it; writes what a runtime that compiles no bytes imports instead
// (dist/workerd.js, see src/kernel/compile.ts), and the type of `frd/kernel.wasm`. Run by `npm run build`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
mkdirSync('dist', { recursive: true })
const { error, stderr } = await asc.main(['--config', 'asconfig.json', '--target', 'release'])
if (error) {
  process.stderr.write(stderr.toString())
  process.exit(1)
}
const base64 = readFileSync('dist/kernel.wasm').toString('base64')
const source = `// Generated from assembly/ by assembly/build.mjs; not in git.\nexport const kernelBase64: string =\n  '${base64}'\n`
writeFileSync('src/kernel/binary.ts', source)
writeFileSync('dist/workerd.js', "import module from './kernel.wasm'\n\nexport const compile = () => module\n")
writeFileSync('dist/kernel.wasm.d.ts', 'declare const module: WebAssembly.Module\nexport default module\n')
