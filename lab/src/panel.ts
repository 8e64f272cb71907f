// One run on the page: its worker, what the worker has reported so far, and how that is drawn. Drawing is divided into
// parts, and one frame draws at most one chart, so that no task blocks the page.

import type uPlot from 'uplot'
import { drawCarts, REAL_TIME, stepsOf } from './carts.ts'
import { bytesChart, type Extent, redraw, scoresChart, shownBytes, thinned } from './charts.ts'
import { type Config, methods } from './core.ts'
import { drawHeat } from './heatmap.ts'
import { type Command, type Exchanged, type Film, type Heat, type Outcome, type Report, SHOWN } from './messages.ts'
import { type Choice, commandOf, configOf } from './settings.ts'
import { awaitedOf, completionOf, missingOf, roleOf } from './words.ts'

/** The parts that are drawn one by one. */
const PARTS = ['carts', 'words', 'scores', 'heat', 'bytes'] as const
type Part = (typeof PARTS)[number]

/** Mission [P]: mean score over the last 10 episodes. */
const WINDOW = 10

const REST = 100 // steps between two showings of the last episode

export interface Pace {
  /** whether training does not wait for the films, so that the latest episode is shown */
  readonly flatOut: boolean
  readonly stepsPerSecond: number
  readonly isPaused: boolean
}

export class Panel {
  readonly method: string
  readonly #root: HTMLElement
  readonly #extent: Extent
  readonly #tell: (text: string) => void
  readonly #worker: Worker
  readonly #charts: { scores?: uPlot; bytes?: uPlot } = {}
  readonly #stale = new Set<Part>(PARTS)
  #pace: Pace
  #config: Config | null = null
  #showsStates = true
  #scores: number[][] = []
  #means: number[][] = []
  readonly #exchanges: Exchanged[] = []
  /** the bytes of all exchanges so far, after each exchange */
  readonly #totals = [{ episode: 0, up: 0, down: 0 }]
  #heat: Heat | null = null
  #film: Film | null = null
  #at = 0
  #isAsked = false
  #outcome: Outcome | null = null
  /** the agent of this tab, where each tab is one agent */
  #agent: number | null = null
  #missing = ''
  #awaited: readonly number[] = []
  #stopped = ''

  constructor(
    into: Element,
    { given, isApart }: Choice,
    method: string,
    extent: Extent,
    pace: Pace,
    tell: (text: string) => void,
  ) {
    const template = document.querySelector<HTMLTemplateElement>('#run')!
    this.#root = template.content.firstElementChild!.cloneNode(true) as HTMLElement
    into.append(this.#root)
    this.method = method
    this.#extent = extent
    this.#pace = pace
    this.#tell = tell
    this.#write('title', method)
    this.#write('doc', methods[method].doc)
    this.#write('command', commandOf(given, method))
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => this.#take(data)
    this.#send({ type: 'start', config: configOf(given, method), isApart, flatOut: this.#isFlatOut })
    if (!pace.isPaused) this.#ask()
  }

  get #isFlatOut(): boolean {
    return this.#pace.flatOut && !this.#pace.isPaused
  }

