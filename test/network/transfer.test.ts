// The model of links beside a real transfer: the frames of a run over TCP, between two machines that send no faster than a
// token bucket lets them. Where no machines can be made, or no bucket, it says so.
import { spawn, spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runToEnd } from '../../src/index.ts'
import { framesOf, openLink, toLink } from '../../src/links/index.ts'
import { machines } from './machines.ts'

const PORT = 4711
const [UP, DOWN] = [375_000, 300_000] // bits per second
const BURST = 2000 // bytes that a bucket lets through at once after a pause
/** TCP over IPv4 on Ethernet: 1500 bytes, of which headers with time stamps take 52, behind a header of 14. */
const link = toLink({
  name: 'veth',
  up: { rate: UP, packetBytes: 1448 },
  down: { rate: DOWN },
  overheadBytes: 66,
})

/** Answers each frame with one as long as its second word says. */
const SERVER = `
require('node:net').createServer({ noDelay: true }, (socket) => {
  let held = Buffer.alloc(0)
  socket.on('data', (data) => {
    held = Buffer.concat([held, data])
    while (held.length >= 8 && held.length >= held.readUInt32LE(0)) {
      socket.write(Buffer.alloc(held.readUInt32LE(4)))
      held = held.subarray(held.readUInt32LE(0))
    }
  })
}).listen(${PORT}, () => console.log('ready'))`

/** Sends the frames one after the other, and prints how many seconds each exchange took. */
const CLIENT = `
const [address, frames] = [process.argv[1], JSON.parse(process.argv[2])]
const socket = require('node:net').connect({ host: address, port: ${PORT}, noDelay: true }, async () => {
  const taken = []
  for (const [up, down] of frames) {
    const frame = Buffer.alloc(up)
    frame.writeUInt32LE(up, 0)
    frame.writeUInt32LE(down, 4)
    const begun = performance.now()
    let got = 0
    await new Promise((resolve) => {
      socket.removeAllListeners('data').on('data', (data) => (got += data.length) >= down && resolve())
      socket.write(frame)
    })
    taken.push((performance.now() - begun) / 1000)
    await new Promise((resolve) => setTimeout(resolve, 100)) // until the buckets are full again
  }
  console.log(JSON.stringify(taken))
  process.exit()
})`

test('the exchanges of a run take as long over a link of limited rate as on the virtual clock', async () => {
  const wire = machines()
  if (!wire) return console.log('skipped: a real transfer, because network namespaces are not allowed here')
  const [host, device] = [wire.enter(0), wire.enter(1)]
  if (!(wire.limit(1, UP, BURST) && wire.limit(0, DOWN, BURST))) {
    wire.remove()
    return console.log('skipped: a real transfer, because this system has no tc with a token bucket')
  }
  const server = spawn(host[0], [...host.slice(1), process.execPath, '-e', SERVER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await new Promise((resolve) => server.stdout.once('data', resolve))
    const runs = ['frd', 'frl'].map((method) =>
      runToEnd({ method, agents: 1, cap: 60, until: 'cap', period: 10, seed: 3 }),
    )
    const frames = runs.flatMap((run) => framesOf(run)).map(({ up, down }) => [up[0], down[0]])
    assert.ok(frames.length >= 8)
    const words = [...device.slice(1), process.execPath, '-e', CLIENT, wire.addressOf(0), JSON.stringify(frames)]
    const { stdout, stderr } = spawnSync(device[0], words, { encoding: 'utf8', timeout: 60_000 })
    const taken: number[] = JSON.parse(stdout || stderr)
    const clock = openLink(link, 1)
    for (const [i, [up, down]] of frames.entries()) {
      const { seconds } = clock.exchange({ up: [up], down: [down] })
      // After a pause, a bucket lets its burst through at once.
      const burst = (8 * Math.min(BURST, up + 66)) / UP + (8 * Math.min(BURST, down + 66)) / DOWN
      const about = `${up} bytes up and ${down} down: ${taken[i]} s, on the virtual clock ${seconds} s, of which ${burst} s at once`
      assert.ok(taken[i] > 0.98 * (seconds - burst), about)
      assert.ok(taken[i] < 1.05 * (seconds - burst) + 0.05, about)
    }
  } finally {
    server.kill('SIGKILL')
    wire.remove()
  }
})

test.run()
