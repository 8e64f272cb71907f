// What the missions of methods cost over links: seconds and joules to completion, side by side for each link.

import { type CurvePoint, curveFigure, seedsOf } from './curves.ts'
import type { Spec } from './svg.ts'

/** The quartiles of one number; each null where it is unknown. */
interface LinkQuartiles {
  readonly q25: number | null
  readonly median: number | null
  readonly q75: number | null
}

/** A method, or any other setting, over one link. */
export interface LinkSpot {
  /** the name of the link */
  readonly link: string
  /** a method's name, or any other */
  readonly series: string
  readonly runs: number
  /** seconds to completion */
  readonly seconds: LinkQuartiles
  /** joules per agent to completion */
  readonly joules: LinkQuartiles
}

/** How a figure of links is drawn. */
export interface LinkFigureOptions {
  readonly title: string
  /** what is said beside the marks, in whole sentences; empty for nothing */
  readonly note: string
}

/** How far apart the marks of one link stand, in links, and how far they spread at most. */
const [STEP, SPREAD] = [0.16, 0.8]

const panels = [
  { name: 'seconds', title: 'Time to completion', y: { title: 'Seconds', scale: 'log' } },
  { name: 'joules', title: 'Energy of the radio to completion', y: { title: 'Joules per agent', scale: 'log' } },
] as const

/**
 * Both panels, on logarithmic axes. What takes nothing, and a median above the cap, has no place on them and is left out.
 * @returns null if there is nothing to draw
 */
export function linkFigure(spots: readonly LinkSpot[], { title, note }: LinkFigureOptions): Spec | null {
  const drawn = (panel: (typeof panels)[number]['name']) => spots.filter((spot) => (spot[panel].median ?? 0) > 0)
  const shown = panels.filter(({ name }) => drawn(name).length)
  if (!shown.length) return null
  const series = [...new Set(shown.flatMap(({ name }) => drawn(name).map((spot) => spot.series)))]
  const links = [...new Set(spots.map(({ link }) => link))]
  const step = Math.min(STEP, SPREAD / series.length)
  const points = shown.flatMap(({ name }) =>
    drawn(name).map((spot): CurvePoint => {
      const { q25, median, q75 } = spot[name]
      const x = links.indexOf(spot.link) + 1 + (series.indexOf(spot.series) - (series.length - 1) / 2) * step
      const band = q25 !== null && q25 > 0 && q75 !== null ? { low: q25, high: q75 } : {}
      return { panel: name, series: spot.series, x, at: spot.link, mid: median, ...band, runs: spot.runs }
    }),
  )
  const open = spots.some(({ seconds }) => seconds.median !== null && seconds.q75 === null)
  const none = open ? ', none where more than a quarter of the runs did not complete' : ''
  return curveFigure(points, {
    title,
    caption: `${seedsOf(points)} Mark: median; whisker: quartiles${none}.${note && ` ${note}`}`,
    x: { title: 'Link', names: links },
    y: panels[0].y,
    panels: shown,
    bands: 'whiskers',
    isJoined: false,
    columns: 1,
  })
}
