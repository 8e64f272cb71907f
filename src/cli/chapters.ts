// Every figure that stored runs and measures allow, drawn again: what report writes and the document of claims tells.

import type { LinesOf } from '../archive.ts'
import { type Drawn, drawFigure } from '../draw.ts'
import type { Tools } from '../effect.ts'
import { figures } from '../experiments.ts'
import { type Measure, toMeasuresCsv, toPoints, toPointsTable } from '../measures.ts'
import { observations } from '../observations.ts'
import type { Chapter } from '../reproduction.ts'

export interface Runs {
  readonly linesOf: LinesOf
  readonly measuresOf: (figure: string) => readonly Measure[]
}

/** In the order of the registries; figures without a run are left out. */
export function chaptersOf({ linesOf, measuresOf }: Runs, tools: Tools): (Chapter & Drawn)[] {
  const drawn = Object.entries(figures).flatMap(([name, figure]) => {
    const picture = drawFigure(figure, figure.axis.full, linesOf, tools)
    return picture ? [{ name, title: figure.title, ...picture }] : []
  })
  const observed = Object.entries(observations).flatMap(([name, { title, draw }]) => {
    const rows = measuresOf(name)
    if (!rows.length) return []
    const points = toPoints(rows)
    return [{ name, title, spec: draw(points, title), csv: toMeasuresCsv(rows), table: toPointsTable(points) }]
  })
  return [...drawn, ...observed]
}
