// `npm run bench:scale [-- ROUNDS]` measures what a run costs as N, S, n, l and E grow, one at a time from the
// default, in an order that rotates, with one seed per round. The exponent is the least-squares slope of the
// logarithms. Then it shows where the time of a run of up to 64 agents goes: it does the loop of src/run by hand,
// with a clock around every part. Keeps the samples in bench/results.

import type { Config } from '../src/config/config.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { type Agent, environments, instantiate, layOut, purposes } from '../src/kernel/index.ts'
import { type Method, methods } from '../src/methods/index.ts'
import { Chain, scoreBytes } from '../src/run/digest.ts'
import { exchange } from '../src/run/exchange.ts'
import type { RunResult } from '../src/run/record.ts'
import { run } from '../src/run/run.ts'
import { streamKey } from '../src/run/streams.ts'
import type { Series } from './kept.ts'
import { beat, countAt, inTurns, median, save, seconds, short, shown, table } from './sample.ts'

/** Every period divides the 50 episodes before the cap, so that all of them end with an exchange. */
const standard: Partial<Config> = {
  method: 'mixfrd',
  agents: 4,
  sections: 30,
  width: 50,
  depth: 2,
  period: 10,
  cap: 51,
  until: 'cap',
}

const factors: readonly (readonly [string, 'agents' | 'sections' | 'width' | 'depth' | 'period', readonly number[]])[] =
  [
    ['N', 'agents', [1, 2, 4, 8, 16, 32, 64]],
    ['S', 'sections', [10, 30, 100, 215]],
    ['n', 'width', [12, 24, 50, 100, 200]],
    ['l', 'depth', [1, 2, 3, 4]],
    ['E', 'period', [5, 10, 25, 50]],
  ]

interface Cost {
  readonly seconds: number
  readonly steps: number
}

/** The cost of a run of the standard config with other values of the given fields. */
function cost(given: Partial<Config>, seed: number): Cost {
  let spent = 0
  for (let events = run({ ...standard, ...given, seed }); ; ) {
    let result: RunResult | null = null
    let exchanged = false
    spent += seconds(() => {
      const { done, value } = events.next()
      if (done) result = value
      else exchanged = value.type === 'exchange'
    })
    if (exchanged) beat()
    if (result) return { seconds: spent, steps: (result as RunResult).envSteps }
  }
}

/** The b of y = a x^b, by least squares of the logarithms. */
function exponent(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [u, v] = [x.map(Math.log), y.map(Math.log)]
  const [middle, height] = [mean(u), mean(v)]
  const slope = u.reduce((sum, value, k) => sum + (value - middle) * (v[k] - height), 0)
  return slope / u.reduce((sum, value) => sum + (value - middle) ** 2, 0)
}

function growth(rounds: number): Series[] {
  const cases = factors.flatMap(([letter, field, values]) => values.map((value) => ({ letter, field, value })))
  cost({}, 1)
  const taken = inTurns(
    rounds,
    cases.map(
      ({ field, value }) =>
        (round) =>
          cost({ [field]: value }, round + 1),
    ),
  )
  const measured = cases.map((one, k) => ({
    ...one,
    beats: taken[k].beats,
    steps: taken[k].samples.map(({ steps }) => steps),
    seconds: taken[k].samples.map(({ seconds }) => seconds),
    perStep: taken[k].samples.map(({ seconds, steps }) => (1e9 * seconds) / steps),
  }))
  const rows = [['', 'steps', 'ms per run (quartiles)', 'ns per step of an agent (quartiles)', 'growth of both']]
  for (const [letter] of factors) {
    const group = measured.filter((one) => one.letter === letter)
    const x = group.map(({ value }) => value)
    const slopes = [group.map((one) => median(one.seconds)), group.map((one) => median(one.perStep))].map((y) => {
      const end = x.length - 2
      return `${letter}^${exponent(x, y).toFixed(2)}, at the end ^${exponent(x.slice(end), y.slice(end)).toFixed(2)}`
    })
    for (const [k, one] of group.entries()) {
      const times = shown(one.seconds.map((value) => 1000 * value))
      const slope = k < 2 ? slopes[k] : ''
      rows.push([`${letter} = ${one.value}`, short(median(one.steps), 4), times, shown(one.perStep), slope])
    }
  }
  console.log(table(rows))
  return measured.map(({ letter, value, perStep, beats }) => ({
    name: `${letter} = ${value}, per step`,
    unit: 'ns',
    samples: perStep,
    paired: true,
    beats,
  }))
}

const PARTS = ['start', 'play', 'upload', 'aggregate', 'download, shared', 'distil', 'frames', 'digest'] as const
type Part = (typeof PARTS)[number]

interface Parts {
  readonly spent: Record<Part, number>
  /** environment steps played, and entries distilled, by all agents together */
  readonly steps: number
  readonly entries: number
}

