// Links between machines that are slow, or cut for a while: the run ends with the digest of one process. Where no machines
// can be made, it says so.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isInstalled } from '../brokers.ts'
import { packageRoot } from '../helpers.ts'
import { type Machines, machines } from './machines.ts'

const main = join(packageRoot, 'dist/src/cli/main.js')
const LIMIT = 100_000
const CONFIG = '--method mixfrd --agents 3 --cap 300 --seed 3 -n 128 --until cap'.split(' ')

const running = new Set<ChildProcess>()
const kill = () => {
  for (const child of running) child.kill('SIGKILL')
}
test.after(kill)

function begin([program, ...words]: readonly string[], hear: (out: string) => void = () => {}): Promise<string> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let out = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      out += text
      hear(out)
    })
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT)
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(`${out}\nexit ${code}`)
    })
  })
}

const frd = (...words: string[]) => [process.execPath, main, ...words]
const digestIn = (out: string) => /digest +([0-9a-f]{64})/.exec(out)?.[1]

/** Runs a federation over three machines. @param meanwhile what happens to their links */
async function federation(kind: 'nats' | 'mqtt', wire: Machines, meanwhile: () => Promise<void>): Promise<void> {
  let isUnderWay = () => {}
  const underWay = new Promise<void>((resolve) => {
    isUnderWay = resolve
  })
  const folder = mkdtempSync(join(tmpdir(), 'frd-links-'))
  try {
    const at = wire.addressOf(0)
    const mosquitto = join(folder, 'mosquitto.conf')
    writeFileSync(mosquitto, `user root\nlistener 1883 ${at}\nallow_anonymous true\n`)
    const broker = kind === 'nats' ? ['nats-server', '-a', at, '-p', '4222'] : ['mosquitto', '-c', mosquitto]
    begin([...wire.enter(0), ...broker])
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const flags = [`--${kind}`, `${kind}://${at}:${kind === 'nats' ? 4222 : 1883}`]
    const sides = [
      begin([...wire.enter(1), ...frd('serve', ...flags, ...CONFIG)], (out) => /^episode/m.test(out) && isUnderWay()),
      ...[0, 1, 2].map((agent) =>
        begin([...wire.enter(agent === 0 ? 1 : 2), ...frd('join', ...flags, '--agent', String(agent))]),
      ),
    ]
    await underWay
    await meanwhile()
    const begun = performance.now()
    const ended = await Promise.all(sides)
    assert.ok(performance.now() - begun > 100, 'the run went on after the link was mended')
    const alone = digestIn(await begin(frd('run', ...CONFIG)))
    for (const out of ended) assert.is(digestIn(out), alone, out)
  } finally {
    kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

for (const kind of ['nats', 'mqtt'] as const) {
  const isHere = kind === 'nats' ? isInstalled('nats-server', '--version') : isInstalled('mosquitto', '-h')
  test(`${kind}: a slow link, and one that is cut for 8 seconds`, async () => {
    if (!isHere) return console.log(`skipped: there is no broker for ${kind} here`)
    const wire = machines()
    if (!wire) return console.log('skipped: three machines, because network namespaces are not allowed here')
    try {
      // 75 ms one way; where the system cannot delay, a link that takes a second for 60 kB is slow too.
      const isSlow = wire.delay(75) || wire.limit(2, 500_000, 4000)
      if (!isSlow) console.log('skipped: slow links, because this system has no tc')
      await federation(kind, wire, async () => {
        wire.cut(2, true)
        await new Promise((resolve) => setTimeout(resolve, 8000))
        wire.cut(2, false)
      })
    } finally {
      wire.remove()
    }
  })
}

test.run()
