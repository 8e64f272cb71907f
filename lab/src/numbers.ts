// Numbers as the page writes them.

/** A number with at most three digits behind the point. */
export const shownNumber = (value: number) => String(Math.round(value * 1000) / 1000 + 0)

/** A whole number, with a true minus. */
export const wholeNumber = (value: number) => String(Math.round(value) + 0).replace('-', '−')

/** A number of two digits behind the point and a true minus. */
export const twoDigits = (value: number) => value.toFixed(2).replace('-', '−')

export function shownBytes(bytes: number): string {
  if (bytes < 1e3) return `${Math.round(bytes)} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toPrecision(3)} kB` : `${(bytes / 1e6).toPrecision(3)} MB`
}

/** A whole number with groups of three digits. */
export const grouped = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ',')
