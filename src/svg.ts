// Vega-Lite spec -> SVG text. The two packages are optional peers, imported when a figure is drawn: layout, ticks and
// text are theirs. No file is written here.

/** A Vega-Lite 6 specification: plain JSON, its data inline. */
export interface Spec {
  readonly [property: string]: unknown
}

/**
 * The drawing, as text: the same bytes for the same spec. So text is measured by Vega's own estimate even where a
 * canvas is installed (for the whole program: that switch is global), and the ids of clips start anew.
 * @throws Error where vega or vega-lite is not installed, with what the import said as its cause
 */
export async function renderSvg(spec: Spec): Promise<string> {
  const { compile, vega } = await drawing()
  vega.textMetrics.canvas(false)
  const view = new vega.View(vega.parse(compile(spec as never).spec), { renderer: 'none' })
  try {
    return `${renumberClips(await view.toSVG())}\n`
  } finally {
    view.finalize()
  }
}

/** Vega counts clips over all drawings of a program, and its reset misses where vega-view has a scenegraph of its own. */
function renumberClips(svg: string): string {
  const ids = new Map<string, string>()
  return svg.replace(/(?<=id="|url\(#)clip\d+(?=["')])/g, (id) => {
    if (!ids.has(id)) ids.set(id, `clip${ids.size + 1}`)
    return ids.get(id)!
  })
}

/** The specification as a file, for other programs that draw it: the same bytes for the same spec. */
export function specText(spec: Spec): string {
  return `${JSON.stringify(spec, null, 1)}\n`
}

/** Whether figures can be drawn here: asked before hours of computation, not after. @throws as renderSvg */
export async function checkDrawing(): Promise<void> {
  await drawing()
}

/** textMetrics is exported, but missing in Vega's types. */
type Vega = typeof import('vega') & { readonly textMetrics: { readonly canvas: (use: boolean) => void } }

async function drawing() {
  try {
    const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
    return { vega: vega as unknown as Vega, compile }
  } catch (cause) {
    const message = 'figures need the packages "vega" and "vega-lite", which did not load: npm install vega vega-lite'
    throw new Error(message, { cause })
  }
}
