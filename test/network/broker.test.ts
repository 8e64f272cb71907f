// Federations over real brokers: the digest of one process, whatever becomes of the broker; and what is refused is told. The
// brokers of this machine are started on free ports of the loopback; parts whose broker is not installed are named and left out.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runCommandLine } from '../../src/cli/frd.ts'
import type { Config } from '../../src/config/config.ts'
import { topicsOf } from '../../src/federation/bus.ts'
import { packGreeting } from '../../src/federation/greetings.ts'
import { longestMessage } from '../../src/federation/sizes.ts'
import { endingTogether } from '../../src/federation/timers.ts'
import { instantiate } from '../../src/kernel/wasm.ts'
import { methods } from '../../src/methods/index.ts'
import type { Broker, BrokerAddress } from '../../src/network/broker.ts'
import { agentUser, natsConfiguration, SERVER_USER, usersOf } from '../../src/network/configurations.ts'
import { connectBroker } from '../../src/network/connect.ts'
import { hasKnownHoles } from '../../src/network/holes.ts'
import { passwordFile, writeInitial } from '../../src/network/initial.ts'
import { nodeTimer } from '../../src/network/timers.ts'
import { runToEnd } from '../../src/run/run.ts'
import { setUp } from '../../src/run/setup.ts'
import {
  freePort,
  isInstalled,
  joinOnBus,
  newFolder,
  type Started,
  serveOnBus,
  start,
  startMosquitto,
  startNats,
} from '../brokers.ts'
import { stream } from '../carriers.ts'

const LIMIT = 120_000 // ms for one test
const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
const small = { agents: 3, width: 8, depth: 1, cap: 17, period: 5, seed: 4 } as const
const NAMES = Object.keys(methods).filter((name) => !methods[name].isPooled)

