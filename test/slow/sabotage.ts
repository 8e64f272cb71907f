// Whether the tests bite: each sabotage of the list is done to a copy, alone, and the tests that should notice it run
// there. `npm run test:sabotage [-- PART]` runs all, or those whose name or file has this part.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot, tally } from '../helpers.ts'
import { type Sabotage, sabotages } from './sabotages.ts'

const LIMIT = 120_000 // ms for one test file
const copy = fs.mkdtempSync(join(tmpdir(), 'frd-sabotage-'))
const chosen = sabotages.filter(({ name, file }) => `${file} ${name}`.includes(process.argv[2] ?? ''))

for (const entry of fs.readdirSync(packageRoot)) {
  if (['.git', 'node_modules', 'out', 'coverage', 'lab', 'docs'].includes(entry)) continue
  fs.cpSync(join(packageRoot, entry), join(copy, entry), { recursive: true })
}
fs.symlinkSync(join(packageRoot, 'node_modules'), join(copy, 'node_modules'))

const node = (...words: string[]) => spawnSync(process.execPath, words, { cwd: copy, encoding: 'utf8', timeout: LIMIT })

/** Compiles the copy, without a check of types: a sabotage need not be well typed. */
function compile(file: string): void {
  const steps = [
    ...(file.startsWith('assembly/') ? [['assembly/build.mjs']] : []),
    ['node_modules/typescript/bin/tsc', '--noCheck', '--noUnusedLocals', 'false'],
  ]
  for (const words of steps) {
    const { status, stdout, stderr } = node(...words)
    if (status !== 0) throw new Error(`"${file}" expected to compile, got ${stderr || stdout}`)
  }
}

/** The first test that fails, or null. */
const firstToFail = (tests: readonly string[]) =>
  tests.find((name) => node(`dist/test/${name}.test.js`).status !== 0) ?? null

function commit({ file, from, to, name, tests }: Sabotage): string | null {
  const path = join(copy, file)
  const source = fs.readFileSync(path, 'utf8')
  const parts = source.split(from)
  if (parts.length !== 2)
    throw new Error(`"${name}" expected its text once in ${file}, got it ${parts.length - 1} times`)
  fs.writeFileSync(path, parts.join(to))
  try {
    compile(file)
    return firstToFail(tests)
  } finally {
    fs.writeFileSync(path, source)
    compile(file)
  }
}

const tests = [...new Set(chosen.flatMap((one) => one.tests))]
const broken = tests.filter((name) => firstToFail([name]) !== null)
if (broken.length) throw new Error(`"tests" expected to pass without a sabotage, got failures in ${broken.join(', ')}`)
let survivors = 0
for (const sabotage of chosen) {
  const caught = commit(sabotage)
  if (caught === null) survivors++
  console.log(
    `${caught === null ? 'SURVIVES' : 'caught  '}  ${sabotage.file}: ${sabotage.name}${caught ? ` (${caught})` : ''}`,
  )
}
fs.rmSync(copy, { recursive: true })
console.log(tally('sabotages of the code, which a test must notice', chosen.length, survivors))
process.exitCode = survivors ? 1 : 0
