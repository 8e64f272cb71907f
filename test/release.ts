// npm run release [-- --dry-run [--tests] [--runtimes]]: checks whether this folder can be published, and prints a table of the checks
// with what to do about each that fails. It never publishes: where all passed, it says the commands that do. CONTRIBUTING.md, "Release",
// has the rules. With --dry-run the two checks that take minutes run only where they are named.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const root = process.cwd()

/** What a check found: `next` is empty where it passed. */
interface Finding {
  readonly state: 'pass' | 'FAIL' | 'skipped'
  readonly what: string
  readonly next: string
}

const pass = (what: string): Finding => ({ state: 'pass', what, next: '' })
const fail = (what: string, next: string): Finding => ({ state: 'FAIL', what, next })

interface Ended {
  readonly code: number
  readonly text: string
}

function end(program: string, ...args: string[]): Ended {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  return { code: status ?? 1, text: error ? error.message : stdout + (status === 0 ? '' : stderr) }
}

/** The output of git, or undefined where it refuses. */
function git(...args: string[]): string | undefined {
  const { code, text } = end('git', ...args)
  return code === 0 ? text.trimEnd() : undefined
}

const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '')
const parsed = (text: string | undefined) => JSON.parse(text || '{}')
const manifest = parsed(read('package.json'))
const version = String(manifest.version)

// ---- versions

/** Semantic Versioning 2.0.0, without build metadata, which npm ignores. */
const SEMVER = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/

/** Below 0 where `a` precedes `b` (section 11 of Semantic Versioning); both are versions. */
function order(a: string, b: string): number {
  const [, ...one] = SEMVER.exec(a)!
  const [, ...two] = SEMVER.exec(b)!
  for (let i = 0; i < 3; i++) if (one[i] !== two[i]) return Number(one[i]) - Number(two[i])
  if (!one[3] || !two[3]) return Number(!one[3]) - Number(!two[3])
  const [left, right] = [one[3].split('.'), two[3].split('.')]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if (left[i] === right[i]) continue
    if (left[i] === undefined || right[i] === undefined) return left.length - right.length
    const [m, n] = [left[i], right[i]].map((word) => /^\d+$/.test(word))
    if (m !== n) return m ? -1 : 1
    return m ? Number(left[i]) - Number(right[i]) : left[i] < right[i] ? -1 : 1
  }
  return 0
}

/** Whether users of `before` must expect a break: another major version, or below 1 another minor one. */
function isBreaking(before: string, after: string): boolean {
  const [[, major, minor], [, otherMajor, otherMinor]] = [SEMVER.exec(before)!, SEMVER.exec(after)!]
  return major !== otherMajor || (major === '0' && minor !== otherMinor)
}