/** Ends a test that hangs, by name. */
function limited(name: string, body: () => Promise<void>): void {
  test(name, async () => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${LIMIT / 1000} s`)), LIMIT)
    })
    try {
      await Promise.race([body(), late])
    } finally {
      clearTimeout(timer)
    }
  })
}

/** A test that needs the program of a broker. */
function withBroker(program: 'nats-server' | 'mosquitto', name: string, body: () => Promise<void>): void {
  if (isInstalled(program, '-h')) limited(name, body)
  else console.log(`skipped, because ${program} is not installed: ${name}`)
}

const KINDS = {
  NATS: { kind: 'nats', scheme: 'nats', mqttVersion: 5, start: startNats },
  'MQTT 5': { kind: 'mqtt', scheme: 'mqtt', mqttVersion: 5, start: startMosquitto },
  'MQTT 3.1.1': { kind: 'mqtt', scheme: 'mqtt', mqttVersion: 4, start: startMosquitto },
} as const
type Kind = keyof typeof KINDS
const programOf = (kind: Kind) => (kind === 'NATS' ? 'nats-server' : 'mosquitto')

function addressOf(kind: Kind, port: number, more: Partial<BrokerAddress> = {}): BrokerAddress {
  const { scheme, ...rest } = KINDS[kind]
  return { url: new URL(`${scheme}://127.0.0.1:${port}`), kind: rest.kind, mqttVersion: rest.mqttVersion, ...more }
}

const never = new AbortController().signal
const connected = (address: BrokerAddress, news: string[] = []) =>
  connectBroker(address, { signal: never, onNews: (one) => news.push(one) })

/** Does something with connections, and ends them. */
async function withConnections<T>(
  addresses: readonly BrokerAddress[],
  act: (brokers: readonly Broker[]) => Promise<T>,
  news: string[] = [],
): Promise<T> {
  const brokers = await Promise.all(addresses.map((address) => connected(address, news)))
  try {
    return await Promise.race([act(brokers), ...brokers.map(({ failed }) => failed)])
  } finally {
    await Promise.all(brokers.map((broker) => broker.close()))
  }
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

interface Circumstances {
  readonly name?: string
  /** milliseconds that an agent takes for an episode */
  readonly slowness?: number
  readonly onStart?: () => Promise<void>
  readonly news?: string[]
}

/** Runs a federation over connections: the first is the server's, the others are the agents'. Returns all digests. */
async function federate(
  given: Partial<Config>,
  addresses: readonly BrokerAddress[],
  { name = 'lab', slowness = 0, onStart = async () => {}, news = [] }: Circumstances = {},
): Promise<(string | null)[]> {
  const { timer, stop } = endingTogether(nodeTimer)
  try {
    const act = async ([first, ...others]: readonly Broker[]) => {
      const play = async (agent: { playEpisode(): number }) => {
        await sleep(slowness)
        return agent.playEpisode()
      }
      const joined = others.map((broker, agent) => joinOnBus(broker, name, agent, { timer, ...(slowness && { play }) }))
      const served = serveOnBus(first, name, given, { timer })
      await onStart()
      const { digest } = await served
      return [digest, ...(await Promise.all(joined)).map((ending) => ending.digest)]
    }
    return await withConnections(addresses, act, news)
  } finally {
    stop()
  }
}

const times = <T>(count: number, value: T): T[] => new Array(count).fill(value)

// ---- one digest

for (const kind of Object.keys(KINDS) as Kind[]) {
  withBroker(programOf(kind), `the digest of every method over ${kind} is that of one process`, async () => {
    const broker = await KINDS[kind].start()
    for (const method of NAMES) {
      const given = { ...small, method }
      const digests = await federate(given, times(4, addressOf(kind, broker.port)), { name: method })
      assert.equal(digests, times(4, runToEnd(given).digest), method)
    }
    await broker.kill()
  })

  withBroker(programOf(kind), `a broker of ${kind} that crashes and comes back changes nothing`, async () => {
    let broker = await KINDS[kind].start()
    const { port } = broker
    const given = { ...small, method: 'mixfrd', cap: 40 }
    const news: string[] = []
    const crash = async () => {
      for (let k = 0; k < 2; k++) {
        await sleep(400)
        await broker.kill()
        await sleep(100)
        broker = await KINDS[kind].start(undefined, port)
      }
    }
    const digests = await federate(given, times(4, addressOf(kind, port)), { slowness: 30, onStart: crash, news })
    assert.equal(digests, times(4, runToEnd(given).digest))
    assert.ok(
      news.some((one) => one.endsWith('broke; connecting again')),
      news.join('\n'),
    )
    assert.ok(
      news.some((one) => /^connected to .* again$/.test(one)),
      news.join('\n'),
    )
    await broker.kill()
  })

  withBroker(programOf(kind), `garbage on every topic of ${kind} changes nothing`, async () => {
    const broker = await KINDS[kind].start()
    const given = { ...small, method: 'frd', cap: 30 }
    const uniform = stream(9)
    const topics = topicsOf('lab')
    const all = [topics.all, topics.who, ...[0, 1, 2].flatMap((k) => [topics.requests(k), topics.answers(k)])]
    await withConnections([addressOf(kind, broker.port)], async ([thrower]) => {
      const seen: Uint8Array[] = [packGreeting({ kind: 'hello', agent: 1 })]
      for (const topic of all) thrower.subscribe(topic, (message) => seen.push(new Uint8Array(message)))
      const pace = setInterval(() => {
        for (const topic of all) {
          const garbage = seen[Math.floor(uniform() * seen.length)].slice(0, Math.floor(uniform() * 300))
          if (garbage.length) garbage[Math.floor(uniform() * garbage.length)] ^= 1 + Math.floor(uniform() * 255)
          thrower.publish(topic, garbage)
        }
      }, 20)
      const digests = await federate(given, times(4, addressOf(kind, broker.port)), { slowness: 10 })
      clearInterval(pace)
      assert.equal(digests, times(4, runToEnd(given).digest))
      assert.ok(seen.length > 100)
    })
    await broker.kill()
  })

  withBroker(programOf(kind), `a broker of ${kind} that is not there yet is told, and then awaited`, async () => {
    const port = await freePort()
    const news: string[] = []
    const connecting = connected(addressOf(kind, port), news)
    for (let tries = 0; tries < 100 && news.length === 0; tries++) await sleep(50)
    assert.match(news[0], new RegExp(`^no broker answers at [a-z]+://127.0.0.1:${port} \\(.*\\); waiting for it$`))
    const broker = await KINDS[kind].start(undefined, port)
    await (await connecting).close()
    assert.match(news[1], new RegExp(`^connected to [a-z]+://127.0.0.1:${port}$`))
    assert.is(news.length, 2)
    await broker.kill()
  })
}

withBroker('nats-server', 'an agent over MQTT 3.1.1 and one over NATS take part in one federation', async () => {
  const mqttPort = await freePort()
  const store = JSON.stringify(newFolder())
  const broker = await startNats(
    `server_name: one\njetstream { store_dir: ${store} }\nmqtt { listen: "127.0.0.1:${mqttPort}" }`,
  )
  const nats = addressOf('NATS', broker.port)
  const given = { ...small, method: 'pd' }
  const digests = await federate(given, [
    nats,
    addressOf('MQTT 3.1.1', mqttPort),
    nats,
    addressOf('MQTT 3.1.1', mqttPort),
  ])
  assert.equal(digests, times(4, runToEnd(given).digest))
  const refused = await connected(addressOf('MQTT 5', mqttPort)).then(() => '', String)
  assert.match(refused, /"mqtt-version" expected one that .* speaks, got "5": give --mqtt-version 3\.1\.1/)
  await broker.kill()
})

// ---- who may do what

/** Starts the broker of `frd federation init` on a free port. */
async function startInitial(kind: Kind, dir: string): Promise<Started> {
  const port = await freePort()
  const name = kind === 'NATS' ? 'nats-server.conf' : 'mosquitto.conf'
  const text = fs.readFileSync(join(dir, name), 'utf8')
  const path = join(dir, `test-${name}`)
  fs.writeFileSync(
    path,
    text.replace(kind === 'NATS' ? ':4222"' : /listener \d+/, kind === 'NATS' ? `:${port}"` : `listener ${port}`),
  )
  return kind === 'NATS' ? start('nats-server', ['--config', path], port) : start('mosquitto', ['-c', path], port)
}

const passwordOf = (dir: string, user: string) => fs.readFileSync(join(dir, passwordFile(user)), 'utf8').trim()

for (const kind of ['NATS', 'MQTT 5', 'MQTT 3.1.1'] as const) {
  withBroker(
    programOf(kind),
    `with the files of init, an agent of ${kind} can neither speak nor hear for another`,
    async () => {
      const dir = newFolder()
      writeInitial(dir, { name: 'lab', agents: 3, host: '127.0.0.1', origins: [] })
      const broker = await startInitial(kind, dir)
      const as = (user: string, password = passwordOf(dir, user)) => addressOf(kind, broker.port, { user, password })
      const given = { ...small, method: 'frd' }
      const own = [SERVER_USER, agentUser(0), agentUser(1), agentUser(2)].map((user) => as(user))
      assert.equal(await federate(given, own), times(4, runToEnd(given).digest), 'each may do what it needs')

      const wrong = await connected(as(agentUser(1), passwordOf(dir, agentUser(2)))).then(() => '', String)
      assert.match(wrong, /^RangeError: "user" expected one that .* lets in, got "agent-1": /)
      assert.match(
        await connected(addressOf(kind, broker.port)).then(() => '', String),
        /"user" expected .* got "none"/,
      )

      const topics = topicsOf('lab')
      const heard: string[] = []
      await withConnections([as(SERVER_USER), as(agentUser(1))], async ([server, agent]) => {
        for (const k of [0, 1, 2]) server.subscribe(topics.answers(k), () => heard.push(`server ${k}`))
        agent.subscribe(topics.requests(1), () => heard.push('agent 1'))
        await sleep(200)
        agent.publish(topics.answers(1), Uint8Array.of(1))
        server.publish(topics.requests(1), Uint8Array.of(1))
        await sleep(300)
        assert.equal(heard.sort(), ['agent 1', 'server 1'])
      })
      // What is refused is told over NATS. MQTT drops it without a word.
      const attempts: ((agent: Broker) => void)[] = [
        (agent) => agent.publish(topics.answers(2), Uint8Array.of(2)),
        (agent) => agent.publish(topics.requests(2), Uint8Array.of(2)),
        (agent) => agent.publish(topics.all, Uint8Array.of(2)),
        (agent) => agent.subscribe(topics.requests(2), () => heard.push('overheard')),
        (agent) => agent.subscribe(topics.answers(2), () => heard.push('overheard')),
      ]
      for (const attempt of attempts) {
        await withConnections([as(SERVER_USER), as(agentUser(2))], async ([server, other]) => {
          heard.length = 0
          server.subscribe(topics.answers(2), () => heard.push('server 2'))
          other.subscribe(topics.requests(2), () => heard.push('agent 2'))
          server.subscribe(topics.all, () => heard.push('all'))
          await sleep(200)
          const said = await withConnections([as(agentUser(1))], async ([agent]) => {
            attempt(agent)
            await sleep(200)
            server.publish(topics.requests(2), Uint8Array.of(3))
            await sleep(200)
            return ''
          }).catch((error: Error) => error.message)
          if (kind === 'NATS') assert.match(said, /Permissions Violation.*: ask who runs the broker/)
          else assert.equal(heard, ['agent 2'])
          assert.not(heard.includes('overheard') || heard.includes('server 2') || heard.includes('all'), heard.join())
        })
      }
      await broker.kill()
    },
  )
}

withBroker('nats-server', 'an nkey lets its user in, and another one does not', async () => {
  const { nkeys } = await import('@nats-io/nats-core')
  const [pair, other] = [nkeys.createUser(), nkeys.createUser()]
  const broker = await startNats(`authorization { users = [ { nkey: ${pair.getPublicKey()} } ] }`)
  const seedOf = (one: typeof pair) => new TextDecoder().decode(one.getSeed())
  await (await connected(addressOf('NATS', broker.port, { nkey: seedOf(pair) }))).close()
  const refused = await connected(addressOf('NATS', broker.port, { nkey: seedOf(other) })).then(() => '', String)
  assert.match(refused, /^RangeError: "nkey-file" expected one that .* lets in, got "another": /)
  await broker.kill()
})

test('init refuses a folder that has files, and gives secrets to their owner alone', () => {
  const dir = join(newFolder(), 'new')
  writeInitial(dir, { name: 'lab', agents: 2, host: '127.0.0.1', origins: ['https://lab.example'] })
  assert.throws(
    () => writeInitial(dir, { name: 'lab', agents: 2, host: '127.0.0.1', origins: [] }),
    /"dir" expected a new or empty folder/,
  )
  const names = fs.readdirSync(dir).sort()
  const passwords = names
    .filter((name) => name.endsWith('.password'))
    .map((name) => fs.readFileSync(join(dir, name), 'utf8'))
  assert.is(new Set(passwords).size, 3)
  for (const password of passwords) assert.match(password, /^[A-Za-z0-9_-]{32}\n$/)
  for (const name of names) {
    const text = fs.readFileSync(join(dir, name), 'utf8')
    const isSecret = passwords.some((password) => text.includes(password.trim())) || /passwords$/.test(name)
    if (isSecret) assert.is(fs.statSync(join(dir, name)).mode & 0o777, 0o600, name)
  }
  const nats = fs.readFileSync(join(dir, 'nats-server.conf'), 'utf8')
  for (const line of [
    /listen: "127\.0\.0\.1:4222"/,
    /max_payload: 8388608/,
    /write_deadline: "300s"/,
    /allowed_origins: \["https:\/\/lab\.example"\]/,
  ]) {
    assert.match(nats, line)
  }
  const plan = { name: 'lab', users: usersOf('lab', 1, () => 'x'), origins: [], certificate: null }
  assert.not.match(natsConfiguration({ ...plan, host: '127.0.0.1' }), /websocket|0\.0\.0\.0/)
})

withBroker(
  'nats-server',
  'beyond the loopback, TLS hides what is said, and another certificate is refused',
  async () => {
    if (!isInstalled('openssl', 'version')) return console.log('skipped, because openssl is not installed: TLS')
    const [dir, other] = [newFolder(), newFolder()]
    const host = hostname()
    for (const folder of [dir, other]) writeInitial(folder, { name: 'lab', agents: 1, host, origins: [] })
    assert.equal(
      fs
        .readdirSync(dir)
        .filter((name) => name.includes('pem'))
        .sort(),
      ['broker-key.pem', 'broker.pem', 'ca.pem'].sort(),
    )
    assert.is(fs.statSync(join(dir, 'broker-key.pem')).mode & 0o777, 0o600)
    const broker = await startInitial('NATS', dir)
    const as = (user: string, url: string, folder = dir): BrokerAddress => {
      const authorities = fs.readFileSync(join(folder, 'ca.pem'), 'utf8')
      return { url: new URL(url), kind: 'nats', mqttVersion: 5, user, password: passwordOf(dir, user), authorities }
    }
    const here = `tls://${host}:${broker.port}`
    const given = { ...small, agents: 1, method: 'frd' }
    const digests = await federate(given, [as(SERVER_USER, here), as(agentUser(0), here)])
    assert.equal(digests, times(2, runToEnd(given).digest))
    const foreign = await connected(as(SERVER_USER, here, other)).then(() => '', String)
    assert.match(foreign, /^Error: cannot connect to tls:.*certificate/i)
    const elsewhere = await connected(as(SERVER_USER, `tls://127.0.0.1:${broker.port}`)).then(() => '', String)
    assert.match(elsewhere, /^Error: cannot connect to tls:.*(altnames|IP)/i)
    await broker.kill()
  },
)

// ---- the commands

interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program; `told` resolves once its stderr has the text. */
function frd(args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { timeout: LIMIT, killSignal: 'SIGKILL' })
  const text = { stdout: '', stderr: '' }
  let wake = () => {}
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      text[name] += chunk
      wake()
    })
  }
  const ended = new Promise<Outcome>((resolve) => child.on('close', (code) => resolve({ code, ...text })))
  const told = async (pattern: RegExp) => {
    while (!pattern.test(text.stderr)) {
      assert.is(child.exitCode, null, `it ended before it told ${pattern}: ${text.stderr}`)
      await new Promise<void>((resolve) => {
        wake = resolve
        child.on('close', () => resolve())
      })
    }
  }
  return { child, ended, told }
}

