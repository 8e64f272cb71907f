// The federation over a BroadcastChannel: all sides have the events and the result of one process, whoever comes late,
// leaves and comes back, or shares its number; what ends the run is told to all; and what is of another page is ignored.
// The channels are real, in this thread and between threads. A tab is a channel that may end without a word.
import { Worker } from 'node:worker_threads'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { headerOf, seal } from '../src/federation/envelope.ts'
import { type FederationOptions, federationName, type Here, host, join, type Timer } from '../src/federation/index.ts'
import type { Agent } from '../src/kernel/agent.ts'
import type { RunEvent, RunResult } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { setUp } from '../src/run/setup.ts'
import { drive } from './carriers.ts'
import { broken, easy } from './hardConfigs.ts'

const small = { agents: 3, width: 8, depth: 1, cap: 17, period: 5, seed: 4, method: 'frd' } as const
const endless = { ...small, cap: 100000, until: 'cap' } as const

type Sided = Here | RunEvent
type Events = AsyncGenerator<Sided, RunResult>
type Header = NonNullable<ReturnType<typeof headerOf>>

/** Lets the event loop turn until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns++) {
    assert.ok(turns < 100_000, `still not: ${holds}`)
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

/** Lets the event loop turn so often that all messages under way arrive. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 30; turns++) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** The message of the error that a side ends with, or 'none'. */
const refusal = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'none', String)

/** A tab: a channel that sends and hears nothing any more once it is dead. `see` is called before each envelope. */
function tabOf(
  given: Partial<Config>,
  see: (header: Header, tab: { die: () => void }, isSent: boolean) => void = () => {},
) {
  const channel = new BroadcastChannel(federationName(given))
  const { federation } = setUp(given).tags
  const listeners: ((event: object) => void)[] = []
  let isAlive = true
  const tab = {
    die: () => {
      isAlive = false
      channel.close()
    },
    postMessage: (message: unknown) => {
      const header = headerOf(federation, message)
      if (isAlive && header) see(header, tab, true)
      if (isAlive) channel.postMessage(message)
    },
    addEventListener: (_: 'message', listener: (event: object) => void) => void listeners.push(listener),
    removeEventListener: (_: 'message', listener: (event: object) => void) => {
      listeners.splice(listeners.indexOf(listener), 1)
    },
  }
  channel.addEventListener('message', (event) => {
    const header = headerOf(federation, (event as { data?: unknown }).data)
    if (header) see(header, tab, false)
    for (const listener of isAlive ? [...listeners] : []) listener(event)
  })
  return tab
}

type Tab = ReturnType<typeof tabOf>

/** Tabs of one federation, which are closed together. */
function tabsOf(given: Partial<Config>) {
  const open: Tab[] = []
  return {
    open: (see?: Parameters<typeof tabOf>[1]): Tab => {
      open.push(tabOf(given, see))
      return open[open.length - 1]
    },
    close: () => {
      for (const tab of open) tab.die()
    },
  }
}

const runEvents = (seen: readonly Sided[]) => seen.filter(({ type }) => type !== 'here')
const presences = (seen: readonly Sided[]) =>
  seen.flatMap((event) => (event.type === 'here' ? [event.agents.join()] : []))

/** Checks that a side has the events and the result of one process. */
function same(given: Partial<Config>, result: RunResult, seen: readonly Sided[], message = JSON.stringify(given)) {
  assert.equal(result, runToEnd(given), message)
  assert.equal(runEvents(seen), [...run(given)], message)
}

// ---- one digest

test('all sides have the events and the result of one process, in whatever order they come', async () => {
  for (const given of [
    ...['mixfrd', 'frl', 'pd', 'own', 'independent'].map((method) => ({ ...small, method })),
    { ...easy, agents: 3, method: 'frd', until: 'first' },
    { ...easy, agents: 3, method: 'frl', until: 'last' },
    { ...broken, method: 'frd', seed: 3, period: 1 },
  ] as const) {
    const tabs = tabsOf(given)
    const heard: Sided[][] = [[], [], []]
    // Agent 2 is there before the server, agent 1 comes after it.
    const results = [drive(join(given, 2, tabs.open()), heard[2])]
    await settle()
    results.unshift(drive(host(given, tabs.open()), heard[0]))
    await settle()
    results.splice(1, 0, drive(join(given, 1, tabs.open()), heard[1]))
    for (const [agent, result] of (await Promise.all(results)).entries()) same(given, result, heard[agent])
    assert.equal(heard.map(presences), [['0', '0,2', '0,1,2'], ['0,1,2'], ['0,2', '0,1,2']])
    tabs.close()
  }
})

