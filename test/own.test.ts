// Environments and methods of one's own in the commands that read stored runs: verify replays what it can and names the
// rest; reproduce and report draw a method of one's own beside those of a figure.
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from './helpers.ts'
import { frd } from './quiet.ts'

const scratch = () => mkdtempSync(join(tmpdir(), 'frd-own-'))
const words = (line: string) => line.split(' ')
const door = pathToFileURL(join(packageRoot, 'dist/src/index.js')).href

/** Writes a file with an environment that is named so. */
function writeEnvironment(dir: string, name: string): string {
  const path = join(dir, `${name}.mjs`)
  writeFileSync(
    path,
    `export default {
  name: '${name}', observations: 1, actions: 2, limit: 5, bounds: [[0, 1]], score: 'return', mission: { threshold: 1e6 },
  create: (stream) => ({
    reset: () => [stream.uniform()],
    step: (action) => ({ observation: [stream.uniform()], reward: action, terminated: false, truncated: false }),
  }),
}
`,
  )
  return path
}

/** Writes a file with a method that does what one of the registry does. */
function writeMethod(dir: string, name: string, like: string): string {
  const path = join(dir, `${name}.mjs`)
  writeFileSync(
    path,
    `import { methods } from '${door}'
export default { ...methods.${like}, name: '${name}', doc: '${like} by another name' }
`,
  )
  return path
}

// ---- verify

test('verify replays what it can, names and counts what it cannot, and never says success of nothing', async () => {
  const dir = scratch()
  const out = join(dir, 'out')
  const env = writeEnvironment(dir, 'Mine')
  const method = writeMethod(dir, 'mine', 'frd')
  const small = [...words('--agents 2 -S 4 -E 2 --cap 5 -n 4 -l 1 --jobs 1 --quiet'), '--out', out]
  const sweep = async (...more: string[]) => assert.is((await frd('sweep', ...small, ...more)).code, 0)
  await sweep('--env', env, '--seeds', '1..3')
  appendFileSync(env, '// another state\n')
  await sweep('--env', env, '--seeds', '1,2')

  const verify = async (...more: string[]) => {
    const { code, out: text, err } = await frd('verify', out, '--jobs', '1', '--quiet', ...more)
    const count = (kind: string) => text.split('\n').filter((line) => line.startsWith(`${kind} `)).length
    return { code, ok: count('ok'), skipped: count('skipped'), text, err }
  }
  const edited = await verify('--env', env)
  assert.equal([edited.code, edited.ok, edited.skipped], [0, 2, 3])
  assert.is(edited.err, '3 skipped, 2 computed again\n')
  assert.match(
    edited.text,
    /^skipped {2}\w{64} {2}environment Mine, version \w{12}, is another one: --env gives version \w{12}$/m,
  )
  appendFileSync(env, '// a third state\n')
  const none = await verify('--env', env)
  assert.equal([none.code, none.ok, none.skipped], [1, 0, 5], 'nothing could be verified')

  await sweep('--seeds', '1')
  await sweep('--method', method, '--seeds', '1')
  const blind = await verify()
  assert.equal([blind.code, blind.ok, blind.skipped], [1, 1, 6])
  assert.match(
    blind.text,
    /^skipped {2}\w{64} {2}method mine, version \w{12}, was not given: give its file with --method$/m,
  )
  const half = await verify('--env', env)
  assert.equal([half.code, half.ok, half.skipped], [1, 1, 6], 'the method was not given')
  const known = await verify('--method', method)
  assert.equal([known.code, known.ok, known.skipped], [1, 2, 5], 'the environment was not given')
  const both = await verify('--env', env, '--method', method)
  assert.equal([both.code, both.ok, both.skipped], [0, 2, 5])
  // A sample is drawn from what can be computed again.
  const sample = await verify('--env', env, '--method', method, '--sample', '1', '--sample-seed', '3', '--json')
  const { runs, differing, results, skipped, digest } = JSON.parse(sample.text)
  assert.equal([sample.code, runs, differing, results.length, skipped.length], [0, 1, 0, 1, 5])
  assert.is(digest, results[0].digest)
  assert.equal(Object.keys(skipped[0]), ['key', 'digest', 'why'])
  const nothing = await frd('verify', out, '--env', env, '--jobs', '2', '--quiet', '--json', '--method', method)
  assert.is(JSON.parse(nothing.out).runs, 2, 'in threads too')

  // The archive of the same runs is divided in the same way.
  const packed = join(dir, 'packed')
  assert.is((await frd('archive', out, '--out', packed, '--quiet')).code, 0)
  const lines = await frd('verify', packed, '--env', env, '--method', method, '--jobs', '1', '--quiet')
  assert.equal([lines.code, lines.out.match(/^ok /gm)?.length, lines.out.match(/^skipped /gm)?.length], [0, 2, 5])

  for (const [flag, kind] of [
    ['--env', 'an environment'],
    ['--method', 'a method'],
  ]) {
    const named = await frd('verify', out, flag, 'frd')
    assert.is(named.code, 2)
    assert.match(named.err, new RegExp(`"${flag.slice(2)}" expected a \\.js file with ${kind} of your own, got "frd"`))
  }
})

test.run()