const words = (line: string) => line.split(' ')
const flags = words('--method mixfrd -n 8 -l 1 -E 5 --cap 17 --seed 4 --agents 2')
const sameRun = { ...small, method: 'mixfrd', agents: 2 }

withBroker('nats-server', 'serve, join and status: the lines and the digest of frd run, and 0 from all', async () => {
  const broker = await startNats()
  const at = ['--nats', `nats://127.0.0.1:${broker.port}`, '--name', 'lab']
  const lonely = await frd(['federation', 'status', ...at]).ended
  assert.is(lonely.code, 1)
  assert.match(lonely.stderr, /nobody serves the federation "lab" at nats:/)
  const out = newFolder()
  const served = frd(['serve', ...at, ...flags, '--out', out])
  await served.told(/waiting for agents 0, 1/)
  const first = frd(['join', ...at, '--agent', '1'])
  await served.told(/agent 1 is here/)
  const status = await frd(['federation', 'status', ...at]).ended
  assert.is(status.code, 0, status.stderr)
  assert.match(
    status.stdout,
    /^federation +lab, waiting for agents\nrun +mixfrd, 2 agents, seed 4, in CartPole-v1\nconfig .*period=5 .*\n/,
  )
  assert.match(status.stdout, /agent 0 +was not heard\nagent 1 +heard \d+\.\d s ago\n/)
  const many = await frd(['join', ...at, '--agent', '2']).ended
  assert.is(many.code, 1)
  assert.match(many.stderr, /"agent" expected an integer in 0\.\.1, got 2/)
  const own = join(newFolder(), 'own.mjs')
  fs.writeFileSync(
    own,
    'export default { name: "mine", observations: 1, actions: 2, limit: 9, bounds: [[-1, 1]], score: "steps", mission: { threshold: 8, window: 2 }, create: () => ({ reset: () => [0], step: () => ({ observation: [0], reward: 1, terminated: true, truncated: false }) }) }',
  )
  const needless = await frd(['join', ...at, '--agent', '0', '--env', own]).ended
  assert.is(needless.code, 1)
  assert.match(needless.stderr, /"env" expected mine, the one given, got "CartPole-v1"/)
  await served.told(/agent 0 left: "env" expected/)
  // It is heard already, so the run has begun, and an agent that comes now is asked from the first turn.
  const second = frd(['join', ...at, '--agent', '0'])
  const outcomes = await Promise.all([served.ended, first.ended, second.ended])
  const { digest } = runToEnd(sameRun)
  for (const { code, stdout, stderr } of outcomes) {
    assert.is(code, 0, stderr)
    assert.match(stdout, new RegExp(`digest +${digest}\n$`))
  }
  const run = await frd(['run', ...flags]).ended
  assert.is(outcomes[0].stdout, run.stdout)
  assert.is(fs.readdirSync(join(out, 'runs')).length, 1)
  await broker.kill()
})