test('one agent needs no others', async () => {
  const given = { ...small, agents: 1 }
  const tabs = tabsOf(given)
  const seen: Sided[] = []
  same(given, await drive(host(given, tabs.open()), seen), seen)
  tabs.close()
})

test('agents in separate threads federate', async () => {
  const path = new URL(`../src/federation/index${import.meta.url.slice(-3)}`, import.meta.url).href
  const code = (agent: number) => `
    import('${path}').then(async ({ federationName, join }) => {
      const given = ${JSON.stringify(small)}
      const channel = new BroadcastChannel(federationName(given))
      for (const events = join(given, ${agent}, channel); ; ) {
        const { done, value } = await events.next()
        if (done) return value
      }
    }).then((result) => require('node:worker_threads').parentPort.postMessage(result))`
  const tabs = tabsOf(small)
  const workers = [1, 2].map((agent) => new Worker(code(agent), { eval: true }))
  const others = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))
  const own = await drive(host(small, tabs.open()))
  assert.equal(own, runToEnd(small))
  for (const result of await Promise.all(others)) assert.equal(result, own)
  await Promise.all(workers.map((worker) => worker.terminate()))
  tabs.close()
})

test('agent 0 plays after the requests to the others went out', async () => {
  const order: string[] = []
  const tabs = tabsOf(small)
  const server = tabs.open(({ kind, member }, _, isSent) => isSent && order.push(`${kind} ${member}`))
  const play = (agent: Agent) => {
    order.push('play')
    return agent.playEpisode()
  }
  const others = [1, 2].map((agent) => drive(join(small, agent, tabs.open())))
  await Promise.all([drive(host(small, server, { play })), ...others])
  assert.equal(order.slice(0, 3), ['request 1', 'request 2', 'play'])
  tabs.close()
})

// ---- who leaves and comes back

test('an agent may leave at every turn, before it answers and after it, and whoever takes its number goes on', async () => {
  // Turn 8 asks for the weights; when they are answered, the run is over.
  for (const [dies, turns] of [
    ['before', 8],
    ['after', 7],
  ] as const) {
    for (let turn = 1; turn <= turns; turn++) {
      const tabs = tabsOf(small)
      const heard: Sided[][] = [[], [], []]
      const returned = new Promise<RunResult>((resolve) => {
        const dying = tabs.open(({ kind, member, turn: at }, tab, isSent) => {
          if (member !== 1 || at !== turn || kind !== (dies === 'before' ? 'request' : 'answer')) return
          if (dies === 'after' && !isSent) return
          // The answer that is sent now still arrives.
          setImmediate(async () => {
            if (dies === 'after') tab.die()
            await settle()
            resolve(drive(join(small, 1, tabs.open()), heard[1]))
          })
          if (dies === 'before') tab.die()
        })
        drive(join(small, 1, dying))
      })
      const others = [host(small, tabs.open()), join(small, 2, tabs.open())]
      const [first, third] = await Promise.all(others.map((events, i) => drive(events, heard[2 * i])))
      for (const [i, result] of [first, await returned, third].entries()) {
        same(small, result, heard[i], `agent 1 dies ${dies} turn ${turn}, side ${i}`)
      }
      assert.equal(presences(heard[1]), ['0,1,2'], 'whoever comes back is told who is here')
      tabs.close()
    }
  }
})

test('an agent that takes leave and comes back goes on, with all events, and all are told that it was away', async () => {
  const tabs = tabsOf(small)
  const heard: Sided[][] = [[], [], []]
  const others = [host(small, tabs.open()), join(small, 2, tabs.open())].map((events, i) => drive(events, heard[2 * i]))
  const early = join(small, 1, tabs.open())
  for (let episodes = 0; episodes < 7; ) {
    const { value } = await early.next()
    if (!('digest' in value) && value.type === 'episode') episodes++
  }
  await early.return(null as never)
  await until(() => [0, 2].every((side) => presences(heard[side]).at(-1) === '0,2'))
  const back = await drive(join(small, 1, tabs.open()), heard[1])
  for (const [i, result] of [...(await Promise.all(others)), back].entries()) same(small, result, heard[[0, 2, 1][i]])
  for (const side of [0, 2]) assert.equal(presences(heard[side]).slice(-3), ['0,1,2', '0,2', '0,1,2'])
  const [first] = heard[1]
  assert.ok(first.type === 'here' && first.agents.join() === '0,1,2' && first.episodes > 0)
  tabs.close()
})

