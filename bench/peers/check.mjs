// Checks that the peers do the same work: asks each for the sums of its weights after three online steps and after one
// pass of distillation, and compares them with those of plain.mjs to 1e-4 relative. Exits with 1 when a peer differs.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const COMMANDS = ['check 24', 'check 50', 'check 100', 'check 24 64', 'check 50 32']
const TOLERANCE = 1e-4
const PEERS = [
  [process.execPath, 'plain.mjs'],
  [process.execPath, 'tfjs.mjs', 'cpu'],
  [process.execPath, 'tfjs.mjs', 'wasm'],
  [process.execPath, 'jax.mjs'],
  ['python3', 'numpy_peer.py'],
  ['python3', 'torch_peer.py'],
  ['python3', 'torch_compiled_peer.py'],
]

const lines = (text) => (text ?? '').trim().split('\n')

function ask([program, ...words]) {
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  const { status, error, stdout, stderr } = spawnSync(program, words, {
    cwd,
    input: `${COMMANDS.join('\n')}\n`,
    encoding: 'utf8',
  })
  const [greeting, ...answers] = lines(stdout)
  if (!greeting.startsWith('ready ')) return { reason: error?.message || greeting || lines(stderr).at(-1) }
  if (status || answers.length < COMMANDS.length) return { reason: `stopped: ${lines(stderr).at(-1)}` }
  return { name: greeting.slice(6), answers: answers.map((answer) => answer.split(' ').map(Number)) }
}

const reference = ask(PEERS[0]).answers
if (!reference) throw new Error('plain.mjs did not answer')
for (const peer of PEERS) {
  const { name, answers, reason } = ask(peer)
  if (reason) {
    console.log(`${peer.slice(1).join(' ')}: ${reason}`)
    if (!reason.startsWith('missing: ')) process.exitCode = 1
    continue
  }
  const distances = answers.map((sums, c) =>
    Math.max(...reference[c].map((sum, i) => Math.abs(sums[i] - sum) / Math.abs(sum))),
  )
  const worst = Math.max(...distances)
  if (!(worst <= TOLERANCE)) process.exitCode = 1
  console.log(`${name}: ${worst <= TOLERANCE ? 'same work' : 'DIFFERS'}, at most ${worst.toExponential(1)} relative`)
  answers.forEach((sums, c) => {
    console.log(`  ${COMMANDS[c]}: ${sums.join(' ')}`)
  })
}
