// The house rules that a program can check by reading files: which file imports which, what no source may say, and
// where files lie. The test reads the folders themselves and needs no list of files, so that a new file falls under
// the strictest rule that fits its place.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { kernelBytes } from '../src/kernel/wasm.ts'
import { packageRoot } from './helpers.ts'

// ---- reading sources

/** The files below a folder, as paths relative to that folder, with slashes. */
function filesBelow(folder: string): string[] {
  const root = join(packageRoot, folder)
  const walk = (at: string): string[] =>
    readdirSync(at, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(join(at, entry.name)) : [relative(root, join(at, entry.name)).split(sep).join('/')],
    )
  return walk(root).sort()
}

/** Files of src that the build writes. */
const GENERATED = ['kernel/binary.ts', 'config/builtin.ts']
const read = (path: string) => readFileSync(join(packageRoot, path), 'utf8')
const sources = new Map(
  filesBelow('src')
    .filter((path) => !GENERATED.includes(path))
    .map((path) => [path, read(`src/${path}`)]),
)
const assembly = new Map(
  filesBelow('assembly')
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [path, read(`assembly/${path}`)]),
)

/** The source without its comments. No string with two slashes may stand at the place of an import or a statement. */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1')

interface Import {
  readonly from: string
  /** whether the compiler erases it, so that nothing is imported at run time */
  readonly typeOnly: boolean
}

/** The file that `#compile` of package.json stands for, except in workerd. */
const COMPILE = './compile.ts'

