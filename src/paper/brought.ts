// What one brings in the figures of the registry: a method as one more series, in each panel that compares methods and under
// the settings of that panel, and an environment in place of CartPole. No claim is judged of either.

import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { knownMethod } from '../methods/index.ts'
import { isControl, methodStyles } from '../plot/styles.ts'
import type { Own } from '../run/setup.ts'
import type { Figure, FigureSeries } from './figures.ts'
import { figures } from './index.ts'

/** The series of a panel whose place a method can take: a method and nothing else, but for the panel's settings. */
function modelOf({ kind, axis }: Figure, panel: readonly FigureSeries[]): FigureSeries | undefined {
  return panel.find(
    ({ label, config, against }) =>
      label === config.method &&
      !isControl(label) &&
      config[axis.field] === undefined &&
      (kind !== 'contrasts' || against !== undefined),
  )
}

/** Whether a figure compares methods, so that another one has a place in it. */
export function hasPlaceForMethod(figure: Figure): boolean {
  return figure.series.some((one) => modelOf(figure, [one]) !== undefined)
}

/**
 * The figure with a method of one's own, in each panel before the controls.
 * @throws RangeError for a name that a series has
 */
export function withMethod(figure: Figure, method: string): Figure {
  const taken = Object.hasOwn(methodStyles, method) || figure.series.some(({ label }) => label === method)
  if (taken) throw new RangeError(expected('method.name', 'a name that no series of a figure has', method))
  const panels = [...new Set(figure.series.map(({ panel }) => panel))]
  const series = panels.flatMap((name) => {
    const panel = figure.series.filter((one) => one.panel === name)
    const model = modelOf(figure, panel)
    if (!model) return panel
    const control = panel.findIndex(({ label }) => isControl(label))
    const at = control < 0 ? panel.length : control
    const own = { ...model, label: method, config: { ...model.config, method } }
    return [...panel.slice(0, at), own, ...panel.slice(at)]
  })
  return { ...figure, series }
}

/** A config without the intervals of CartPole, in place of which an environment has its own. */
const unbounded = (config: Partial<Config>): Partial<Config> => ({ ...config, ranges: undefined })

/** Whether a figure asks what can be asked in any environment: some are of one environment, or draw its closed form. */
const isOfAny = ({ base, kind, axis }: Figure) =>
  base.env === undefined && !(kind === 'payload' && axis.field === 'width')

/** The figure in an environment of one's own, where no learner can play for several agents. */
function inEnvironment(figure: Figure, env: string): Figure {
  return {
    ...figure,
    title: `${env}. ${figure.title}`,
    base: { ...unbounded(figure.base), env },
    series: figure.series
      .filter(({ config }) => !knownMethod(config.method ?? '')?.isPooled)
      .map((one) => ({ ...one, config: unbounded(one.config) })),
  }
}

/**
 * The figures of the registry with what one brings: a method in those where it has a place, and each figure a second time in
 * the environment, under the name NAME-ENVIRONMENT.
 * @throws as withMethod
 */
export function figuresWith({ method, environment }: Own): Record<string, Figure> {
  const shown = Object.entries(figures).map(
    ([name, figure]) => [name, method ? withMethod(figure, method.name) : figure] as const,
  )
  const moved = environment
    ? shown
        .filter(([, figure]) => isOfAny(figure))
        .map(([name, figure]) => [`${name}-${environment.name}`, inEnvironment(figure, environment.name)] as const)
    : []
  return Object.fromEntries([...shown, ...moved])
}
