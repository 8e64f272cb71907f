#!/usr/bin/env node
// The program `frd`: its words, its exit code, and a pipe that closes early.

import { frd } from './frd.ts'

/** A reader that has seen enough, such as `head`, is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}

process.stdout.on('error', endQuietly)
process.stderr.on('error', endQuietly)
process.exitCode = await frd(process.argv.slice(2))
