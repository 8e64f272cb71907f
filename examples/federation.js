// Agents that live apart, each in a thread of its own, tell each other what an exchange sends and nothing else. This
// thread is agent 0 and serves the others. All end with the digest of a run in one thread.
//   node, bun or deno -A examples/federation.js
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { runToEnd } from 'frd'
import { federationName, host, join } from 'frd/federation'

const config = { method: 'mixfrd', agents: 3, width: 24, depth: 1, seed: 1, cap: 80 }
const channel = new BroadcastChannel(federationName(config))
const number = isMainThread ? 0 : workerData
const threads = isMainThread ? [1, 2].map((workerData) => new Worker(new URL(import.meta.url), { workerData })) : []

const events = number === 0 ? host(config, channel) : join(config, number, channel)
for (;;) {
  const { done, value } = await events.next()
  if (!done) continue
  console.log(
    `agent ${number}: ${value.episodes} episodes, ${value.exchanges.length} exchanges, digest ${value.digest}`,
  )
  break
}
channel.close()
await Promise.all(threads.map((thread) => new Promise((over) => thread.on('exit', over))))
if (isMainThread) console.log(`in one thread: digest ${runToEnd(config).digest}`)
