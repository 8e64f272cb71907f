// Writes dist/frd.bundle.js, the entry `frd` as one file that imports nothing, for pages that load it by URL: the kernel, the loader and
// the hashes are in it. It is made from the compiled sources, so its digests are theirs. The licences of the packages that it
// holds stand beside it. Run by `npm run build`, after the compiler.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const manifestOf = (folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
const { version, license } = manifestOf('.')
const LICENSES = 'frd.bundle.licenses.txt'

const { metafile, outputFiles } = await build({
  entryPoints: ['dist/src/index.js'],
  outfile: 'dist/frd.bundle.js',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  write: false,
  metafile: true,
  logLevel: 'warning',
})

/** The packages whose code is in the bundle, in the order of their names. */
const names = [
  ...new Set(
    Object.keys(metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
  ),
].sort()
const held = names.map((name) => {
  const manifest = manifestOf(`node_modules/${name}`)
  // The loader has no text of its licence in its package; it is of the compiler's repository and licence.
  const path = [`node_modules/${name}/LICENSE`, 'node_modules/assemblyscript/LICENSE'].find(existsSync)
  return { name, version: manifest.version, license: manifest.license, text: readFileSync(path, 'utf8').trim() }
})
const list = held.map((one) => `${one.name} ${one.version} (${one.license})`)
const banner = `/*! frd ${version} (${license}), with ${list.join(' and ')}: ${LICENSES} */\n`
writeFileSync('dist/frd.bundle.js', banner + outputFiles[0].text)
const parts = [{ name: 'frd', version, license, text: readFileSync('LICENSE', 'utf8').trim() }, ...held].map(
  (one) => `${one.name} ${one.version}, ${one.license}\n\n${one.text}\n`,
)
writeFileSync(`dist/${LICENSES}`, parts.join(`\n${'-'.repeat(80)}\n\n`))
