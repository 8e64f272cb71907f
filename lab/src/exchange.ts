// What they exchange, for the period under the playhead: one moment, the cluster that takes it, one entry byte by byte, and
// what the period takes in three tellings. A group that sends something else says what.

import { html, type TemplateResult } from 'lit-html'
import { drawBlocks, tellingsOf } from './blocks.ts'
import { type Environment, entryBytes, type PayloadKind } from './core.ts'
import type { Drawing } from './lanes.ts'
import { drawMap } from './map.ts'
import type { Memory } from './memory.ts'
import type { Exchanged } from './messages.ts'
import { grouped, shownBytes, twoDigits } from './numbers.ts'
import type { Reel } from './reel.ts'
import { drawRulers } from './rulers.ts'
import type { Place } from './tour.ts'

export interface ExchangeView {
  readonly reels: readonly Reel[]
  /** the group whose agent 0 is shown */
  readonly group: number
  readonly memory: Memory
  readonly drawing: Drawing
  readonly place: Place
  /** px of the whole section, inside */
  readonly width: number
  readonly onGroup: (group: number) => void
}

/** What travels of each kind, as a sentence about a group. */
const SENT: Readonly<Record<PayloadKind, string>> = {
  none: 'sends nothing: what it gathers stays with it',
  proxies: 'sends its summary: one entry per situation, however often it was met',
  visits: 'sends its summary, and how often each situation was met',
  replay: 'sends its raw memory: every step that it made',
  weights: 'sends the weights of its network, whatever it met',
  policies: 'sends its policies at states that all agents know',
}

const actionsOf = ({ actions, name }: Environment): readonly string[] =>
  actions === 2 && name === 'CartPole-v1' ? ['left', 'right'] : Array.from({ length: actions }, (_, a) => `action ${a}`)

/** What the numbers of an entry are called, in their order. */
function namesOf(payload: PayloadKind, env: Environment): readonly string[] {
  if (payload === 'weights') return ['a weight']
  if (payload === 'policies') return actionsOf(env)
  if (payload === 'replay') return [...env.components.map((name) => name.replaceAll('-', ' ')), ...actionsOf(env)]
  return ['situation', ...(payload === 'visits' ? ['met'] : []), ...actionsOf(env)]
}

/** What an entry of each kind is called, as a plural. */
const NOUNS: Readonly<Record<PayloadKind, string>> = {
  none: 'entries',
  proxies: 'entries',
  visits: 'entries',
  replay: 'steps',
  weights: 'weights',
  policies: 'policies',
}

