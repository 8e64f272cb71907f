// The state of the page and what can be done with it. It draws nothing: it says which part of the page is stale.

import { type Choice, environmentNamed, fromHash, type Name, openings, SEEDS, scenarioOf, toHash } from './choice.ts'
import { type Comparison, compare } from './comparison.ts'
import { fields } from './core.ts'
import { OWN } from './form.ts'
import { Many } from './many.ts'
import { load, type Own } from './own.ts'
import { Pool } from './pool.ts'
import { offer, toCsv } from './save.ts'
import { Show } from './show.ts'
import { sameDigests } from './strip.ts'
import { verdictOf } from './verdict.ts'

export type Section = 'head' | 'one' | 'many' | 'exchange' | 'form'
export const SECTIONS: readonly Section[] = ['head', 'one', 'many', 'exchange', 'form']

const SAY_MS = 5000 // between two sentences that a screen reader speaks

export class App {
  choice: Choice
  own: Own | null = null
  comparison: Comparison | null = null
  problem = ''
  many: Many | null = null
  show: Show | null = null
  /** seeds that are to be drawn */
  target = SEEDS
  isPaused = false
  /** milliseconds in which seeds were drawn */
  spent = 0
  focus = { group: 0, seed: 1 }
  /** the completions of each group before a change */
  before: readonly (readonly (number | null)[])[] | null = null
  search = ''
  note = ''
  /** whether the table of all runs is open */
  isTabled = false
  readonly stale = new Set<Section>(SECTIONS)
  #pool: Pool | null = null
  #started = 0
  #said = 0
  readonly #say: (text: string) => void
  readonly #isStill: boolean

  /** @param isStill whether the visitor wants no motion */
  constructor(say: (text: string) => void, isStill: boolean) {
    this.#say = say
    this.#isStill = isStill
    this.choice = fromHash(location.hash)
  }