test('two sides with one number are one agent, and one that is behind at the end is told so', async () => {
  const tabs = tabsOf(small)
  const heard: Sided[][] = [[], [], [], []]
  let late: Promise<string> | undefined
  const play = () => new Promise<number>(() => {})
  const server = host(small, tabs.open())
  const sides = [server, join(small, 1, tabs.open()), join(small, 1, tabs.open()), join(small, 2, tabs.open())]
  const results = sides.map(async (events, i) => {
    for (;;) {
      const { done, value } = await events.next()
      if (done) return value
      heard[i].push(value)
      if (i === 0 && value.type === 'exchange') late ??= refusal(drive(join(small, 2, tabs.open(), { play })))
    }
  })
  for (const [i, result] of (await Promise.all(results)).entries()) same(small, result, heard[i])
  assert.match(
    await late!,
    /^Error: the run is over, and this side was behind: another one is agent 2 too; take a number/,
  )
  tabs.close()
})

test('while an agent is away or at work, all sides know for whom the run waits', async () => {
  const tabs = tabsOf(small)
  const awaited: string[][] = [[], [], []]
  const options = (side: number): FederationOptions => ({ onPending: (agents) => awaited[side].push(agents.join()) })
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const play = async (agent: Agent) => {
    await held
    return agent.playEpisode()
  }
  const leaving = tabs.open()
  const sides = [drive(host(small, tabs.open(), options(0))), drive(join(small, 2, tabs.open(), options(2)))]
  drive(join(small, 1, leaving, { ...options(1), play }))
  await until(() => awaited.every((list) => list.at(-1) === '1'))
  leaving.die()
  sides.push(drive(join(small, 1, tabs.open(), { play })))
  await settle()
  assert.equal([awaited[0].at(-1), awaited[2].at(-1)], ['1', '1'])
  release()
  for (const result of await Promise.all(sides)) assert.equal(result, runToEnd(small))
  assert.equal([awaited[0].at(-1), awaited[2].at(-1)], ['', ''])
  tabs.close()
})

test('an agent that ends without a message is told of where "gone" tells of it, and the run goes on', async () => {
  const tabs = tabsOf(small)
  const heard: Sided[][] = [[], [], []]
  let isGone = () => {}
  const watched: string[] = []
  const gone = (agent: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      watched.push(`${agent}`)
      if (agent === 1) isGone = resolve
      signal.addEventListener('abort', () => watched.push(`${agent} over`))
    })
  const dying = tabs.open(({ kind, turn }, tab) => kind === 'request' && turn === 4 && tab.die())
  const sides = [host(small, tabs.open(), { gone }), join(small, 2, tabs.open())].map((events, i) =>
    drive(events, heard[2 * i]),
  )
  drive(join(small, 1, dying))
  await until(() => runEvents(heard[0]).length >= 10)
  isGone()
  await until(() => [0, 2].every((side) => presences(heard[side]).at(-1) === '0,2'))
  sides.push(drive(join(small, 1, tabs.open()), heard[1]))
  for (const [i, result] of (await Promise.all(sides)).entries()) same(small, result, heard[[0, 2, 1][i]])
  assert.equal(watched.sort(), ['1', '1', '1 over', '1 over', '2', '2 over'], 'whoever came back is watched again')
  tabs.close()
})

test('before the run begins it waits for an agent that left', async () => {
  const tabs = tabsOf(small)
  const heard: Sided[] = []
  const server = drive(host(small, tabs.open()), heard)
  const early = join(small, 1, tabs.open())
  assert.equal(await early.next(), { done: false, value: { type: 'here', agents: [0, 1], episodes: 0 } })
  await early.return(null as never)
  await until(() => heard.length === 3)
  assert.equal(presences(heard), ['0', '0,1', '0'])
  const others = [1, 2].map((agent) => drive(join(small, agent, tabs.open())))
  for (const result of await Promise.all([server, ...others])) assert.equal(result, runToEnd(small))
  tabs.close()
})

// ---- what ends a run

/** All sides of an endless run; `act` is called with a side's events once it has seen seven episodes. */
async function interrupted(
  act: (agent: number, events: Events) => Promise<unknown> | null,
  options: FederationOptions,
) {
  const tabs = tabsOf(endless)
  const ends = [0, 1, 2].map(async (agent) => {
    const events = agent ? join(endless, agent, tabs.open(), options) : host(endless, tabs.open(), options)
    for (let episodes = 0; ; ) {
      const { done, value } = await events.next()
      if (done) return 'returned'
      if (value.type === 'episode') episodes++
      const acting = episodes === 7 ? act(agent, events) : null
      if (acting === null) continue
      await acting
      return 'acted'
    }
  })
  const all = await Promise.all(ends.map((end) => end.catch(String)))
  tabs.close()
  return all
}

