// The same episodes told in three ways: as a summary, as the weights of the policy network, and as raw memory. One block
// is 1 kB in all three, so that they can be compared by eye.

import { type SVGTemplateResult, svg } from 'lit-html'
import { type Environment, entryBytes, type PayloadKind } from './core.ts'
import type { Memory } from './memory.ts'
import { shownBytes } from './numbers.ts'

const BLOCK = 1000 // bytes
const ACROSS = 12 // blocks of a row of the raw memory
const FEW = 2 // blocks of a row of the others
const MOST_ROWS = 16

export interface Telling {
  readonly name: string
  readonly bytes: number
  readonly isSent: boolean
  readonly note: string
}

/** The three tellings of what the memory holds. */
export function tellingsOf(memory: Memory, env: Environment, weights: number, payload: PayloadKind): Telling[] {
  const entry = entryBytes(payload === 'visits' ? 'visits' : 'proxies', env)
  const step = entryBytes('replay', env)
  const weight = entryBytes('weights', env)
  return [
    {
      name: 'summary',
      bytes: entry * memory.entries.size,
      isSent: payload === 'proxies' || payload === 'visits',
      note: `${entry} B per situation`,
    },
    { name: 'weights', bytes: weight * weights, isSent: payload === 'weights', note: `${weight} B each, always all` },
    { name: 'raw memory', bytes: step * memory.steps, isSent: payload === 'replay', note: `${step} B per step` },
  ]
}

export function drawBlocks(tellings: readonly Telling[], width: number): SVGTemplateResult {
  const gap = 34
  const across = [FEW, FEW, ACROSS]
  const size = Math.min(9, (width - 2 * gap - 30) / (2 * FEW + ACROSS))
  const most = Math.max(...tellings.map(({ bytes }, k) => Math.ceil(bytes / BLOCK / across[k])))
  // Where even the raw memory does not fit, one block is more than 1 kB for all three.
  const kilobytes = Math.max(1, Math.ceil(most / MOST_ROWS))
  const rows = Math.max(6, Math.min(MOST_ROWS, Math.ceil(most / kilobytes)))
  const height = rows * size
  let left = 0
  const label = `${tellings.map(({ name, bytes, isSent }) => `${name} ${shownBytes(bytes)}${isSent ? ', which is sent' : ''}`).join('; ')}.`
  const columns = tellings.map(({ name, bytes, isSent, note }, k) => {
    const x = left
    left += Math.max(across[k] * size, k < 2 ? 58 : 0) + gap - 10
    const blocks = bytes / BLOCK / kilobytes
    const cells = Array.from({ length: Math.ceil(blocks) }, (_, i) => {
      const [column, row] = [i % across[k], Math.floor(i / across[k])]
      const part = Math.min(blocks - i, 1)
      const y = height - (row + 1) * size
      return `M${(x + column * size).toFixed(1)},${(y + (1 - part) * (size - 1)).toFixed(1)}h${size - 1}v${(part * (size - 1)).toFixed(1)}h${1 - size}Z`
    })
    return svg`<path class="blocks telling${k}" d=${cells.join('')}></path>
      <text class="strong telling${k}" x=${x} y=${height + 17}>${shownBytes(bytes)}</text>
      <text x=${x} y=${height + 32}>${name}</text>
      <text x=${x} y=${height + 47}>${isSent ? 'is sent' : k === 2 ? note : ''}</text>`
  })
  const scale = kilobytes === 1 ? '' : svg`<text x="0" y=${height + 62}>here one block is ${kilobytes} kB</text>`
  const all = height + (kilobytes === 1 ? 52 : 66)
  return svg`<svg class="tellings" role="img" aria-label=${label} viewBox="0 0 ${width} ${all}" width=${width} height=${all}>${columns}${scale}</svg>`
}
