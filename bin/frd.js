#!/usr/bin/env node
// The program `frd` as package managers link it. This file is in git with its executable bit, so it is there before a
// build and after one; the program itself is compiled from src/cli/main.ts. Where nothing was compiled, it says so.

import { existsSync } from 'node:fs'

const program = new URL('../dist/src/cli/main.js', import.meta.url)
if (existsSync(program)) await import(program.href)
else {
  const next = 'run "npm ci && npm run build" in that folder, or install the package again without --ignore-scripts'
  process.stderr.write(`frd: expected the compiled program in ${new URL('..', program).pathname}, got none: ${next}\n`)
  process.exitCode = 1
}
