// What the visitor may take along: the runs as CSV, a picture as SVG or PNG, weights as safetensors. All of it is made in
// this browser, and sent nowhere.

import type { Comparison } from './comparison.ts'
import type { Many } from './many.ts'

/** Offers bytes or a text as a file. */
export function offer(name: string, type: string, content: BlobPart): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([content], { type }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

/** One line per run, in the columns of the archive. A run that did not complete has an empty completion. */
export function toCsv({ groups }: Comparison, many: Many): string {
  const head = 'group,command,seed,completion,episodes,env_steps,failed,digest'
  const rows = groups.flatMap(({ name, command }, group) =>
    many.shown[group].map(({ completion, episodes, envSteps, failure, digest }, i) => {
      const replay = `${command.replace(/ --seed \d+/, '').replace(' --json', '')} --seed ${i + 1} --json`
      const cells = [name, replay, i + 1, completion ?? '', episodes, envSteps, Number(failure !== null), digest]
      return cells
        .map((cell) => (/[",]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell))
        .join(',')
    }),
  )
  return `${[head, ...rows].join('\n')}\n`
}

/** What an element must say of itself once it has left the page and its style sheet. */
const STYLES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
]

/** Pictures below each other as one SVG that needs no style sheet. */
export function toSvg(pictures: readonly SVGSVGElement[]): { text: string; width: number; height: number } {
  let height = 0
  const width = Math.max(...pictures.map((one) => one.clientWidth))
  const parts = pictures.map((picture) => {
    const copy = picture.cloneNode(true) as SVGSVGElement
    const copies = [...copy.querySelectorAll<SVGElement>('*')]
    for (const [i, element] of [...picture.querySelectorAll<SVGElement>('*')].entries()) {
      const computed = getComputedStyle(element)
      for (const name of STYLES) copies[i].setAttribute(name, computed.getPropertyValue(name))
      for (const name of ['role', 'tabindex', 'class']) copies[i].removeAttribute(name)
    }
    copy.setAttribute('y', String(height))
    height += picture.clientHeight + 8
    return new XMLSerializer().serializeToString(copy)
  })
  const ground = getComputedStyle(document.body).backgroundColor
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`
  return { text: `${open}<rect width="100%" height="100%" fill="${ground}"/>${parts.join('')}</svg>`, width, height }
}

/** The same picture in pixels, two per unit. */
export async function toPng({ text, width, height }: ReturnType<typeof toSvg>): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(text)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = 2 * width
  canvas.height = 2 * height
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('"picture" expected pixels, got none'))))
  })
}
