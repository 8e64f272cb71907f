// A Vega-Lite specification as SVG. The two packages are optional peers, which are imported when a figure is drawn.
// This file writes no file.

import { importAll } from '../config/packages.ts'

/** A Vega-Lite 6 specification: plain JSON, its data inline. */
export interface Spec {
  readonly [property: string]: unknown
}

/**
 * The drawing as text, with the same bytes for the same specification. For this purpose, the width of text is estimated
 * even where a canvas could measure it, and the ids of clips start anew. The estimate is set for the whole program,
 * because Vega has one function for it.
 * @throws MissingPackagesError if vega or vega-lite is not installed, with the error of the import as its cause
 */
export async function renderSvg(spec: Spec): Promise<string> {
  const { compile, vega } = await drawing()
  vega.textMetrics.width = (item, text) => Math.round(EM * (item.fontSize ?? 11) * String(text ?? '').length)
  const view = new vega.View(vega.parse(compile(spec as never).spec), { renderer: 'none' })
  try {
    return `${renumberClips(await view.toSVG())}\n`
  } finally {
    view.finalize()
  }
}

/** Mean width of a character of a sans-serif font, in units of the font's size. */
export const EM = 0.6

/**
 * Numbers the clips anew. Vega counts them over all drawings of a program, and its reset has no effect if vega-view has
 * a vega-scenegraph of its own.
 */
function renumberClips(svg: string): string {
  const ids = new Map<string, string>()
  return svg.replace(/(?<=id="|url\(#)clip\d+(?=["')])/g, (id) => {
    if (!ids.has(id)) ids.set(id, `clip${ids.size + 1}`)
    return ids.get(id)!
  })
}

/** The specification as a file, for other programs that draw it: the same bytes for the same specification. */
export function specText(spec: Spec): string {
  return `${JSON.stringify(spec, null, 1)}\n`
}

/** Checks that figures can be drawn, before hours of computation. @throws as renderSvg */
export async function checkDrawing(): Promise<void> {
  await drawing()
}

/** Vega exports textMetrics, but its types do not declare it. */
type Vega = typeof import('vega') & {
  readonly textMetrics: { width: (item: { readonly fontSize?: number }, text: unknown) => number }
}

async function drawing() {
  const { vega, 'vega-lite': lite } = await importAll('figures', {
    vega: () => import('vega'),
    'vega-lite': () => import('vega-lite'),
  })
  return { vega: vega as unknown as Vega, compile: lite.compile }
}
