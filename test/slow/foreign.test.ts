// Files that anyone may have written: one that unfolds or holds far more than it should is refused in little memory, what
// contradicts itself is found when it is read, and no message gives a terminal what it would obey.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../../src/config/config.ts'
import { expected, printable } from '../../src/config/errors.ts'
import { encodeArchive, MAX_ARCHIVE } from '../../src/results/archive.ts'
import { toMeasuresCsv } from '../../src/results/measures.ts'
import { checkStorable, decodeResult, encodeResult, MAX_TEXT, ResultError } from '../../src/results/result.ts'
import { readArchive } from '../../src/results/store.ts'
import { summarise } from '../../src/results/summary.ts'
import type { RunResult } from '../../src/run/record.ts'
import { runToEnd } from '../../src/run/run.ts'
import { checkConfig, kernelHash } from '../../src/run/setup.ts'
import { main } from '../commandLine.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-foreign-'))
test.after(() => fs.rmSync(root, { recursive: true }))
let folders = 0

/** A new folder with these files. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, String(++folders))
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(join(folder, name, '..'), { recursive: true })
    fs.writeFileSync(join(folder, name), content)
  }
  return folder
}

/** Runs the program with a heap of 256 MB. A program that runs out of memory or time has no exit code. */
function frd(...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const args = ['--max-old-space-size=256', main, ...words]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000, cwd: root })
  return { code: status, stdout, stderr }
}

const small = { width: 5, depth: 1, cap: 30, period: 10 } as const
const result = runToEnd({ ...small, method: 'frd', agents: 2 })
const line = encodeResult(result)

// ---- bombs

/** A file of so many bytes that takes no place on the disk: all of them are 0. */
function sparse(folder: string, name: string, head: string, bytes: number): void {
  fs.mkdirSync(join(folder, name, '..'), { recursive: true })
  fs.writeFileSync(join(folder, name), head)
  fs.truncateSync(join(folder, name), bytes)
}

test('a file that is far longer, or unfolds to far more, than any of ours is refused in little memory', () => {
  const runs = encodeArchive({ runs: [summarise(result)], kernelHashes: [kernelHash()] })
  const [first, head] = runs.split('\n')
  const gz = (text: string, byte: number, bytes: number) =>
    folderOf({ 'runs.csv.gz': gzipSync(Buffer.concat([Buffer.from(text), Buffer.alloc(bytes, byte)])) })
  const bombs = [
    gz('', 10, MAX_ARCHIVE + 1),
    gz('', 10, MAX_ARCHIVE),
    gz('', 0, MAX_ARCHIVE),
    gz(`${first}\n${head}\n`, 10, MAX_ARCHIVE / 2),
    gz(`${first.replace(/1$/, '999999999')}\n${head}\n`, 10, MAX_ARCHIVE / 2),
    gz(`${first}\n`, 65, MAX_ARCHIVE / 2),
    folderOf({ 'lines.jsonl': Buffer.alloc(100_000_000, 10) }),
    folderOf({ 'runs.csv.gz': gzipSync(runs), 'overlap.csv': Buffer.alloc(60_000_000, 10) }),
    folderOf({ 'runs.csv.gz': gzipSync(runs), 'overlap.csv': `seed,panel,series,x,value\n${'\n'.repeat(60_000_000)}` }),
  ]
  // It is refused before more than the limit is unfolded, whatever it holds.
  assert.throws(() => readArchive(bombs[0]), new RegExp(`larger than ${MAX_ARCHIVE} bytes`))
  const long = ['a.jsonl', `runs/${'a'.repeat(64)}.json`].flatMap((name) =>
    ['', line].map((text) => {
      const folder = folderOf({})
      sparse(folder, name, text, 3e9)
      return folder
    }),
  )
  for (const [i, folder] of [...bombs, ...long].entries()) {
    for (const command of i % 4 ? ['verify'] : ['verify', 'claims']) {
      const { code, stderr } = frd(command, folder)
      const what = `${command} ${fs.readdirSync(folder)}: ${stderr.slice(0, 300)}`
      assert.is(code, 2, what)
      assert.match(stderr, /^frd: [^\n]{1,600}expected [^\n]{1,600}\n$/, what)
    }
  }
})

test('a long file of many results is read line by line, and the messages name the line', () => {
  const many = folderOf({ 'many.jsonl': `${line}\n`.repeat(3) + line.replace('"episodes":', '"episodes": ') })
  const { code, stderr } = frd('verify', join(many, 'many.jsonl'))
  assert.is(code, 2)
  assert.match(stderr, /many\.jsonl: expected a line feed at its end/)
  fs.appendFileSync(join(many, 'many.jsonl'), '\n')
  assert.match(frd('verify', join(many, 'many.jsonl')).stderr, /many\.jsonl:4: expected sha256/)
})

test('a result whose lines git has ended with CR LF is refused with what to do', () => {
  assert.throws(() => decodeResult(`${line}\r`, 'x'), /expected a sha256 at its end.*CR LF.*\.gitattributes/)
})

// ---- what a terminal obeys

