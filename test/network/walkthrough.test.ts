// docs/federation.md, as its reader follows it: the commands of each section are started in its terminals, on one machine
// and then on three, which are network namespaces here. What is not installed, or not allowed, is skipped aloud.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isInstalled, startNats } from '../brokers.ts'
import { packageRoot } from '../helpers.ts'
import { machines } from './machines.ts'

const main = join(packageRoot, 'dist/src/cli/main.js')
const LIMIT = 90_000

interface Block {
  /** a terminal in which it goes on, or empty for one that is run to its end */
  readonly terminal: string
  readonly lines: readonly string[]
}

/** The blocks of commands of each section. */
function sectionsOf(text: string): Map<string, Block[]> {
  const sections = new Map<string, Block[]>()
  for (const section of text.split(/^## /m)) {
    const [title] = section.split('\n')
    const blocks = [...section.matchAll(/^```sh ?(?:terminal )?(\w*)\n([\s\S]*?)^```$/gm)].map(
      ([, terminal, body]): Block => ({ terminal, lines: body.trim().split('\n') }),
    )
    sections.set(title, blocks)
  }
  return sections
}

const sections = sectionsOf(readFileSync(join(packageRoot, 'docs/federation.md'), 'utf8'))
const hasNats = isInstalled('nats-server', '--version')
const hasMosquitto = isInstalled('mosquitto', '-h')

interface Ended {
  readonly code: number | null
  readonly out: string
}

const running = new Set<ChildProcess>()
test.after(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a command of the page. @param wrap words before it, such as those that enter a namespace */
function begin(line: string, cwd: string, wrap: readonly string[] = []): { readonly ended: Promise<Ended> } {
  const [program, ...words] = line.split(/\s+/)
  assert.is(program, 'npx', line)
  assert.is(words.shift(), 'frd')
  const [first, ...rest] = [...wrap, process.execPath, main, ...words]
  const child = spawn(first, rest, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let out = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      out += text
    })
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT)
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code, out })
    })
  })
  return { ended }
}

const digestIn = (out: string) => /digest +([0-9a-f]{64})/.exec(out)?.[1]

/** What the page writes for a command that it starts in a terminal; the port is that of this test's broker. */
const here = (line: string, port: number) => line.replaceAll('127.0.0.1:4222', `127.0.0.1:${port}`)