withBroker(
  'nats-server',
  'a signal ends serve and join within a second, and a server that is stopped ends its agents',
  async () => {
    const broker = await startNats()
    const at = ['--nats', `nats://127.0.0.1:${broker.port}`]
    const quick = async (ended: Promise<Outcome>) => {
      const late = sleep(10_000).then(() => null) // a second is promised, and a busy machine takes longer
      const outcome = await Promise.race([ended, late])
      assert.ok(outcome, 'it ended soon')
      return outcome
    }
    const absent = frd(['join', '--nats', `nats://127.0.0.1:${await freePort()}`, '--agent', '0'])
    await absent.told(/no broker answers/)
    absent.child.kill('SIGTERM')
    assert.is((await quick(absent.ended)).code, 143)
    const served = frd(['serve', ...at, ...words('--method frd -n 8 -l 1 -E 5 --cap 100000 --until cap --agents 2')])
    const joined = frd(['join', ...at, '--agent', '0'])
    const left = frd(['join', ...at, '--agent', '1'])
    await Promise.all([joined.told(/takes part/), left.told(/takes part/)])
    left.child.kill('SIGINT')
    assert.is((await quick(left.ended)).code, 130)
    served.child.kill('SIGINT')
    assert.is((await quick(served.ended)).code, 130)
    const { code, stderr } = await quick(joined.ended)
    assert.is(code, 1)
    assert.match(stderr, /frd: the server was stopped before the end of the run/)
    await broker.kill()
  },
)

