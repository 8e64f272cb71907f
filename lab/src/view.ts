// The head of the page, the column of one run and the column of many runs, as templates.

import { html, type TemplateResult } from 'lit-html'
import type { App } from './app.ts'
import { betView } from './bet.ts'
import { isArchived, openings, scenarioOf } from './choice.ts'
import type { Comparison } from './comparison.ts'
import { methods } from './core.ts'
import { drawCurves } from './curves.ts'
import { drawInterval } from './interval.ts'
import type { Many } from './many.ts'
import { shownBytes } from './numbers.ts'
import { ledeOf, ownQuestion, questionOf, scenarios } from './scenarios.ts'
import { drawStrip } from './strip.ts'
import { curvesTable, runsTable, tableOf } from './tables.ts'
import { verdictOf } from './verdict.ts'

export type Act = (name: 'picture' | 'png' | 'share' | 'command', from?: Event) => void

/** Words between ** are stressed. */
const stressed = (text: string) => text.split('**').map((part, i) => (i % 2 ? html`<strong>${part}</strong>` : part))

/** What a method that cannot run these settings says. */
function refusal({ choice, comparison }: App): string {
  const refuses = scenarioOf(choice)?.refuses
  if (!refuses || !comparison) return ''
  try {
    methods[refuses].check?.(comparison.groups[0].config)
    return ''
  } catch (error) {
    return `${refuses.toUpperCase()}, which averages weights, cannot: ${(error as Error).message}`
  }
}

export function headView(app: App): TemplateResult {
  const { choice, comparison, problem } = app
  const scenario = scenarioOf(choice)
  const agents = comparison?.groups[0].config.agents ?? (scenario ? openings[scenario.id].agents : 2)
  const groups = comparison?.groups ?? []
  const question = scenario
    ? questionOf(scenario, agents)
    : comparison
      ? ownQuestion(groups, agents)
      : 'Two methods of your own choice'
  const here = scenario?.of ?? scenario?.id
  const no = refusal(app)
  return html`
    <h1>${question}</h1>
    ${comparison ? html`<p class="lede">${stressed(ledeOf(scenario, groups[0].config, comparison.env.mission, groups))}</p>` : ''}
    ${no ? html`<p class="refusal">${no}</p>` : ''}
    <nav class="chips controls" aria-label="Questions">
      ${scenarios
        .filter((one) => !one.of)
        .map(
          ({ id, chip }) =>
            html`<button type="button" class="chip" aria-current=${here === id ? 'true' : 'false'} @click=${() => app.ask(id)}><span>${id}</span> ${chip}</button>`,
        )}
    </nav>
    ${
      here === '8'
        ? html`<p class="variants controls">Worlds: <button type="button" class="link" aria-pressed=${scenario?.id === '8'} @click=${() => app.ask('8')}>pole lengths</button>
      <button type="button" class="link" aria-pressed=${scenario?.id === '8-acrobot'} @click=${() => app.ask('8-acrobot')}>Acrobot</button>
      <button type="button" class="link" @click=${() => app.give('env', 'own file')}>your own JavaScript</button></p>`
        : ''
    }
    <p id="problem" role="alert">${problem}</p>`
}

const PLAY = '▶'
const PAUSE = '❚❚'

