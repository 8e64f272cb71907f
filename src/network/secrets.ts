// Secrets of a broker's users: passwords drawn at random, and the form in which mosquitto keeps them. They decide who may
// speak, and nothing that is computed depends on them.

import { pbkdf2Sync, randomBytes } from 'node:crypto'

/** Bits of a password divided by 8: as many as no one guesses. */
const PASSWORD_BYTES = 24

/** A password of 32 letters, digits, - and _. */
export const drawPassword = (): string => randomBytes(PASSWORD_BYTES).toString('base64url')

const SALT_BYTES = 12
const HASH_BYTES = 64

/** Rounds of the hash. A drawn password needs none; mosquitto computes them at each connection. */
const ROUNDS = 101

/** The line of mosquitto's password file for a user: PBKDF2 with SHA-512, which it calls 7. */
export function mosquittoLine(user: string, password: string): string {
  const salt = randomBytes(SALT_BYTES)
  const hash = pbkdf2Sync(password, salt, ROUNDS, HASH_BYTES, 'sha512')
  return `${user}:$7$${ROUNDS}$${salt.toString('base64')}$${hash.toString('base64')}\n`
}