withBroker('nats-server', 'a broker that takes one byte too little is refused with the number to set', async () => {
  const given = { ...small, method: 'frl', width: 60 }
  const longest = longestMessage(instantiate(), setUp(given))
  for (const bytes of [longest - 1, longest]) {
    const broker = await startNats(`max_payload: ${bytes}`)
    const at = ['--nats', `nats://127.0.0.1:${broker.port}`]
    const served = frd(['serve', ...at, ...words('--method frl -n 60 -l 1 -E 5 --cap 17 --seed 4 --agents 3')])
    if (bytes < longest) {
      const { code, stderr } = await served.ended
      assert.is(code, 1)
      assert.match(
        stderr,
        new RegExp(
          `"max_payload" expected at least ${longest} bytes, got ${bytes}: .*set max_payload to ${longest} there`,
        ),
      )
    } else {
      const joined = [0, 1, 2].map((agent) => frd(['join', ...at, '--agent', String(agent)]).ended)
      for (const { code, stdout, stderr } of await Promise.all([served.ended, ...joined])) {
        assert.is(code, 0, stderr)
        assert.match(stdout, new RegExp(runToEnd(given).digest))
      }
    }
    await broker.kill()
  }
})

withBroker('mosquitto', 'a message that is too long for MQTT 5 ends a connection aloud and is not sent', async () => {
  const broker = await startMosquitto('allow_anonymous true\nmax_packet_size 2000')
  await withConnections([addressOf('MQTT 5', broker.port)], async ([one]) => {
    const { limit } = one
    assert.is(limit?.bytes, 2000)
    const topic = topicsOf('x'.repeat(64)).requests(1000)
    let heard = 0
    one.subscribe(topic, () => {
      heard++
    })
    await sleep(100)
    one.publish(topic, new Uint8Array(2000 - limit!.beside))
    for (let tries = 0; tries < 40 && heard === 0; tries++) await sleep(50)
    assert.is(heard, 1, 'the longest that may be sent arrives')
    one.publish(topic, new Uint8Array(2001 - limit!.beside))
    const error = await Promise.race([one.failed.catch(String), sleep(1000)])
    assert.match(String(error), /"message" expected at most \d+ bytes .*: raise max_packet_size/)
  }).catch((error: Error) => assert.match(error.message, /"message" expected at most/))
  await broker.kill()
})

