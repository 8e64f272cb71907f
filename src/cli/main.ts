#!/usr/bin/env node
// The program `frd`: it takes the words of the command line and sets the exit code.

import { runCommandLine } from './frd.ts'

/** Ends the program when the reader closes the pipe early, as `head` does. That is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}

process.stdout.on('error', endQuietly)
process.stderr.on('error', endQuietly)
process.exitCode = await runCommandLine(process.argv.slice(2))
