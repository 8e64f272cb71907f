// frd worker: computes runs of a sweep that `frd sweep --nats` hands out on another machine, until all of them are stored
// there. It stores nothing itself.

import { expected } from '../config/errors.ts'
import { checkPackages } from '../config/packages.ts'
import { showAddress } from '../network/broker.ts'
import { waitForNats } from '../network/connect.ts'
import { checkPayload, natsAsking } from '../network/natsRequests.ts'
import { type Pulled, pullRuns } from '../network/pull.ts'
import { nodeTimer } from '../network/timers.ts'
import { checkThreads, InterruptedError, startWorkers, timed } from '../results/compute.ts'
import { natsOptions, proofOf, readSweepAddress } from './natsFlags.ts'
import { type Command, commonOptions, readBare, readJobs, valueFlag } from './options.ts'
import { tell } from './output.ts'
import { readOwnFiles } from './own.ts'

export const workerCommand: Command = {
  usage: 'worker',
  doc: 'compute runs that frd sweep --nats hands out, until all are stored there',
  options: {
    ...natsOptions,
    jobs: commonOptions.jobs,
    env: valueFlag('.js file with an environment of your own, the one that the sweep has', 'none'),
    method: valueFlag('.js file with a method of your own, the one that the sweep has', 'none'),
    once: {
      type: 'boolean',
      describe: 'end when the submitter is gone for 30 s, in place of waiting for the next one',
    },
    quiet: commonOptions.quiet,
  },
  examples: [['$0 worker --nats nats://broker:4222', 'as many runs at once as this machine has cores']],
  plan: async (argv) => {
    const address = readSweepAddress(argv)
    if (!address) throw new TypeError(expected('nats', 'a broker', 'none', 'give --nats URL'))
    const { own, modules } = await readOwnFiles(argv)
    const jobs = readJobs(argv)
    const isOnce = readBare(argv, 'once')
    const quiet = readBare(argv, 'quiet')
    const proof = proofOf(own)
    return async (signal) => {
      if (jobs > 1) await checkPackages([checkThreads])
      const news = quiet ? () => {} : (text: string) => tell(`worker ${proof.worker}: ${text}\n`)
      const { broker, name } = address
      const { connection, failed, close } = await waitForNats(broker, { signal, onNews: news })
      const stop = new AbortController()
      const either = AbortSignal.any([signal, stop.signal])
      let computed = 0
      try {
        checkPayload(connection)
        news(`computes runs of the sweep "${name}" at ${showAddress(broker)}, ${jobs} at once`)
        const workers = await startWorkers(jobs, { signal: either, own, modules })
        try {
          const pulled: Pulled = await Promise.race([
            failed,
            pullRuns(natsAsking(connection, name), {
              proof,
              own,
              jobs,
              compute: async (config) => {
                const done = await timed(config, workers)
                computed++
                return done
              },
              timer: nodeTimer,
              signal: either,
              isOnce,
              tell: news,
            }),
          ])
          const why = pulled.isDone ? 'all runs of the sweep are stored' : 'the submitter is gone'
          news(`${why}; ${pulled.computed} were computed here`)
          return 0
        } finally {
          stop.abort()
          await workers.stop()
        }
      } catch (error) {
        if (!(error instanceof InterruptedError)) throw error
        throw new InterruptedError(`interrupted: ${computed} runs were computed here; what was begun is given back`)
      } finally {
        await close()
      }
    }
  },
}
