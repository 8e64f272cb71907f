// A sweep is killed (kill -9) at random times and resumed until it ends: no finished run is lost or computed again, and
// the merged files have the bytes of the undisturbed sweep. node dist/test/slow/kill.js [KILLS] [SEED] [SECONDS]
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tally } from '../helpers.ts'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
const [kills = 500, seed = 1, seconds = 3600] = process.argv.slice(2).map(Number)
const root = fs.mkdtempSync(join(tmpdir(), 'frd-kill-'))
const flags =
  'sweep --method mixfrd,pd,frl,independent -n 8 -l 1 -E 5 --cap 60 --agents 1,3 --seeds 1..8 --jobs 2 --quiet'

/** A Weyl sequence with a mixing function (splitmix32 of Steele and Vigna): the same seed gives the same times. */
let state = seed
function uniform(): number {
  state = (state + 0x9e3779b9) | 0
  let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32
}

/** Runs the sweep, which ends by itself or by SIGKILL after `delay` ms. @returns the exit code, null when killed */
function sweep(out: string, delay: number): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...flags.split(' '), '--out', out], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), delay)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code)
    })
  })
}

/** The inode and the time of change of each stored file, by name: a file that was written again has others. */
function stored(out: string): Map<string, string> {
  const runs = join(out, 'runs')
  const names = fs.existsSync(runs) ? fs.readdirSync(runs).filter((name) => !name.startsWith('.')) : []
  return new Map(
    names.map((name) => {
      const { ino, mtimeNs } = fs.statSync(join(runs, name), { bigint: true })
      return [name, `${ino} ${mtimeNs}`]
    }),
  )
}

const merged = (out: string) =>
  ['csv', 'jsonl'].map((kind) => fs.readFileSync(join(out, `results.${kind}`), 'utf8')).join('\n')

function fail(trial: number, what: string): never {
  console.error(`FAIL in trial ${trial} of seed ${seed}: ${what}; the folder is ${root}`)
  process.exit(1)
}

const clean = join(root, 'undisturbed')
const begun = performance.now()
if ((await sweep(clean, 600_000)) !== 0) fail(0, 'the undisturbed sweep fails')
const span = performance.now() - begun
const expected = merged(clean)

let killed = 0
let partial = 0
let trial = 0
while (killed < kills && performance.now() - begun < seconds * 1000) {
  const out = join(root, String(++trial))
  for (let round = 0; ; round++) {
    const before = stored(out)
    const code = await sweep(out, round < 6 ? 0.1 * span + uniform() * span * 0.8 : 600_000)
    const after = stored(out)
    for (const [name, stamp] of before) {
      if (after.get(name) !== stamp) fail(trial, `${name} was ${after.has(name) ? 'computed again' : 'lost'}`)
    }
    if (code === 0) break
    if (code !== null) fail(trial, `exit code ${code}`)
    killed++
    if (after.size > 0 && after.size < 64) partial++
  }
  if (merged(out) !== expected) fail(trial, 'the merged files differ from those of the undisturbed sweep')
  // A killed writer's temporary files stay for a day; they must be nothing else.
  const others = fs
    .readdirSync(join(out, 'runs'))
    .filter((name) => !/^([0-9a-f]{64}\.json|\.frd-[0-9a-f]+\.tmp)$/.test(name))
  if (others.length) fail(trial, `left over: ${others.join(', ')}`)
  fs.rmSync(out, { recursive: true })
}
fs.rmSync(root, { recursive: true })
console.log(`${trial} sweeps, ${partial} kills with some runs on disk, seed ${seed}`)
console.log(tally('kills of a sweep, after which nothing is lost or computed again', killed))
