// The shapes of the groups, so that colour is never the only difference: a circle, a diamond and a square.

/** The outline of a mark around a point, as an SVG path. */
export function markPath(group: number, x: number, y: number, radius: number): string {
  if (group === 0) {
    return `M${x - radius},${y}a${radius},${radius} 0 1,0 ${2 * radius},0a${radius},${radius} 0 1,0 ${-2 * radius},0Z`
  }
  if (group === 1) {
    const r = radius * 1.2
    return `M${x},${y - r}L${x + r},${y}L${x},${y + r}L${x - r},${y}Z`
  }
  const r = radius * 0.88
  return `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`
}
