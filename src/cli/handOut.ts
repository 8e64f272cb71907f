// frd sweep --nats: hands the runs of a plan out to workers on other machines, and stores their results. With --jobs, this
// process computes too, as one more worker.

import { expected } from '../config/errors.ts'
import { checkPackages } from '../config/packages.ts'
import { showAddress } from '../network/broker.ts'
import { waitForNats } from '../network/connect.ts'
import { configBytes, type HandOut, openHandOut } from '../network/handOut.ts'
import { answerNats, checkPayload, natsAsking } from '../network/natsRequests.ts'
import { pullRuns } from '../network/pull.ts'
import { nodeTimer } from '../network/timers.ts'
import { MESSAGE_BYTES, packWorkRequest, type WorkerProof } from '../network/workMessages.ts'
import { checkThreads, inSteps, startWorkers, timed } from '../results/compute.ts'
import type { Store } from '../results/store.ts'
import type { PlannedRun, Swept } from '../results/sweep.ts'
import type { Steps } from '../run/steps.ts'
import { type AloudOptions, computeAloud } from './aloud.ts'
import { proofOf, type SweepAddress } from './natsFlags.ts'
import { tell } from './output.ts'

/** Computes the missing runs of a plan on workers, as computeAloud does here. */
export async function handOutAloud(
  address: SweepAddress,
  planned: readonly PlannedRun[],
  store: Store,
  { jobs = 0, ...options }: AloudOptions,
): Promise<Swept> {
  const { quiet, signal, own = {}, modules } = options
  const { broker, name } = address
  if (jobs > 1) await checkPackages([checkThreads])
  const proof = proofOf(own)
  const say = (text: string) => tell(`${text}\n`)
  const news = quiet ? () => {} : say
  const most = await inSteps(longestConfig(planned), signal)
  const { connection, failed: broken, close } = await waitForNats(broker, { signal, onNews: news })
  const handOut = openHandOut({ plan: planned, proof, timer: nodeTimer, again: store.write, tell: say })
  const stop = new AbortController()
  try {
    checkPayload(connection, most + MESSAGE_BYTES)
    checkPayload(connection)
    await checkAlone(natsAsking(connection, name).ask, name, proof)
    const forbidden = answerNats(connection, name, handOut.answer, say)
    const flags = `--nats ${showAddress(broker)}${name === 'frd' ? '' : ` --name ${name}`}`
    news(`hands out a sweep of ${planned.length} runs; on every machine that computes: frd worker ${flags}`)
    const beside = () => {
      const { workers, leases } = handOut.counts()
      return `workers ${workers}, leases ${leases}`
    }
    const { computeAll } = handOut
    const sweep = async () => {
      const how = { ...options, signal: AbortSignal.any([signal, stop.signal]), beside, computeAll }
      const swept = await computeAloud(planned, store, how)
      await handOut.close()
      return swept
    }
    const failed = [forbidden, broken]
    if (jobs > 0) failed.push(computeHere(handOut, { jobs, proof, own, modules, signal: stop.signal }))
    const sweeping = sweep()
    try {
      return await Promise.race([sweeping, ...failed])
    } catch (error) {
      stop.abort()
      await sweeping.catch(() => {}) // it makes the tables of what is stored
      throw error
    }
  } finally {
    stop.abort()
    handOut.end()
    await close()
  }
}

/** The longest config of a plan, in bytes. It yields before each run. */
function* longestConfig(planned: readonly PlannedRun[]): Steps<number> {
  let most = 0
  for (const { config } of planned) {
    yield
    most = Math.max(most, configBytes(config).length)
  }
  return most
}

/** @throws RangeError if another submitter has this name, because each would take the other's workers */
async function checkAlone(
  ask: (request: Uint8Array) => Promise<Uint8Array>,
  name: string,
  proof: WorkerProof,
): Promise<void> {
  const isThere = await ask(packWorkRequest(proof, { ask: 'leave' })).then(
    () => true,
    () => false,
  )
  if (!isThere) return
  throw new RangeError(expected('name', 'one that no other sweep on this broker has', name, 'give another --name'))
}

/** Computes in this process as a worker does. It settles only with an error. */
async function computeHere(
  handOut: HandOut,
  how: Pick<AloudOptions, 'own' | 'modules' | 'signal'> & { readonly jobs: number; readonly proof: WorkerProof },
): Promise<never> {
  const { jobs, proof, own = {}, modules, signal } = how
  const workers = await startWorkers(jobs, { signal, own, modules })
  try {
    const port = { ask: async (request: Uint8Array) => handOut.answer(request), most: () => Number.MAX_SAFE_INTEGER }
    await pullRuns(port, {
      isOnce: false,
      tell: () => {},
      compute: (config) => timed(config, workers),
      proof: { ...proof, worker: `${proof.worker} itself` },
      own,
      jobs,
      timer: nodeTimer,
      signal,
    })
  } finally {
    await workers.stop()
  }
  return new Promise(() => {}) // all is done, which the sweep says
}