function importsOf(source: string): Import[] {
  const code = withoutComments(source).replaceAll("'#compile'", `'${COMPILE}'`)
  const found: Import[] = []
  for (const [, names, from] of code.matchAll(/^(?:import|export)\b([^'"`;=]*?)\bfrom\s*'([^']+)'/gm)) {
    found.push({ from, typeOnly: /^\s+type\b/.test(names) })
  }
  for (const [, from] of code.matchAll(/^import\s*'([^']+)'/gm)) found.push({ from, typeOnly: false })
  for (const [at, from] of code.matchAll(/(?:typeof\s+)?\bimport\(\s*'([^']+)'/g)) {
    found.push({ from, typeOnly: at.startsWith('typeof') })
  }
  return found
}

/** The local imports of a file of src, as paths relative to src. */
function localImports(path: string): Import[] {
  return importsOf(sources.get(path) ?? '')
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from, typeOnly }) => {
      const parts = join(dirname(path), from).split(sep).join('/')
      assert.ok(GENERATED.includes(parts) || sources.has(parts), `${path} imports ${from}, which does not exist`)
      return { from: parts, typeOnly }
    })
}

test('the reader of imports finds every import', () => {
  const text = `
    // import { no } from './comment.ts'
import a from './a.ts'
import {
  b,
  type B,
} from './b.ts'
import type { C } from './c.ts'
export { d } from './d.ts'
export type { E } from './e.ts'
import './f.ts'
const g = await import('./g.ts')
type H = typeof import('./h.ts')`
  assert.equal(
    importsOf(text)
      .map(({ from, typeOnly }) => `${from[2]}${typeOnly ? ' type' : ''}`)
      .sort(),
    ['a', 'b', 'c type', 'd', 'e type', 'f', 'g', 'h type'],
  )
  assert.ok(sources.size > 30 && assembly.size > 12)
})

// ---- directions in src

/** The wings that each wing may import beside itself, type-only imports included; a path with a slash is one file. */
const wings: Readonly<Record<string, readonly string[]>> = {
  config: [],
  wire: ['config'],
  environments: ['kernel', 'config'],
  kernel: [
    'config/checks',
    'config/errors',
    'config/config',
    'config/environment',
    'config/field',
    'config/networks',
    'config/resolve',
    'config/worlds',
  ],
  methods: ['kernel', 'wire', 'config'],
  run: ['methods', 'environments', 'kernel', 'wire', 'config'],
  links: ['run/record', 'run/streams', 'kernel/wasm', 'config/checks', 'config/environment', 'config/errors'],
  models: ['run', 'environments', 'kernel', 'config'],
  federation: ['run', 'methods', 'environments', 'kernel', 'wire', 'config'],
  // Its threads load what is one's own from files, and stop as a sweep does; its workers compute the runs of a sweep.
  network: [
    'federation',
    'run',
    'methods',
    'environments',
    'kernel',
    'wire',
    'config',
    'results/compute',
    'results/disk',
    'results/modules',
    'results/result',
    'results/sweep',
  ],
  stats: ['config/checks', 'config/errors', 'config/packages'],
  results: ['models', 'run', 'methods', 'environments', 'kernel', 'wire', 'config', 'stats'],
  plot: ['stats', 'config/packages'],
  paper: ['results', 'plot', 'stats', 'run', 'methods', 'kernel', 'wire', 'config'],
  cli: [
    'paper',
    'network',
    'federation',
    'results',
    'links',
    'plot',
    'stats',
    'models',
    'run',
    'methods',
    'environments',
    'kernel',
    'wire',
    'config',
  ],
}

/** The public doors, which stand directly in src. */
const doors = ['index.ts', 'node.ts']

const wingOf = (path: string) => path.slice(0, path.indexOf('/'))

test('src holds the wings and, beside them, only the public doors', () => {
  const loose = [...sources.keys()].filter((path) => !path.includes('/'))
  assert.equal(loose.sort(), doors)
  assert.equal(
    [...new Set([...sources.keys()].filter((path) => path.includes('/')).map(wingOf))].sort(),
    Object.keys(wings).sort(),
  )
})

test('each wing imports only the wings that the table allows, types included', () => {
  for (const path of sources.keys()) {
    if (doors.includes(path)) continue
    const wing = wingOf(path)
    for (const { from } of localImports(path)) {
      const isAllowed =
        wingOf(from) === wing || wings[wing].some((one) => from.startsWith(`${one}/`) || from === `${one}.ts`)
      assert.ok(isAllowed, `src/${path} imports ${from}: ${wing} may import ${wings[wing].join(', ') || 'nothing'}`)
    }
  }
})

/** @throws where a walk along the edges comes back to a node that it has passed */
function refuseCircles(nodes: Iterable<string>, edges: (node: string) => Iterable<string>): void {
  const done = new Set<string>()
  const visit = (node: string, trail: readonly string[]): void => {
    assert.not(trail.includes(node), [...trail, node].join(' -> '))
    if (done.has(node)) return
    for (const next of edges(node)) visit(next, [...trail, node])
    done.add(node)
  }
  for (const node of nodes) visit(node, [])
}

test('neither wings nor files import each other in a circle, types included', () => {
  const imported = (wing: string) =>
    [...sources.keys()]
      .filter((path) => wingOf(path) === wing)
      .flatMap((path) => localImports(path).map(({ from }) => wingOf(from)))
  refuseCircles(Object.keys(wings), (wing) => new Set(imported(wing).filter((other) => other !== wing)))
  refuseCircles(Object.keys(wings), (wing) => new Set(wings[wing].map((other) => other.split('/')[0])))
  refuseCircles(sources.keys(), (path) => localImports(path).map(({ from }) => from))
})

test('an exported name is declared in one file', () => {
  const declared = new Map<string, string>()
  for (const [path, text] of sources) {
    const names = withoutComments(text).matchAll(
      /^export (?:async )?(?:const|function\*?|class|interface|type) (\w+)/gm,
    )
    for (const [, name] of names) {
      assert.not(declared.has(name), `${name} is declared in src/${path} and in src/${declared.get(name)}`)
      declared.set(name, path)
    }
  }
})

/** All files of src that a file imports at run time, directly or not, and the packages that these files import. */
function reach(path: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (at: string): void => {
    if (files.has(at)) return
    files.add(at)
    for (const { from, typeOnly } of importsOf(sources.get(at) ?? '')) {
      if (!typeOnly && !from.startsWith('.')) packages.add(from)
    }
    for (const { from, typeOnly } of localImports(at)) if (!typeOnly) visit(from)
  }
  visit(path)
  return { files, packages }
}

test('the core imports no Node module and no heavy package, and has no top-level await', () => {
  for (const entry of [
    'index.ts',
    'kernel/index.ts',
    'methods/index.ts',
    'models/index.ts',
    'stats/index.ts',
    'links/index.ts',
    'wire/index.ts',
    'federation/index.ts',
    'results/worker.ts',
  ]) {
    const { files, packages } = reach(entry)
    for (const name of packages) {
      // A worker thread reads the files of environments and methods of one's own.
      if (entry === 'results/worker.ts' && /^node:(fs\/promises|path|url)$/.test(name)) continue
      assert.match(name, /^(@assemblyscript\/loader|@noble\/hashes\/(sha2|utils)\.js)$/, `src/${entry} reaches ${name}`)
    }
    for (const path of files) {
      const code = withoutComments(sources.get(path) ?? '')
      // Biome indents what stands inside a function, so that a top-level await is one in a line without indentation.
      assert.not.match(code, /^(?!\s|(?:export )?async ).*\bawait\b/m, `src/${path}: top-level await`)
    }
  }
  assert.ok(reach('index.ts').files.has('run/run.ts'), 'run is among the public names')
})

test('one file imports the loader, and no file imports a package at its top that is no dependency', () => {
  const importers = (name: RegExp) =>
    [...sources].filter(([, text]) => importsOf(text).some(({ from }) => name.test(from))).map(([path]) => path)
  assert.equal(importers(/^@assemblyscript\//), ['kernel/wasm.ts'])
  const { dependencies } = JSON.parse(read('package.json'))
  assert.equal(Object.keys(dependencies).sort(), ['@assemblyscript/loader', '@noble/hashes', 'yargs'])
  for (const [path, text] of sources) {
    for (const [, from] of withoutComments(text).matchAll(/^import\s+(?!type\b)[^'"`]*?from\s*'([^'.#][^']*)'/gm)) {
      const name = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : from.split('/')[0]
      const known = from.startsWith('node:') || Object.hasOwn(dependencies, name)
      assert.ok(known, `src/${path} imports ${from} at its top, which is no dependency`)
    }
  }
})

// ---- words

/** The files outside cli and network that may use the disk, threads and the clock. */
const owners = ['compute', 'disk', 'lines', 'models', 'modules', 'reader', 'store', 'sweep']
  .map((name) => `results/${name}.ts`)
  .concat('node.ts')
const mayTouchNode = (path: string) => /^(cli|network)\//.test(path) || owners.includes(path)

test('src names no function of Math that engines may compute differently, not even in a comment', () => {
  const exact = [
    'PI',
    'abs',
    'ceil',
    'clz32',
    'floor',
    'fround',
    'imul',
    'max',
    'min',
    'round',
    'sign',
    'sqrt',
    'trunc',
  ]
  for (const [path, text] of sources) {
    // No digest covers a picture.
    if (wingOf(path) === 'plot') continue
    for (const [, name] of text.matchAll(/\bMath\s*\.\s*(\w+)/g))
      assert.ok(exact.includes(name), `src/${path}: Math.${name}`)
    assert.not.match(text, /\bMath\s*\[|[{,]\s*\w+\s*[,}].*=\s*Math\b/, `src/${path}: Math by another way`)
    assert.not.match(text, /(?<!\/)\*\*(?!\/)/, `src/${path}: **`)
    // The names of temporary files are drawn there, so that writers on several machines do not meet, and the passwords of
    // a broker's users, which no run knows. Nothing else is.
    if (path === 'results/disk.ts' || path === 'network/secrets.ts') continue
    assert.not.match(text, /\bcrypto\b|getRandomValues|randomUUID|randomBytes/, `src/${path}: randomness of the host`)
  }
})

test('nothing in src depends on a locale', () => {
  for (const [path, text] of sources) {
    assert.not.match(text, /toLocale|localeCompare|\bIntl\b|normalize\(|Collator/, `src/${path}: locale`)
  }
})

test('only cli, network and the owners of disk and threads use a Node module, the process, a clock or a terminal', () => {
  for (const [path, text] of sources) {
    if (mayTouchNode(path)) continue
    // A type that asks what the runtime has is erased.
    let code = withoutComments(text).replaceAll('typeof globalThis extends', '')
    // What stands in for a missing global has to put itself there.
    if (path === 'kernel/textDecoder.ts') code = code.replaceAll('globalThis', '')
    assert.not.match(code, /['"]node:|\brequire\(/, `src/${path}: a Node module`)
    assert.not.match(code, /\bprocess\s*[.[?]|\b(globalThis|Buffer|__dirname)\b/, `src/${path}: Node's globals`)
    assert.not.match(code, /\bDate\b|\bperformance\b|\bset(Timeout|Interval|Immediate)\b/, `src/${path}: a clock`)
    assert.not.match(code, /\bconsole\b|\bdebugger\b/, `src/${path}: a terminal`)
  }
})

test('no file holds a mark of unfinished work, and every file begins with a header', () => {
  for (const [folder, files] of [['src', sources] as const, ['assembly', assembly] as const]) {
    for (const [path, text] of files) {
      assert.not.match(text, /\b(TODO|FIXME|XXX|HACK)\b/, `${folder}/${path}`)
      const header = /^(#!.*\n)?((\/\/.*\n)+)/.exec(text)
      assert.ok(header, `${folder}/${path} expected a header that says what the file computes`)
    }
  }
})

// ---- assembly

const layers: readonly (readonly string[])[] = [
  ['memory', 'rng', 'trig', 'lanes', 'terms', 'delta', 'softmax'],
  ['product'],
  ['mlp', 'env'],
  ['adam', 'init', 'canonical'],
  ['adamOnline'],
  ['cartpole', 'a2c', 'replay', 'proxy', 'distill'],
  ['envs'],
  ['layout'],
  ['world'],
  ['agent'],
  ['pool'],
  ['index'],
]

test('a file of assembly imports only files of the layers before its own', () => {
  const layerOf = (name: string) => layers.findIndex((names) => names.includes(name))
  for (const [path, text] of assembly) {
    const name = path.replace(/\.ts$/, '')
    // A file that the layers do not list is taken for an environment, which stands in the layer of CartPole.
    const own = layerOf(name) < 0 ? layerOf('cartpole') : layerOf(name)
    for (const { from } of importsOf(text)) {
      assert.match(from, /^\.\/\w+$/, `assembly/${path} imports ${from}, but assembly imports nothing outside itself`)
      const layer = layerOf(from.slice(2)) < 0 ? layerOf('cartpole') : layerOf(from.slice(2))
      assert.ok(layer < own, `assembly/${path} imports ${from}, which is of its own layer or of a later one`)
    }
  }
})

test('assembly uses no function of the host, no relaxed instruction, no mutable global and no allocation', () => {
  for (const [path, text] of assembly) {
    const code = withoutComments(text)
    assert.not.match(code, /\bJSMath\b|\bMath\.|\.random\b|\bDate\b|@external/, `assembly/${path}`)
    assert.not.match(code, /relaxed|\batomic\b/, `assembly/${path}: not fixed-width SIMD`)
    assert.not.match(code, /^(export )?let\b/m, `assembly/${path}: a mutable global is state outside the blocks`)
    assert.not.match(code, /\bnew\b(?! *\()/, `assembly/${path}: an allocation`)
  }
})

const exported = () =>
  [...withoutComments(assembly.get('index.ts')!).matchAll(/export \{([^}]*)\} from '\.\/(\w+)'/g)].flatMap(
    ([, names]) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
  )

function declared(): string[] {
  const face = withoutComments(sources.get('kernel/wasm.ts')!)
  const body = face.slice(
    face.indexOf('export interface Kernel'),
    face.indexOf('\n}\n', face.indexOf('export interface Kernel')),
  )
  return [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name)
}

test('the ABI is one list: index.ts re-exports what the interface Kernel declares and the module exports', () => {
  assert.match(withoutComments(assembly.get('index.ts')!).trim(), /^(export \{[^}]*\} from '\.\/\w+'\s*)+$/)
  const abi = declared().filter((name) => name !== 'text')
  assert.ok(abi.length > 50)
  assert.equal(exported().sort(), abi.slice().sort())
  const module = new WebAssembly.Module(kernelBytes())
  const names = WebAssembly.Module.exports(module).map(({ name }) => name)
  assert.equal(names.filter((name) => !name.startsWith('__') && name !== 'memory').sort(), abi.slice().sort())
})

test('the ABI stands in the same order on both sides', () => {
  const abi = declared().filter((name) => name !== 'text')
  assert.equal(exported(), abi)
})

// ---- places

test('src is at most two folders deep, no name says "utilities", and no file exceeds 300 lines', () => {
  for (const path of sources.keys()) {
    assert.ok(path.split('/').length <= 3, `src/${path} is too deep`)
    assert.not.match(path, /(^|\/)(utils?|common|helpers?|types|misc)(\.ts$|\/)/i, `src/${path}`)
    assert.match(path, /\.ts$/, `src/${path} is not TypeScript`)
  }
  for (const [folder, files] of [['src', sources] as const, ['assembly', assembly] as const]) {
    for (const [path, text] of files) {
      const lines = text.split('\n').length - 1
      assert.ok(lines <= 300, `${folder}/${path} has ${lines} lines: does it hold two ideas?`)
    }
  }
})

test('a file of the wing kernel has the name of the assembly file that it serves on the host', () => {
  const hostOnly = [
    'index',
    'wasm',
    'compile',
    'records',
    'grid',
    'checkpoint',
    'safetensors',
    'platform',
    'textDecoder',
  ].map((name) => `kernel/${name}.ts`)
  for (const path of sources.keys()) {
    if (wingOf(path) !== 'kernel' || hostOnly.includes(path)) continue
    assert.ok(assembly.has(path.slice('kernel/'.length)), `src/${path} has the name of no assembly file`)
  }
})

test('every method has one file and one line in the registry', () => {
  const names = filesBelow('src/methods').filter((path) => !['index.ts', 'method.ts', 'radix.ts'].includes(path))
  const [, registry] = /methods: [^=]*= \{([^}]*)\}/.exec(sources.get('methods/index.ts')!)!
  assert.equal(
    registry
      .split(',')
      .filter((name) => name.trim())
      .map((name) => `${name.trim()}.ts`)
      .sort(),
    names,
  )
})

test('the top level holds only what the house allows', () => {
  const must = ['package.json', 'asconfig.json', 'assembly', 'bin', 'src', 'test']
  const may = [
    'bench',
    'README.md',
    'docs',
    'examples',
    'results',
    'lab',
    'package-lock.json',
    'tsconfig.json',
    'biome.json',
  ]
  const allowed = [...must, ...may, 'CHANGELOG.md', 'CITATION.cff', 'CONTRIBUTING.md', 'LICENSE']
  const ignored = read('.gitignore')
    .split('\n')
    .map((line) => line.replace(/\/$/, ''))
  for (const name of readdirSync(packageRoot)) {
    if (name.startsWith('.')) continue
    assert.ok(allowed.includes(name) || ignored.includes(name), `"${name}" has no place at the top level`)
  }
  for (const name of must) assert.ok(existsSync(join(packageRoot, name)), `"${name}" is missing`)
})

test('the compiler of the kernel has an exact version, and every target has shrinkLevel 0', () => {
  const { devDependencies, dependencies, type, sideEffects } = JSON.parse(read('package.json'))
  const version = devDependencies.assemblyscript
  assert.match(version, /^\d+\.\d+\.\d+$/, 'another compiler may give other bits')
  assert.is(dependencies['@assemblyscript/loader'], version)
  assert.equal([type, sideEffects], ['module', false])
  const { packages } = JSON.parse(read('package-lock.json'))
  assert.is(packages['node_modules/assemblyscript'].version, version)
  const { targets, options } = JSON.parse(read('asconfig.json'))
  assert.ok(Object.keys(targets).includes('release'))
  for (const [name, target] of Object.entries<Record<string, unknown>>(targets)) {
    assert.is(target.shrinkLevel, 0, `target ${name}: shrinkLevel changes the bits of exp and log`)
  }
  assert.is(options.runtime, 'stub')
  assert.not((options.enable as string[]).some((feature) => /relaxed|threads/.test(feature)))
})

test.run()