  /** Starts what the choice says. The strip of what ran before stays, pale, where only settings were changed. */
  start(choice: Choice, isChange = false): void {
    const before =
      isChange && this.many?.seeds ? this.many.shown.map((row) => row.map(({ completion }) => completion)) : null
    this.choice = choice
    this.problem = ''
    const hash = toHash(choice)
    if (location.hash !== hash) history.replaceState(null, '', hash || location.pathname + location.search)
    this.close()
    for (const section of SECTIONS) this.stale.add(section)
    try {
      this.comparison = compare(choice, this.own)
    } catch (error) {
      this.comparison = null
      this.problem = (error as Error).message
      return
    }
    const { groups, cap, seed } = this.comparison
    this.before = before && before.length === groups.length ? before : null
    this.many = new Many(groups.length, cap)
    this.focus = { group: 0, seed }
    this.#film()
    this.target = choice.seeds
    this.spent = 0
    this.#started = performance.now()
    this.#pool = new Pool(
      groups.map(({ task }) => task),
      {
        drawn: (arm, number, outcome) => {
          if (!this.many?.take(arm, number, outcome)) return
          this.stale.add('many')
          if (this.many.seeds >= this.target) this.#rest()
          this.#tell()
        },
        failed: (message) => this.#refuse(message),
      },
    )
    this.#pool.pause(this.isPaused || document.hidden)
    this.#pool.drawTo(this.target)
  }

  #film(): void {
    this.show?.close()
    this.show = new Show(this.comparison!, !this.#isStill, {
      changed: () => {
        this.stale.add('one')
        this.stale.add('exchange')
        const failure = this.show?.reels.find((reel) => reel.failure)?.failure
        if (failure) this.#refuse(failure)
      },
      weights: (group, agent, bytes) => {
        const { config } = this.comparison!.groups[group]
        offer(`${config.method}-seed${config.seed}-agent${agent}.safetensors`, 'application/octet-stream', bytes)
      },
    })
  }

  /** Ends all that runs. */
  close(): void {
    this.#pool?.close()
    this.#pool = null
    this.show?.close()
    this.show = null
    this.many = null
  }

  #refuse(message: string): void {
    this.problem = message
    this.stale.add('head')
    this.stale.add('many')
  }

  #rest(): void {
    this.spent += performance.now() - this.#started
  }

  /** Says how it stands, once in a while and at the end. */
  #tell(): void {
    const isLast = this.many!.seeds >= this.target
    if (!isLast && performance.now() - this.#said < SAY_MS) return
    this.#said = performance.now()
    this.#say(verdictOf(this.comparison!, this.many!, this.isSpread).headline)
  }

  get isSpread(): boolean {
    return scenarioOf(this.choice)?.spread === true
  }

  get isDrawing(): boolean {
    return this.many !== null && this.many.seeds < this.target && !this.isPaused
  }

  get seconds(): number {
    return (this.spent + (this.isDrawing ? performance.now() - this.#started : 0)) / 1000
  }

  get same(): number {
    return this.comparison?.archive && this.many ? sameDigests(this.comparison, this.many) : 0
  }

  /** Pauses the seeds, or goes on. */
  pause(isPaused: boolean): void {
    if (isPaused && this.isDrawing) this.#rest()
    this.isPaused = isPaused
    this.#started = performance.now()
    this.#pool?.pause(isPaused || document.hidden)
    this.stale.add('many')
  }

  /** A hidden page draws no seed. */
  hidden(): void {
    if (document.hidden && this.isDrawing) this.#rest()
    this.#started = performance.now()
    this.#pool?.pause(this.isPaused || document.hidden)
  }

  drawMore(): void {
    if (!this.isDrawing) this.#started = performance.now()
    this.target = Math.max(this.many?.seeds ?? 0, this.target) + SEEDS
    this.isPaused = false
    this.#pool?.pause(false)
    this.#pool?.drawTo(this.target)
    this.stale.add('many')
  }

  /** Opens another question, as it is by rule. */
  ask(scenario: string): void {
    this.search = ''
    this.before = null
    const choice = { ...this.choice, scenario, given: {}, seeds: SEEDS }
    history.pushState(null, '', toHash(choice) || location.pathname + location.search)
    this.start(choice)
  }

  /** Shows the run of another seed; the strip stays. */
  open(seed: number): void {
    const isRule = this.choice.scenario !== null && openings[this.choice.scenario].seed === seed
    const { seed: _, ...given } = this.choice.given
    const choice = { ...this.choice, given: isRule ? given : { ...given, seed: String(seed) } }
    this.choice = choice
    history.replaceState(null, '', toHash(choice) || location.pathname + location.search)
    this.comparison = compare(choice, this.own)
    this.focus = { ...this.focus, seed }
    this.#film()
    for (const section of SECTIONS) this.stale.add(section)
  }

  /** Gives a field another value, in all groups; an empty text takes it back. */
  give(name: Name, text: string): void {
    const { [name]: _, ...given } = this.choice.given
    if (name === 'env' && text === OWN) {
      this.start({ ...this.choice, given: { ...given, env: this.own?.env.name ?? '' } }, true)
      return
    }
    const isSeed = name === 'seed' && /^\d+$/.test(text)
    if (isSeed && this.comparison) {
      try {
        this.open(fields.seed.parse(text, 'seed'))
        return
      } catch {
        // A seed that is refused is shown as every refused value.
      }
    }
    this.start({ ...this.choice, given: text === '' ? given : { ...given, [name]: text } }, true)
  }

  chooseMethods(method: string, against: string): void {
    this.start({ ...this.choice, scenario: null, method, against }, true)
  }

  /** Two methods of the visitor's own choice, from the settings at hand. */
  compareOwn(): void {
    this.start({ ...this.choice, scenario: null })
  }

  async pick(file: File): Promise<void> {
    try {
      this.own = await load({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
    } catch (error) {
      this.close()
      this.comparison = null
      this.#refuse((error as Error).message)
      for (const section of SECTIONS) this.stale.add(section)
      return
    }
    this.start({ ...this.choice, given: { ...this.choice.given, env: this.own.env.name } }, true)
  }

  find(text: string): void {
    this.search = text
    this.stale.add('form')
  }

  csv(): void {
    if (this.comparison && this.many) offer('frd-lab.csv', 'text/csv', toCsv(this.comparison, this.many))
  }

  weights(group: number): void {
    const reel = this.show?.reels[group]
    if (reel?.outcome && !reel.outcome.failure) reel.send({ type: 'weights', agent: reel.outcome.first[0] ?? 0 })
  }

  environment(name: string) {
    return environmentNamed(name, this.own)
  }
}
