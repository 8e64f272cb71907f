// What a worker of the page does, by the command that comes. A worker that draws seeds draws one after the other; any
// other worker has one task for life.

import { run } from './core.ts'
import type { Command, Report, Task } from './messages.ts'
import { outcomeOf } from './outcome.ts'
import { type Loaded, loadTask } from './own.ts'
import { type Recorded, record } from './record.ts'
import type { Tab } from './tab.ts'
import { type Visit, visit } from './visitor.ts'

const post = (report: Report, transfer: Transferable[] = []) => self.postMessage(report, { transfer })
const fail = ({ message }: Error) => post({ type: 'failed', message, isUnderWay: false })

let recorded: Recorded | null = null
let tab: Tab | null = null
let visiting: Visit | null = null
/** what the worker loaded first: all seeds that it draws are of one environment */
let loaded: Loaded['own'] | null = null

async function ownOf(task: Task): Promise<Loaded['own']> {
  loaded ??= (await loadTask(task)).own
  return loaded
}

async function runSeed({ arm, seed, ...task }: Extract<Command, { type: 'seed' }>): Promise<void> {
  const events = run({ ...task.config, seed }, await ownOf(task))
  for (;;) {
    const { done, value } = events.next()
    if (done) {
      post({ type: 'seed', arm, seed, ...outcomeOf(value) })
      return
    }
  }
}

/** Few workers are an agent of a federation, so what that takes is loaded by those alone. */
async function takePart(command: Extract<Command, { type: 'apart' }>): Promise<Tab> {
  const { takeSeat } = await import('./tab.ts')
  return takeSeat(await loadTask(command), command.isPaused, post)
}

self.onmessage = async ({ data }: MessageEvent<Command>) => {
  try {
    if (data.type === 'seed') await runSeed(data)
    else if (data.type === 'film') recorded = await record(await loadTask(data), post)
    else if (data.type === 'push') recorded?.push(data)
    else if (data.type === 'weights') recorded?.weights(data.agent)
    else if (data.type === 'apart') tab = await takePart(data)
    else if (data.type === 'pause') tab?.pause(data.isPaused)
    else if (data.type === 'action') visiting?.act(data.action)
    else {
      visiting?.stop()
      visiting = visit(data.config, data.millisecondsPerStep, post)
    }
  } catch (error) {
    fail(error as Error)
  }
}
