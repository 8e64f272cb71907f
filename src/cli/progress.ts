// Shows on stderr how far a sweep has come: on a terminal by a bar that is redrawn, otherwise by one line every few
// seconds. It shows runs, rate and time left, and nothing during the first two seconds. The bar fits its terminal.

import type { Progress } from '../results/sweep.ts'
import { drawOnTerminal, tell } from './output.ts'

/** Shows the progress of a sweep. */
export interface Meter {
  readonly update: (progress: Progress) => void
  /** removes the bar and prints the totals */
  readonly end: () => void
}

const PATIENCE = 2000 // ms before anything is shown
const FRAME = 200 // ms between two drawings of the bar
const PACE = 5000 // ms between two lines
const WIDTH = 24 // characters of the bar, where the terminal has room
const LEAST = 6 // characters below which a bar says nothing
const STANDARD_COLUMNS = 80 // of a terminal that does not say how wide it is

/** @param quiet shows nothing at all @param beside what stands beside the number of runs */
export function startMeter(quiet: boolean, beside = () => ''): Meter {
  if (quiet) return { update: () => {}, end: () => {} }
  const { stderr } = process
  const isTerminal = stderr.isTTY === true && process.env.TERM !== 'dumb'
  const hasColor = isTerminal && !process.env.NO_COLOR
  const started = performance.now()
  let last: Progress | null = null
  let shown = false
  const show = () => {
    const elapsed = performance.now() - started
    if (last === null || elapsed < PATIENCE) return
    shown = true
    if (isTerminal)
      drawOnTerminal(`\r\x1b[2K${drawFrame(last, elapsed, stderr.columns || STANDARD_COLUMNS, hasColor, beside())}`)
    else tell(`${describe(last, elapsed, beside()).join('  ')}\n`)
  }
  const timer = setInterval(show, isTerminal ? FRAME : PACE)
  timer.unref()
  return {
    update: (progress) => {
      last = progress
    },
    end: () => {
      clearInterval(timer)
      if (isTerminal && shown) drawOnTerminal('\r\x1b[2K')
      if (last) tell(`${conclude(last, performance.now() - started)}\n`)
    },
  }
}

/**
 * A line that stays below the terminal's last column, where it would wrap: on a narrow terminal the bar is shorter or left
 * out, then the rate is left out, and what is still too long is cut.
 */
export function drawFrame(
  progress: Progress,
  elapsed: number,
  columns: number,
  hasColor: boolean,
  beside = '',
): string {
  const room = columns - 1
  const [runs, speed, left] = describe(progress, elapsed, beside)
  const whole = `${runs}  ${speed}  ${left}`
  const text = whole.length <= room ? whole : `${runs}  ${left}`.slice(0, room)
  const width = Math.min(WIDTH, room - text.length - 1)
  return width < LEAST ? text : `${bar(progress, width, hasColor)} ${text}`
}

function bar({ done, total }: Progress, width: number, hasColor: boolean): string {
  const full = Math.floor((width * done) / total)
  const [on, off] = hasColor ? ['\x1b[36m', '\x1b[0m'] : ['', '']
  return `${on}${'█'.repeat(full)}${off}${'░'.repeat(width - full)}`
}

function describe({ done, total, envSteps, work, totalWork }: Progress, elapsed: number, beside: string) {
  const left = work > 0 ? `ETA ${duration((elapsed * (totalWork - work)) / work)}` : 'ETA -'
  return [`${done}/${total} runs${beside && `, ${beside}`}`, rate(envSteps, elapsed), left] as const
}

function conclude({ done, total, stored, envSteps }: Progress, elapsed: number): string {
  const computed = done - stored
  const speed = computed ? ` in ${duration(elapsed)}, ${rate(envSteps, elapsed)}` : ''
  return `${done}/${total} runs: ${stored} were there, ${computed} computed${speed}`
}

/** Environment steps per second, over all threads. */
export function rate(steps: number, milliseconds: number): string {
  const perSecond = steps / (milliseconds / 1000)
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(2)} M env steps/s`
  return perSecond >= 1e3 ? `${(perSecond / 1e3).toFixed(0)} k env steps/s` : `${perSecond.toFixed(0)} env steps/s`
}

/** 860 ms is `0.9 s`, 75 s `1 min 15 s`, 5000 s `1 h 23 min`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
