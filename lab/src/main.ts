// The page: settings, playback and one or two runs, redrawn frame by frame.

import './style.css'
import { REAL_TIME } from './carts.ts'
import type { Extent } from './charts.ts'
import { forgetColours } from './colours.ts'
import { makeForm } from './form.ts'
import { watchFrames } from './frames.ts'
import { type Pace, Panel } from './panel.ts'
import { type Choice, configOf, fromHash, toHash } from './settings.ts'

const SPEEDS = [10, 25, 50, 100, 250, 500, 1000, 2500] // steps per second
const FULL = SPEEDS.length
const FILM_SPEED = 500 // steps per second of the episodes that are shown at full speed
const FIRST = SPEEDS.indexOf(250)

const $ = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector)!
const speed = $<HTMLInputElement>('#speed')
const pause = $<HTMLButtonElement>('#pause')
const step = $<HTMLButtonElement>('#step')

let panels: Panel[] = []
let isPaused = matchMedia('(prefers-reduced-motion: reduce)').matches

let isApart = false

function paceNow(): Pace {
  const at = Number(speed.value)
  // A hidden page draws no frames, so that no film would ever end, and other tabs may wait for its agent.
  return { flatOut: at === FULL || (isApart && document.hidden), stepsPerSecond: SPEEDS[at] ?? FILM_SPEED, isPaused }
}

function showPace(): void {
  const { flatOut, stepsPerSecond } = paceNow()
  const text = flatOut ? 'full: latest episode' : `${stepsPerSecond / REAL_TIME} × real time`
  $('#pace').textContent = text
  speed.setAttribute('aria-valuetext', text)
  pause.textContent = isPaused ? 'Continue' : 'Pause'
  step.disabled = !isPaused
  for (const panel of panels) panel.setPace(paceNow())
}

function tell(text: string): void {
  const line = document.createElement('p')
  line.textContent = text
  $('#log').append(line)
}

function start(choice: Choice): void {
  for (const panel of panels) panel.close()
  panels = []
  const problem = $('#problem')
  problem.textContent = ''
  $('#log').textContent = ''
  const methodsShown = choice.against ? [choice.method, choice.against] : [choice.method]
  try {
    for (const method of methodsShown) configOf(choice.given, method)
  } catch (error) {
    problem.textContent = (error as Error).message
    return
  }
  history.replaceState(null, '', toHash(choice))
  isApart = choice.isApart
  const extent: Extent = { episodes: 0, bytes: 0, limit: 1 }
  panels = methodsShown.map((method) => new Panel($('#runs'), choice, method, extent, paceNow(), tell))
  showPace()
}

const form = makeForm($<HTMLFormElement>('#settings'), $('#fields'), $('#rest'), () => start(form.read()))
speed.min = '0'
speed.max = String(FULL)
speed.value = String(FIRST)
speed.addEventListener('input', showPace)
pause.addEventListener('click', () => {
  isPaused = !isPaused
  showPace()
})
step.addEventListener('click', () => {
  for (const panel of panels) panel.step()
})
$('#restart').addEventListener('click', () => start(form.read()))
$('#share').addEventListener('click', async () => {
  const copied = navigator.clipboard?.writeText(location.href).then(() => 'Link copied')
  const text = (await copied?.catch(() => null)) ?? 'The link is the address of this page'
  tell(text)
  $('#share').textContent = text
  setTimeout(() => {
    $('#share').textContent = 'Copy link'
  }, 2000)
})
addEventListener('hashchange', visit)
document.addEventListener('visibilitychange', showPace)
new ResizeObserver(() => {
  for (const panel of panels) panel.resized()
}).observe($('#runs'))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  forgetColours()
  for (const panel of panels) panel.resized()
})

/** Starts the run that the address describes. */
function visit(): void {
  const choice = fromHash(location.hash)
  form.write(choice)
  start(choice)
}
showPace()
visit()

const smoothness = watchFrames()
let drawn = 0
function frame(now: number): void {
  const passed = smoothness.tick(now)
  for (const panel of panels) panel.frame(passed)
  if (now - drawn > 1000) {
    drawn = now
    $('#frames').textContent = smoothness.report()
  }
  requestAnimationFrame(frame)
}
requestAnimationFrame(frame)
