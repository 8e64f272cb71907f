// One run on the page: its worker, what the worker has reported so far, and how that is drawn. Drawing is divided into
// parts, and one frame draws at most one chart, so that no task blocks the page.

import type uPlot from 'uplot'
import { bytesChart, type Extent, redraw, scoresChart } from './charts.ts'
import { type Config, type Environment, methods } from './core.ts'
import { drawingOf } from './drawings.ts'
import { axesOf } from './heat.ts'
import { drawHeat } from './heatmap.ts'
import { History } from './history.ts'
import { type Drawing, drawLanes, lengthOf, worldOf } from './lanes.ts'
import { type Command, type Film, type Outcome, type Report, SHOWN } from './messages.ts'
import { progressOf, widened } from './mission.ts'
import { bytesNote, chainOf, noStatesNote, statesNote } from './notes.ts'
import type { Own } from './own.ts'
import { type Choice, commandOf, configOf } from './settings.ts'
import { awaitedOf, axisOf, completionOf, missingOf, roleOf, soFarOf } from './words.ts'

/** The parts that are drawn one by one. */
const PARTS = ['film', 'words', 'scores', 'heat', 'bytes'] as const
type Part = (typeof PARTS)[number]

const REST_SECONDS = 2 // between two showings of the last episode
const SHOWN_STEP_SECONDS = 0.05 // a step of the last episode, where the environment has no time of its own

/** What a panel runs. */
export interface Assignment {
  readonly choice: Choice
  readonly method: string
  readonly env: Environment
  /** the environment's file, where it is the visitor's own */
  readonly own: Own | null
}

export interface Pace {
  /** whether training does not wait for the films, so that the latest episode is shown */
  readonly flatOut: boolean
  readonly stepsPerSecond: number
  readonly isPaused: boolean
}