withBroker('nats-server', 'doctor finds the broker, its version and its limit; and what is wrong', async () => {
  const broker = await startNats('max_payload: 4000000')
  const { code, stdout } = await frd(['doctor', '--nats', `nats://127.0.0.1:${broker.port}`, '--out', newFolder()])
    .ended
  assert.is(code, 0, stdout)
  for (const line of [
    /^ok +Node +\d+/m,
    /^ok +WebAssembly +with SIMD/m,
    /^ok +NATS/m,
    /^ok +disk/m,
    /^ok +broker +nats-server \d/m,
    /max_payload is 4000000 bytes/,
  ]) {
    assert.match(stdout, line)
  }
  await broker.kill()
  const gone = await frd(['doctor', '--nats', `nats://127.0.0.1:${broker.port}`, '--out', join(newFolder(), 'none')])
    .ended
  assert.is(gone.code, 1)
  assert.match(gone.stdout, /^FAULT disk/m)
  assert.match(gone.stdout, /^FAULT broker +nobody usable at nats:/m)
})

test('versions of nats-server with known holes are told from those without', () => {
  for (const old of ['2.9.10', '2.12.11', '2.13.5', '2.14.0', '2.14.2', '1.4.1', 'unknown'])
    assert.ok(hasKnownHoles(old), old)
  for (const mended of ['2.12.12', '2.12.40', '2.14.3', '2.14.3-RC.1', '2.15.0', '3.0.0'])
    assert.not(hasKnownHoles(mended), mended)
})