export function oneView(app: App, comparison: Comparison, width: number): TemplateResult {
  const show = app.show!
  const { reels, place, isPlaying, visiting, copy } = show
  const rule =
    comparison.archive && comparison.choice.given.seed === undefined
      ? "The most typical of the archive's seeds, chosen by rule. "
      : ''
  const isShort = comparison.groups[0].config.agents > 4 ? ' Agents 0 to 3 are drawn.' : ''
  const act = (action: number) => (event: Event) => {
    event.preventDefault()
    show.act(action)
  }
  return html`<div class="top">
    <h2>One run: seed ${comparison.seed}</h2>
    <p class="soft">${rule}${visiting ? 'You play.' : copy ? 'A copy was pushed; the run stays as it was.' : html`Episode <span class="episode" .textContent=${String(place.episode)}></span> of each, or its last, as it was played.`}${isShort}</p>
    <div class="stage" aria-hidden="true">
      ${reels.map(({ group }, g) => html`<div class="row" ?hidden=${visiting !== null && g > 0}><span class="name who group${g}">${visiting ? 'You' : group.name}</span><div class="lanes"><canvas></canvas></div></div>`)}
    </div>
    ${
      visiting
        ? html`<div class="yours">
          <button type="button" class="half" @pointerdown=${act(0)} @click=${act(0)}>← push left</button>
          <button type="button" class="half" @pointerdown=${act(1)} @click=${act(1)}>push right →</button>
          <p role="status">${visiting.isOver ? `You held it for ${visiting.steps} steps. Your summary would have ${visiting.entries} entries: ${shownBytes(12 * visiting.entries)}.` : 'Hold the pole upright: arrow keys, or the two halves.'}</p>
          <button type="button" @click=${() => show.visit(visiting.isSlow)}>Again</button>
          <button type="button" aria-pressed=${visiting.isSlow} @click=${() => show.visit(!visiting.isSlow)}>Half speed</button>
          <button type="button" @click=${() => show.play(false)}>Back to the run</button>
        </div>`
        : ''
    }
    </div><div class="rest">
    <p class="soft">Best agent's mean of its last ${comparison.env.mission.window} scores, by episode. Ticks: exchanges. End marks: mission complete.</p>
    ${drawCurves({ reels, width, onScrub: (episode) => show.go({ episode, step: 60 }) })}
    <label class="scrub"><span class="hidden">Episode</span>
      <input type="range" id="scrub" min="1" max=${show.episodes} .value=${String(place.episode)} aria-valuetext="episode ${place.episode} of ${show.episodes}"
        @input=${(event: Event) => show.go({ episode: Number((event.target as HTMLInputElement).value), step: 60 })}></label>
    <div class="buttons controls">
      <button type="button" id="play" class="main" @click=${() => show.play(!isPlaying)}><span aria-hidden="true">${isPlaying ? PAUSE : PLAY}</span> ${isPlaying ? 'Pause' : 'Play'}<span class="hidden"> the film</span></button>
      <button type="button" id="step" @click=${() => show.step()}>Step</button>
      <button type="button" id="next" aria-label="Next exchange" @click=${() => show.nextExchange()}>Exchange</button>
      ${
        show.drawing.push
          ? html`<button type="button" id="push" aria-label="Push a cart" @click=${() => show.push()}>Push</button>
        <button type="button" id="visit" @click=${() => show.visit(false)}>Play it</button>`
          : ''
      }
    </div>
    ${tableOf(app, 'curves', 'The curves as a table', () => curvesTable(show.reels))}
    <details class="controls"><summary>This run: digests, commands, weights</summary>
      ${reels.map(
        ({ group, outcome, weights }, g) => html`<p class="replay"><strong class="group${g}">${group.name}</strong>
        <code data-part="command">${group.command}</code>
        <code data-part="digest">${outcome?.digest ?? 'at the end of the run'}</code>
        ${outcome && weights ? html`<button type="button" @click=${() => app.weights(g)}>Weights (safetensors)</button>` : ''}</p>`,
      )}
    </details></div>`
}

export function manyView(app: App, comparison: Comparison, many: Many, width: number, act: Act): TemplateResult {
  const scenario = scenarioOf(app.choice)
  const { headline, paragraphs, winner } = verdictOf(comparison, many, app.isSpread)
  const drawn = many.seeds
  const runs = drawn * comparison.groups.length
  const rings = comparison.archive
    ? `Hollow: computed earlier. Filled: computed here, the same to the last bit (${app.same} of ${Math.min(runs, comparison.archive.arms[0].completions.length * comparison.groups.length)}). `
    : isArchived(comparison.choice)
      ? 'The archive has no runs of this. '
      : ''
  const pale = app.before ? 'Pale, below the lines: before your change. ' : ''
  return html`
    <h2>Many runs: seeds 1 to ${app.target}<span class="long">, computed here, in order</span></h2>
    <p class="soft">Each mark is one run; a seed is one random start, the same for all groups. ${rings}${pale}Choose a mark to watch its run.</p>
    ${drawStrip({
      comparison,
      many,
      before: app.before,
      width,
      focus: app.focus,
      onOpen: (seed) => app.open(seed),
      onFocus: (group, seed) => {
        app.focus = { group, seed }
        app.stale.add('many')
      },
    })}
    ${many.versus.map((_, k) => drawInterval(comparison, many, k + 1, width, app.target))}
    <section class="verdict ${winner === null ? '' : `group${winner}`}" aria-label="Verdict">
      <h3>${headline}</h3>
      ${paragraphs.map((text) => html`<p>${text}</p>`)}
      ${scenario ? html`<p class="controls"><button type="button" class="link" @click=${() => app.ask(scenario.next)}>${scenario.after}</button></p>` : ''}
    </section>
    ${betView(app, comparison, many)}
    <div class="buttons controls">
      <button type="button" id="pause" class="main" ?disabled=${drawn >= app.target} @click=${() => app.pause(!app.isPaused)}>
        <span aria-hidden="true">${app.isPaused ? PLAY : '■'}</span> ${app.isPaused ? 'Continue' : 'Stop here'}</button>
      <button type="button" id="more" @click=${() => app.drawMore()}>50 more seeds</button>
      <button type="button" id="csv" @click=${() => app.csv()}>Data (CSV)</button>
      <button type="button" id="svg" @click=${(event: Event) => act('picture', event)}>Picture (SVG)</button>
      <button type="button" id="png" @click=${(event: Event) => act('png', event)}>PNG</button>
      <button type="button" id="copy" @click=${(event: Event) => act('command', event)}>Copy the command</button>
      <span class="soft progress">${drawn} of ${app.target} seeds, ${Math.round(app.seconds)} s${app.note ? `. ${app.note}` : ''}</span>
    </div>
    ${tableOf(app, 'runs', 'All runs as a table', () => runsTable(app, comparison, many))}`
}
