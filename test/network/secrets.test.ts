// Ways in which a broker knows who connects, beside passwords: nkeys and credentials files of NATS; and MQTT over WebSocket.
// Every run has the digest of one process, and whoever holds another key is refused.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort, isInstalled, newFolder, type Started, startNats } from '../brokers.ts'
import { openScratch } from '../commandLine.ts'

const { frd } = openScratch('frd-secrets-')
const RUN = '--method frd --agents 2 -n 6 -l 1 -E 5 --cap 12 --seed 4'.split(' ')
const SIDES = ['server', 'agent-0', 'agent-1']

const seedOf = (key: KeyPair) => new TextDecoder().decode(key.getSeed())
const fileOf = (text: string) => {
  const path = join(newFolder(), 'secret')
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

/** Runs a federation by the command line, and holds the digest of every side against that of one process. */
async function agree(broker: readonly string[], secretOf: (side: string) => readonly string[]): Promise<void> {
  const alone = JSON.parse((await frd(['run', ...RUN, '--json'])).stdout).digest
  const ended = await Promise.all(
    SIDES.map((side, k) => {
      const role = k === 0 ? ['serve', ...RUN] : ['join', '--agent', String(k - 1)]
      return frd([...role, ...broker, ...secretOf(side)])
    }),
  )
  for (const { code, stdout, stderr } of ended) {
    assert.is(code, 0, stderr)
    assert.ok(stdout.includes(alone), stdout)
  }
}

/** A stranger's key is refused, in one line. */
async function refuses(broker: readonly string[], secret: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await frd(['join', '--agent', '0', ...broker, ...secret])
  assert.equal([code, stdout], [1, ''], stderr)
  assert.match(
    stderr,
    new RegExp(`^frd: "${secret[0].slice(2)}" expected one that nats:\\S+ lets in, got "another": [^\\n]+\\n$`),
  )
}

async function whileRunning(broker: Started, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } finally {
    await broker.kill()
  }
}

const withNats = (name: string, body: () => Promise<void>) =>
  isInstalled('nats-server', '--version') ? test(name, body) : console.log(`skipped, without nats-server: ${name}`)

withNats('nats: each side has an nkey, of which the server holds the public half', async () => {
  const keys = new Map(SIDES.map((side) => [side, createUser()]))
  const users = [...keys.values()].map((key) => `{ nkey: ${key.getPublicKey()} }`)
  const started = await startNats(`authorization { users = [${users.join(', ')}] }`)
  await whileRunning(started, async () => {
    const broker = ['--nats', `nats://127.0.0.1:${started.port}`]
    await agree(broker, (side) => ['--nkey-file', fileOf(seedOf(keys.get(side)!))])
    await refuses(broker, ['--nkey-file', fileOf(seedOf(createUser()))])
  })
})

/** A claim signed by a key, in the form that nats-server reads: JWT with the algorithm ed25519-nkey. */
function signed(by: KeyPair, about: KeyPair, name: string, nats: object): string {
  const base64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64url')
  const claim = { iat: 1, iss: by.getPublicKey(), sub: about.getPublicKey(), name, nats: { version: 2, ...nats } }
  const jti = createHash('sha256').update(JSON.stringify(claim)).digest('hex')
  const text = [
    { typ: 'JWT', alg: 'ed25519-nkey' },
    { ...claim, jti },
  ]
    .map((part) => base64(JSON.stringify(part)))
    .join('.')
  return `${text}.${base64(by.sign(new TextEncoder().encode(text)))}`
}

const NO_LIMIT = { subs: -1, data: -1, payload: -1 }

/** The text of a credentials file. */
const credentialsOf = (account: KeyPair, user: KeyPair) =>
  [
    '-----BEGIN NATS USER JWT-----',
    signed(account, user, 'user', { type: 'user', pub: {}, sub: {}, ...NO_LIMIT }),
    '------END NATS USER JWT------',
    '',
    '-----BEGIN USER NKEY SEED-----',
    seedOf(user),
    '------END USER NKEY SEED------',
    '',
  ].join('\n')

withNats('nats: each side has a credentials file, which its account has signed', async () => {
  const [operator, account] = [createOperator(), createAccount()]
  const limits = { ...NO_LIMIT, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 }
  const lines = [
    `operator: ${signed(operator, operator, 'operator', { type: 'operator' })}`,
    'resolver: MEMORY',
    `resolver_preload: { ${account.getPublicKey()}: ${signed(operator, account, 'frd', { type: 'account', limits })} }`,
  ]
  const started = await startNats(lines.join('\n'))
  await whileRunning(started, async () => {
    const broker = ['--nats', `nats://127.0.0.1:${started.port}`]
    await agree(broker, () => ['--creds-file', fileOf(credentialsOf(account, createUser()))])
    await refuses(broker, ['--creds-file', fileOf(credentialsOf(createAccount(), createUser()))])
  })
})

withNats('MQTT 3.1.1 over WebSocket, of a nats-server that speaks it', async () => {
  const port = await freePort()
  const lines = [
    'server_name: frd',
    `jetstream { store_dir: "${newFolder()}" }`,
    `mqtt { listen: "127.0.0.1:${await freePort()}" }`,
    `websocket { listen: "127.0.0.1:${port}", no_tls: true }`,
  ]
  await whileRunning(await startNats(lines.join('\n')), () =>
    agree(['--mqtt', `ws://127.0.0.1:${port}/mqtt`, '--mqtt-version', '3.1.1'], () => []),
  )
})

test.run()