test('what the page installs are optional peers, and its brokers are those of the tests', () => {
  const [install] = sections.get([...sections.keys()][0]) ?? []
  const { peerDependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  for (const line of install.lines) {
    const [, words = ''] = /^npm install ([^#]*)/.exec(line) ?? []
    assert.ok(words, line)
    for (const name of words.trim().split(' ')) assert.ok(name === 'frd' || name in peerDependencies, name)
  }
})

test('every section that has a server or an agent ends with one digest, in all terminals', async () => {
  if (!hasNats) return console.log('skipped: nats-server is not installed here')
  const broker = await startNats()
  const folder = mkdtempSync(join(tmpdir(), 'frd-walk-'))
  const first = sections.get('On one machine') ?? []
  const linesOf = (blocks: readonly Block[], terminal: string) =>
    blocks.filter((block) => block.terminal === terminal).flatMap(({ lines }) => lines)
  const agents = linesOf(first, 'agent')
  assert.is(agents.length, 3)
  let runs = 0
  let plain = 0
  try {
    for (const [title, blocks] of sections) {
      const servers = linesOf(blocks, 'server')
      const own = linesOf(blocks, 'agent')
      const others = linesOf(blocks, '').filter((line) => line.startsWith('npx frd '))
      // An agent of a section takes the place of that of the first one with its number.
      const numberOf = (line: string) => /--agent (\d+)/.exec(line)?.[1]
      const joining = agents.map((line) => own.find((one) => numberOf(one) === numberOf(line)) ?? line)
      const during = others.filter((line) => / (status|doctor) /.test(line))
      if (servers.length || own.length) {
        const server = begin(here(servers[0] ?? linesOf(first, 'server')[0], broker.port), folder)
        for (const line of during) {
          const { code, out } = await begin(here(line, broker.port), folder).ended
          assert.is(code, 0, `${line}\n${out}`)
          plain++
        }
        const sides = [server, ...joining.map((line) => begin(here(line, broker.port), folder))]
        const ended = await Promise.all(sides.map((side) => side.ended))
        for (const { code, out } of ended) assert.is(code, 0, `${title}\n${out}`)
        const digests = new Set(ended.map(({ out }) => digestIn(out)))
        assert.is(digests.size, 1, title)
        for (const line of others.filter((line) => line.startsWith('npx frd run '))) {
          const alone = await begin(line, folder).ended
          assert.ok(digests.has(digestIn(alone.out)), `${line}\n${alone.out}`)
          plain++
        }
        runs++
      }
      for (const line of others.filter((line) => !during.includes(line) && !line.startsWith('npx frd run '))) {
        const { code, out } = await begin(line, folder).ended
        assert.is(code, 0, `${line}\n${out}`)
        plain++
      }
    }
    assert.is(runs, 4)
    assert.ok(plain >= 6, `${plain}`)
  } finally {
    await broker.kill()
    rmSync(folder, { recursive: true, force: true })
  }
})

// ---- three machines

for (const kind of ['nats', 'mqtt'] as const) {
  test(`beyond one machine: ${kind} with TLS, and a password for each agent`, async () => {
    if (kind === 'nats' ? !hasNats : !hasMosquitto) return console.log(`skipped: there is no broker for ${kind} here`)
    const wire = machines()
    if (!wire) return console.log('skipped: three machines, because network namespaces are not allowed here')
    const folder = mkdtempSync(join(tmpdir(), 'frd-machines-'))
    try {
      const line = (sections.get('Beyond one machine') ?? [])
        .flatMap(({ lines }) => lines)
        .find((one) => one.includes('--host'))
      const init = await begin((line ?? '').replace('broker.example', '10.77.0.1'), folder).ended
      assert.is(init.code, 0, init.out)
      // The instructions that the command prints are followed to the letter.
      const lines = init.out.split('\n').map((one) => one.trim())
      const serve = lines.find((one) => one.startsWith('frd serve')) ?? ''
      const joins = lines.find((one) => one.startsWith('frd join')) ?? ''
      const config = lines.find((one) => one.startsWith(kind === 'nats' ? 'nats-server' : 'mosquitto')) ?? ''
      // What the first line on the server says of the other broker.
      const over = /over mosquitto (--mqtt \S+)/.exec(init.out)?.[1] ?? ''
      const through = (line: string) => (kind === 'nats' ? line : line.replace(/--nats \S+/, over))
      assert.ok(readdirSync(join(folder, 'broker-beyond')).length > 5)
      const [program, ...words] = [...wire.enter(0), ...config.split(' ')]
      const broker = spawn(program, words, { cwd: folder, stdio: 'ignore' })
      running.add(broker)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      const run = '--method mixfrd --cap 100 --seed 3'
      const sides = [
        begin(`npx ${through(serve)} ${run}`, folder, wire.enter(1)),
        ...[0, 1, 2].map((agent) => {
          const own = through(joins).replaceAll('agent-0', `agent-${agent}`).replace('--agent 0', `--agent ${agent}`)
          return begin(`npx ${own}`, folder, wire.enter(agent === 0 ? 1 : 2))
        }),
      ]
      const ended = await Promise.all(sides.map((side) => side.ended))
      for (const { code, out } of ended) assert.is(code, 0, out)
      const alone = await begin(`npx frd run ${run} --agents 3`, folder).ended
      assert.equal([...new Set(ended.map(({ out }) => digestIn(out)))], [digestIn(alone.out)])
      broker.kill('SIGKILL')
    } finally {
      wire.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

test.run()
