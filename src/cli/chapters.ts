// Every figure that stored runs and measurements allow, drawn again: what report writes and the document of claims shows.

import type { Chapter } from '../paper/document.ts'
import { type Drawn, drawFigure } from '../paper/draw.ts'
import type { StatisticsTools } from '../paper/effects.ts'
import { wholeFigures } from '../paper/index.ts'
import { trafficFigures } from '../paper/trafficFigures.ts'
import { type Measurement, toMeasuresCsv, toPoints, toPointsTable } from '../results/measures.ts'
import type { FindRuns } from '../results/summary.ts'

/** What was stored: runs, and what was measured on the wire. */
export interface Evidence {
  readonly findRuns: FindRuns
  readonly measuresOf: (figure: string) => readonly Measurement[]
}

/** In the order of the registries; a figure is left out where one of its series has no run. */
export function chaptersOf({ findRuns, measuresOf }: Evidence, tools: StatisticsTools): (Chapter & Drawn)[] {
  const { figures } = wholeFigures(findRuns)
  const drawn = Object.entries(figures).flatMap(([name, figure]) => {
    const picture = drawFigure(figure, figure.axis.full, findRuns, tools)
    return picture ? [{ name, title: figure.title, ...picture }] : []
  })
  const measured = Object.entries(trafficFigures).flatMap(([name, { title, draw }]) => {
    const rows = measuresOf(name)
    if (!rows.length) return []
    const points = toPoints(rows)
    return [{ name, title, spec: draw(points, title), csv: toMeasuresCsv(rows), table: toPointsTable(points) }]
  })
  return [...drawn, ...measured]
}
