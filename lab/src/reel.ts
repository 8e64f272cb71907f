// The film of one run as far as it has come: its episodes, the curve of its best agent, its exchanges, and how it ended.

import type { Group } from './comparison.ts'
import type { Environment } from './core.ts'
import type { Command, Exchanged, Filmed, Outcome, Report, Track } from './messages.ts'
import { Means } from './mission.ts'
import { newWorker } from './pool.ts'

interface Listener {
  readonly changed: () => void
  readonly pushed: (agent: number, episode: number, track: Track) => void
  readonly weights: (agent: number, bytes: Uint8Array<ArrayBuffer>) => void
}

export class Reel {
  readonly group: Group
  readonly env: Environment
  readonly episodes: Filmed[] = []
  /** the mean of the best agent after each episode */
  readonly best: number[] = []
  readonly exchanges: Exchanged[] = []
  /** weights of a policy network; 0 before the film begins */
  weights = 0
  outcome: Outcome | null = null
  failure = ''
  readonly #worker: Worker
  readonly #means: Means

  constructor(group: Group, env: Environment, { changed, pushed, weights }: Listener) {
    this.group = group
    this.env = env
    this.#means = new Means(env.mission)
    this.#worker = newWorker()
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.type === 'pushed') pushed(data.agent, data.episode, data.track)
      else if (data.type === 'weights') weights(data.agent, data.bytes)
      else {
        this.#take(data)
        changed()
      }
    }
    this.send({ type: 'film', ...group.task })
  }

  send(command: Command): void {
    this.#worker.postMessage(command)
  }

  close(): void {
    this.#worker.terminate()
  }

  #take(report: Report): void {
    if (report.type === 'begun') this.weights = report.weights
    else if (report.type === 'done') this.outcome = report
    else if (report.type === 'failed') this.failure = report.message
    else if (report.type === 'filmed') {
      this.exchanges.push(...report.exchanges)
      for (const episode of report.episodes) {
        this.episodes.push(episode)
        this.best.push(this.#means.next(episode.scores))
      }
    }
  }

  /** Steps of an agent's episode, counted from 1; 0 where there is no film of it. */
  stepsOf(episode: number, agent: number): number {
    const track = this.episodes[episode - 1]?.tracks[agent]
    return track ? track.length / this.env.observations - 1 : 0
  }

  /** Steps of the longest episode of the agents that are drawn. */
  longestOf(episode: number): number {
    const tracks = this.episodes[episode - 1]?.tracks ?? []
    return tracks.reduce((most, _, agent) => Math.max(most, this.stepsOf(episode, agent)), 0)
  }
}
