#!/usr/bin/env node
// The program `frd`: it takes the words of the command line and sets the exit code. It hears signals before it loads the
// commands.

import { hearSignals } from './signals.ts'

const { signal, end } = hearSignals()
const { runCommandLine } = await import('./frd.ts')
process.exitCode = await runCommandLine(process.argv.slice(2), signal)
end()
// A reader that does not read would keep the program waiting.
if (signal.aborted) process.exit()
