// Sabotages: one change of the code each, which a test must notice. `from` stands once in its file; the tests are those
// that should fail.

/** One deliberate fault. */
export interface Sabotage {
  /** what is wrong then */
  readonly name: string
  /** the file, from the root of the package */
  readonly file: string
  readonly from: string
  readonly to: string
  /** the tests that should notice, without `.test` */
  readonly tests: readonly string[]
}

const of = (
  file: string,
  tests: readonly string[],
  faults: readonly (readonly [string, string, string])[],
): Sabotage[] => faults.map(([name, from, to]) => ({ name, file, from, to, tests }))

export const sabotages: readonly Sabotage[] = [
  ...of(
    'src/results/disk.ts',
    ['slow/crash', 'store'],
    [
      ['a file is not synced', '    files.fsyncSync(file)\n    isOpen = false', '    isOpen = false'],
      [
        'a replaced file keeps its name unsynced',
        'throw error\n    }\n    syncFolder(folder, files)',
        'throw error\n    }',
      ],
      ['a new file keeps its name unsynced', '    syncFolder(folder, files)\n    return true', '    return true'],
      ['a new folder is not synced', '      syncFolder(dirname(path), files)\n', ''],
      ['a write ends after its first part', 'for (let at = 0; at < bytes.length; ) {', 'for (let at = 0; at < 1; ) {'],
      ['a disk that takes no byte is asked for ever', 'if (count === 0) throw', 'if (count < 0) throw'],
      ['writers share the names of temporary files', "randomBytes(12).toString('hex')", "'0'"],
      ['a young temporary file of another writer is removed', 'mtimeMs < latest &&', 'mtimeMs > 0 &&'],
      [
        'a new result replaces one of another writer',
        'files.linkSync(temporary, path)',
        'files.renameSync(temporary, path)',
      ],
      ['an error of a link is taken for a missing feature', 'if (!NO_LINKS.includes(code)) throw error', ''],
    ],
  ),
  ...of(
    'src/results/store.ts',
    ['store'],
    [
      ['a merge that was overtaken is not made again', 'if (reader.keys().join() === before.join())', ''],
      ['a second result of one run is dropped', 'throw conflict(path, other)', 'return key'],
      ['failed runs are rows of the table', 'filter(({ summary }) => !summary.failed)', 'filter(() => true)'],
    ],
  ),
  ...of(
    'src/results/reader.ts',
    ['store'],
    [
      ['a result is read under another key', 'if (own === key) return', 'if (own) return'],
      ['a file without its line feed is read', "if (!text.endsWith('\\n'))", 'if (!text)'],
      ['a disk error is taken for a damaged file', 'return error instanceof ResultError ||', 'return true ||'],
      ['a conflict is not seen', 'if (twice) throw', 'if (twice === "") throw'],
    ],
  ),
  ...of(
    'src/results/setting.ts',
    ['paper'],
    [
      [
        'a table has no column for what was swept',
        'if (isFurther(name, config)) set.add(name)',
        'if (!name) set.add(name)',
      ],
      [
        'what a method does not use is shown',
        'if (!usesField(config.method, name) && !isSaid(config, name)) return null',
        '',
      ],
    ],
  ),
  ...of(
    'src/results/compute.ts',
    ['sweep'],
    [
      ['two sweeps compute the same runs in step', 'if (!end()) jump()', 'end()'],
      ['the signal does not stop a run', 'if (signal?.aborted) throw new InterruptedError(message)', ''],
    ],
  ),
  ...of(
    'src/results/cells.ts',
    ['paper'],
    [['failed runs are observations', 'runs.filter(({ failed }) => !failed)', 'runs']],
  ),
  ...of('src/wire/frame.ts', ['payload'], [['a checksum is not checked', "check('crc', 28, crc32(body))", '']]),
  ...of(
    'src/wire/payload.ts',
    ['payload'],
    [
      ['clusters may come twice', 'if (index <= before || index >= clusters)', 'if (index >= clusters)'],
      ['clusters may lie beyond the space', 'if (index <= before || index >= clusters)', 'if (index <= before)'],
      ['a probability may be above 1', 'if (p < 0 || p > 1) throw', 'if (p < 0) throw'],
    ],
  ),
  ...of(
    'src/run/mission.ts',
    ['run', 'environments'],
    [
      [
        'a mission completes before its window is full',
        'if (episode >= window && completes(env.mission, recent',
        'if (completes(env.mission, recent',
      ],
      [
        'an exchange does not count at its period',
        'episode % config.period !== 0 ||',
        'episode % config.period !== 1 ||',
      ],
      [
        'the digest leaves out the scores',
        'chain.add(scoreBytes(env.score, since), ...trace, ...gone)',
        'chain.add(...trace)',
      ],
    ],
  ),
  ...of(
    'src/run/exchange.ts',
    ['methods', 'run'],
    [['the digest leaves out the downlinks', '      ...[...checked.values()].map(({ body }) => body),\n', '']],
  ),
  ...of(
    'src/methods/frd.ts',
    ['methods'],
    [['the server takes the last policy of a cluster', 'sums[a] += visited *', 'sums[a] = visited *']],
  ),
  ...of('src/methods/method.ts', ['methods'], [['a mean of weights is a sum', ', 0) / lists.length)', ', 0))']]),
  ...of(
    'src/methods/mixfrd.ts',
    ['mixup', 'methods'],
    [['midpoints replace the entries', "const kept = keep === 'append' ? count : 0", 'const kept = 0']],
  ),
  ...of('src/methods/uniform.ts', ['methods'], [['uniform targets are not uniform', ': 1 / actions', ': value']]),
  ...of(
    'src/stats/holm.ts',
    ['stats'],
    [
      ['p-values are not adjusted', '(p.length - done) * p[i]', 'p[i]'],
      ['adjusted p-values may fall', 'largest = Math.max(largest,', 'largest = Math.max(0,'],
    ],
  ),
  ...of(
    'src/stats/quantiles.ts',
    ['stats', 'paper'],
    [
      ['a censored run is the earliest', 'a === null ? 1 : b === null ? -1', 'a === null ? -1 : b === null ? 1'],
      ['a quantile steps over a censored run', 'if (high === null) return null', 'if (high === null) return low'],
    ],
  ),
  ...of(
    'src/kernel/env.ts',
    ['environments', 'entries'],
    [
      ['a reward may be NaN', 'if (!Number.isFinite(reward)) throw', 'if (reward === 0.123) throw'],
      ['a flag may be no flag', "if (typeof got !== 'boolean') throw", 'if (got === null) throw'],
    ],
  ),
  ...of(
    'src/environments/own.ts',
    ['environments'],
    [['an episode has no limit', 'flags.truncated || steps >= env.limit', 'flags.truncated']],
  ),
  ...of(
    'src/results/contradictions.ts',
    ['slow/foreign'],
    [['steps may contradict the scores', "check('envSteps', envSteps, sum, 'it is the sum of all scores')", '']],
  ),
  ...of(
    'src/config/errors.ts',
    ['slow/foreign', 'config'],
    [
      [
        'control characters of foreign texts are printed',
        'return text.replace(UNPRINTABLE',
        'return text.replace(/^$/',
      ],
    ],
  ),
  ...of(
    'src/cli/signals.ts',
    ['slow/endings'],
    [
      [
        'a doubled Ctrl-C ends the program at once',
        'if (performance.now() - first > ECHO) process.exit',
        'process.exit',
      ],
    ],
  ),
  ...of(
    'src/cli/output.ts',
    ['slow/endings'],
    [['a reader that leaves is success', 'this.exitCode = isLeft ? 141 : 1', 'this.exitCode = 0']],
  ),
  ...of(
    'src/results/store.ts',
    ['slow/foreign', 'archive', 'limit'],
    [['a bomb is unfolded', '{ maxOutputLength: MAX_ARCHIVE }', '{}']],
  ),
  ...of(
    'assembly/a2c.ts',
    ['agent', 'twin', 'parity'],
    [
      [
        'the policy descends its gradient',
        '(pa - <f64><i32>(<i32>a == action)) * advantage',
        '(<f64><i32>(<i32>a == action) - pa) * advantage',
      ],
      ['a termination counts the next state', '(flags & TERMINATED) == 0 && ((flags', '((flags'],
      ['advantages forget the steps behind them', '+ a2c.gamma * a2c.lambda * advantage', ''],
    ],
  ),
  ...of(
    'assembly/adam.ts',
    ['kernel', 'agent'],
    [['Adam corrects no bias', 'rate * sqrt<f64>(1.0 - power2)) / (1.0 - power1)', 'rate * sqrt<f64>(1.0)) / (1.0)']],
  ),
  ...of(
    'assembly/cartpole.ts',
    ['parity'],
    [
      [
        'the cart moves by its new velocity',
        'state.x = state.x + TAU * state.xDot\n  state.xDot = state.xDot + TAU * acceleration',
        'state.xDot = state.xDot + TAU * acceleration\n  state.x = state.x + TAU * state.xDot',
      ],
    ],
  ),
  ...of(
    'assembly/acrobot.ts',
    ['acrobot'],
    [['the torque has another sign', 'const torque = <f64>(action - 1)', 'const torque = <f64>(1 - action)']],
  ),
  ...of(
    'assembly/proxy.ts',
    ['twin', 'agent', 'kernel'],
    [
      [
        'a state at an edge falls out of its section',
        'f64x2.pmin(f64x2.pmax(cut, zero), last)',
        'f64x2.pmax(cut, zero)',
      ],
    ],
  ),
  ...of(
    'assembly/trig.ts',
    ['parity'],
    [
      [
        'the rounding test always passes',
        'return rounded == hi + (lo - bound) ? rounded : series(x, low, 1)',
        'return rounded',
      ],
    ],
  ),
]
