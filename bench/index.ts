// `npm run bench [-- WORDS] [--rounds N]` measures the benchmarks whose names have all words, prints them and keeps the
// samples in bench/results, in a file whose name has the date and the commit. An unknown word lists the names.

import { measure } from './measure.ts'
import { save } from './sample.ts'
import { benchmarks, choose, RequestError, readWords } from './suite.ts'

try {
  const { filter, rounds, files, beside } = readWords(process.argv.slice(2))
  if (files.length || beside) throw new RequestError('files and --beside are for "npm run bench:compare"')
  save('bench', await measure(choose(benchmarks, filter), rounds))
} catch (error) {
  if (!(error instanceof RequestError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
