// The colours of the style sheet, for canvases. They follow the dark and the light colour scheme.

const computed = getComputedStyle(document.documentElement)
let known = new Map<string, string>()

/** To be called when the colour scheme has changed, before anything is drawn. */
export const forgetColours = () => {
  known = new Map()
}

export function colour(name: string): string {
  const found = known.get(name) ?? computed.getPropertyValue(`--${name}`).trim()
  known.set(name, found)
  return found
}

/** Groups that a page compares; a further one would have the colour of the first again. */
export const GROUPS = 3

export const groupColour = (group: number) => colour(`group${group % GROUPS}`)