  close(): void {
    this.#worker.terminate()
    for (const chart of Object.values(this.#charts)) chart.destroy()
    this.#root.remove()
  }

  setPace(pace: Pace): void {
    this.#pace = pace
    this.#send({ type: 'flatOut', flatOut: this.#isFlatOut })
    if (!pace.isPaused && this.#isOver) this.#ask()
    this.#stale.add('words')
  }

  /** Shows one more episode while the run is paused. */
  step(): void {
    this.#at = Number.POSITIVE_INFINITY
    this.#ask()
  }

  resized(): void {
    for (const part of PARTS) this.#stale.add(part)
  }

  /** Moves the carts, and draws at most one of the other parts. */
  frame(milliseconds: number): void {
    if (!this.#config) return
    if (!this.#pace.isPaused) {
      this.#at += (milliseconds / 1000) * (this.#outcome ? REAL_TIME : this.#pace.stepsPerSecond)
      if (this.#film) this.#stale.add('carts')
      if (this.#isOver) this.#ask()
    }
    // The last episode is shown again and again, with a pause in between.
    if (this.#outcome && this.#at > this.#length + REST) this.#at = 0
    if (this.#stale.delete('carts')) {
      const carts = this.#part('carts')
      drawCarts(carts as HTMLCanvasElement, carts.parentElement!.clientWidth, this.#lanes, this.#film, this.#at)
    }
    const next = PARTS.find((part) => this.#stale.delete(part))
    if (next === 'words') this.#drawWords()
    else if (next === 'scores') this.#drawScores()
    else if (next === 'bytes') this.#drawBytes()
    else if (next === 'heat') {
      const canvas = this.#part('heat') as HTMLCanvasElement
      const width = canvas.parentElement!.clientWidth
      drawHeat(canvas, width, 210, this.#config.ranges, this.#heat)
    }
  }

  /** The agents whose carts are drawn. */
  get #lanes(): readonly number[] {
    if (this.#agent !== null) return [this.#agent]
    return Array.from({ length: Math.min(this.#config!.agents, SHOWN) }, (_, i) => i)
  }

  /** Steps of the film's longest track. */
  get #length(): number {
    return this.#film ? Math.max(...this.#film.tracks.map(stepsOf)) : 0
  }

  get #isOver(): boolean {
    return this.#at >= this.#length
  }

  #ask(): void {
    if (this.#isAsked || this.#outcome) return
    this.#isAsked = true
    this.#send({ type: 'next' })
  }

  #send(command: Command): void {
    this.#worker.postMessage(command)
  }

  #part(name: string): HTMLElement {
    return this.#root.querySelector<HTMLElement>(`[data-part="${name}"]`)!
  }

  #write(name: string, text: string): void {
    const part = this.#part(name)
    if (part.textContent !== text) part.textContent = text
  }

  #take(report: Report): void {
    if (report.type === 'ready') {
      this.#config = report.config
      this.#showsStates = report.showsStates
      this.#extent.limit = report.limit
      this.#scores = Array.from({ length: report.config.agents }, () => [])
      this.#means = this.#scores.map(() => [])
      this.#agent = report.agent
      if (report.agent !== null) {
        this.#write('title', `${this.method}, agent ${report.agent}`)
        this.#write('doc', `${methods[this.method].doc}. ${roleOf(report.agent)}`)
      }
    } else if (report.type === 'here') {
      const missing = missingOf(report.agents.length, this.#config!.agents)
      this.#missing = missing
      this.#tell(`${this.method}: ${missing || 'all agents are here'}`)
      this.#part('invite').hidden = missing === ''
      ;(this.#part('another') as HTMLAnchorElement).href = location.href
    } else if (report.type === 'awaited') this.#awaited = report.agents
    else if (report.type === 'progress') this.#grow(report.scores, report.exchanges, report.heat)
    else if (report.type === 'film') {
      this.#isAsked = false
      this.#film = report
      this.#at = 0
      this.#stale.add('carts')
    } else if (report.type === 'done') {
      this.#outcome = report
      this.#awaited = []
      this.#tell(`${this.method}: ${completionOf(report)}`)
    } else if (report.type === 'stopped') {
      this.#stopped = report.message
      this.#root.dataset.outcome = 'stopped'
      this.#tell(`${this.method} stopped: ${report.message}`)
    } else {
      this.#root.dataset.outcome = 'refused'
      this.#write('state', report.message)
      this.#tell(`${this.method} refused: ${report.message}`)
    }
    this.#stale.add('words')
  }

  #grow(scores: readonly (readonly number[])[], exchanges: readonly Exchanged[], heat: Heat | null): void {
    for (const episode of scores) {
      for (const [agent, score] of episode.entries()) {
        const own = this.#scores[agent]
        own.push(score)
        const recent = own.slice(-WINDOW)
        this.#means[agent].push(recent.reduce((sum, value) => sum + value, 0) / recent.length)
      }
    }
    this.#exchanges.push(...exchanges)
    if (heat) this.#heat = heat
    for (const { episode, up, down } of exchanges) {
      const before = this.#totals.at(-1)!
      this.#totals.push({ episode, up: before.up + up, down: before.down + down })
    }
    const totals = this.#totals.at(-1)!
    this.#extent.episodes = Math.max(this.#extent.episodes, this.#scores[0].length)
    this.#extent.bytes = Math.max(this.#extent.bytes, totals.up, totals.down)
    this.#stale.add('scores')
    if (exchanges.length) this.#stale.add('bytes')
    if (heat) this.#stale.add('heat')
  }

  #drawScores(): void {
    const root = this.#part('scores')
    const shown = Math.min(this.#config!.agents, SHOWN)
    this.#charts.scores ??= scoresChart(root, shown, this.#extent)
    const kept = thinned(this.#scores[0].length)
    const pick = (list: readonly number[]) => kept.map((k) => list[k])
    const rows = [...this.#scores.slice(0, shown), ...this.#means.slice(0, shown)].map(pick)
    redraw(this.#charts.scores, root, [kept.map((k) => k + 1), ...rows])
  }

  #drawBytes(): void {
    const root = this.#part('bytes')
    this.#charts.bytes ??= bytesChart(root, this.#extent)
    const kept = thinned(this.#totals.length).map((k) => this.#totals[k])
    const last = { ...kept.at(-1)!, episode: this.#scores[0].length }
    const all = last.episode > kept.at(-1)!.episode ? [...kept, last] : kept
    redraw(this.#charts.bytes, root, [all.map((t) => t.episode), all.map((t) => t.up), all.map((t) => t.down)])
  }

  #drawWords(): void {
    const { agents, period } = this.#config!
    const episodes = this.#scores[0].length
    const best = Math.max(0, ...this.#means.map((list) => list.at(-1) ?? 0))
    const outcome = this.#outcome
    const so = `episode ${episodes}, best 10-episode mean ${best.toFixed(1)}`
    const isPaused = this.#pace.isPaused
    const waiting = awaitedOf(this.#awaited, this.#agent, isPaused)
    const under = `${isPaused ? 'Paused' : 'Training'}: ${so}${waiting}`
    this.#write('state', this.#stopped || (outcome ? completionOf(outcome) : this.#missing || under))
    if (outcome) this.#root.dataset.outcome = 'done'
    const progress = this.#part('progress') as HTMLProgressElement
    progress.value = Math.min(best, progress.max)
    this.#write('episode', String(this.#film?.episode ?? 0))
    const more = agents > SHOWN ? `; agents 0 to ${SHOWN - 1} of ${agents} are drawn` : ''
    const whose = this.#agent === null ? `Carts and poles of ${agents} agents` : `Cart and pole of agent ${this.#agent}`
    this.#describe('scores', `Scores of each agent: ${so}${more}`)
    this.#describe('carts', `${whose} in episode ${this.#film?.episode ?? 0}${this.#agent === null ? more : ''}`)
    this.#write('digest', outcome ? outcome.digest : this.#chainSoFar())
    const totals = this.#totals.at(-1)!
    const bytes = this.#exchanges.length
      ? `Solid: sent to the server, ${shownBytes(totals.up)}. Dashed: received, ${shownBytes(totals.down)}. ${this.#exchanges.length} exchange${this.#exchanges.length > 1 ? 's' : ''}.`
      : methods[this.method].targets
        ? `The first exchange comes after episode ${period}.`
        : 'No exchange: nothing is sent.'
    this.#write('bytesNote', bytes)
    this.#describe('bytes', `Bytes of all agents. ${bytes}`)
    const states = this.#statesNote(totals.up)
    this.#write('heatNote', states)
    this.#describe('heat', `Policy by pole angle and angular velocity. ${states}`)
  }

  #statesNote(up: number): string {
    if (!methods[this.method].targets) return 'Nothing is sent, so there is nothing to see.'
    if (!this.#showsStates) {
      return this.#exchanges.length && !up ? 'Nothing is sent.' : 'This method sends no states: the map stays empty.'
    }
    if (!this.#heat) return 'Nothing has been sent: the first exchange is still to come.'
    const count = this.#heat.entries.reduce((sum, value) => sum + value, 0)
    const whose = this.#agent === null ? '' : ` of agent ${this.#agent}`
    const legend = 'Blue pushes left, orange pushes right; a stronger colour means more entries.'
    return `After episode ${this.#heat.episode}: ${count} entries${whose}. ${legend}`
  }

  #chainSoFar(): string {
    const last = this.#exchanges.at(-1)
    return last ? `${last.digest} up to episode ${last.episode}` : 'begins with the first exchange'
  }

  #describe(name: string, text: string): void {
    this.#part(name).setAttribute('aria-label', text)
  }
}