test('when the side that serves leaves, all others end and say so', async () => {
  const message =
    /^Error: agent 0, which serves, left after episode \d+: the run cannot go on without it; start it anew/
  const leaving = await interrupted((agent, events) => (agent ? null : events.return(null as never)), {})
  // One that ends without a message is missed where "gone" tells of it.
  let die = () => {}
  const death = new Promise<void>((resolve) => {
    die = resolve
  })
  const gone = (agent: number) => (agent ? new Promise(() => {}) : death)
  const act = (agent: number) => {
    if (agent) return null
    die()
    return Promise.resolve()
  }
  for (const ends of [leaving, await interrupted(act, { gone })]) {
    assert.is(ends[0], 'acted')
    for (const end of ends.slice(1)) assert.match(end, message)
  }
})

test('what the own code of an agent throws ends the run with its message at all sides', async () => {
  for (const thrower of [0, 1, 2]) {
    const tabs = tabsOf(small)
    const heard: Sided[][] = [[], [], []]
    let episodes = 0
    const play = async (agent: Agent) => {
      episodes++
      if (episodes === 8) throw new RangeError('the film is full')
      return agent.playEpisode()
    }
    const ends = [0, 1, 2].map((agent) => {
      const options = agent === thrower ? { play } : {}
      const tab = tabs.open()
      return refusal(drive(agent ? join(small, agent, tab, options) : host(small, tab, options), heard[agent]))
    })
    const [serving, ...joined] = await Promise.all(ends)
    assert.is(serving, 'RangeError: the film is full')
    assert.equal(joined, ['Error: the film is full', 'Error: the film is full'])
    for (const seen of heard) assert.equal(runEvents(seen), [...run(small)].slice(0, 8), 'seven episodes, one exchange')
    tabs.close()
    episodes = 0
  }
})

test('an agent that comes back and computes other bits ends the run at all sides', async () => {
  const tabs = tabsOf(endless)
  const dying = tabs.open(({ kind, turn }, tab) => kind === 'request' && turn === 6 && tab.die())
  const ends = [drive(host(endless, tabs.open())), drive(join(endless, 2, tabs.open()))]
  drive(join(endless, 1, dying))
  const play = (agent: Agent) => {
    agent.playEpisode()
    return agent.playEpisode()
  }
  const shown = tabs.open(({ kind, turn }) => {
    if (kind === 'request' && turn === 6 && ends.length === 2) {
      ends.push(drive(join(endless, 1, tabs.open(), { play })))
    }
  })
  shown.addEventListener('message', () => {})
  await until(() => ends.length === 3)
  for (const end of await Promise.all(ends.map(refusal))) assert.match(end, /member 1: turn 1 was answered in two ways/)
  tabs.close()
})

test('a second side that serves is refused, and the run that is under way goes on', async () => {
  const tabs = tabsOf(small)
  let second: Promise<string> | undefined
  const serving = host(small, tabs.open())
  const others = [1, 2].map((agent) => drive(join(small, agent, tabs.open())))
  const seen: Sided[] = []
  for (;;) {
    const { done, value } = await serving.next()
    if (done) {
      same(small, value, seen)
      break
    }
    seen.push(value)
    if (value.type !== 'exchange') continue
    second ??= refusal(drive(host(small, tabs.open())))
    assert.match(
      await second,
      /^RangeError: "federation" expected agents that wait for a server, got "agent [12], which plays": /,
    )
  }
  for (const result of await Promise.all(others)) assert.equal(result, runToEnd(small))
  tabs.close()
})

test('what a member says at the end of another run does not count as its coming', async () => {
  const tabs = tabsOf(small)
  const heard: Sided[] = []
  const late = tabs.open()
  const result = drive(host(small, tabs.open()), heard)
  const { federation } = setUp(small).tags
  late.postMessage(seal({ federation, member: 1 }, 'answer', 9, new Uint8Array(4)))
  late.postMessage(seal({ federation, member: 2 }, 'here', 9))
  await settle()
  assert.equal(presences(heard), ['0'])
  const others = [1, 2].map((agent) => drive(join(small, agent, tabs.open())))
  for (const one of [await result, ...(await Promise.all(others))]) assert.equal(one, runToEnd(small))
  tabs.close()
})

