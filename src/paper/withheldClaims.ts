// Questions of ours about what an upload gives away: does it hide anything to keep back clusters of few visits, or to send
// policies in fewer bits, and what does it cost?

import { NOT_LARGER } from './arms.ts'
import type { Claim, ClaimCell, Spot } from './questions.ts'
import { GUESSED, OF_STEPS, POLICY_ERROR, PRICE, STATE_ERROR, TOLD } from './withheldFigure.ts'

const figure = 'withheld'
const PLAIN = 'float32'
const FEWEST_BITS = 'delta-index+int4'

/** At most half as many steps whose policy is told. */
const hides = (a: Omit<Spot, 'panel'>): ClaimCell => ({
  label: 'steps whose policy is told',
  quantity: { kind: 'measured', figure, a: { panel: TOLD, ...a }, b: { panel: TOLD, series: PLAIN, x: 1 } },
  side: { below: 0.5 },
})

/** A completion that is not later by more than a tenth. */
const isCheap = (a: Omit<Spot, 'panel'>): ClaimCell => ({
  label: 'completion',
  quantity: { kind: 'measuredMeans', figure, a: { panel: PRICE, ...a }, b: { panel: PRICE, series: PLAIN, x: 1 } },
  side: NOT_LARGER,
})

const kept = (id: string, what: string, x: number): Claim => ({
  id: `withheld ${id}`,
  place: 'ours',
  text: `keeping back clusters ${what} hides at least half of the policies of single steps that an upload of FRD tells to within 0.01, and costs at most a tenth in completion`,
  figure,
  cells: [hides({ series: PLAIN, x }), isCheap({ series: PLAIN, x })],
})

/** Questions about what is kept back. */
export const withheldClaims: readonly Claim[] = [
  kept('single', 'of a single visit', 2),
  kept('few', 'of fewer than 20 visits', 20),
  {
    id: 'withheld guessed',
    place: 'ours',
    text: 'where FRD keeps back clusters of fewer than 20 visits, at least half of the policies of single steps stay hidden also from a receiver who takes for such a cluster the policy of the nearest that is sent',
    figure,
    cells: [hides({ series: GUESSED, x: 20 })],
  },
  {
    id: 'withheld states',
    place: 'ours',
    text: 'where clusters of fewer than 20 visits are kept back, the states of the clusters that are sent are guessed worse by at least a tenth, each beside its prior',
    figure,
    cells: [
      {
        label: '20 visits over 1',
        quantity: {
          kind: 'measured',
          figure,
          a: { panel: STATE_ERROR, series: OF_STEPS, x: 20 },
          b: { panel: STATE_ERROR, series: OF_STEPS, x: 1 },
        },
        side: { above: 1.1 },
      },
    ],
  },
  {
    id: 'withheld bits',
    place: 'ours',
    text: 'in 4 bits the policies that FRD sends hide those of single steps: a receiver errs by at least a tenth more than with float32, at a cost of at most a tenth in completion',
    figure,
    cells: [
      {
        label: 'error of the policy',
        quantity: {
          kind: 'measured',
          figure,
          a: { panel: POLICY_ERROR, series: FEWEST_BITS, x: 1 },
          b: { panel: POLICY_ERROR, series: PLAIN, x: 1 },
        },
        side: { above: 1.1 },
      },
      isCheap({ series: FEWEST_BITS, x: 1 }),
    ],
  },
]
