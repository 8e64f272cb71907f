// Each tab an agent: one federation of one method, whose agents are tabs of this address. This tab shows its seat, its own
// agent, the scores of all, and the digest at the end, which is that of one process.

import { html, render, type TemplateResult } from 'lit-html'
import { armsOf, type Choice, commandOf, configOf, environmentOf, fromHash, toHash } from './choice.ts'
import { groupColour } from './colours.ts'
import { type Config, type Environment, methods } from './core.ts'
import { drawingOf } from './drawings.ts'
import { drawLanes, worldOf } from './lanes.ts'
import type { Outcome, Report, Track } from './messages.ts'
import { Means, signOf } from './mission.ts'
import { shownNumber } from './numbers.ts'
import { load, type Own } from './own.ts'
import { newWorker } from './pool.ts'
import { awaitedOf, completionOf, missingOf, roleOf } from './words.ts'

const STEPS_PER_SECOND = 250 // of the episode that is shown

export class Seating {
  readonly #root: HTMLElement
  readonly #say: (text: string) => void
  readonly #choice: Choice
  #own: Own | null = null
  #env: Environment | null = null
  #worker: Worker | null = null
  #config: Config | null = null
  #agent: number | null = null
  #here: readonly number[] = []
  #awaited: readonly number[] = []
  #episode = 0
  #best: number | null = null
  #means: Means | null = null
  #digest = ''
  #outcome: Outcome | null = null
  #stopped = ''
  #isRefused = false
  #isPaused = false
  #track: Track | null = null
  #step = 0
  #isStale = true

  constructor(root: HTMLElement, say: (text: string) => void) {
    this.#root = root
    this.#say = say
    const choice = fromHash(location.hash)
    // A federation has one method: that of the first group.
    this.#choice = choice
    this.#start()
  }

  get #given() {
    return armsOf(this.#choice)[0].given
  }

  #start(): void {
    try {
      this.#env = environmentOf(this.#given, this.#own)
      const config = configOf(this.#given, this.#env)
      methods[config.method].check?.(config)
      this.#means = new Means(this.#env.mission)
      this.#worker = newWorker()
      this.#worker.onmessage = ({ data }: MessageEvent<Report>) => this.#take(data)
      const file = this.#own?.env === this.#env ? this.#own.file : null
      const { agents: _, width: __, depth: ___, ...rest } = config
      this.#worker.postMessage({ type: 'apart', config: config.nets ? rest : config, file, isPaused: this.#isPaused })
      this.#stopped = ''
      this.#isRefused = false
    } catch (error) {
      this.#stopped = (error as Error).message
      this.#isRefused = true
    }
    this.#isStale = true
  }

