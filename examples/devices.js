// A federation of devices over a broker: each process holds one agent and an environment of its own, which answers when it
// can. Process 0 serves the run too. Start a broker and four processes, one of which may be a tab that imports this file:
//   nats-server -a 127.0.0.1
//   node examples/devices.js 0    and so for 1, 2 and 3
import { joinOver, natsBus, serveOn } from 'frd/federation'

const isPage = typeof document !== 'undefined'
const given = isPage ? location.hash.slice(1).split(',') : process.argv.slice(2)
const [number = '0', servers = isPage ? 'ws://127.0.0.1:9222' : '127.0.0.1:4222'] = given

/** A room that is heated or not, and should stay at 20 degrees. Each process has a room with walls of its own. */
const room = {
  ...{ name: 'room', observations: 1, actions: 2, limit: 100, bounds: [[10, 30]], score: 'return' },
  mission: { threshold: 95 },
  create: (stream) => {
    const leak = 0.05 + 0.03 * Number(number)
    let degrees = 15 + 10 * stream.uniform()
    const step = async (action) => {
      await new Promise((resolve) => setTimeout(resolve)) // a real one takes its time
      degrees += action - leak * (degrees - 12)
      const reward = 1 - Math.min(1, Math.abs(degrees - 20) / 5)
      return { observation: [degrees], reward, terminated: false, truncated: false }
    }
    return { reset: async () => [degrees], step } // a room goes on where it was
  },
}
const library = isPage ? await import('@nats-io/nats-core') : await import('@nats-io/transport-node')
const connection = await (library.connect ?? library.wsconnect)({ servers })
const timer = (milliseconds, call) => clearTimeout.bind(null, setTimeout(call, milliseconds))
const bus = natsBus(connection, console.error)
const shared = { name: 'rooms', environment: room, timer }
const over = joinOver(bus, 'rooms', Number(number), shared)
if (number === '0') {
  const run = { method: 'mixfrd', agents: 4, until: 'cap', width: 16, depth: 1, cap: 40, period: 10 }
  for await (const { type, episode, uplinkBytes } of serveOn(run, bus, shared))
    if (type === 'exchange') console.log(`episode ${episode}: ${uplinkBytes.join(', ')} bytes up`)
}
console.log(`agent ${number}: digest ${(await over).digest}`)
await connection.close()