/** The sections of CHANGELOG.md, in its order: the heading and what follows it. */
const sections = read('CHANGELOG.md')
  .split(/^## /m)
  .slice(1)
  .map((text) => {
    const [heading] = text.split('\n', 1)
    return { name: heading.replace(/^\[?v?([^\]\s]+).*/, '$1'), text: text.slice(heading.length).trim() }
  })

const tags = (git('tag', '--list', 'v*') ?? '').split('\n').filter((tag) => SEMVER.test(tag.slice(1)))
const latest = tags
  .map((tag) => tag.slice(1))
  .sort(order)
  .at(-1)
const unreleased = sections.find(({ name }) => /^unreleased$/i.test(name))
/**
 * The version that was released last: the latest tag, or else the newest section of CHANGELOG.md. Where nothing stands
 * under Unreleased, that of package.json is the one that is to be released.
 */
const released =
  latest ?? sections.map(({ name }) => name).find((name) => SEMVER.test(name) && (unreleased?.text || name !== version))
/** Where that version was made: its tag, or the first commit with its number in package.json. */
const base = latest
  ? `v${latest}`
  : released &&
    git('log', '--reverse', '--format=%H', `-G"version": *"${released}"`, '--', 'package.json')?.split('\n')[0]

function checkVersion(): Finding {
  if (!SEMVER.test(version)) return fail(`${version} is no semantic version`, 'write MAJOR.MINOR.PATCH in package.json')
  if (tags.includes(`v${version}`)) return fail(`${version} has its tag`, 'raise the version in package.json')
  if (released && order(version, released) <= 0) {
    return fail(`${version} does not come after ${released}`, 'raise the version in package.json')
  }
  const lock = parsed(read('package-lock.json')).version
  if (lock !== undefined && lock !== version) return fail(`package-lock.json has ${lock}`, 'npm install')
  const [, cited = version] = /^version: (\S+)$/m.exec(read('CITATION.cff')) ?? []
  if (cited !== version) return fail(`CITATION.cff has ${cited}`, `write ${version} there`)
  return pass(`${version}${released ? ` after ${released}` : ', the first'}`)
}

function checkChangelog(): Finding {
  const own = sections.find(({ name }) => name === version)
  if (unreleased?.text) return fail('the section Unreleased is not empty', 'give it the number of the version')
  if (!own) return fail(`no section ${version}`, `write "## ${version}" in CHANGELOG.md`)
  if (!own.text) return fail(`the section ${version} is empty`, 'say what changed')
  const [first] = sections.filter((section) => section !== unreleased)
  if (first !== own) return fail(`the section ${version} stands below ${first.name}`, 'move it to the top')
  return pass(`${own.text.split('\n').length} lines on ${version}`)
}

type Golden = { readonly runs?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> }

/** The runs of the committed golden reports that both know and whose digests differ. */
function movedDigests(before: Golden, after: Golden): string[] {
  return Object.entries(before.runs ?? {}).flatMap(([method, runs]) =>
    Object.entries(runs)
      .filter(([name, links]) => after.runs?.[method]?.[name] && after.runs[method][name].join() !== links.join())
      .map(([name]) => `${method} ${name}`),
  )
}

function checkBreaking(): Finding {
  const path = 'test/vectors/runtimes.json'
  if (!base || !released) return { state: 'skipped', what: 'nothing was released before', next: '' }
  const old = git('show', `${base}:${path}`)
  if (old === undefined) return { state: 'skipped', what: `${released} has no ${path}`, next: '' }
  const moved = movedDigests(parsed(old), parsed(read(path)))
  if (!moved.length) return pass(`every digest is that of ${released}`)
  const what = `${moved.length} digests are not those of ${released}, such as ${moved[0]}`
  if (!SEMVER.test(version) || !isBreaking(released, version)) {
    return fail(what, 'a breaking change: raise MAJOR, or MINOR below 1.0.0, or undo what moved them')
  }
  const text = sections.find(({ name }) => name === version)?.text ?? ''
  if (!/\bdigests?\b/i.test(text.replace(/\bno digests? changes?\b/gi, ''))) {
    return fail(what, `name the change in the section ${version} of CHANGELOG.md`)
  }
  return pass(`${what}, as CHANGELOG.md says`)
}

// ---- the tree and the scripts

function checkTree(): Finding {
  const changes = git('status', '--porcelain')
  if (changes === undefined) return fail('this folder is no git repository', 'publish from a clone')
  const [first, ...others] = changes.split('\n').filter(Boolean)
  if (first !== undefined) {
    return fail(`${others.length + 1} changes are not committed, such as ${first.slice(3)}`, 'commit or remove them')
  }
  return pass(`clean at ${git('rev-parse', '--short', 'HEAD')}`)
}

/** Runs a script of package.json; `told` makes what the table says of its output where it passed. */
function checkScript(name: string, told: (text: string) => string, ...args: string[]): Finding {
  if (!manifest.scripts?.[name]) return fail(`package.json has no script ${name}`, `write the script ${name}`)
  const { code, text } = end('npm', 'run', '--silent', name, ...args)
  if (code === 0) return pass(told(text))
  const last = text.trimEnd().split('\n').slice(-1)[0]
  return fail(`exit code ${code}: ${last.slice(0, 100)}`, `npm run ${name}`)
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? ''

/** A runtime that is not there is no failure, but one alone says little. */
function checkRuntimes(): Finding {
  const finding = checkScript('test:runtimes', lastLine)
  const [, count] = /^runtimes: (\d+) passed/.exec(finding.what) ?? []
  if (finding.state === 'pass' && !(Number(count) > 1)) {
    return fail(finding.what, 'more than one runtime must run: see the reasons that npm run test:runtimes prints')
  }
  return finding
}

// ---- the package

/** All paths of files that the manifest names. */
function targetsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targetsOf) : []
}

const STRAY =
  /(^|\/)(\.[^/]+|node_modules|test|tests|out|coverage)(\/|$)|\.(tsbuildinfo|map|log|tgz|env|pem|key)$|(?<!\.d)\.ts$/