const ESCAPES = '\u001b]0;title\u0007\u001b[2J\u009b31m\u202e\u2028\u007f'

/** What a terminal would obey: every control character but the line feed that ends a line, and marks of direction. */
const OBEYED = /[^\P{Cc}\n]|\p{Cf}|\p{Zl}|\p{Zp}/u

test('no message quotes a control character, wherever it comes from', () => {
  for (const message of [
    expected(ESCAPES, 'x', 1),
    expected('x', ESCAPES, 1),
    expected('x', 'y', ESCAPES),
    expected('x', 'y', { [ESCAPES]: ESCAPES }),
    expected('x', 'y', 1, ESCAPES),
    new ResultError(`${ESCAPES}: x`).message,
  ]) {
    assert.not.match(message, OBEYED)
    assert.match(message, /\\u001b/)
  }
  assert.is(printable('Größe 中文 "a\\n" 😀'), 'Größe 中文 "a\\n" 😀')
  assert.ok(expected('x'.repeat(1e6), 'y', { z: 'z'.repeat(1e6) }, 'w'.repeat(1e6)).length < 5000, 'long texts are cut')
})

test('the program prints no control character of a file, its name, its keys or a flag', () => {
  const name = `a${ESCAPES.replaceAll('\u2028', '')}`
  const sealed = (body: string) => `${body},"sha256":"${createHash('sha256').update(body).digest('hex')}"}\n`
  const body = line.slice(0, -77)
  const csv = toMeasuresCsv([{ seed: 1, panel: '', series: ESCAPES, x: 1, value: 1 }])
  const archive = gzipSync(encodeArchive({ runs: [summarise(result)], kernelHashes: [kernelHash()] }))
  const folders = [
    folderOf({ 'a.jsonl': `${ESCAPES}\n` }),
    folderOf({ 'a.jsonl': `{"schema":"${ESCAPES}",\n` }),
    folderOf({ [`${name}.jsonl`]: 'x\n' }),
    folderOf({
      'a.jsonl': sealed(body.replace('"config":{', `"config":{"${ESCAPES.replace(/[^\u0080-\uffff]/g, '')}":1,`)),
    }),
    folderOf({ 'a.jsonl': sealed(body.replace('"method":"frd"', `"method":"${ESCAPES.slice(-4)}"`)) }),
    folderOf({ [`runs/${name}.json`]: 'x\n' }),
    folderOf({ 'runs.csv.gz': gzipSync(`${ESCAPES}\n`) }),
    folderOf({ 'runs.csv.gz': archive, 'overlap.csv': csv }),
  ]
  const words = [
    ...folders.map((folder) => ['verify', folder]),
    ['claims', folders[3]],
    ['report', folders[5], '--out', join(root, 'report')],
    ['verify', join(root, name)],
    ['run', `--${ESCAPES}`],
    ['run', '--method', ESCAPES],
    ['run', '--', ESCAPES],
    [ESCAPES],
    ['report', join(root, name)],
  ]
  for (const [i, each] of words.entries()) {
    const { code, stdout, stderr } = frd(...each)
    assert.is(code, 2, `${i}: ${printable(stderr)}`)
    assert.not.match(stdout + stderr, OBEYED, `${i}: ${printable(stdout + stderr)}`)
  }
})

// ---- contradictions

const failing = { agent: -1, episode: 30, step: 0, message: 'x' }
const exchange = (k: number, change: Partial<RunResult['exchanges'][number]>) => ({
  exchanges: result.exchanges.map((one, i) => (i === k ? { ...one, ...change } : one)),
})
const plusOne = (list: readonly number[]) => list.map((one) => one + 1)
const first = (list: readonly number[], score: number) => [score, ...list.slice(1)]

test('fields of a result that contradict one another are found when it is read', () => {
  assert.equal(decodeResult(line, 'x'), result)
  assert.is(result.exchanges.length, 2)
  const { scores, envSteps } = result
  const contradictions: readonly (readonly [string, Partial<RunResult>])[] = [
    ['envSteps', { envSteps: envSteps + 1 }],
    ['scores', { scores: scores.map((list) => list.slice(1)) }],
    ['scores', { scores: [first(scores[0], 0), scores[1]], envSteps: envSteps - scores[0][0] }],
    ['scores', { scores: [first(scores[0], 501), scores[1]], envSteps: envSteps - scores[0][0] + 501 }],
    ['completion', { completion: 20 }],
    ['completions', { completion: 20, completions: [20, null] }],
    ['completions', { scores: scores.map((list) => list.map(() => 500)), envSteps: 30_000 }],
    ['meanCompletion', { meanCompletion: 30 }],
    ['episodes', { episodes: 29, scores: scores.map((list) => list.slice(0, 29)), envSteps: sum(scores, 29) }],
    ['scores', { episodes: 29 }],
    ['exchanges', { exchanges: [] }],
    ['exchanges', { exchanges: result.exchanges.slice(1) }],
    ['exchanges', { exchanges: [...result.exchanges, { ...result.exchanges[1], episode: 30 }] }],
    ['exchanges', exchange(1, { episode: 19 })],
    ['exchanges', exchange(0, { uplinkBytes: plusOne(result.exchanges[0].uplinkBytes) })],
    ['exchanges', exchange(0, { downlinkWireBytes: plusOne(result.exchanges[0].downlinkWireBytes) })],
    ['failure', { failure: { ...failing, episode: 29 } }],
    ['failure', { failure: { ...failing, step: 3 } }],
    ['failure', { failure: { ...failing, agent: 0 } }],
  ]
  for (const [name, change] of contradictions) {
    const other = encodeResult({ ...result, ...change })
    assert.throws(
      () => decodeResult(other, 'x'),
      (error: unknown) => error instanceof ResultError && error.message.includes(`"${name}`),
      `${name}: ${JSON.stringify(change).slice(0, 100)}`,
    )
  }
  assert.ok(decodeResult(encodeResult({ ...result, failure: failing }), 'x'))
})

