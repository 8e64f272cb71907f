// `npm run test:runtimes [-- NAME ...]` packs the package, installs the tarball into a scratch project and runs one
// suite there in every runtime, or in those named. It prints a matrix and each difference. It exits with 1 on a
// difference or a failure, or where nothing ran. `-- --write` makes the report of this Node the golden one,
// test/vectors/runtimes.json.

import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../helpers.ts'
import { compare, matrix, type Outcome } from './compare.ts'
import { output, runtimes } from './launch.ts'
import type { Report } from './suite.ts'

const goldenPath = join(packageRoot, 'test', 'vectors', 'runtimes.json')

/** The scripts beside the suite: one makes the report, and one for each kind of runtime gives it out. */
const scripts = {
  'report.js': `import * as frd from 'frd'
import * as federation from 'frd/federation'
import * as kernel from 'frd/kernel'
import { checkpoints } from './checkpoints.js'
import { suite } from './suite.js'
export const reportOf = async (module) => JSON.stringify(await suite(frd, kernel, federation, module, checkpoints))
`,
  'main.js': `import { kernelBytes } from 'frd/kernel'
import { reportOf } from './report.js'
console.log(await reportOf(new WebAssembly.Module(kernelBytes())))
`,
  'page.js': `import bytes from 'frd/kernel.wasm'
import { reportOf } from './report.js'
export const report = () => reportOf(new WebAssembly.Module(bytes))
`,
  'worker.js': `import module from './kernel.wasm'
import { reportOf } from './report.js'
export default { fetch: async () => new Response(await reportOf(module)) }
`,
}

/** Makes a scratch project with the installed package, the suite and the scripts; returns its folder. */
function makeProject(): string {
  const scratch = fs.mkdtempSync(join(tmpdir(), 'frd-runtimes-'))
  const [{ filename }] = JSON.parse(
    output('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch], packageRoot),
  )
  fs.writeFileSync(join(scratch, 'package.json'), '{ "private": true, "type": "module" }')
  output('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', `./${filename}`], scratch)
  for (const name of ['src', 'assembly']) {
    fs.rmSync(join(scratch, 'node_modules', 'frd', name), { recursive: true, force: true })
  }
  for (const [name, text] of Object.entries(scripts)) fs.writeFileSync(join(scratch, name), text)
  fs.copyFileSync(fileURLToPath(new URL('suite.js', import.meta.url)), join(scratch, 'suite.js'))
  return scratch
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Runs the suite in one runtime, where it resumes the agents that the previous runtime saved. */
async function runIn(runtime: string, scratch: string, last: Report | undefined): Promise<Outcome> {
  fs.writeFileSync(join(scratch, 'checkpoints.js'), `export const checkpoints = ${JSON.stringify(last?.checkpoints)}\n`)
  let started: Awaited<ReturnType<(typeof runtimes)[string]>>
  try {
    started = await runtimes[runtime]()
  } catch (error) {
    return { runtime, version: '', state: 'not run', why: messageOf(error) }
  }
  const { version, report, stop } = started
  try {
    return { runtime, version, state: 'ran', report: JSON.parse(await report(scratch)) }
  } catch (error) {
    return { runtime, version, state: 'FAILED', why: messageOf(error) }
  } finally {
    await stop?.()
  }
}

async function runAll(names: readonly string[]): Promise<Outcome[]> {
  const scratch = makeProject()
  const outcomes: Outcome[] = []
  let last: Report | undefined
  try {
    for (const name of names) {
      const outcome = await runIn(name, scratch, last)
      if (outcome.state === 'ran') last = outcome.report
      process.stderr.write(`${name} ${outcome.version}: ${outcome.state}\n`)
      outcomes.push(outcome)
    }
  } finally {
    fs.rmSync(scratch, { recursive: true })
  }
  return outcomes
}

/** Prints the outcomes; returns how many runtimes differ or failed, or 1 where none ran. */
function tell(outcomes: readonly Outcome[], golden: Report): number {
  console.log(`\n${matrix(golden, outcomes)}`)
  let failed = 0
  for (const outcome of outcomes) {
    if (outcome.state === 'ran') {
      const differences = compare(golden, outcome.report)
      if (differences.length) failed++
      for (const { part, text } of differences) console.log(`${outcome.runtime}: ${part}: ${text}`)
    } else {
      if (outcome.state === 'FAILED') failed++
      console.log(`${outcome.runtime}: ${outcome.state}: ${outcome.why}`)
    }
  }
  const skipped = outcomes.filter(({ state }) => state === 'not run').length
  console.log(`runtimes: ${outcomes.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`)
  return skipped === outcomes.length ? 1 : failed
}

const given = process.argv.slice(2)
const unknown = given.filter((name) => name !== '--write' && !Object.hasOwn(runtimes, name))
if (unknown.length) {
  console.error(`"runtime" expected --write or one of ${Object.keys(runtimes).join(', ')}, got ${unknown.join(', ')}`)
  process.exitCode = 2
} else if (given.includes('--write')) {
  const [outcome] = await runAll([`node${process.versions.node.split('.')[0]}`])
  if (outcome.state !== 'ran') throw new Error(outcome.why)
  fs.writeFileSync(goldenPath, `${JSON.stringify(outcome.report, null, 1)}\n`)
} else {
  const golden: Report = JSON.parse(fs.readFileSync(goldenPath, 'utf8'))
  process.exitCode = tell(await runAll(given.length ? given : Object.keys(runtimes)), golden) ? 1 : 0
}