test('wrong flags of the commands exit with 2 and name what is wrong', async () => {
  const secret = join(newFolder(), 'password')
  fs.writeFileSync(secret, 'x\n')
  const at = '--nats nats://127.0.0.1:1'
  const cases: [string, RegExp][] = [
    ['serve', /"nats" expected a broker, got "none": give --nats URL or --mqtt URL/],
    ['join --agent 0', /"nats" expected a broker/],
    [`join ${at}`, /"agent" expected an integer in 0\.\.1023, got "none"/],
    [`join ${at} --agent -1`, /"agent" expected an integer in 0\.\.1023/],
    [`join ${at} --agent 0 --env CartPole-v1`, /"env" expected a \.js file/],
    [`join ${at} --agent 0 --name a.b`, /"name" expected 1 to 64 letters/],
    [`serve ${at} --mqtt mqtt://127.0.0.1:1`, /"nats" expected no other broker beside it/],
    [`serve ${at} --config none.yaml`, /"config" expected a file, got "none\.yaml"/],
    [`serve ${at} --method central`, /"method" expected agents that can live apart, got "central"/],
    [`serve ${at} --user x`, /"user" expected a name and a password/],
    [`serve ${at} --user x --password-file nowhere`, /"password-file" expected a file that can be read, got "nowhere"/],
    [
      `serve ${at} --user x --password-file ${secret} --nkey-file ${secret}`,
      /"user" expected no other credentials beside it/,
    ],
    [`serve --mqtt mqtt://127.0.0.1:1 --nkey-file ${secret}`, /"nkey-file" expected a broker that speaks NATS/],
    ['serve --nats ws://127.0.0.1:1', /"nats" expected an address of the form nats:\/\/HOST:PORT or tls:/],
    ['serve --nats nats://u:p@127.0.0.1:1', /"nats" expected an address without user and password/],
    ['serve --mqtt nonsense', /"mqtt" expected an address/],
    ['serve --mqtt mqtt://127.0.0.1:1 --mqtt-version 4', /"mqtt-version" expected 5 or 3\.1\.1, got "4"/],
    ['federation', /"action" expected one of init, status/],
    ['federation start', /"action" expected one of init, status, got "start"/],
    ['federation init', /"dir" expected a new folder, got "none"/],
    ['federation init x --agents 0', /"agents" expected an integer in 1\.\.1024/],
    ['federation init x --host a_b', /"host" expected an IPv4 address or a name/],
    ['federation init x --origins lab.example', /"origins" expected addresses of the form https:/],
    ['federation status', /"nats" expected a broker/],
  ]
  const { stderr } = process
  const real = stderr.write
  for (const [line, message] of cases) {
    let said = ''
    stderr.write = (text: unknown) => {
      said += text
      return true
    }
    const code = await runCommandLine(words(line)).finally(() => {
      stderr.write = real
    })
    assert.is(code, 2, `${line}: ${said}`)
    assert.match(said, message, line)
  }
})

test.run()