/** What was sent last, as its receivers read it, and the bytes in which it travelled. */
function sentView({ sent, up, down, episode }: Exchanged, payload: PayloadKind, { env, group }: Reel): TemplateResult {
  if (sent.head.length === 0) {
    return html`<p class="soft" data-part="sent">After episode ${episode}, agent 0 sent nothing.</p>`
  }
  const whole = payload === 'proxies' ? 1 : payload === 'visits' ? 2 : 0
  const numbers = sent.first.map((value, k) => (k < whole ? String(value) : twoDigits(value)))
  const first = namesOf(payload, env).map((name, k) => `${name} ${numbers[k]}`)
  const bytes = Array.from(sent.head, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const { codec } = group.config
  const how = codec === 'float32' ? 'They begin' : html`The codec <code>${codec}</code> writes them so that they begin`
  const what =
    payload === 'weights' ? 'the weights of its policy network' : `${grouped(sent.entries)} ${NOUNS[payload]}`
  return html`<p class="soft" data-part="sent">In the last exchange, after episode ${episode}, agent 0 sent ${what} in ${grouped(up)} bytes, and received ${grouped(down)} bytes.
    ${how} <code>${bytes}</code>${sent.first.length ? `, and a receiver reads first: ${first.join(', ')}` : ''}.</p>`
}

function entryRows(payload: PayloadKind, memory: Memory, reel: Reel): readonly (readonly [string, number])[] {
  const { env } = reel
  const names = actionsOf(env)
  const entry = memory.entries.get(memory.cluster)
  const isEmpty = reel.group.config.method === 'uniform'
  const policy = names.map((name, a) => {
    const p = entry ? entry.sums[a] / entry.visits : 0
    return [`${name} ${(isEmpty ? 1 / env.actions : p).toFixed(2)}`, 4] as const
  })
  if (payload === 'weights')
    return [
      ['a weight', 4],
      ['a weight', 4],
      [`${grouped(reel.weights)} in all`, 4 * reel.weights],
    ]
  if (payload === 'policies') return policy
  if (payload === 'replay') return [...env.components.map((name) => [name.replaceAll('-', ' '), 4] as const), ...policy]
  const visits = payload === 'visits' ? [[`met ${entry?.visits ?? 0} times`, 4] as const] : []
  return [[`situation ${memory.cluster}`, 4], ...visits, ...policy]
}

function entryTitle(payload: PayloadKind, reel: Reel): string {
  if (payload === 'weights') return '3. One weight: 4 bytes'
  if (payload === 'policies') return `3. One policy: ${entryBytes('policies', reel.env)} bytes`
  if (payload === 'replay') return `3. One step: ${entryBytes('replay', reel.env)} bytes`
  return `3. One entry: ${entryBytes(payload === 'visits' ? 'visits' : 'proxies', reel.env)} bytes`
}

export function exchangeView(view: ExchangeView): TemplateResult {
  const { reels, group, memory, drawing, place, width, onGroup } = view
  const reel = reels[group]
  const { env } = reel
  const { config, payload, name } = reel.group
  const S = memory.grid.sections
  const columns = width > 1000 ? [0.29, 0.27, 0.145, 0.245] : width > 620 ? [0.48, 0.48, 0.3, 0.6] : [1, 1, 1, 1]
  const px = (k: number) => Math.floor(width * columns[k])
  const track = reel.episodes[place.episode - 1]?.tracks[0]
  const steps = track ? track.length / env.observations - 1 : 0
  const at = Math.min(place.step, Math.max(steps - 1, 0)) * env.observations
  const state = track ? track.subarray(at, at + env.observations) : new Float32Array(env.observations)
  const sections = memory.grid.sectionsOf(memory.entries.size ? memory.cluster : memory.grid.indexOf(state))
  const isSummary = payload !== 'weights' && payload !== 'policies' && payload !== 'replay'
  const entries = memory.entries.size
  const what = memory.isNew
    ? 'It is new: the summary grows by one entry.'
    : 'It was met before: the summary does not grow.'
  const exchange = reel.exchanges.filter(({ episode }) => episode < place.episode).at(-1)
  const isCoded = config.codec !== 'float32'
  const coming = isCoded ? reel.exchanges.find(({ episode }) => episode >= place.episode) : undefined
  const space = { observations: env.observations, actions: env.actions, clusters: memory.grid.clusters }
  if (isCoded) {
    reel.code(`${place.episode} ${place.step}`, () => ({
      ...{ codec: config.codec, kind: payload, proxies: memory.proxies(), steps: memory.steps },
      ...{ weights: reel.weights, space, base: coming?.sent.base ?? null },
    }))
  }
  const period =
    config.memoryReset === 'exchange'
      ? `episodes ${memory.first} to ${place.episode}`
      : `all episodes to ${place.episode}`
  return html`
    <div class="heading">
      <h2>What do they exchange? The situations they met, each with its average policy</h2>
      <div class="picks" role="group" aria-label="Group">
        ${reels.map(
          (one, k) =>
            html`<button type="button" class="pick group${k}" aria-pressed=${k === group} @click=${() => onGroup(k)}>${one.group.name}</button>`,
        )}
      </div>
    </div>
    <p class="soft">${name} ${SENT[payload]}.${config.method === 'uniform' ? ' What arrives says only "either way".' : ''}</p>
    <div class="steps">
      <section>
        <h3>1. One moment of agent 0</h3>
        <p class="soft">Each number falls into one of S = ${S} sections; together they number the situation.${Object.keys(drawing.ends).length ? ' Pale: the pole has fallen there.' : ''}</p>
        ${drawRulers({ env, drawing, grid: memory.grid, state, sections }, px(0))}
      </section>
      <section>
        <h3>2. Its situation takes the average</h3>
        <p class="soft">Arrow: which way the agent pushes there, on average. Darker: more situations in one square.</p>
        ${drawMap(memory, env, px(1))}
      </section>
      <section>
        <h3>${entryTitle(payload, reel)}</h3>
        <p class="soft">${isSummary ? 'The number of a situation, and how likely each action is there; however often it was met.' : payload === 'replay' ? 'For every step.' : 'However much was met.'}${isCoded ? html` The codec <code>${config.codec}</code> sends it in fewer.` : ''}</p>
        <table class="entry">
          <caption class="hidden">The fields of what is sent, with their bytes</caption>
          <tbody>
            ${entryRows(payload, memory, reel).map(([text, bytes]) => html`<tr><td>${text}</td><td>${shownBytes(bytes)}</td></tr>`)}
          </tbody>
        </table>
        <p class="soft">${grouped(entries)} entries so far, for the ${grouped(memory.steps)} steps of ${period}. ${entries ? what : ''}</p>
      </section>
      <section>
        <h3>4. The same episodes told in three ways</h3>
        <p class="soft">Blocks of 1 kB that agent 0 would send now.${isCoded && payload !== 'none' ? ' What is sent is as its codec writes it; the others are not coded.' : ''}</p>
        ${drawBlocks(tellingsOf(memory, env, reel.weights, payload, reel.coded), px(3))}
      </section>
    </div>
    ${exchange && payload !== 'none' ? sentView(exchange, payload, reel) : ''}`
}
