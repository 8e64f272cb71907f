// Claims of the "Ablation Study on FRD": the settings of Table 1, against each other and over the number of agents.

import { each, LARGER, MANY, NOT_SMALLER, SMALLER, time, under } from './arms.ts'
import { AGENTS, type TableSetting } from './figures.ts'
import type { Arm, Claim, Quantity } from './questions.ts'
import { BETWEEN } from './trafficFigures.ts'

const ABLATION = 'Ablation Study on FRD; Fig. 2'

/** The gain of N agents over a control under setting 2, over the same under setting 1. */
const gain = (n: number, control: (setting: TableSetting) => Arm): Quantity => ({
  kind: 'interaction',
  a: [under(2, 'frd', n), control(2)],
  b: [under(1, 'frd', n), control(1)],
})

/** Claims 5 to 9. */
export const ablationClaims: readonly Claim[] = [
  {
    id: '5',
    place: ABLATION,
    text: 'with S = 100 (setting 2) completion becomes sooner with the number of agents',
    figure: 'fig2',
    short: 'S = 100: sooner with more agents',
    isRead: true,
    cells: [1, 2].map((n) => ({
      label: `8 agents over ${n}`,
      quantity: time(under(2, 'frd', 8), under(2, 'frd', n)),
      side: SMALLER,
    })),
  },
  {
    id: '5 too small',
    place: ABLATION,
    text: 'too small an S keeps agents from helping: with S = 50 (setting 3; the paper cites Fig. 2(d) and must mean 2(c)) completion does not become sooner',
    figure: 'fig2',
    short: 'S = 50: not sooner with more agents',
    isRead: true,
    cells: [1, 2].map((n) => ({
      label: `8 agents over ${n}`,
      quantity: time(under(3, 'frd', 8), under(3, 'frd', n)),
      side: NOT_SMALLER,
    })),
  },
  {
    id: '5 difference',
    place: ABLATION,
    text: 'so setting 3 gains less from agents than setting 2',
    figure: 'fig2',
    short: 'S = 50 gains less than S = 100',
    isRead: true,
    cells: [1, 2].map((n) => ({
      label: `8 agents over ${n}`,
      quantity: {
        kind: 'interaction',
        a: [under(3, 'frd', 8), under(3, 'frd', n)],
        b: [under(2, 'frd', 8), under(2, 'frd', n)],
      },
      side: LARGER,
    })),
  },
  {
    id: '6',
    place: ABLATION,
    text: 'S sets the payload: FRD sends more with S = 100 (setting 2) than with S = 50 (setting 3)',
    figure: 'fig2',
    cells: each(AGENTS, LARGER, (n) => ({ kind: 'bytes', way: 'up', a: under(2, 'frd', n), b: under(3, 'frd', n) })),
  },
  {
    id: '7',
    place: ABLATION,
    text: 'too frequent exchange may be harmful: E = 10 (setting 4) completes later than E = 50 (setting 5)',
    figure: 'fig2',
    short: 'E = 10 later than E = 50',
    isRead: true,
    cells: each(AGENTS, LARGER, (n) => time(under(4, 'frd', n), under(5, 'frd', n))),
  },
  {
    id: '7 mechanism',
    place: ABLATION,
    text: 'because the states of agents are hardly correlated then: two agents share fewer clusters at E = 10 than at E = 50 (measured at S = 30, n = 50, in the states of PD)',
    figure: 'overlap',
    cells: [
      {
        label: 'E = 10 over E = 50',
        quantity: {
          kind: 'measured',
          figure: 'overlap',
          a: { panel: '', series: BETWEEN, x: 10 },
          b: { panel: '', series: BETWEEN, x: 50 },
        },
        side: SMALLER,
      },
    ],
  },
  {
    id: '8',
    place: ABLATION,
    text: 'a larger network does not always outdo a smaller one: n = 100 (setting 2) completes later than n = 24 (setting 1), for at least one N',
    figure: 'fig2',
    short: 'n = 100 later than n = 24',
    isRead: true,
    rule: 'any',
    cells: each(AGENTS, LARGER, (n) => time(under(2, 'frd', n), under(1, 'frd', n))),
  },
  {
    id: '8 steps',
    place: ABLATION,
    text: 'it often has a higher sample complexity: it takes more environment steps, for at least one N',
    figure: 'fig2',
    rule: 'any',
    cells: each(AGENTS, LARGER, (n) => ({ kind: 'steps', a: under(2, 'frd', n), b: under(1, 'frd', n) })),
  },
  {
    id: '8 alone',
    place: ABLATION,
    text: 'the same without an exchange (our control), in episodes, for at least one N',
    figure: 'fig2',
    rule: 'any',
    cells: each(AGENTS, LARGER, (n) => time(under(2, 'independent', n), under(1, 'independent', n))),
  },
  {
    id: '9',
    place: ABLATION,
    text: 'the federation gain is higher for the larger network: from one agent to N, setting 2 gains more than setting 1',
    figure: 'fig2',
    short: 'n = 100 gains more than n = 24',
    isRead: true,
    cells: each(MANY, SMALLER, (n) => gain(n, (setting) => under(setting, 'frd', 1))),
  },
  {
    id: '9 no exchange',
    place: ABLATION,
    text: 'the same, the gain being that over no exchange (our control)',
    figure: 'fig2',
    short: 'the same, over no exchange',
    isRead: true,
    cells: each(MANY, SMALLER, (n) => gain(n, (setting) => under(setting, 'independent', n))),
  },
  {
    id: '9 own',
    place: ABLATION,
    text: "the same, the gain being that over distilling one's own memory (our control): federation, not rescue",
    figure: 'fig2',
    cells: each(MANY, SMALLER, (n) => gain(n, (setting) => under(setting, 'own', n))),
  },
]
