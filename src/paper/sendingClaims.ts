// Questions of ours about how much, how often and with whom agents exchange. Each changes one thing at the paper's point, so that
// no search has chosen what is asked.

import { arm, NOT_LARGER, SMALLER } from './arms.ts'
import { given } from './extensions.ts'
import type { Arm, Claim, ClaimCell, Quantity, Side } from './questions.ts'

const OURS = 'ours'
const NAMES = { mixfrd: 'MixFRD', frd: 'FRD', frl: 'FRL' } as const

const spent = (a: Arm, b: Arm): Quantity => ({ kind: 'spent', a, b })

/** Bytes until completion, and that it is no later by a tenth. */
function cheaper(a: Arm, b: Arm, bytes: Side): ClaimCell[] {
  return [
    { label: 'bytes until completion', quantity: spent(a, b), side: bytes },
    { label: 'episodes until completion', quantity: { kind: 'time', a, b }, side: NOT_LARGER },
  ]
}

const coded = (method: string, codec: string) => arm(method, 4, { codec })
const moved = (method: string) => arm(method, 4, given(['trigger', 'policy:0.1']))

const crowds = [8, 32] as const

/** A change of who takes part or of what is lost, which makes no method later by more than a tenth. */
const unharmed = (id: string, figure: string, text: string, change: Arm): Claim[] =>
  (['mixfrd', 'frd', 'frl'] as const).map((method) => ({
    id: `${id} ${method}`,
    place: OURS,
    text: `${text} ${NAMES[method]} completes no later by a tenth`,
    figure,
    cells: crowds.map((agents) => ({
      label: `N = ${agents}`,
      quantity: { kind: 'time', a: arm(method, agents, change), b: arm(method, agents) },
      side: NOT_LARGER,
    })),
  }))

/** Questions about what is sent, when, by whom, and what arrives. */
export const sendingClaims: readonly Claim[] = [
  {
    id: 'codec int8',
    place: OURS,
    text: 'with indices as distances and policies in 8 bits, MixFRD needs less than a quarter of its bytes until completion, and is no later by a tenth',
    figure: 'frontier',
    cells: cheaper(coded('mixfrd', 'delta-index+int8'), arm('mixfrd', 4), { below: 0.25 }),
  },
  {
    id: 'codec int4',
    place: OURS,
    text: 'in 4 bits it needs less than a sixth, and is no later by a tenth',
    figure: 'frontier',
    cells: cheaper(coded('mixfrd', 'delta-index+int4'), arm('mixfrd', 4), { below: 1 / 6 }),
  },
  {
    id: 'codec frl',
    place: OURS,
    text: "FRL's weights in 8 bits need fewer bytes until completion than MixFRD's float32, as the paper sends it",
    figure: 'frontier',
    cells: cheaper(coded('frl', 'int8'), arm('mixfrd', 4), SMALLER),
  },
  {
    id: 'codec frl both',
    place: OURS,
    text: 'they need fewer than MixFRD in 8 bits too',
    figure: 'frontier',
    cells: cheaper(coded('frl', 'int8'), coded('mixfrd', 'delta-index+int8'), SMALLER),
  },
  ...(['mixfrd', 'frd', 'frl'] as const).map(
    (method): Claim => ({
      id: `event ${method}`,
      place: OURS,
      text: `where only agents send whose policies have moved by 0.1, ${NAMES[method]} needs fewer bytes until completion, and is no later by a tenth`,
      figure: 'frontier',
      cells: cheaper(moved(method), arm(method, 4), SMALLER),
    }),
  ),
  ...unharmed('half', 'participation', 'where half of the agents take part in each exchange', { participation: 0.5 }),
  ...unharmed('lost', 'losses', 'where three frames of ten are lost', { dropout: 0.3 }),
]
