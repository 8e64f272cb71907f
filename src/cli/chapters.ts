// Draws again every figure for which there are stored runs or measurements. frd report writes these figures, and the
// document of claims shows them.

import type { Chapter } from '../paper/document.ts'
import { drawFigure } from '../paper/draw.ts'
import { drawReadings } from '../paper/drawReadings.ts'
import { wholeFigures } from '../paper/index.ts'
import type { Judging } from '../paper/judgeCell.ts'
import type { Drawn } from '../paper/places.ts'
import { READINGS_TITLE, readingsAreThere } from '../paper/readings.ts'
import { trafficFigures } from '../paper/trafficFigures.ts'
import { toMeasuresCsv, toPoints, toPointsTable } from '../results/measures.ts'

/** The figures in the order of the registries. A figure is left out if one of its series has no run. */
export function chaptersOf(judging: Judging): (Chapter & Drawn)[] {
  const { findRuns, measuresOf } = judging
  const { figures } = wholeFigures(findRuns)
  const drawn = Object.entries(figures).flatMap(([name, figure]) => {
    const picture = drawFigure(figure, figure.axis.full, findRuns, judging)
    return picture ? [{ name, title: figure.title, ...picture }] : []
  })
  const read = readingsAreThere(findRuns) ? drawReadings(READINGS_TITLE, judging) : null
  const measured = Object.entries(trafficFigures).flatMap(([name, { title, draw }]) => {
    const rows = measuresOf(name)
    if (!rows.length) return []
    const points = toPoints(rows)
    return [{ name, title, spec: draw(points, title), csv: toMeasuresCsv(rows), table: toPointsTable(points) }]
  })
  return [...drawn, ...(read ? [{ name: 'readings', title: READINGS_TITLE, ...read }] : []), ...measured]
}
