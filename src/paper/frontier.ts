// What is tried for the frontier of bytes and time, as data: methods, codecs, periods, sections and when agents send, in three
// problems. The search is in frontierSearch.ts. All of this goes beyond the paper, whose own points are among what is tried.

import type { Config } from '../config/config.ts'
import { furtherFigures, given } from './extensions.ts'
import { STANDARD } from './figures.ts'
import { lengthsOf } from './worldsFigure.ts'

/** One way to exchange. */
export interface Candidate {
  readonly method: string
  readonly config: Partial<Config>
  /** whether it is judged whatever the search finds: the paper's points, no exchange, and what questions of ours ask about */
  readonly isJudged: boolean
  /** whether questions of ours ask about it, or compare with it */
  readonly isAsked: boolean
  /** whether it is one of the paper's points */
  readonly isPaper: boolean
}

/** A problem that is searched by itself. */
export interface Problem {
  readonly title: string
  readonly candidates: readonly Candidate[]
  /** so many seeds in all after each round of the search, from 1; after each but the last, the better half goes on */
  readonly rounds: readonly number[]
  /** so many other seeds, on which what was found is judged */
  readonly judged: number
  /** so many seeds, from 1, on which questions of ours are judged; 0 where there are none */
  readonly asked: number
}

/**
 * The first of the seeds on which what was found is judged: none that the search has seen. The paper's points have runs of these
 * seeds in Fig. 4.
 */
export const FIRST_JUDGED = 101

type Part = Partial<Config>

/** Every combination of one part of each list. */
const product = (lists: readonly (readonly Part[])[]): Part[] =>
  lists.reduce<Part[]>((all, list) => all.flatMap((left) => list.map((right) => ({ ...left, ...right }))), [{}])

const periods = (...values: readonly number[]) => values.map((period) => ({ period }))
const codecs = (...texts: readonly string[]) => texts.map((codec) => ({ codec }))
const AS_PAPER = codecs('float32')
const PROXIES = codecs('float32', 'delta-index+int8', 'delta-index+int4', 'top-k:64+delta-index+int4')
const WEIGHTS = codecs('float32', 'int8', 'int4')
const MEMORIES = codecs('float32', 'int4')
/** When agents send: always, in growing periods, or if their policies have moved. */
const WHEN: readonly Part[] = [{}, { growth: 1.5 }, given(['trigger', 'policy:0.1'])]

/** Candidates under what a problem has in common. @param asked whether a question of ours asks about one */
function candidatesOf(
  common: Part,
  grids: Readonly<Record<string, readonly (readonly Part[])[]>>,
  paper: Part,
  asked: (config: Part) => boolean = () => false,
): Candidate[] {
  const isSame = (part: Part) =>
    part.codec === 'float32' &&
    part.growth === undefined &&
    part.trigger === undefined &&
    (part.sections ?? paper.sections) === paper.sections &&
    part.period === paper.period
  const all = Object.entries(grids).flatMap(([method, lists]) =>
    product(lists).map((part): Candidate => {
      const isPaper = isSame(part)
      const config = { ...common, ...paper, ...part, method }
      const isAsked = asked(config)
      return { method, config, isPaper, isJudged: isPaper || isAsked, isAsked }
    }),
  )
  const isWithout = { isPaper: false, isJudged: true, isAsked: false }
  return [{ method: 'independent', config: { ...common, method: 'independent' }, ...isWithout }, ...all]
}

const PLACE = { sections: STANDARD.sections, period: STANDARD.period }

/** The paper's point, or one thing changed there, which questions of ours ask about (sendingClaims.ts). */
export const ASKED: readonly (readonly [method: string, change: Part])[] = [
  ...['mixfrd', 'frd', 'frl'].map((method) => [method, {}] as const),
  ['mixfrd', { codec: 'delta-index+int8' }],
  ['mixfrd', { codec: 'delta-index+int4' }],
  ['frl', { codec: 'int8' }],
  ...['mixfrd', 'frd', 'frl'].map((method) => [method, WHEN[2]] as const),
]

const isAsked = (config: Part) =>
  ASKED.some(([method, change]) => {
    const wanted = { codec: 'float32', growth: undefined, trigger: undefined, ...PLACE, ...change }
    return config.method === method && Object.entries(wanted).every(([name, is]) => config[name as keyof Config] === is)
  })

/** The setting of the paper's figures with four agents. */
const COMMON = { ...STANDARD, agents: 4 }

/** Four agents whose poles have half-lengths of 0.1 to 0.9 m. */
const WORLDS = { ...COMMON, worlds: { length: lengthsOf(0.4) } }

const ACROBOT = { ...furtherFigures.acrobot.base, preset: 'tuned', distillAdam: 'own', agents: 4 } as const

const FEW_WHEN = [WHEN[0], WHEN[2]]
const few = (...values: readonly number[]) => ({
  mixfrd: [periods(...values), codecs('float32', 'delta-index+int4'), FEW_WHEN],
  frd: [periods(...values), codecs('float32', 'delta-index+int4'), FEW_WHEN],
  frl: [periods(...values), codecs('float32', 'int8', 'int4'), FEW_WHEN],
  pd: [periods(...values), codecs('float32', 'int4'), FEW_WHEN],
})

/** The problems of the whole figure. */
export const problems: readonly Problem[] = [
  {
    title: 'CartPole',
    candidates: candidatesOf(
      COMMON,
      {
        mixfrd: [[10, 30].map((sections) => ({ sections })), periods(10, 25, 50), PROXIES, WHEN],
        frd: [[10, 30].map((sections) => ({ sections })), periods(10, 25, 50), [PROXIES[0], ...PROXIES.slice(2)], WHEN],
        frl: [periods(10, 25, 50), WEIGHTS, WHEN],
        pd: [periods(10, 25, 50), MEMORIES, FEW_WHEN],
      },
      PLACE,
      isAsked,
    ),
    rounds: [4, 8, 16],
    judged: 40,
    asked: 200,
  },
  {
    title: 'CartPole, poles of four lengths',
    candidates: candidatesOf(WORLDS, few(10, 25, 50), PLACE),
    rounds: [3, 6, 12],
    judged: 30,
    asked: 0,
  },
  {
    title: 'Acrobot, a tuned learner',
    candidates: candidatesOf(ACROBOT, few(5, 10, 25), { sections: 10, period: 10 }),
    rounds: [3, 6, 12],
    judged: 30,
    asked: 0,
  },
]

/** The problem of a quick figure: the paper's points and a few others, on a few seeds. */
export const quickProblems: readonly Problem[] = [
  {
    title: 'CartPole',
    candidates: candidatesOf(
      COMMON,
      {
        mixfrd: [periods(25), codecs('float32', 'delta-index+int4'), FEW_WHEN],
        frl: [periods(25), codecs('float32', 'int8'), FEW_WHEN],
        pd: [periods(25), AS_PAPER],
      },
      PLACE,
    ),
    rounds: [2, 4],
    judged: 6,
    asked: 0,
  },
]

export const FRONTIER_TITLE = 'Bytes and episodes until completion: what is the least that must be sent?'
