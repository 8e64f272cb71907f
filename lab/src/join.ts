// The page that joins a federation over a NATS broker: a form, and then what this agent plays and how the run ends.

import './style/colours.css'
import './style/page.css'
import './style/runs.css'
import './style/change.css'
import { html, render, type TemplateResult } from 'lit-html'
import { forgetColours, groupColour } from './colours.ts'
import type { Config, Environment } from './core.ts'
import { drawingOf } from './drawings.ts'
import type { Joined } from './joining.ts'
import { drawLanes, worldOf } from './lanes.ts'
import type { Joining, Track } from './messages.ts'
import { shownNumber } from './numbers.ts'
import { newWorker } from './pool.ts'

const STEPS_PER_SECOND = 250 // of the episode that is shown
const MOST_AGENT = 1023
const LONGEST_FRAME_MS = 100

const $ = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector)!

/** What a link may hold: everything but who the visitor is. */
const linked = new URLSearchParams(location.hash.slice(1))

let worker: Worker | null = null
let problem = ''
let state = ''
let config: Config | null = null
let env: Environment | null = null
let agent = 0
let digest = ''
let outcome: 'done' | 'stopped' | '' = ''
let track: Track | null = null
let step = 0
let played = 0

/** Says how it stands, also to screen readers. */
function say(text: string): void {
  state = text
  $('#live').textContent = text
}

/** @throws TypeError, RangeError for what cannot be joined */
async function read(form: HTMLFormElement): Promise<Joining> {
  const data = new FormData(form)
  const text = (name: string) => String(data.get(name) ?? '').trim()
  const server = text('server')
  if (!/^wss?:\/\//.test(server) || !URL.canParse(server)) {
    throw new TypeError(
      `"server" expected a WebSocket address such as wss://broker.example:9222, got ${server || 'none'}`,
    )
  }
  if (location.protocol === 'https:' && /^ws:\/\/(?!localhost|127\.|\[::1\])/.test(server)) {
    throw new TypeError(`"server" expected wss://, got ${server}: a page that came by https may not use ws://`)
  }
  const number = text('agent')
  if (!/^\d+$/.test(number) || Number(number) > MOST_AGENT) {
    throw new RangeError(`"agent" expected an integer in 0..${MOST_AGENT}, got ${number || 'none'}`)
  }
  const fileOf = (name: string) => {
    const file = data.get(name)
    return file instanceof File && file.size > 0 ? file : null
  }
  const environment = fileOf('file')
  return {
    server,
    name: text('name') || 'frd',
    agent: Number(number),
    user: text('user'),
    password: String(data.get('password') ?? ''),
    credentials: (await fileOf('credentials')?.text()) ?? '',
    file: environment && { name: environment.name, bytes: new Uint8Array(await environment.arrayBuffer()) },
  }
}

async function join(event: Event): Promise<void> {
  event.preventDefault()
  try {
    const given = await read(event.currentTarget as HTMLFormElement)
    problem = ''
    start(given)
  } catch (error) {
    problem = (error as Error).message
  }
  draw()
}

function start(given: Joining): void {
  leave()
  const link = new URLSearchParams({ server: given.server, name: given.name, agent: String(given.agent) })
  history.replaceState(null, '', `#${link}`)
  agent = given.agent
  say(`Connecting to ${given.server}`)
  worker = newWorker()
  worker.onmessage = ({ data }: MessageEvent<Joined>) => {
    take(data, given)
    draw()
  }
  worker.postMessage({ type: 'join', ...given })
}

/** Ends the agent of this page. The others wait for it: whoever joins with its number goes on. */
function leave(): void {
  worker?.terminate()
  worker = null
  config = env = track = null
  digest = outcome = state = ''
  played = 0
}

function take(report: Joined, { name }: Joining): void {
  if (report.type === 'connected') say(`Connected. Waiting for the server of the federation "${name}"`)
  else if (report.type === 'news') say(report.text)
  else if (report.type === 'config') {
    config = report.config
    env = report.env
    say(`Waiting for the other agents of ${config.agents}`)
  } else if (report.type === 'played') {
    if (!played) say('Training')
    played = report.episode
    state = `Training: episode ${report.episode} of at most ${config!.cap}, last score ${shownNumber(report.score)}`
    if (report.track && (!track || step >= track.length / env!.observations)) {
      track = report.track
      step = 0
    }
  } else {
    const isOver = report.type === 'over' && report.message === ''
    outcome = isOver ? 'done' : 'stopped'
    digest = (report.type === 'over' && report.digest) || ''
    const end = digest ? 'The run is over' : 'The run ended well, but its server left before it said the digest'
    say(isOver ? end : report.message)
  }
}

const field = (name: string, label: string, value: string, hint: string, type = 'text') =>
  html`<div class="field"><label for=${name}>${label}</label>
    <input id=${name} name=${name} type=${type} .defaultValue=${value} placeholder=${hint} autocomplete="off" spellcheck="false"></div>`

const formView = (): TemplateResult =>
  html`<form @submit=${join} novalidate>
    <div class="fields wide">
      ${field('server', 'Broker', linked.get('server') ?? '', 'wss://broker.example:9222')}
      ${field('name', 'Federation', linked.get('name') ?? 'frd', 'frd')}
      ${field('agent', 'Number of this agent', linked.get('agent') ?? '', '0 to N - 1')}
      ${field('user', 'User, if the broker asks', '', 'none')}
      ${field('password', 'Password', '', 'none', 'password')}
    </div>
    <details><summary>A credentials file, or an environment of your own</summary>
      <div class="fields wide">
        ${field('credentials', 'Credentials file of NATS (.creds)', '', '', 'file')}
        ${field('file', 'File of the environment (.js)', '', '', 'file')}
      </div>
    </details>
    <p id="problem" role="alert">${problem}</p>
    <div class="buttons"><button id="go" type="submit" class="main">Join</button></div>
  </form>`

const runView = (): TemplateResult | string =>
  !worker
    ? ''
    : html`<article class="run" data-outcome=${outcome}>
      <h2 data-part="title">Agent ${agent}${config ? html`: ${config.method}, ${config.agents} agents, seed ${config.seed}` : ''}</h2>
      <p class="state" data-part="state">${state}</p>
      <div class="lanes" ?hidden=${!track}><canvas role="img" aria-label="This agent in its last episode that was filmed"></canvas></div>
      <dl ?hidden=${!digest}><dt>Digest of the run, the same for all agents</dt><dd><code data-part="digest">${digest}</code></dd></dl>
      <div class="buttons"><button id="leave" type="button" @click=${() => {
        leave()
        draw()
      }}>${outcome ? 'Another run' : 'Leave'}</button></div>
      <p class="soft" ?hidden=${outcome !== ''}>While this page is away, the others wait. Whoever joins with the number of this agent goes on in its place.</p>
    </article>`

function draw(): void {
  render(formView(), $('#form'))
  $('#form').hidden = worker !== null
  render(runView(), $('#run'))
}

let last = performance.now()
function frame(now: number): void {
  requestAnimationFrame(frame)
  const passed = Math.min(now - last, LONGEST_FRAME_MS)
  last = now
  const canvas = document.querySelector('canvas')
  if (!canvas || !track || !config || !env) return
  step += (passed / 1000) * STEPS_PER_SECOND
  drawLanes(canvas, Math.min(canvas.parentElement!.clientWidth, 420), {
    drawing: drawingOf(env),
    env,
    worlds: [worldOf(agent, env, config)],
    tracks: [track],
    colour: groupColour(0),
    at: Math.floor(step),
    said: [],
  })
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', forgetColours)
draw()
requestAnimationFrame(frame)
