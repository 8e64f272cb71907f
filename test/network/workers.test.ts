// Sweeps over workers as a user runs them, with a real broker: a worker, the broker and the submitter are ended by kill -9,
// and the results are those of one process to the byte; signals, wrong credentials, a taken name, a small max_payload and
// a file of one's own. Where there is no nats-server on the PATH, the tests that need one are left out, and it says so.
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort, startNats } from '../brokers.ts'
import { endAll, frd, hasBroker, heard, sleep, storedRuns, sweepHere, sweepUnderKills } from '../workerSweeps.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-workers-'))
const words = (line: string) => line.split(' ')
const brokered = hasBroker() ? test : test.skip
if (!hasBroker()) console.log('  no nats-server on the PATH: what needs a broker is skipped')

async function withBroker(config: string, action: (url: string, port: number) => Promise<void>): Promise<void> {
  const port = await freePort()
  const broker = await startNats(config, port)
  try {
    await action(`nats://127.0.0.1:${port}`, port)
  } finally {
    await broker.kill()
  }
}

const long = words('--method independent -n 2 -l 1 --until cap')

test('flags that do not fit are refused before anything is written or connected', async () => {
  for (const [line, message] of [
    ['sweep --nats http://x:1', /"nats" expected an address of the form nats:\/\/HOST:PORT or tls:\/\/HOST:PORT/],
    ['sweep --nats nats://u:p@x:1', /"nats" expected an address without user and password/],
    ['sweep --name x', /"name" expected a broker beside it, got "none": give --nats URL/],
    ['sweep --nats nats://x:1 --name a.b', /"name" expected 1 to 64 letters/],
    ['sweep --nats nats://x:1 --user u', /"user" expected a name and a password/],
    ['sweep --nats nats://x:1 --jobs -1', /"jobs" expected an integer in 1\.\.256/],
    ['sweep --jobs 0', /"jobs" expected an integer in 1\.\.256/],
    ['worker', /"nats" expected a broker, got "none": give --nats URL/],
    ['worker --nats nats://x:1 --env CartPole-v1', /"env" expected a \.js file/],
  ] as const) {
    const { code, stdout, stderr } = await frd(root, ...words(line), ...(/^sweep/.test(line) ? ['--out', 'no'] : []))
      .ended
    assert.equal([code, stdout, fs.existsSync(join(root, 'no'))], [2, '', false], stderr)
    assert.match(stderr, message)
  }
  const help = (await frd(root, 'sweep', '--help').ended).stdout.replace(/\s+/g, ' ')
  assert.match(help, /one per core; 0 with --nats/)
})

brokered('a worker, the broker and the submitter are killed, and the results are those of one process', async () => {
  const flags = words('--method frd,pd,own -n 8 -l 1 -E 5 --cap 60 --until cap --agents 1,4 --seeds 1..10')
  const [{ table, kills }, whole] = [
    await sweepUnderKills(root, flags, 60, [
      { at: 8, what: 'worker' },
      { at: 16, what: 'broker' },
      { at: 24, what: 'submitter' },
    ]),
    await sweepHere(root, flags),
  ]
  assert.is(kills.length, 3, 'all of them came while runs were left')
  assert.is(table.split('\n').length, 61)
  assert.ok(table === whole, 'the bytes are those of one process')
})

brokered(
  'a signal ends a worker within about a second, and the submitter; an absent broker is told and awaited',
  async () => {
    const port = await freePort()
    const nats = ['--nats', `nats://127.0.0.1:${port}`]
    const early = frd(root, 'worker', ...nats, '--jobs', '1')
    await heard(early, /no broker answers at nats:.*refused.*waiting for it/)
    const broker = await startNats('', port)
    await heard(early, /connected to nats:[\s\S]*no sweep of the name "frd" is there: waiting for it/)
    const out = join(root, 'signals')
    const submitter = frd(root, 'sweep', ...long, '--cap', '100000', '--seeds', '1..4', ...nats, '--out', out)
    await heard(early, /a sweep answers/)
    const second = frd(root, 'sweep', ...long, '--cap', '10', ...nats, '--out', join(root, 'second'))
    const taken = await second.ended
    assert.is(taken.code, 1, taken.stderr)
    assert.match(taken.stderr, /"name" expected one that no other sweep on this broker has, got "frd"/)
    await sleep(300)
    for (const [program, code, message] of [
      [early, 143, /interrupted: 0 runs were computed here; what was begun is given back/],
      [submitter, 130, /interrupted: 0 of 4 runs are stored in .*; give the same command again to go on from there/],
    ] as const) {
      const begun = performance.now()
      program.child.kill(code === 143 ? 'SIGTERM' : 'SIGINT')
      const ended = await program.ended
      assert.is(ended.code, code, ended.stderr)
      assert.match(ended.stderr, message)
      assert.ok(performance.now() - begun < 5000)
    }
    assert.is(storedRuns(out), 0)
    await broker.kill()
  },
)

brokered('wrong credentials are refused aloud, and right ones work', async () => {
  fs.writeFileSync(join(root, 'right'), 'secret\n')
  fs.writeFileSync(join(root, 'wrong'), 'guess\n')
  await withBroker('authorization { user: alice, password: secret }', async (url) => {
    const flags = [...long, ...words('--cap 5 --seeds 1..3'), '--nats', url]
    for (const given of [[], ['--user', 'alice', '--password-file', 'wrong']]) {
      for (const command of [
        ['worker', '--nats', url],
        ['sweep', ...flags, '--out', 'denied'],
      ]) {
        const { code, stderr } = await frd(root, ...command, ...given).ended
        assert.is(code, 1, stderr)
        assert.match(stderr, /"user" expected one that nats:.* lets in/)
        assert.not.match(stderr, /guess|secret/)
      }
    }
    const right = ['--user', 'alice', '--password-file', 'right']
    const worker = frd(root, 'worker', '--nats', url, '--jobs', '1', ...right)
    const swept = await frd(root, 'sweep', ...flags, ...right, '--out', 'let-in').ended
    assert.is(swept.code, 0, swept.stderr)
    const { code, stderr } = await worker.ended
    assert.is(code, 0, stderr)
    assert.match(stderr, /all runs of the sweep are stored; 3 were computed here/)
  })
})

