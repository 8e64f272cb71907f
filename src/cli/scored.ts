// The results of a folder one by one, with their scores, which the summaries of runs do not hold. An archive has none.

import { expected } from '../config/errors.ts'
import { isFault, openReader } from '../results/reader.ts'
import { resultKey } from '../results/result.ts'
import type { RunResult } from '../run/record.ts'
import type { Steps } from '../run/steps.ts'
import { readLoose } from './folder.ts'

/**
 * What `read` makes of each result of a folder, by the run's key. It yields before each result; damaged ones are left out,
 * as the reading of summaries has told.
 * @param keys the runs that are needed
 * @throws RangeError if one of them is in no file of results
 */
export function* readScores<T>(
  dir: string,
  keys: readonly string[],
  flag: string,
  read: (result: RunResult) => T,
): Steps<Map<string, T>> {
  const found = new Map<string, T>()
  const reader = openReader(dir)
  const wanted = new Set(keys)
  for (const key of reader.keys()) {
    yield
    if (!wanted.has(key)) continue
    try {
      const result = reader.read(key)
      if (result) found.set(key, read(result))
    } catch (error) {
      if (!isFault(error)) throw error
    }
  }
  if (!found.size) {
    for (const result of (yield* readLoose(dir)).results) found.set(resultKey(result.config), read(result))
  }
  const missing = keys.filter((key) => !found.has(key)).length
  if (!missing) return found
  const why = 'an archive holds no scores; give the folder of the runs, or draw --y completion'
  throw new RangeError(expected(flag, 'runs with their scores', `${missing} runs of an archive`, why))
}
