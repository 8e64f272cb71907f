// Draws again every figure for which there are stored runs or measurements. frd report writes these figures, and the
// document of claims shows them.

import type { Chapter } from '../paper/document.ts'
import { drawFigure } from '../paper/draw.ts'
import { drawFrontier } from '../paper/drawFrontier.ts'
import { drawReadingsInSteps } from '../paper/drawReadings.ts'
import type { Figure } from '../paper/figures.ts'
import { FRONTIER_TITLE, problems } from '../paper/frontier.ts'
import { frontiersIn } from '../paper/frontierSearch.ts'
import { wholeFigures } from '../paper/index.ts'
import type { Judging } from '../paper/judgeCell.ts'
import type { Drawn } from '../paper/places.ts'
import { READINGS_TITLE, readingsAreThere } from '../paper/readings.ts'
import { trafficFigures } from '../paper/trafficFigures.ts'
import { toMeasuresCsv, toPoints, toPointsTable } from '../results/measures.ts'
import { type Steps, toEnd } from '../run/steps.ts'

type DrawnChapter = Chapter & Drawn

/**
 * The figures in the order of the registries. A figure is left out if one of its series has no run.
 * @param whole the figures whose runs are there
 */
export const chaptersOf = (judging: Judging, whole?: Readonly<Record<string, Figure>>): DrawnChapter[] =>
  toEnd(chaptersInSteps(judging, whole))

/** Draws as `chaptersOf` does, and yields before each figure. */
export function* chaptersInSteps(
  judging: Judging,
  whole: Readonly<Record<string, Figure>> = wholeFigures(judging.findRuns).figures,
): Steps<DrawnChapter[]> {
  const { findRuns, measuresOf } = judging
  const drawn: DrawnChapter[] = []
  for (const [name, figure] of Object.entries(whole)) {
    yield
    const picture = drawFigure(figure, figure.axis.full, findRuns, judging)
    if (picture) drawn.push({ name, title: figure.title, ...picture })
  }
  const read = readingsAreThere(findRuns) ? yield* drawReadingsInSteps(READINGS_TITLE, judging) : null
  const found = frontiersIn(problems, findRuns)
  const measured = Object.entries(trafficFigures).flatMap(([name, { title, draw }]) => {
    const rows = measuresOf(name)
    if (!rows.length) return []
    const points = toPoints(rows)
    return [{ name, title, spec: draw(points, title), csv: toMeasuresCsv(rows), table: toPointsTable(points) }]
  })
  return [
    ...drawn,
    ...(read ? [{ name: 'readings', title: READINGS_TITLE, ...read }] : []),
    ...(found ? [{ name: 'frontier', title: FRONTIER_TITLE, ...drawFrontier(FRONTIER_TITLE, found, judging) }] : []),
    ...measured,
  ]
}
