// The colours of the style sheet, for canvases. They follow the dark and the light colour scheme.

import { SHOWN } from './messages.ts'

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

export const agentColour = (agent: number) => colour(`agent${agent % SHOWN}`)