brokered(
  'a line that is longer than max_payload arrives in parts, and too small a max_payload is refused',
  async () => {
    const flags = [...long, ...words('--agents 40 --cap 900 --seeds 1,2')]
    await withBroker('max_payload: 65536', async (url) => {
      const worker = frd(root, 'worker', '--nats', url, '--jobs', '1')
      const swept = await frd(root, 'sweep', ...flags, '--nats', url, '--out', 'parts').ended
      assert.is(swept.code, 0, swept.stderr)
      assert.is((await worker.ended).code, 0)
      const table = fs.readFileSync(join(root, 'parts', 'results.jsonl'), 'utf8')
      assert.ok(
        Math.min(
          ...table
            .trim()
            .split('\n')
            .map(({ length }) => length),
        ) > 65536,
        'the lines are longer',
      )
      assert.ok(table === (await sweepHere(root, flags)))
    })
    await withBroker('max_payload: 8192\nmax_control_line: 1024', async (url) => {
      for (const command of [
        ['worker', '--nats', url],
        ['sweep', ...flags, '--nats', url, '--out', 'small'],
      ]) {
        const { code, stderr } = await frd(root, ...command).ended
        assert.is(code, 1, stderr)
        assert.match(stderr, /"max_payload" expected at least 65536, got 8192: set it in the broker's configuration/)
      }
    })
  },
)

const WALK = `
export default {
  name: 'walk', observations: 1, actions: 2, limit: 12, bounds: [[-4, 4]], score: 'steps',
  mission: { threshold: 9, window: 2 },
  create() {
    let [x, steps] = [0, 0]
    return {
      reset() {
        x = steps = 0
        return [x]
      },
      step(action) {
        x += action ? 1 : -1
        if (THROWS && x > 2) throw new Error('the ice broke')
        return { observation: [x], reward: 1, terminated: Math.abs(x) > 3, truncated: ++steps === 12 }
      },
    }
  },
}
`

brokered(
  'a file of your own: who lacks it is told and computes the rest; what it throws ends the sweep as it does today',
  async () => {
    fs.writeFileSync(join(root, 'walk.js'), WALK.replace('THROWS', 'false'))
    fs.writeFileSync(join(root, 'ice.js'), WALK.replace('THROWS', 'true'))
    const flags = words('--method own -n 3 -l 1 -E 3 --cap 6 --seeds 1..4')
    await withBroker('', async (url) => {
      const nats = ['--nats', url]
      const none = frd(root, 'worker', ...nats, '--jobs', '1')
      const other = frd(root, 'worker', ...nats, '--jobs', '1', '--env', 'ice.js')
      await Promise.all([none, other].map((one) => heard(one, /waiting for it/)))
      const swept = frd(root, 'sweep', ...flags, '--env', 'walk.js', ...nats, '--out', 'walked')
      await Promise.all([
        heard(none, /environment walk, version [0-9a-f]{12}, was not given: give its file with --env/),
        heard(other, /environment walk, version [0-9a-f]{12}, is another one: --env gives version/),
      ])
      const same = frd(root, 'worker', ...nats, '--jobs', '2', '--env', 'walk.js')
      const { code, stderr } = await swept.ended
      assert.is(code, 0, stderr)
      assert.match(stderr, /is not handed all runs: environment walk/)
      const ends = await Promise.all([none, other, same].map(({ ended }) => ended))
      assert.equal(
        ends.map((end) => [end.code, /(\d+) were computed here/.exec(end.stderr)?.[1]]),
        [
          [0, '0'],
          [0, '0'],
          [0, '4'],
        ],
      )
      const table = fs.readFileSync(join(root, 'walked', 'results.jsonl'), 'utf8')
      assert.ok(table === (await sweepHere(root, [...flags, '--env', 'walk.js'])))

      const breaking = [...flags, '--env', 'ice.js']
      const worker = frd(root, 'worker', ...nats, '--jobs', '1', '--env', 'ice.js')
      const [there, here] = await Promise.all([
        frd(root, 'sweep', ...breaking, ...nats, '--out', 'ice').ended,
        frd(root, 'sweep', ...breaking, '--out', 'ice-here', '--jobs', '1').ended,
      ])
      assert.equal([there.code, here.code], [1, 1])
      const [, said] = /^frd: (the run of own.*)$/m.exec(here.stderr)!
      assert.ok(there.stderr.includes(`frd: ${said} (on worker `), there.stderr)
      worker.child.kill('SIGTERM')
      assert.is((await worker.ended).code, 143)
    })
  },
)

brokered('with --jobs the submitter computes too', async () => {
  await withBroker('', async (url) => {
    const flags = words('--method frd -n 3 -l 1 -E 3 --cap 6 --seeds 1..6')
    for (const jobs of ['1', '2']) {
      const { code, stderr } = await frd(
        root,
        'sweep',
        ...flags,
        '--nats',
        url,
        '--jobs',
        jobs,
        '--out',
        `alone${jobs}`,
      ).ended
      assert.is(code, 0, stderr)
      const table = fs.readFileSync(join(root, `alone${jobs}`, 'results.jsonl'), 'utf8')
      assert.ok(table === (await sweepHere(root, flags)))
    }
  })
})

test.after(() => {
  endAll()
  fs.rmSync(root, { recursive: true })
})
test.run()