  async #pick(file: File): Promise<void> {
    try {
      this.#own = await load({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
      this.#start()
    } catch (error) {
      this.#stopped = (error as Error).message
      this.#isRefused = true
      this.#isStale = true
    }
  }

  #take(report: Report): void {
    this.#isStale = true
    if (report.type === 'seat') {
      this.#config = report.config
      this.#agent = report.agent
      this.#say(roleOf(report.agent))
    } else if (report.type === 'here') {
      this.#here = report.agents
      this.#say(missingOf(report.agents.length, this.#config!.agents) || 'All agents are here')
    } else if (report.type === 'awaited') this.#awaited = report.agents
    else if (report.type === 'played') {
      this.#episode = report.episode
      const mean = this.#means!.next(report.scores)
      const sign = signOf(this.#env!.mission)
      this.#best = this.#best === null || sign * mean > sign * this.#best ? mean : this.#best
      const isOver = !this.#track || this.#step >= this.#track.length / this.#env!.observations
      if (report.track && isOver) {
        this.#track = report.track
        this.#step = 0
      }
    } else if (report.type === 'exchanged') this.#digest = `${report.digest} up to episode ${report.episode}`
    else if (report.type === 'done') {
      this.#outcome = report
      this.#digest = report.digest
      this.#awaited = []
      this.#say(completionOf(report))
    } else if (report.type === 'failed') {
      this.#stopped = report.message
      this.#isRefused = !report.isUnderWay
      this.#say(report.message)
    }
  }

  #pause(): void {
    this.#isPaused = !this.#isPaused
    this.#worker?.postMessage({ type: 'pause', isPaused: this.#isPaused })
    this.#isStale = true
  }

  get #state(): string {
    if (this.#stopped) return this.#stopped
    if (this.#outcome) return completionOf(this.#outcome)
    if (!this.#config) return 'Starting'
    const missing = missingOf(this.#here.length, this.#config.agents)
    if (missing) return missing
    const best = this.#best === null ? '' : `, best mean ${shownNumber(Math.round(this.#best * 10) / 10)}`
    return `${this.#isPaused ? 'Paused' : 'Training'}: episode ${this.#episode}${best}${awaitedOf(this.#awaited, this.#agent, this.#isPaused)}`
  }

  /** Draws what has changed, and goes on with the film of this tab's agent. */
  frame(milliseconds: number): void {
    if (this.#isStale) {
      this.#isStale = false
      render(this.#view(), this.#root)
    }
    const canvas = this.#root.querySelector('canvas')
    if (!canvas || !this.#config || this.#agent === null) return
    if (!this.#isPaused) this.#step += (milliseconds / 1000) * STEPS_PER_SECOND
    const env = this.#env!
    drawLanes(canvas, Math.min(canvas.parentElement!.clientWidth, 420), {
      drawing: drawingOf(env),
      env,
      worlds: [worldOf(this.#agent, env, this.#config)],
      tracks: this.#track ? [this.#track] : [],
      colour: groupColour(0),
      at: Math.floor(this.#step),
      said: [],
    })
  }

  #view(): TemplateResult {
    const given = this.#given
    const { method = 'mixfrd', env } = given
    const agents = this.#config?.agents ?? 0
    const isMissing = this.#config !== null && !this.#outcome && !this.#stopped && this.#here.length < agents
    const outcome = this.#outcome ? 'done' : this.#stopped ? (this.#isRefused ? 'refused' : 'stopped') : undefined
    const seats = Array.from({ length: agents }, (_, agent) => {
      const isHere = this.#here.includes(agent) || agent === this.#agent
      return html`<li class="${isHere ? 'taken' : ''} ${agent === this.#agent ? 'mine' : ''}">agent ${agent}: ${agent === this.#agent ? 'this tab' : isHere ? 'here' : 'free'}</li>`
    })
    const pick = (event: Event) => {
      const [file] = (event.target as HTMLInputElement).files ?? []
      if (file) this.#pick(file)
    }
    const back = { ...this.#choice, isApart: false }
    return html`<h1>Each tab an agent</h1>
      <article class="run" data-outcome=${outcome ?? ''}>
        <h2 data-part="title">${this.#agent === null ? method : `${method}, agent ${this.#agent}`}</h2>
        <p class="soft" data-part="doc">${methods[method].doc}. ${this.#agent === null ? '' : roleOf(this.#agent)}</p>
        <p class="state" data-part="state">${this.#state}</p>
        <ul class="seats" aria-label="Seats">${seats}</ul>
        <p class="invite" ?hidden=${!isMissing}><a href=${location.href} target="_blank" rel="noopener">Open one more tab</a></p>
        <p ?hidden=${!this.#isRefused || !env}><label>File of the environment <input name="file" type="file" accept=".js,.mjs" @change=${pick}></label></p>
        <div class="lanes"><canvas role="img" aria-label="The agent of this tab in its last episode that was filmed"></canvas></div>
        <div class="buttons"><button id="pause" type="button" class="main" @click=${() => this.#pause()}>${this.#isPaused ? 'Continue' : 'Pause'}</button>
          <a class="button" href=${toHash(back) || '#'}>Back to the questions</a></div>
        <dl><dt>Digest</dt><dd><code data-part="digest">${this.#digest || 'begins with the first exchange'}</code></dd>
          <dt>Check it</dt><dd><code data-part="command">${commandOf(given, this.#own)}</code></dd></dl>
        <p class="soft">The tabs talk to each other in this browser, in the frames of a run in one process, and end with its digest. The run goes at the pace of the slowest tab.</p>
      </article>`
  }
}
