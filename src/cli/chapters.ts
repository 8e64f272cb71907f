// Draws again every figure for which there are stored runs or measurements. frd report writes these figures, and the
// document of claims shows them.

import type { Chapter } from '../paper/document.ts'
import { drawFigure } from '../paper/draw.ts'
import { drawReadings } from '../paper/drawReadings.ts'
import type { Figure } from '../paper/figures.ts'
import { wholeFigures } from '../paper/index.ts'
import type { Judging } from '../paper/judgeCell.ts'
import type { Drawn } from '../paper/places.ts'
import { READINGS_TITLE, readingsAreThere } from '../paper/readings.ts'
import { trafficFigures } from '../paper/trafficFigures.ts'
import { toMeasuresCsv, toPoints, toPointsTable } from '../results/measures.ts'

/**
 * The figures in the order of the registries. A figure is left out if one of its series has no run.
 * @param whole the figures whose runs are there
 */
export function chaptersOf(
  judging: Judging,
  whole: Readonly<Record<string, Figure>> = wholeFigures(judging.findRuns).figures,
): (Chapter & Drawn)[] {
  const { findRuns, measuresOf } = judging
  const drawn = Object.entries(whole).flatMap(([name, figure]) => {
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
