// Gives a canvas as many pixels of the device as its shown size covers.

export function fit(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = devicePixelRatio
  const pixels = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) {
    canvas.width = pixels[0]
    canvas.height = pixels[1]
    canvas.style.height = `${height}px`
  }
  const context = canvas.getContext('2d')!
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}
