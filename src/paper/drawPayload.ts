// Figures of what is sent: bytes of an exchange, and of all exchanges until completion.

import { payloadFigure } from '../plot/payload.ts'
import type { Spec } from '../plot/svg.ts'
import { toPoints, toPointsCsv, toPointsTable } from '../results/measures.ts'
import { meanBytesOf, type Summary } from '../results/summary.ts'
import { type Figure, policyWeights, unitBytes } from './figures.ts'
import { axisTitles, type Drawn, type Place } from './places.ts'

/** Quartiles over seeds of the bytes of each run, both ways. */
function bytePoints(
  places: readonly Place[],
  bytesOf: (run: Summary, way: 'uplinkBytes' | 'downlinkBytes', place: Place) => number | null,
) {
  return places.flatMap((place) =>
    (['uplink', 'downlink'] as const).flatMap((panel) =>
      toPoints(
        place.runs.flatMap((run) => {
          const value = bytesOf(run, `${panel}Bytes`, place)
          return value === null ? [] : [{ seed: run.seed, panel, series: place.series.label, x: place.x, value }]
        }),
      ),
    ),
  )
}

/** Bytes of all exchanges of a run, per agent; table and CSV tell the same. */
export function drawSpent({ title, axis }: Figure, places: readonly Place[]): Drawn {
  const points = bytePoints(places, (run, way, { agents }) => (run.exchanges ? run[way] / agents : null))
  const spec = payloadFigure(points, { title, x: { title: axisTitles[axis.field] } })
  return { spec, csv: toPointsCsv(points), table: toPointsTable(points) }
}

/** Bytes of an exchange; over the width also the closed form of weights, and where MixFRD becomes cheaper. */
export function payloadSpec({ title, axis, base }: Figure, places: readonly Place[]): Spec {
  const points = bytePoints(places, (run, way, { agents, method }) => meanBytesOf([run], agents, method)[way])
  if (axis.field !== 'width') return payloadFigure(points, { title, x: { title: axisTitles[axis.field] } })
  const depth = base.depth!
  const widths = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b)
  const curve = Array.from({ length: 41 }, (_, i) => Math.round(widths[0] + (i / 40) * (widths.at(-1)! - widths[0])))
  const weights = [...new Set(curve)].map((x) => ({ x, y: unitBytes.weights * policyWeights(x, depth) }))
  const ways = ['uplink', 'downlink'] as const
  const rules = ways.flatMap((panel) => {
    const proxies = points.filter((point) => point.panel === panel && point.series === 'mixfrd')
    const x = crossing(proxies, depth)
    return x === null ? [] : [{ x, panel, text: `cheaper than weights from n = ${x}` }]
  })
  return payloadFigure(points, {
    title,
    x: { title: axisTitles.width },
    forms: ways.map((panel) => ({ panel, series: 'frl', text: `${unitBytes.weights} W(n, l)`, points: weights })),
    rules,
  })
}

/** Smallest n from which 4 W(n, l) exceeds the bytes of a ProxRM, between measured widths by straight lines; null for none. */
export function crossing(points: readonly { x: number; mid: number }[], depth: number): number | null {
  const sorted = [...points].sort((a, b) => a.x - b.x)
  for (let i = 0; i + 1 < sorted.length; i++) {
    const [a, b] = [sorted[i], sorted[i + 1]]
    for (let n = a.x; n <= b.x; n++) {
      const proxies = a.mid + ((n - a.x) / (b.x - a.x)) * (b.mid - a.mid)
      if (unitBytes.weights * policyWeights(n, depth) > proxies) return n
    }
  }
  return null
}
