// The page: settings, playback and one or two runs, redrawn frame by frame.

import './style.css'
import type { Extent } from './charts.ts'
import { forgetColours } from './colours.ts'
import { type Environment, environments } from './core.ts'
import { drawingOf } from './drawings.ts'
import { makeForm } from './form.ts'
import { watchFrames } from './frames.ts'
import { firstExtremes } from './mission.ts'
import { load, type Own } from './own.ts'
import { type Pace, Panel } from './panel.ts'
import { type Choice, configOf, environmentNamed, environmentOf, fromHash, toHash } from './settings.ts'
import { missionOf } from './words.ts'

const SPEEDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500] // steps per second
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

/** the environment of the runs, and the one of the file that was picked last */
let env: Environment = environments[0]
let own: Own | null = null

function paceNow(): Pace {
  const at = Number(speed.value)
  // A hidden page draws no frames, so that no film would ever end, and other tabs may wait for its agent.
  return { flatOut: at === FULL || (isApart && document.hidden), stepsPerSecond: SPEEDS[at] ?? FILM_SPEED, isPaused }
}

function showPace(): void {
  const { flatOut, stepsPerSecond } = paceNow()
  const { stepSeconds } = drawingOf(env)
  const times = stepSeconds === null ? '' : `${Number((stepsPerSecond * stepSeconds).toPrecision(3))} × real time`
  const text = flatOut ? 'full: latest episode' : times || `${stepsPerSecond} steps per second`
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

function end(): void {
  for (const panel of panels) panel.close()
  panels = []
}

/** Says why nothing runs. */
function refuse({ message }: Error): void {
  end()
  $('#problem').textContent = message
}

function start(choice: Choice): void {
  end()
  $('#problem').textContent = ''
  $('#log').textContent = ''
  const methodsShown = choice.against ? [choice.method, choice.against] : [choice.method]
  try {
    env = environmentOf(choice.given, own)
    for (const method of methodsShown) configOf(choice.given, method, env)
  } catch (error) {
    refuse(error as Error)
    return
  }
  history.replaceState(null, '', toHash(choice))
  isApart = choice.isApart
  $('#mission').textContent = missionOf(env)
  const extent: Extent = { episodes: 0, bytes: 0, scores: firstExtremes(env) }
  const file = own?.env === env ? own : null
  panels = methodsShown.map(
    (method) => new Panel($('#runs'), { choice, method, env, own: file }, extent, paceNow(), tell),
  )
  showPace()
}

const form = makeForm($<HTMLFormElement>('#settings'), $('#fields'), $('#rest'), {
  onChange: () => start(form.read()),
  onFile: (file) => pick(file),
  environmentNamed: (name) => environmentNamed(name, own),
})
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
  const done = (await copied?.catch(() => null)) ?? 'The link is the address of this page'
  const text = own?.env === env ? `${done}, without the file of ${env.name}` : done
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

/** Starts the run of the environment in a file. */
async function pick(file: File): Promise<void> {
  try {
    own = await load({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
  } catch (error) {
    refuse(error as Error)
    return
  }
  const choice = form.read()
  form.write({ ...choice, given: { ...choice.given, env: own.env.name } })
  start(form.read())
}

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
