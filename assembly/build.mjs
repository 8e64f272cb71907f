// Compiles the kernel (dist/kernel.wasm) and writes what the host makes of it, none of which is in git: its bytes as hexadecimal digits
// (src/kernel/binary.ts), so that no file system and no fetch is needed to load it; the environments that it knows
// (src/config/builtin.ts), so that none is needed to resolve a config; what a runtime that compiles no bytes imports instead
// (dist/workerd.js and dist/edge.js, see src/kernel/compile.ts); and the type of `frd/kernel.wasm`. Run by `npm run build`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { instantiateSync } from '@assemblyscript/loader'
import asc from 'assemblyscript/asc'
import { checkAbout } from './checks.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
mkdirSync('dist', { recursive: true })
const { error, stderr } = await asc.main(['--config', 'asconfig.json', '--target', 'release'])
if (error) {
  process.stderr.write(stderr.toString())
  process.exit(1)
}
const bytes = readFileSync('dist/kernel.wasm')
const generated = (text) => `// Generated from assembly/ by assembly/build.mjs; not in git.\n${text}\n`
const binary = `export const kernelHex: string =\n  '${bytes.toString('hex')}'`
writeFileSync('src/kernel/binary.ts', generated(binary))

/** The kernel's own answers and descriptions, as the list of records that src/config/environment.ts declares. */
function environments() {
  const { instance, exports } = instantiateSync(new WebAssembly.Module(bytes), {})
  const kernel = instance.exports
  const record = kernel.reserve(64)
  const found = []
  for (let id = 1; kernel.envAbout(id, record) !== 0; id++) {
    const about = JSON.parse(exports.__getString(kernel.envAbout(id, record)))
    const { name, components, bounds, mission, mixup, parameters, tuned = {} } = about
    const observations = kernel.envObservations(record)
    const actions = kernel.envActions(record)
    const parameterCount = kernel.envParameterCount(record)
    // Two fields of the record Env (assembly/env.ts) that only the build reads, so the kernel has no function for them.
    const { 3: stateBytes, 9: parametersAt } = new Uint32Array(kernel.memory.buffer, record, 12)
    checkAbout(id, { observations, actions, stateBytes, parameterCount, parametersAt }, about, found)
    const defaults = new Float64Array(kernel.memory.buffer, kernel.envDefaults(record), parameterCount)
    found.push({
      id,
      name,
      observations,
      actions,
      limit: kernel.envLimit(record),
      components,
      bounds,
      score: kernel.envIsReturn(record) ? 'return' : 'steps',
      mission,
      mixup: mixup.map((component) => components.indexOf(component)),
      parameters: Object.fromEntries(parameters.map((parameter, k) => [parameter, defaults[k]])),
      tuned,
    })
  }
  return found
}
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const builtIn = `export const builtIn = ${JSON.stringify(environments(), null, 2)}`
// The core opens no file, so that it learns here which version of frd it is.
writeFileSync('src/config/builtin.ts', generated(`${builtIn}\n\nexport const frdVersion: string = '${version}'`))
writeFileSync('dist/workerd.js', "import module from './kernel.wasm'\n\nexport const compile = () => module\n")
// Vercel's edge runtime, and Next with it, takes a file as a module only with this suffix. The module is of another realm, and
// the loader takes what is no instance of this realm's WebAssembly.Module for bytes.
writeFileSync(
  'dist/edge.js',
  `import module from './kernel.wasm?module'

Object.setPrototypeOf(module, WebAssembly.Module.prototype)
export const compile = () => module
`,
)
writeFileSync(
  'dist/kernel.wasm.d.ts',
  "import type { WasmModule } from './src/kernel/platform.js'\n\ndeclare const module: WasmModule\nexport default module\n",
)
