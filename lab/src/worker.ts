// One run in a Web Worker: drives the library's generator, flat out or an episode at a time, and reports. Watching changes
// nothing: frames are seen by a transport that carries as the default does, filmed episodes are the very ones learned from.

import { checkConfig, environments, instantiate, observing, type RunEvent, type RunResult, run } from './core.ts'
import { filmed } from './film.ts'
import { heatOf } from './heat.ts'
import type { Command, Exchanged, Film, Report, Track } from './messages.ts'

const REPORT_MS = 200 // between two reports when flat out
/** a mean of 490 of 500 over ten scores needs each to be 400 at least, the one before the last too */
const MAY_COMPLETE = 0.8
const SLICE_MS = 20 // between two looks at the page's commands when flat out

type Next = IteratorResult<RunEvent, RunResult>

let flatOut = false
let isFilmWanted = false
let wake = () => {}

const post = (report: Report, transfer: Transferable[] = []) => self.postMessage(report, { transfer })

self.onmessage = ({ data }: MessageEvent<Command>) => {
  if (data.type === 'next') isFilmWanted = true
  else flatOut = data.flatOut
  if (data.type === 'start') {
    drive(data.config).catch((error: Error) => post({ type: 'refused', message: error.message }))
  }
  wake()
}

/** A turn of the event loop, in which commands come in; a message comes sooner than a timer would. */
const turn = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })

const woken = () =>
  new Promise<void>((resolve) => {
    wake = resolve
  })

async function drive(given: Parameters<typeof run>[0]): Promise<void> {
  const config = checkConfig(given)
  const heat = heatOf(config)
  const kernel = instantiate()
  const { limit } = environments(kernel).find(({ name }) => name === config.env)!
  post({ type: 'ready', config, limit, showsStates: heat !== null })

  let uplinks: readonly Uint8Array[] | null = null
  const transport = observing((frames) => {
    uplinks = frames
  })
  const events = run(config, { transport })
  let episode = 0
  let scores: (readonly number[])[] = []
  let exchanges: Exchanged[] = []
  /** filmed but not asked for, so not shown unless the run is over after it */
  let last: Film | null = null
  let mayBeLast = false
  let reported = performance.now()
  let turned = reported
  const report = () => {
    post({
      type: 'progress',
      scores,
      exchanges,
      heat: heat && uplinks && heat(uplinks, exchanges.at(-1)?.episode ?? 0),
    })
    scores = []
    exchanges = []
    uplinks = null
    reported = performance.now()
  }

  const show = (film: Film) =>
    post(
      { type: 'film', ...film },
      film.tracks.map(({ buffer }) => buffer as ArrayBuffer),
    )

  for (;;) {
    if (!flatOut) {
      if (scores.length || exchanges.length) report()
      while (!flatOut && !isFilmWanted) await woken()
    } else if (performance.now() - turned > SLICE_MS) {
      await turn()
      turned = performance.now()
    }
    const isFilmed: boolean = isFilmWanted || mayBeLast
    const [{ done, value }, tracks]: readonly [Next, Track[]] = isFilmed
      ? filmed(() => events.next())
      : [events.next(), []]
    if (done) {
      report()
      if (last) show(last)
      const { completion, completions, episodes, envSteps, failure, digest } = value
      const first = completion === null ? [] : [...completions.keys()].filter((i) => completions[i] === completion)
      post({ type: 'done', completion, first, episodes, envSteps, failure: failure?.message ?? null, digest })
      return
    }
    if (value.type === 'episode') {
      episode = value.episode
      scores.push(value.scores)
      mayBeLast = episode + 1 === config.cap || value.scores.some((score) => score >= MAY_COMPLETE * limit)
      last = tracks.length ? { episode, tracks } : null
    } else {
      const sum = (bytes: readonly number[]) => bytes.reduce((total, count) => total + count, 0)
      const { uplinkBytes, downlinkBytes, digest } = value
      exchanges.push({ episode, up: sum(uplinkBytes), down: sum(downlinkBytes), digest })
    }
    if (isFilmWanted && last) {
      isFilmWanted = false
      report()
      show(last)
      last = null
    } else if (performance.now() - reported > REPORT_MS) report()
  }
}