export class Panel {
  readonly #method: string
  readonly #env: Environment
  readonly #drawing: Drawing
  readonly #root: HTMLElement
  readonly #extent: Extent
  readonly #tell: (text: string) => void
  readonly #worker: Worker
  readonly #charts: { scores?: uPlot; bytes?: uPlot } = {}
  readonly #stale = new Set<Part>(PARTS)
  #pace: Pace
  #config: Config | null = null
  #showsStates = true
  #history: History
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
    { choice: { given, isApart }, method, env, own }: Assignment,
    extent: Extent,
    pace: Pace,
    tell: (text: string) => void,
  ) {
    const template = document.querySelector<HTMLTemplateElement>('#run')!
    this.#root = template.content.firstElementChild!.cloneNode(true) as HTMLElement
    into.append(this.#root)
    this.#method = method
    this.#env = env
    this.#drawing = drawingOf(env)
    this.#history = new History(1, env)
    this.#extent = extent
    this.#pace = pace
    this.#tell = tell
    this.#write('title', method)
    this.#write('doc', methods[method].doc)
    this.#write('command', commandOf(given, method, own))
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => this.#take(data)
    const config = configOf(given, method, env)
    this.#send({ type: 'start', config, file: own?.file ?? null, isApart, flatOut: this.#isFlatOut })
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

  /** Goes on with the film, and draws at most one of the other parts. */
  frame(milliseconds: number): void {
    if (!this.#config) return
    if (!this.#pace.isPaused) {
      this.#at += (milliseconds / 1000) * (this.#outcome ? this.#naturalRate : this.#pace.stepsPerSecond)
      if (this.#film) this.#stale.add('film')
      if (this.#isOver) this.#ask()
    }
    // The last episode is shown again and again, with a pause in between.
    if (this.#outcome && this.#at > this.#length + REST_SECONDS * this.#naturalRate) this.#at = 0
    if (this.#stale.delete('film')) this.#drawFilm()
    const next = PARTS.find((part) => this.#stale.delete(part))
    if (next === 'words') this.#drawWords()
    else if (next === 'scores') this.#drawScores()
    else if (next === 'bytes') this.#drawBytes()
    else if (next === 'heat') {
      const canvas = this.#part('heat') as HTMLCanvasElement
      const width = canvas.parentElement!.clientWidth
      const axes = axesOf(this.#env).map((component) => axisOf(component, this.#env, this.#config!, this.#drawing))
      drawHeat(canvas, width, 210, axes, this.#history.heat)
    }
  }

  /** Steps per second of the environment itself. */
  get #naturalRate(): number {
    return 1 / (this.#drawing.stepSeconds ?? SHOWN_STEP_SECONDS)
  }

  /** The agents that are drawn. */
  get #lanes(): readonly number[] {
    if (this.#agent !== null) return [this.#agent]
    return Array.from({ length: Math.min(this.#config!.agents, SHOWN) }, (_, i) => i)
  }

  /** Steps of the film's longest track. */
  get #length(): number {
    return lengthOf(this.#film, this.#env)
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
      this.#history = new History(report.config.agents, this.#env)
      this.#agent = report.agent
      if (report.agent !== null) {
        this.#write('title', `${this.#method}, agent ${report.agent}`)
        this.#write('doc', `${methods[this.#method].doc}. ${roleOf(report.agent)}`)
      }
    } else if (report.type === 'here') {
      const missing = missingOf(report.agents.length, this.#config!.agents)
      this.#missing = missing
      this.#tell(`${this.#method}: ${missing || 'all agents are here'}`)
      this.#part('invite').hidden = missing === ''
      ;(this.#part('another') as HTMLAnchorElement).href = location.href
    } else if (report.type === 'awaited') this.#awaited = report.agents
    else if (report.type === 'progress') this.#grow(report)
    else if (report.type === 'film') {
      this.#isAsked = false
      this.#film = report
      this.#at = 0
      this.#stale.add('film')
    } else if (report.type === 'done') {
      this.#outcome = report
      this.#awaited = []
      this.#stale.add('bytes')
      this.#tell(`${this.#method}: ${completionOf(report)}`)
    } else {
      this.#stopped = report.message
      this.#root.dataset.outcome = report.type
      // A run that is refused early has no config yet, so that no frame would draw its words.
      this.#write('state', report.message)
      this.#tell(`${this.#method} ${report.type}: ${report.message}`)
    }
    this.#stale.add('words')
  }

  #grow(report: Extract<Report, { type: 'progress' }>): void {
    this.#history.grow(report)
    const { total, episodes } = this.#history
    this.#extent.scores = widened(this.#extent.scores, report.scores)
    this.#extent.episodes = Math.max(this.#extent.episodes, episodes)
    this.#extent.bytes = Math.max(this.#extent.bytes, total.up, total.down)
    this.#stale.add('scores')
    if (report.exchanges.length) this.#stale.add('bytes')
    if (report.heat) this.#stale.add('heat')
  }

  #drawFilm(): void {
    const canvas = this.#part('film') as HTMLCanvasElement
    const agents = this.#lanes
    const worlds = agents.map((agent) => worldOf(agent, this.#env, this.#config!))
    const scene = { drawing: this.#drawing, env: this.#env, agents, worlds, film: this.#film }
    drawLanes(canvas, canvas.parentElement!.clientWidth, scene, this.#at)
  }

  #drawScores(): void {
    const root = this.#part('scores')
    const shown = Math.min(this.#config!.agents, SHOWN)
    this.#charts.scores ??= scoresChart(root, shown, this.#extent, this.#env.mission.threshold)
    redraw(this.#charts.scores, root, this.#history.scoreRows(shown))
  }

  #drawBytes(): void {
    const root = this.#part('bytes')
    this.#charts.bytes ??= bytesChart(root, this.#extent)
    redraw(this.#charts.bytes, root, this.#history.byteRows())
  }

  #drawWords(): void {
    const { agents } = this.#config!
    const { best, exchanges } = this.#history
    const outcome = this.#outcome
    const so = soFarOf(this.#history, this.#env)
    const isPaused = this.#pace.isPaused
    const waiting = awaitedOf(this.#awaited, this.#agent, isPaused)
    const under = `${isPaused ? 'Paused' : 'Training'}: ${so}${waiting}`
    this.#write('state', this.#stopped || (outcome ? completionOf(outcome) : this.#missing || under))
    if (outcome) this.#root.dataset.outcome = 'done'
    const { mission } = this.#env
    const progress = this.#part('progress') as HTMLProgressElement
    progress.value = best === null ? 0 : progressOf(mission, best, this.#extent.scores)
    const aim = `the mission needs ${mission.direction} ${mission.threshold}`
    this.#describe('progress', `Best ${mission.window}-episode mean; ${aim}`)
    this.#write('window', mission.window === 1 ? '' : `, and their means over ${mission.window} episodes`)
    this.#write('episode', String(this.#film?.episode ?? 0))
    const more = agents > SHOWN ? `; agents 0 to ${SHOWN - 1} of ${agents} are drawn` : ''
    const whose = `${this.#drawing.shows} of ${this.#agent === null ? `${agents} agents` : `agent ${this.#agent}`}`
    this.#describe(
      'scores',
      `Scores of each agent: ${so}${more}; the dotted line is the mission's, ${mission.threshold}`,
    )
    this.#describe('film', `${whose} in episode ${this.#film?.episode ?? 0}${this.#agent === null ? more : ''}`)
    this.#write('digest', outcome ? outcome.digest : chainOf(exchanges.at(-1)))
    const bytes = bytesNote(this.#history, this.#method, this.#config!.period)
    this.#write('bytesNote', bytes)
    this.#describe('bytes', `Bytes of all agents. ${bytes}`)
    const states = this.#showsStates
      ? statesNote(this.#history, this.#method, this.#agent, this.#env)
      : noStatesNote(this.#history, this.#method)
    this.#write('heatNote', states)
    const components = axesOf(this.#env).map((component) => this.#env.components[component])
    this.#describe('heat', `Policy by ${components.join(' and ')}. ${states}`)
  }

  #describe(name: string, text: string): void {
    this.#part(name).setAttribute('aria-label', text)
  }
}
