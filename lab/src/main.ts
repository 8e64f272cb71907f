// The page: it draws what is stale, one part per frame, so that no task blocks it.

import './style/colours.css'
import './style/page.css'
import './style/charts.css'
import './style/runs.css'
import './style/exchange.css'
import './style/change.css'
import { render } from 'lit-html'
import { App, SECTIONS, type Section } from './app.ts'
import { fromHash, toHash } from './choice.ts'
import { forgetColours } from './colours.ts'
import { episodeScale } from './curves.ts'
import { exchangeView } from './exchange.ts'
import { formView } from './form.ts'
import { offer, toPng, toSvg } from './save.ts'
import { Seating } from './seating.ts'
import { drawStage } from './stage.ts'
import { type Act, headView, manyView, oneView } from './view.ts'

const EXCHANGE_MS = 90 // between two pictures of what is gathered, while the playhead moves
const WORDS_MS = 200 // between two numbers of the episode, while the playhead moves
const LONGEST_MS = 100 // that a frame is taken to last, so that a page that slept does not jump

const $ = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector)!

/** Speaks to screen readers. */
const say = (text: string) => {
  $('#live').textContent = text
}

const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches

/** A button says for a moment what it has done. */
function told(event: Event | undefined, text: string): void {
  say(text)
  const button = (event?.currentTarget ?? null) as HTMLElement | null
  if (button) button.title = text
  app.note = text
  app.stale.add('many')
  setTimeout(() => {
    app.note = ''
    app.stale.add('many')
  }, 2500)
}

async function copy(text: string, event: Event | undefined, done: string, otherwise: string): Promise<void> {
  const isCopied = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  )
  told(event, isCopied ? done : otherwise)
}

/** The width that the content of an element has, without its padding. */
function widthOf(root: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(root)
  return Math.max(root.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight), 260)
}

/** The width of the column of one run, whose two parts stand apart on a narrow page. */
const oneWidth = () => widthOf(document.querySelector<HTMLElement>('#one .rest') ?? $('#many'))

const pictures = () => [...document.querySelectorAll<SVGSVGElement>('#many > svg')]

const act: Act = (name, event) => {
  if (name === 'picture') offer('frd-lab.svg', 'image/svg+xml', toSvg(pictures()).text)
  else if (name === 'png') toPng(toSvg(pictures())).then((blob) => offer('frd-lab.png', 'image/png', blob))
  else if (name === 'table') {
    app.isTabled = (event!.currentTarget as HTMLDetailsElement).open
    app.stale.add('many')
  } else if (name === 'command') {
    const commands = app.comparison?.groups.map(({ command }) => command).join('\n') ?? ''
    copy(commands, event, 'The commands are copied', commands)
  } else {
    const file = app.own && app.comparison?.env === app.own.env ? `, without the file of ${app.own.env.name}` : ''
    copy(location.href, event, `The link is copied${file}`, `The link is the address of this page${file}`)
  }
}

const draw: Readonly<Record<Section, () => void>> = {
  head: () => {
    render(headView(app), $('#head'))
    $('#lab').classList.toggle('refused', app.comparison === null)
  },
  one: () => {
    if (app.comparison && app.show) render(oneView(app, app.comparison, oneWidth()), $('#one'))
  },
  many: () => {
    const root = $('#many')
    if (app.comparison && app.many) render(manyView(app, app.comparison, app.many, widthOf(root), act), root)
  },
  exchange: () => {
    const { show } = app
    const root = $('#exchange')
    if (!show?.reels[show.group].episodes.length) return
    const { place, reels, group, memory, drawing } = show
    const last = reels[group].episodes.length
    const at = place.episode > last ? { episode: last, step: Number.MAX_SAFE_INTEGER } : place
    memory.go(at)
    render(
      exchangeView({ reels, group, memory, drawing, place: at, width: widthOf(root), onGroup: (to) => show.pick(to) }),
      root,
    )
  },
  form: () => {
    const view = formView({
      choice: app.choice,
      comparison: app.comparison,
      own: app.own,
      search: app.search,
      onSearch: (text) => app.find(text),
      onGive: (name, text) => app.give(name, text),
      onMethods: (method, against) => app.chooseMethods(method, against),
      onFile: (file) => app.pick(file),
    })
    render(view, $('#form'))
    const tabs = $<HTMLAnchorElement>('#tabs')
    tabs.href = toHash({ ...app.choice, isApart: true })
  },
}

/** The cheap part of a frame: agents in motion and the playhead. */
function moves(): void {
  const { show } = app
  if (!show) return
  drawStage(show, [...document.querySelectorAll<HTMLCanvasElement>('#one canvas')])
  const head = document.querySelector('#one .playhead')
  const width = oneWidth()
  const x = episodeScale(show.reels, width)(show.place.episode)
  head?.setAttribute('transform', `translate(${x.toFixed(1)} 0)`)
}

let app: App
let seating: Seating | null = null
let last = performance.now()
let exchanged = 0
let worded = 0

function frame(now: number): void {
  requestAnimationFrame(frame)
  const passed = Math.min(now - last, LONGEST_MS)
  last = now
  if (seating) {
    seating.frame(passed)
    return
  }
  const isMoved = app.show?.advance(passed / 1000) ?? false
  if (isMoved) {
    if (now - exchanged > EXCHANGE_MS) {
      exchanged = now
      app.stale.add('exchange')
    }
    if (now - worded > WORDS_MS) {
      worded = now
      const episode = document.querySelector('#one .episode')
      if (episode) episode.textContent = String(app.show!.place.episode)
      const scrub = document.querySelector<HTMLInputElement>('#scrub')
      if (scrub && document.activeElement !== scrub) scrub.value = String(app.show!.place.episode)
    }
  }
  const next = SECTIONS.find((section) => app.stale.has(section))
  if (next) {
    app.stale.delete(next)
    draw[next]()
  }
  if (isMoved || next === 'one' || app.show?.visiting) moves()
}

/** Shows what the address says. */
function visit(): void {
  const choice = fromHash(location.hash)
  document.body.classList.toggle('embedded', choice.isEmbedded)
  document.body.classList.toggle('apart', choice.isApart)
  if (choice.isApart || seating) {
    // Agents of a federation hold seats; a page that changes its settings begins anew.
    if (seating) location.reload()
    else {
      app.close()
      seating = new Seating($('#apart'), say)
    }
    return
  }
  app.start(choice)
}

$('#head').replaceChildren() // what stood there before the script
app = new App(say, isStill)
visit()
addEventListener('hashchange', () => {
  if (seating || toHash(app.choice) !== (location.hash || '')) visit()
})
document.addEventListener('visibilitychange', () => app.hidden())
document.addEventListener('keydown', (event) => {
  const { visiting } = app.show ?? {}
  const action = ['ArrowLeft', 'ArrowRight'].indexOf(event.key)
  if (!visiting || action < 0) return
  event.preventDefault()
  app.show!.act(action)
})
$('#share').addEventListener('click', (event) => act('share', event))
$('#how').addEventListener('click', () => $('#exchange').scrollIntoView({ behavior: isStill ? 'auto' : 'smooth' }))
$('#own').addEventListener('click', () => app.compareOwn())
const all = () => {
  for (const section of SECTIONS) app.stale.add(section)
}
new ResizeObserver(all).observe($('#lab'))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  forgetColours()
  all()
})
requestAnimationFrame(frame)