test('with a timer, a request that a tab has lost is sent again, and at the end no timer is left', async () => {
  const tabs = tabsOf(small)
  const lost = new Set<number>()
  const calls = new Set<() => void>()
  const timer = (_: number, call: () => void) => {
    calls.add(call)
    return () => calls.delete(call)
  }
  const channel = tabs.open()
  const listen = channel.addEventListener
  const { federation } = setUp(small).tags
  // This tab does not hear the first copy of any request but the last.
  channel.addEventListener = (type, listener) =>
    listen(type, (event) => {
      const header = headerOf(federation, (event as { data?: unknown }).data)
      const isLost = header?.kind === 'request' && header.member === 1 && header.turn < 9 && !lost.has(header.turn)
      if (isLost) lost.add(header.turn)
      else listener(event)
    })
  const server = drive(host(small, tabs.open(), { timer: timer as Timer }))
  const others = [drive(join(small, 1, channel)), drive(join(small, 2, tabs.open()))]
  let isOver = false
  server.finally(() => {
    isOver = true
  })
  while (!isOver) {
    await settle()
    for (const call of isOver ? [] : [...calls]) {
      calls.delete(call)
      call()
    }
  }
  assert.equal(await server, runToEnd(small))
  assert.is(calls.size, 0)
  assert.is(lost.size, 8)
  for (const result of await Promise.all(others)) assert.equal(result, runToEnd(small))
  tabs.close()
})

test('after its end a run may be played again over the same channels', async () => {
  const tabs = tabsOf(small)
  const open = [0, 1, 2].map(() => tabs.open())
  for (let times = 0; times < 3; times++) {
    const sides = open.map((tab, agent) => drive(agent ? join(small, agent, tab) : host(small, tab)))
    for (const result of await Promise.all(sides)) assert.equal(result, runToEnd(small))
  }
  tabs.close()
})

// ---- garbage

test('what is of another page or federation, or damaged, is ignored', async () => {
  const tabs = tabsOf(small)
  const foreign = new BroadcastChannel(federationName(small))
  const frd = federationName(small)
  const { federation } = setUp(small).tags
  const over = { what: 'over', message: 'of another federation' }
  const damaged = (kind: 'request' | 'answer', member: number) => {
    const message = seal({ federation, member }, kind, 1, new Uint8Array(9))
    message[30] ^= 1
    return message
  }
  const garbage: unknown[] = [
    ...[undefined, null, 7, 'x', [], {}, new Uint8Array(9), new Uint8Array(64), over, { frd: 'another', ...over }],
    ...[{ frd }, { frd, what: 'what' }, { frd, what: 'here' }, { frd, what: 'present' }, { frd, what: 'over' }],
    ...[[3], [0.5], ['1'], 1].map((agents) => ({ frd, what: 'present', agents, episodes: 1 })),
    ...[-1, 1.5, undefined].map((episodes) => ({ frd, what: 'present', agents: [1], episodes })),
    ...[-1, 3, '1', undefined].map((agent) => ({ frd, what: 'left', agent })),
    { frd, what: 'over', hasBegun: true, message: 7 },
    { frd, what: 'over', hasBegun: 1, message: '' },
    ...[1, 2].flatMap((member) => [damaged('request', member), damaged('answer', member)]),
    seal({ federation: federation + 1, member: 1 }, 'answer', 1, new Uint8Array(3)),
    seal({ federation, member: 3 }, 'answer', 1, new Uint8Array(3)),
    seal({ federation, member: 0 }, 'request', 1, new Uint8Array(3)),
    seal({ federation, member: 1 }, 'answer', 1000, new Uint8Array(3)),
    seal({ federation, member: 1 }, 'busy', 1),
    seal({ federation, member: 1 }, 'request', 0),
    seal({ federation, member: 2 }, 'request', 1000, new Uint8Array(3)),
  ]
  const heard: Sided[][] = [[], [], []]
  const sides = [0, 1, 2].map(async (agent) => {
    const events = agent ? join(small, agent, tabs.open()) : host(small, tabs.open())
    for (;;) {
      for (const message of garbage) foreign.postMessage(message)
      const { done, value } = await events.next()
      if (done) return value
      heard[agent].push(value)
    }
  })
  for (const [agent, result] of (await Promise.all(sides)).entries()) same(small, result, heard[agent])
  for (const seen of heard) assert.is(presences(seen).at(-1), '0,1,2')
  foreign.close()
  tabs.close()
})

test.run()
