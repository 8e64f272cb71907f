// npm run dev: waits until a source changes, builds, and runs the tests that import what the build changed. The house
// test and the test of docstrings run every time, because they read files instead of importing them.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageRoot } from './helpers.ts'

const FOLDERS = ['assembly', 'src', 'test', 'bench']
const READERS = ['house', 'docs']
/** Milliseconds to wait after a change, because editors write a file in several steps. */
const PAUSE = 100

/** The text of each compiled file, by path. */
function compiled(): Map<string, string> {
  const names = readdirSync(join(packageRoot, 'dist'), { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name.endsWith('.js')).map((name) => join(packageRoot, 'dist', name))
  return new Map(files.map((path) => [path, readFileSync(path, 'utf8')]))
}

/** The tests that reach a changed file by imports, as names without their folder and ending. */
function testsOf(files: ReadonlyMap<string, string>, isChanged: (path: string) => boolean): string[] {
  const reaches = (path: string, seen: Set<string>): boolean => {
    if (seen.has(path)) return false
    seen.add(path)
    if (isChanged(path)) return true
    const imports = (files.get(path) ?? '').matchAll(/\b(?:from|import)\b\s*\(?\s*'(\.[^']+)'/g)
    return [...imports].some(([, from]) => reaches(join(dirname(path), from), seen))
  }
  return [...files.keys()]
    .filter((path) => dirname(path) === join(packageRoot, 'dist', 'test') && path.endsWith('.test.js'))
    .filter((path) => READERS.some((name) => path.endsWith(`${name}.test.js`)) || reaches(path, new Set()))
    .map((path) => path.slice(dirname(path).length + 1, -'.test.js'.length))
}

const start = (command: string, ...args: string[]) =>
  spawnSync(command, args, { cwd: packageRoot, stdio: 'inherit' }).status === 0

let before = compiled()
let waiting: NodeJS.Timeout | undefined

function change(): void {
  if (!start(process.execPath, 'assembly/build.mjs') || !start(process.execPath, 'node_modules/typescript/bin/tsc'))
    return
  const after = compiled()
  const names = testsOf(after, (path) => before.get(path) !== after.get(path))
  before = after
  console.log(`testing ${names.join(', ')}`)
  start(process.execPath, 'node_modules/uvu/bin.js', 'dist/test', `[/\\\\](${names.join('|')})\\.test\\.js$`)
}

for (const folder of FOLDERS) {
  watch(join(packageRoot, folder), { recursive: true }, (_, name) => {
    if (name?.endsWith('binary.ts') || name?.endsWith('builtin.ts')) return // which the build writes
    clearTimeout(waiting)
    waiting = setTimeout(change, PAUSE)
  })
}
console.log(`waiting for changes in ${FOLDERS.join(', ')}: Ctrl-C ends it`)
