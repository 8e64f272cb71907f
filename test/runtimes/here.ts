// npm run test:digests: the suite of `npm run test:runtimes` in this process alone, with the build of this folder. It prints each
// difference from the golden report, test/vectors/runtimes.json, and exits with 1 where there is one.
import * as federation from '../../src/federation/index.ts'
import * as frd from '../../src/index.ts'
import * as face from '../../src/kernel/index.ts'
import { loadVectors } from '../helpers.ts'
import { compare } from './compare.ts'
import { type Report, suite } from './suite.ts'

const golden = loadVectors<Report>('runtimes')
const module = new WebAssembly.Module(face.kernelBytes())
const differences = compare(golden, await suite(frd, face, federation, module, golden.checkpoints))
for (const { part, text } of differences) console.log(`${part}: ${text}`)
const count = Object.values(golden.runs).reduce((sum, runs) => sum + Object.keys(runs).length, 0)
console.log(`${count} runs, ${differences.length} differences from test/vectors/runtimes.json`)
process.exitCode = differences.length ? 1 : 0