/**
 * The seconds of each part of a run; `download, shared` is done once for all agents: decode, proxy states, sort,
 * mixup.
 */
function parts(given: Partial<Config>): Parts {
  const spent = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<Part, number>
  const timed = <T>(part: Part, action: () => T): T => {
    const begin = performance.now()
    const result = action()
    spent[part] += (performance.now() - begin) / 1000
    return result
  }
  const config = resolveConfig({ ...standard, ...given })
  const own = methods[config.method]
  const method: Method = {
    ...own,
    upload: (agent, context) => timed('upload', () => own.upload(agent, context)),
    aggregate: (uploads, context) => timed('aggregate', () => own.aggregate(uploads, context)),
    download: (agent, global, context) => timed('download, shared', () => own.download(agent, global, context)),
  }
  let entries = 0
  const { agents, context } = timed('start', () => start(config, own))
  for (const agent of agents) {
    const distill = agent.distill.bind(agent)
    agent.distill = (rows) => {
      entries += rows.length / (agent.env.observations + agent.env.actions)
      timed('distil', () => distill(rows))
    }
  }
  const chain = new Chain(config)
  const scores: number[][] = agents.map(() => [])
  const since: number[] = []
  for (let episode = 1, round = 0; episode <= config.cap; episode++) {
    timed('play', () => {
      for (const [i, agent] of agents.entries()) scores[i].push(agent.playEpisode())
    })
    since.push(...scores.map((list) => list[episode - 1]))
    if (episode % config.period || episode === config.cap) continue
    const { trace } = timed('frames', () =>
      exchange(agents, { method, context, tags: { federation: chain.tag, config: 0 } }, round++),
    )
    timed('play', () => {
      for (const agent of agents) agent.forget()
    })
    beat()
    timed('digest', () => chain.add(scoreBytes('steps', since.splice(0)), ...trace))
  }
  timed('digest', () => chain.add(...agents.map((agent) => new Uint8Array(agent.weights().buffer))))
  // The clocks are nested: `frames` includes all of an exchange, and `download, shared` includes `distil`.
  spent.frames -= spent.upload + spent.aggregate + spent['download, shared']
  spent['download, shared'] -= spent.distil
  return { spent, steps: scores.flat().reduce((sum, score) => sum + score, 0), entries }
}

function start(config: Config, method: Method) {
  const kernel = instantiate()
  const [env] = environments
  const space = { observations: env.observations, actions: env.actions, clusters: config.sections ** env.observations }
  const proxies = Math.min(config.period * env.limit, space.clusters)
  const targets = method.targets?.(Math.min(config.agents * proxies, space.clusters)) ?? 0
  const agents: Agent[] = layOut(kernel, env, config, { proxies, replay: 0, targets })
  for (const [i, agent] of agents.entries()) {
    for (const purpose of purposes) agent.seed(purpose, streamKey(env.name, config.seed, i, purpose))
    agent.init()
  }
  return { agents, context: { config, space } }
}

function breakdown(rounds: number): Series[] {
  const sizes = [1, 8, 64]
  parts({})
  const taken = inTurns(
    rounds,
    sizes.map((agents) => (round) => parts({ agents, seed: round + 1 })),
  )
  const perUnit = (part: Part, unit: 'steps' | 'entries') =>
    taken.flatMap(({ samples: runs }) => [short(median(runs.map((run) => (1e9 * run.spent[part]) / run[unit]))), ''])
  console.log('\nWhere the time of a run goes: ms, and share')
  const rows = [['', ...sizes.flatMap((agents) => [`N = ${agents}`, ''])]]
  const middle = taken.map(({ samples: runs }) => PARTS.map((part) => median(runs.map(({ spent }) => spent[part]))))
  const totals = middle.map((times) => times.reduce((sum, value) => sum + value, 0))
  for (const [p, part] of PARTS.entries()) {
    const cells = middle.flatMap((times, k) => [
      short(1000 * times[p]),
      `${((100 * times[p]) / totals[k]).toFixed(1)} %`,
    ])
    rows.push([part, ...cells])
  }
  rows.push(['sum', ...totals.flatMap((total) => [short(1000 * total), ''])])
  rows.push(['play, ns per step', ...perUnit('play', 'steps')])
  rows.push(['distil, ns per entry', ...perUnit('distil', 'entries')])
  console.log(table(rows))
  return sizes.flatMap((agents, k) =>
    PARTS.map((part) => ({
      name: `N = ${agents}, ${part}`,
      unit: 's',
      samples: taken[k].samples.map(({ spent }) => spent[part]),
      paired: true,
      beats: taken[k].beats,
    })),
  )
}

const rounds = countAt(0, 7)
console.log(`MixFRD, N = 4, S = 30, n = 50, l = 2, E = 10, 51 episodes, with the value on the left; ${rounds} seeds\n`)
save('scale', [...growth(rounds), ...breakdown(rounds)])
