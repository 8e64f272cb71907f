// What the visitor chose, as one text per field: a question of the page with what was changed in it, or two methods of his
// own choice. The address holds all of it and links of earlier pages still work. Names, ranges and defaults of the fields
// are those of the library.

import archive from './archive.json'
import {
  type Config,
  defaults,
  type Environment,
  environments,
  type Field,
  fields,
  methods,
  resolveConfig,
} from './core.ts'
import type { Own } from './own.ts'
import { type Arm, findScenario, firstScenario, type Given, type Scenario } from './scenarios.ts'

export type Name = keyof Config

/** What the rule made of the committed runs for one scenario. */
export interface Opening {
  readonly agents: number
  readonly seed: number
  /** the archive's runs of each group, by seed from 1: completion, or null; and the first digits of each digest */
  readonly arms: readonly { readonly completions: readonly (number | null)[]; readonly digests: string }[]
  /** what the archive says of the first group against each of the others */
  readonly pairs: readonly Pair[]
}

export interface Pair {
  readonly n: number
  readonly verdict: string
  readonly ratio: number | null
  readonly low: number | null
  readonly high: number | null
  /** under how many of the eight readings the first is sooner, the other is, or neither can be told */
  readonly readings: readonly number[] | null
}

export const DIGITS = 8
export const openings = archive as unknown as Readonly<Record<string, Opening>>

export interface Choice {
  /** null for two methods of the visitor's own choice */
  readonly scenario: string | null
  readonly method: string
  /** the second method; '' for none */
  readonly against: string
  /** what was changed, field by field */
  readonly given: Given
  /** how many seeds are drawn before the page pauses */
  readonly seeds: number
  /** whether each tab of this address is one agent */
  readonly isApart: boolean
  /** whether controls are hidden, for a page that embeds this one */
  readonly isEmbedded: boolean
}

/** The version of a file follows from the file, and the page loads no methods. */
const withheld: readonly Name[] = ['envVersion', 'methodVersion', 'startVersion', 'absent']
export const names = (Object.keys(fields) as Name[]).filter((name) => !withheld.includes(name))
export const fieldOf = (name: Name) => fields[name] as Field<unknown>

export const SEEDS = 50
const MOST_SEEDS = 1000

export const opening: Choice = {
  scenario: firstScenario.id,
  method: fields.method.default,
  against: 'independent',
  given: {},
  seeds: SEEDS,
  isApart: false,
  isEmbedded: false,
}

export const scenarioOf = ({ scenario }: Choice): Scenario | null => (scenario && findScenario(scenario)) || null

/** Whether what is compared is what the archive holds: nothing but the seed that is shown was changed. */
export const isArchived = ({ scenario, given }: Choice) =>
  scenario !== null && Object.keys(given).every((name) => name === 'seed')

/** The texts of a scenario without what was changed in it. */
function textsOf(scenario: Scenario): Given {
  const { agents } = openings[scenario.id]
  const isCounted = scenario.given.nets !== undefined || scenario.given.worlds !== undefined
  return { ...(!isCounted && { agents: String(agents) }), ...scenario.given }
}

/** The groups that are compared, each with the texts of all its fields. The seed is that of the run that is shown. */
export function armsOf(choice: Choice): readonly Arm[] {
  const scenario = scenarioOf(choice)
  if (scenario) {
    const seed = String(openings[scenario.id].seed)
    const shared = tidy({ ...textsOf(scenario), seed, ...choice.given }, choice.given)
    return scenario.arms.map((arm) => ({ ...arm, given: { ...shared, ...arm.given } }))
  }
  const all = choice.against ? [choice.method, choice.against] : [choice.method]
  return all.map((method) => ({
    name: method,
    what: methods[method].doc,
    given: { ...choice.given, method },
  }))
}

/** Networks and worlds say how many agents there are, so that a number that was only implied goes. */
function tidy(texts: Given, given: Given): Given {
  const isCounted = given.nets !== undefined || given.worlds !== undefined
  if (!isCounted || given.agents !== undefined) return texts
  const { agents: _, ...rest } = texts
  return rest
}

/** The fields in which groups differ: a change for all would make them one. */
export function fixedNames(choice: Choice): readonly Name[] {
  const scenario = scenarioOf(choice)
  return scenario ? [...new Set(scenario.arms.flatMap((arm) => Object.keys(arm.given) as Name[]))] : ['method']
}

/** The environment of that name, of the kernel or of the file that was picked; undefined where it is neither. */
export function environmentNamed(name: string, own: Own | null): Environment | undefined {
  return own?.env.name === name ? own.env : environments.find((env) => env.name === name)
}

/** @throws RangeError where the chosen environment is not at hand */
export function environmentOf({ env = defaults.env }: Given, own: Own | null): Environment {
  const found = environmentNamed(env, own)
  if (found) return found
  const known = environments.map(({ name }) => name).join(', ')
  const next = env ? 'pick the file of that environment, which a link cannot hold' : 'pick the file of an environment'
  throw new RangeError(`"env" expected one of ${known}, or a file, got ${env || 'neither'}: ${next}`)
}

/** @throws TypeError, RangeError for a text that its field does not accept, or values that do not fit each other */
export function configOf(given: Given, env: Environment): Config {
  const values = names.filter((name) => given[name] !== undefined)
  return resolveConfig(Object.fromEntries(values.map((name) => [name, fieldOf(name).parse(given[name]!, name)])), env)
}

export function toHash({ scenario, method, against, given, seeds, isApart, isEmbedded }: Choice): string {
  const all = new URLSearchParams({
    ...(scenario === null ? { method, against } : scenario !== firstScenario.id && { scenario }),
    ...(isApart && { tabs: 'agents' }),
    ...given,
    ...(seeds !== SEEDS && { seeds: String(seeds) }),
    ...(isEmbedded && { embed: '1' }),
  })
  return all.size ? `#${all}` : ''
}

/** Unknown names are ignored; a wrong value is shown and refused as if it had been typed. */
export function fromHash(hash: string): Choice {
  const all = new URLSearchParams(hash.replace(/^#/, ''))
  const isOwn = all.has('method') || all.has('against')
  const known = (name: 'method' | 'against') => {
    const method = all.get(name)
    const isKnown = method !== null && (Object.hasOwn(methods, method) || (name === 'against' && !method))
    return isKnown ? method : opening[name]
  }
  const id = all.get('scenario') ?? ''
  const given = names.filter((name) => name !== 'method' && all.has(name)).map((name) => [name, all.get(name)])
  const seeds = Number(all.get('seeds') ?? SEEDS)
  return {
    scenario: isOwn ? null : (findScenario(id) ?? firstScenario).id,
    method: known('method'),
    against: known('against'),
    given: Object.fromEntries(given),
    seeds: Number.isInteger(seeds) && seeds > 0 && seeds <= MOST_SEEDS ? seeds : SEEDS,
    isApart: all.get('tabs') === 'agents',
    isEmbedded: all.has('embed'),
  }
}

/** A text as a shell takes it for one word. */
const quoted = (text: string) => (/^[\w./:,=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** The same run on a command line, in the folder of the file where the environment is the visitor's own. */
export function commandOf(given: Given, own: Own | null): string {
  const { method = defaults.method, ...rest } = given
  const flag = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const text = (name: Name) =>
    quoted(name === 'env' && own?.env.name === given.env ? `./${own!.file.name}` : given[name]!)
  const flags = names.filter((name) => name !== 'method' && rest[name as keyof typeof rest] !== undefined)
  return ['frd run --method', method, ...flags.map((name) => `--${flag(name)} ${text(name)}`), '--json'].join(' ')
}
