// Whether the page stays smooth: frames per second, and the longest task of the main thread after start-up, as the
// browser itself measures it.

const STARTUP_MS = 2000

export interface Smoothness {
  /** to be called once per frame; returns the milliseconds since the last frame */
  readonly tick: (now: number) => number
  readonly report: () => string
}

export function watchFrames(): Smoothness {
  let longest = 0
  let last = performance.now()
  let frames = 0
  let since = last
  let rate = 0
  const canTell = PerformanceObserver.supportedEntryTypes?.includes('longtask')
  if (canTell) {
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        if (startTime > STARTUP_MS) longest = Math.max(longest, duration)
      }
    }).observe({ type: 'longtask', buffered: true })
  }
  const tasks = () => {
    if (!canTell) return 'this browser does not report long tasks'
    return longest ? `longest task ${Math.round(longest)} ms` : 'no task over 50 ms since the start'
  }
  return {
    tick: (now) => {
      const passed = Math.min(now - last, 250)
      last = now
      frames++
      if (now - since >= 1000) {
        rate = Math.round((frames * 1000) / (now - since))
        frames = 0
        since = now
      }
      return passed
    },
    report: () => `${rate} frames per second, ${tasks()}`,
  }
}
