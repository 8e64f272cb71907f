// Makes docs/RELIABILITY.md from what the tests of reliability print. `npm run reliability` runs all of them, which takes
// about an hour; `npm run reliability -- NAME...` runs some and keeps the other rows.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../helpers.ts'

/** The tests, each with the numbers that it is given, and the promises that it shows, by the words of its lines. */
const tests: Readonly<
  Record<string, { readonly words: readonly string[]; readonly promises: Readonly<Record<string, string>> }>
> = {
  'test:crash': {
    words: ['40', '3'],
    promises: {
      'images after a power loss':
        'A power loss, and another one in the next try, loses no result that counted and leaves none half written',
      'injected errors of the disk':
        'Every error of the disk is told or harmless, and the next try ends with the same bytes',
    },
  },
  'test:kill': {
    words: ['500'],
    promises: {
      'kills of a sweep, after which nothing is lost or computed again':
        'A sweep that is killed loses nothing that is finished, computes nothing twice, and ends with the same bytes',
    },
  },
  'test:schedules': {
    words: ['200'],
    promises: {
      'schedules of one sweep with one hash':
        'Workers, order, doubled runs, earlier runs and a second sweep beside it change no byte',
    },
  },
  'test:mutants': {
    words: ['1000000'],
    promises: {
      'mutants of files, frames and values':
        'Malformed input is refused with an error of the project, or means what it says',
    },
  },
  'test:gradients': {
    words: ['2000'],
    promises: { 'gradients beside central differences': 'Gradients are the derivatives of the losses' },
  },
  'test:sabotage': {
    words: [],
    promises: { 'sabotages of the code, which a test must notice': 'The tests notice a fault of the code' },
  },
}

const path = join(packageRoot, 'docs', 'RELIABILITY.md')

const LINE = /^[^\w\n]*(\d+) (.+): (\d+) failures(?: \(95 % upper bound ([\d.e-]+) %\))?$/gm

/** The rows of the table that a document holds, by their promises. */
function rowsOf(text: string): Map<string, string> {
  const rows = text.split('\n').filter((line) => /^\| .* \| \d+ \|/.test(line))
  return new Map(rows.map((row) => [row.split(' | ')[0].slice(2), row]))
}

function run(name: string, rows: Map<string, string>): void {
  const { words, promises } = tests[name]
  const command = ['npm', 'run', name, ...(words.length ? ['--', ...words] : [])].join(' ')
  console.log(command)
  const { stdout, stderr } = spawnSync('npm', ['run', '--silent', name, '--', ...words], {
    cwd: packageRoot,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const date = new Date().toISOString().slice(0, 10)
  const found = [...stdout.matchAll(LINE)].filter(([, , what]) => Object.hasOwn(promises, what))
  const missing = Object.keys(promises).filter((what) => !found.some(([, , one]) => one === what))
  if (missing.length) throw new Error(`"${command}" expected to tell of ${missing.join(', ')}, got ${stdout}${stderr}`)
  for (const [line, n, what, failures, bound] of found) {
    console.log(failures === '0' ? line : stdout)
    rows.set(
      promises[what],
      `| ${promises[what]} | ${n} | ${failures} | ${bound ? `${bound} %` : '-'} | \`${command}\` | ${date} |`,
    )
  }
}

const given = process.argv.slice(2)
const unknown = given.find((name) => !Object.hasOwn(tests, name))
if (unknown) throw new RangeError(`"NAME" expected one of ${Object.keys(tests).join(', ')}, got ${unknown}`)
const rows = existsSync(path) ? rowsOf(readFileSync(path, 'utf8')) : new Map<string, string>()
for (const name of given.length ? given : Object.keys(tests)) {
  run(name, rows)
  writeFileSync(path, documentOf(rows))
}

function documentOf(rows: ReadonlyMap<string, string>): string {
  const order = Object.values(tests).flatMap(({ promises }) => Object.values(promises))
  const table = order.flatMap((promise) => rows.get(promise) ?? [])
  return `# What is promised, and how it is shown

Made by \`npm run reliability\` from what the commands print. Each row is a promise, how often it was tried, how often it
failed, and, where it never did, the rate of failures that 19 of 20 such tests would have noticed.

| promise | trials | failures | 95 % upper bound | command | date |
|---|---|---|---|---|---|
${table.join('\n')}

Shown by commands without such a number:

- The same bits everywhere: \`npm run test:runtimes\` compares runs of every method in nine runtimes with one list of digests.
- Results replay: \`npx frd verify results/paper\` computes every committed run again and compares all that is stored of it.
- Everything else that the documents state is a test of \`npm test\`.

## What is not promised

- **Forged results.** A checksum and a digest find damage, not intent. Who computes a run with other code can store what he likes
  under its key; only a replay tells. The same holds for checkpoints: one that was made with care may hold any weights.
- **Members of a federation that lie.** The server takes what is well formed. It does not know whether an agent played.
- **Other pages of the same origin.** They can read and write what the lab keeps in the browser, and join its federation.
- **Disks that lie.** A result counts once the disk has said that it is synced. Where a file system cannot sync a folder, a
  warning says so once.
- **Privacy.** What an exchange reveals is measured (docs/paper.md), and nothing here makes it less.
`
}
