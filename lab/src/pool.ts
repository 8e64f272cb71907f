// Draws seeds in workers: as many as the machine has cores but one, and at most eight. Seeds are handed out in order, all
// groups of a seed one after the other. While it pauses, runs that are under way end, and no other begins.

import type { Command, Outcome, Report, Task } from './messages.ts'

const MOST_WORKERS = 8

export const workerCount = () => Math.min(Math.max((navigator.hardwareConcurrency || 2) - 1, 1), MOST_WORKERS)

export const newWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })

interface Listener {
  readonly drawn: (arm: number, seed: number, outcome: Outcome) => void
  readonly failed: (message: string) => void
}

export class Pool {
  readonly #workers: Worker[] = []
  readonly #idle: Worker[] = []
  readonly #tasks: readonly Task[]
  #next = 0
  #target = 0
  #isPaused = false

  /** @param tasks what runs, group by group */
  constructor(tasks: readonly Task[], { drawn, failed }: Listener) {
    this.#tasks = tasks
    for (let i = 0; i < workerCount(); i++) {
      const worker = newWorker()
      worker.onmessage = ({ data }: MessageEvent<Report>) => {
        this.#idle.push(worker)
        if (data.type === 'seed') drawn(data.arm, data.seed, data)
        else if (data.type === 'failed') failed(data.message)
        this.#hand()
      }
      this.#workers.push(worker)
      this.#idle.push(worker)
    }
  }

  /** Draws the seeds from 1 to this one. */
  drawTo(seed: number): void {
    this.#target = seed
    this.#hand()
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#hand()
  }

  close(): void {
    for (const worker of this.#workers) worker.terminate()
    this.#idle.length = 0
  }

  #hand(): void {
    while (!this.#isPaused && this.#idle.length && this.#next < this.#target * this.#tasks.length) {
      const arm = this.#next % this.#tasks.length
      const seed = 1 + Math.floor(this.#next / this.#tasks.length)
      const { config, file } = this.#tasks[arm]
      const command: Command = { type: 'seed', arm, seed, config, file }
      this.#next++
      this.#idle.pop()!.postMessage(command)
    }
  }
}
