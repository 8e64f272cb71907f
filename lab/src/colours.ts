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

/** The colours of actions in words, in their order; further actions have them again. */
export const ACTION_COLOURS = ['blue', 'orange', 'green', 'purple', 'teal', 'ochre', 'red', 'grey']

export const actionColour = (action: number) => colour(`action${action % ACTION_COLOURS.length}`)
