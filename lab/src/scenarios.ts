// The questions of the page, one each, and the sentence under each. scenarios.json holds what the rule reads (lab/rule.js):
// the groups of a question and their settings. archive.json holds what the rule makes of the committed runs.

import { type Config, environments, fields, type Mission } from './core.ts'
import table from './scenarios.json'

/** A text for each field that is given. */
export type Given = Readonly<Partial<Record<keyof Config, string>>>

/** A group of agents that is compared with others. */
export interface Arm {
  readonly name: string
  /** what tells it from the other groups, in a few words */
  readonly what: string
  readonly given: Given
}

export interface Scenario {
  readonly id: string
  /** the question to which it belongs, where it is a variant */
  readonly of?: string
  readonly chip: string
  /** with {agents} for their number in words */
  readonly question: string
  /** the settings that all groups share */
  readonly given: Given
  /** what the scenario says of the number of agents; null where the rule decides */
  readonly agents: number | null
  /** whether it asks for the spread of completion, and not for its mean */
  readonly spread?: boolean
  /** the groups; the first one is compared with each of the others */
  readonly arms: readonly Arm[]
  /** a method that cannot run these settings, and says so */
  readonly refuses?: string
  /** the question that follows, and its scenario */
  readonly after: string
  readonly next: string
}

export const scenarios = table as readonly Scenario[]
export const [firstScenario] = scenarios
export const findScenario = (id: string) => scenarios.find((one) => one.id === id)

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
export const inWords = (count: number) => WORDS[count] ?? String(count)

const capital = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}`

export const questionOf = ({ question }: Scenario, agents: number) => question.replaceAll('{agents}', inWords(agents))

/** What the agents of an environment do, in one sentence. */
function taskOf(env: string): string {
  if (env === 'CartPole-v1') return 'learns to balance a pole'
  if (env === 'Acrobot-v1') return 'learns to swing two links up to a bar'
  return `learns ${env}`
}

/** When a mission is complete, as the end of a sentence. */
export function missionOf({ mission, name }: { readonly mission: Mission; readonly name: string }): string {
  const { threshold, window, direction } = mission
  const mean = window === 1 ? 'in one episode' : `on average over ${window} episodes`
  if (name === 'CartPole-v1') return `any agent holds its pole for ${threshold} of 500 steps, ${mean}`
  return `any agent has a score of ${direction} ${threshold}, ${mean}`
}

/** What each scenario adds to the lede: what its groups do. */
const GROUPS: Readonly<Record<string, (period: string) => string>> = {
  '1': (E) =>
    `**Sharing:** every ${E} episodes they exchange a small summary of what they do in which situation. **Alone:** they exchange nothing.`,
  '2': (E) =>
    `**Sharing:** every ${E} episodes they exchange summaries. **Own notes:** each practises its own summary again and sends nothing. **Empty notes:** they exchange as many bytes, but every summary says only "either way".`,
  '3': (E) =>
    `Every ${E} episodes both groups exchange summaries. **FRD** practises them as they are. **MixFRD** adds the midpoint of every two neighbours, which is said to make learning steadier.`,
  '4': (E) =>
    `Every ${E} episodes they exchange: **summaries** of situations, their whole **raw memory**, or the **weights** of their networks.`,
  '5': (E) =>
    `Every ${E} episodes they exchange summaries. On a **fine grid** more situations are told apart and more bytes are sent; on a **coarse grid** each situation is met more often.`,
  '6': () => '**Often** sends more bytes, of fewer episodes each. **Seldom** sends fewer, and what it sends is older.',
  '7': (E) =>
    `One network is small, one middling, one large. **Sharing:** every ${E} episodes they exchange summaries, which any network can read. **Alone:** they exchange nothing.`,
  '8': (E) =>
    `Half-lengths run from 0.1 to 0.9 m. **Sharing:** every ${E} episodes they exchange summaries, although what is right for one pole may be wrong for another. **Alone:** they exchange nothing.`,
  '8-acrobot': (E) =>
    `**Sharing:** every ${E} episodes they exchange summaries. **Alone:** they exchange nothing. The learner is the tuned one.`,
}

/** The sentences under a question; words between ** are stressed. */
export function ledeOf(
  scenario: Scenario | null,
  { env, agents, period }: Config,
  mission: Mission,
  arms: readonly Arm[],
) {
  const who = agents === 1 ? 'One agent' : 'Each agent'
  const groups = scenario
    ? GROUPS[scenario.id](String(period))
    : arms.map(({ name, what }) => `**${name}:** ${what}.`).join(' ')
  return `${who} ${taskOf(env)}. ${groups} The mission is complete when ${missionOf({ mission, name: env })}.`
}

/** The question of a comparison of one's own. */
export function ownQuestion(arms: readonly Arm[], agents: number): string {
  const who = agents === 1 ? 'one agent' : `${inWords(agents)} agents`
  if (arms.length === 1) return capital(`how soon do ${who} learn with ${arms[0].name}?`)
  return capital(`do ${who} learn sooner with ${arms[0].name} than with ${arms[1].name}?`)
}

export const environmentNamed = (name: string) => environments.find((env) => env.name === name)
export const showField = (config: Config, name: keyof Config) =>
  (fields[name].show as (value: unknown) => string)(config[name])
