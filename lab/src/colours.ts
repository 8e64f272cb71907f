// Colours of the style sheet, for canvases: they follow dark and light.

import { SHOWN } from './messages.ts'

const computed = getComputedStyle(document.documentElement)
let known = new Map<string, string>()

/** Called where the colour scheme changed, before anything is drawn. */
export const forgetColours = () => {
  known = new Map()
}

export function colour(name: string): string {
  const found = known.get(name) ?? computed.getPropertyValue(`--${name}`).trim()
  known.set(name, found)
  return found
}

export const agentColour = (agent: number) => colour(`agent${agent % SHOWN}`)