function checkPack(): Finding {
  const { code, text } = end('npm', 'pack', '--dry-run', '--json', '--ignore-scripts')
  if (code !== 0) return fail(`npm pack ended with ${code}`, 'npm pack --dry-run')
  const [{ files, size }]: [{ files: { path: string }[]; size: number }] = JSON.parse(text)
  const paths = files.map(({ path }) => path)
  const { main, module, types, unpkg, jsdelivr, bin, exports, imports } = manifest
  const needed = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']
  const missing = [...needed, ...targetsOf([main, module, types, unpkg, jsdelivr, bin, exports, imports])].find(
    (path) => !paths.includes(path),
  )
  if (missing) return fail(`${missing} is not in the tarball`, 'build it, or name it in "files" of package.json')
  const stray = paths.find((path) => STRAY.test(path))
  if (stray) return fail(`${stray} does not belong into the tarball`, 'take it out of "files" of package.json')
  const left = paths.find(
    (path) => /^dist\/src\/.*\.js$/.test(path) && !read(path.replace(/^dist\/(.*)\.js$/, '$1.ts')),
  )
  if (left) return fail(`${left} has no source`, 'npm run clean && npm run build')
  return pass(`${paths.length} files, ${(size / 1024).toFixed(0)} KB packed`)
}

function checkMetadata(): Finding {
  const wanted = ['name', 'description', 'keywords', 'license', 'repository', 'engines', 'exports', 'types']
  const missing = wanted.filter((name) => manifest[name] === undefined)
  if (missing.length) return fail(`package.json has no ${missing.join(', ')}`, `write ${missing.join(', ')}`)
  if (manifest.private) return fail('package.json says private', 'remove "private"')
  return pass(`${manifest.name}, ${manifest.license}`)
}

/** A registry shows relative images only where it knows the repository and that is on a host whose files it can address. */
function checkImages(): Finding {
  const text = read('README.md')
  const images = [...text.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*\bsrc="([^"]+)"/g)].map(([, a, b]) => a ?? b)
  const relative = images.filter((path) => !/^https:\/\//.test(path))
  const lost = relative.find((path) => git('ls-files', '--error-unmatch', path) === undefined)
  if (lost) return fail(`README.md shows ${lost}, which git does not have`, 'commit the image')
  const url = typeof manifest.repository === 'string' ? manifest.repository : (manifest.repository?.url ?? '')
  if (relative.length && !/^(?:[\w-]+\/[\w.-]+$|github:|gitlab:)|\b(?:github|gitlab)\.com[/:]/.test(url)) {
    return fail(`README.md shows ${relative[0]}, a relative address`, 'write "repository", or an address with https')
  }
  return pass(`${images.length} images, ${relative.length} of them in the repository`)
}

// ---- the table

const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    tests: { type: 'boolean', default: false },
    runtimes: { type: 'boolean', default: false },
  },
})
const isDry = values['dry-run']
const long = (isNamed: boolean, flag: string, check: () => Finding): Finding =>
  !isDry || isNamed ? check() : { state: 'skipped', what: 'takes minutes', next: `--${flag}` }

/** In the order in which they are fixed; the cheap ones first. */
const checks: readonly (readonly [string, () => Finding])[] = [
  ['version', checkVersion],
  ['changelog', checkChangelog],
  ['digests since', checkBreaking],
  ['tree', checkTree],
  ['metadata', checkMetadata],
  ['images', checkImages],
  ['lint', () => checkScript('lint', () => 'no fault')],
  ['build and types', () => checkScript('build', () => 'no fault')],
  ['digests', () => checkScript('test:digests', lastLine)],
  ['package', checkPack],
  ['tests', () => long(values.tests, 'tests', () => checkScript('test', lastLine))],
  ['runtimes', () => long(values.runtimes, 'runtimes', checkRuntimes)],
]

const rows = checks.map(([name, check]) => {
  const finding = check()
  const { state, what, next } = finding
  console.log(`${name.padEnd(16)}${state.padEnd(9)}${what}${next && `\n${' '.repeat(25)}-> ${next}`}`)
  return finding
})
const failed = rows.filter(({ state }) => state === 'FAIL').length
if (failed) console.log(`\nnot ready: ${failed} of ${rows.length} checks failed`)
else if (isDry) console.log('\nno check failed; npm run release runs all of them, and says how to publish')
else {
  const commands = [`git tag v${version}`, `git push origin v${version}`, 'npm publish']
  console.log(`\nready. Nothing was published; to publish, run:\n${commands.map((one) => `    ${one}\n`).join('')}`)
}
process.exitCode = failed ? 1 : 0