const sum = (scores: RunResult['scores'], count: number) =>
  scores.reduce((total, list) => total + list.slice(0, count).reduce((part, one) => part + one, 0), 0)

test('a result of any method, environment and end contradicts nothing', () => {
  const configs: readonly Partial<Config>[] = [
    ...['frd', 'mixfrd', 'pd', 'frl', 'independent', 'own', 'uniform', 'fedhpd', 'central'].map((method) => ({
      method,
    })),
    { method: 'frd', until: 'cap', cap: 20 },
    { method: 'frl', until: 'last', period: 1 },
    { method: 'frd', env: 'Acrobot-v1', cap: 4, period: 2 },
    { method: 'pd', preset: 'tuned', cap: 31 },
    // The weights of this one grow beyond all numbers.
    { method: 'frd', valueRate: 10, rewardScale: 1e6, critic: { width: 128, depth: 8 }, cap: 40 },
  ]
  let failed = 0
  for (const given of configs) {
    const played = runToEnd({ ...small, agents: 2, ...given })
    if (played.failure) failed++
    assert.equal(decodeResult(encodeResult(played), JSON.stringify(given)), played)
  }
  assert.is(failed, 1)
})

test('a run in which agents complete the mission contradicts nothing, however it ends', () => {
  for (const until of ['first', 'last'] as const) {
    const easy = runToEnd({ preset: 'tuned', method: 'frd', agents: 2, until })
    assert.ok(easy.completion !== null, until)
    assert.equal(decodeResult(encodeResult(easy), until), easy)
  }
})

// ---- what no store takes

test('a run that no store takes is refused before its first step, by every way into one', () => {
  assert.throws(() => checkConfig({ agents: 100, cap: 700_000, until: 'cap' }), /"cap" expected at most 671088 for 100/)
  checkConfig({ agents: 100, cap: 671_088, until: 'cap' })
  const long = checkConfig({ agents: 100, cap: 1_000_000 })
  assert.throws(() => checkStorable(long), new RegExp(`"cap" expected a lower one .*at most ${MAX_TEXT} can be stored`))
  checkStorable(checkConfig({ agents: 1024, cap: 20_000 }))
  const big = ['--agents', '100', '--cap', '1000000']
  for (const words of [
    ['run', ...big, '--out', join(root, 'out')],
    ['run', ...big, '--json'],
    ['sweep', ...big, '--out', join(root, 'out')],
    ['reproduce', 'fig4', '--quick', ...big, '--out', join(root, 'out')],
  ]) {
    const { code, stderr } = frd(...words)
    assert.is(code, 2, stderr)
    assert.match(stderr, /^frd: "cap" expected a lower one for 100 agents/)
  }
  assert.not.ok(fs.existsSync(join(root, 'out')))
})

test('the line of a run is never longer than what is expected of it', () => {
  // A longest line that is too short would let a run start that cannot be stored.
  const played = runToEnd({ ...small, method: 'frd', agents: 2, period: 1, until: 'cap' })
  const { agents, cap } = played.config
  const perEpisode = (encodeResult(played).length - 3000) / cap
  assert.ok(perEpisode < agents * 4 + 4 * agents * 10 + 256, String(perEpisode))
})

// ---- another kernel

test('verify names the kernels where another one made a result, and where a run of it differs', () => {
  const own = kernelHash().slice(0, 12)
  const other = 'ab'.repeat(32)
  const kept = folderOf({ 'a.jsonl': `${encodeResult({ ...result, kernelHash: other })}\n` })
  const same = frd('verify', kept)
  assert.is(same.code, 0, same.stderr)
  assert.match(same.stderr, new RegExp(`made by the kernel abababababab; this one is ${own}`))
  const wrong = { ...result, kernelHash: other, digest: other }
  const differs = frd('verify', '--quiet', folderOf({ 'a.jsonl': `${encodeResult(wrong)}\n` }))
  assert.is(differs.code, 3)
  assert.match(differs.stdout, new RegExp(`DIFFERS .*made by the kernel abababababab, this one is ${own}`))
  const mine = frd('verify', folderOf({ 'a.jsonl': `${line}\n` }))
  assert.not.match(mine.stderr + mine.stdout, /kernel/)
})

test.run()
