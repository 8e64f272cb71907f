// npm run release in made-up repositories: a sound one passes, and each fault is named with what to do. None
// publishes: the npm of these repositories leaves a file where it is told to.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const script = fileURLToPath(new URL('../release.js', import.meta.url))
const scratch = fs.mkdtempSync(join(tmpdir(), 'frd-release-'))
test.after(() => fs.rmSync(scratch, { recursive: true, force: true }))

/** npm, which leaves a file where it is told to publish. */
const bin = join(scratch, 'bin')
const published = join(scratch, 'published')
const [npm] = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'npm'))
  .filter(fs.existsSync)
fs.mkdirSync(bin)
fs.writeFileSync(join(bin, 'npm'), `#!/bin/sh\n[ "$1" = publish ] && touch '${published}'\nexec '${npm}' "$@"\n`, {
  mode: 0o755,
})

const identity = ['-c', 'user.name=frd', '-c', 'user.email=frd@example.org', '-c', 'commit.gpgsign=false']
function git(folder: string, ...args: string[]): void {
  const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
}

const golden = (digest: string) => JSON.stringify({ runs: { frd: { small: ['00', digest] } } })
const done = (text: string) => `node -e "console.log('${text}')"`
const manifest = {
  name: 'made-up',
  version: '0.2.0',
  description: 'A package that nobody needs',
  keywords: ['none'],
  license: 'MIT',
  type: 'module',
  repository: 'github:nobody/made-up',
  engines: { node: '>=20' },
  files: ['dist', 'CHANGELOG.md'],
  types: './dist/src/index.d.ts',
  exports: { '.': { types: './dist/src/index.d.ts', default: './dist/src/index.js' } },
  scripts: {
    lint: done('clean'),
    build: done('built'),
    test: done('1 of 1 files passed'),
    'test:digests': done('1 runs, 0 differences'),
    'test:runtimes': done('runtimes: 3 passed, 0 failed, 1 skipped'),
  } as Record<string, string>,
}
const files = {
  'package.json': JSON.stringify(manifest),
  'README.md': '# made-up\n\n![a picture](docs/picture.svg)\n',
  LICENSE: 'MIT',
  'CHANGELOG.md': '# Changelog\n\n## 0.2.0\n\nA picture.\n\n## 0.1.0\n\nFirst version.\n',
  'CITATION.cff': 'version: 0.2.0\n',
  '.gitignore': 'dist/\n',
  'docs/picture.svg': '<svg/>',
  'src/index.ts': 'export {}',
  'dist/src/index.js': 'export {}',
  'dist/src/index.d.ts': 'export {}',
  'test/vectors/runtimes.json': golden('aa'),
}
type Files = Readonly<Record<string, string>>

function write(folder: string, given: Files): void {
  for (const [path, text] of Object.entries(given)) {
    fs.mkdirSync(dirname(join(folder, path)), { recursive: true })
    fs.writeFileSync(join(folder, path), text)
  }
}

/** A repository with the tag v0.1.0 of its first commit, and a second commit with what is given changed. */
function repository(changes: Files = {}): string {
  const folder = fs.mkdtempSync(join(scratch, 'repository-'))
  git(folder, 'init', '-q')
  write(folder, { ...files, 'package.json': JSON.stringify({ ...manifest, version: '0.1.0' }) })
  git(folder, 'add', '.')
  git(folder, 'commit', '-qm', 'First')
  git(folder, 'tag', 'v0.1.0')
  write(folder, { ...files, ...changes })
  git(folder, 'add', '.')
  git(folder, 'commit', '--allow-empty', '-qm', 'Second')
  return folder
}

interface Told {
  readonly code: number | null
  readonly text: string
}

function release(folder: string, ...args: string[]): Told {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  return { code: status, text: stdout + stderr }
}

/** The lines of the table on one check: what was found, and what is next. */
const rowOf = (text: string, check: string) => {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.startsWith(check.padEnd(16)))
  return [lines[at]?.slice(16), /^ +-> /.test(lines[at + 1] ?? '') ? lines[at + 1].trim().slice(3) : ''].join(' -> ')
}

/** With these changes, this check alone fails, in these words. */
function refuses(changes: Files, check: string, words: RegExp): void {
  const { code, text } = release(repository(changes), '--dry-run')
  assert.match(rowOf(text, check), words, text)
  assert.match(rowOf(text, check), /^FAIL .* -> \S/)
  assert.match(text, /not ready: 1 of 12 checks failed/, text)
  assert.is(code, 1)
}
const withManifest = (changes: object, others: Files = {}) => ({
  'package.json': JSON.stringify({ ...manifest, ...changes }),
  ...others,
})
const withScript = (name: string, text: string) => withManifest({ scripts: { ...manifest.scripts, [name]: text } })

test('a sound repository passes; --dry-run leaves out what takes minutes unless it is named', () => {
  const folder = repository()
  const dry = release(folder, '--dry-run')
  assert.is(dry.code, 0, dry.text)
  assert.equal(dry.text.match(/\bpass\b|\bskipped\b/g)?.length, 12)
  for (const check of ['tests', 'runtimes']) assert.match(rowOf(dry.text, check), /^skipped .* -> --/)
  const named = release(folder, '--dry-run', '--tests', '--runtimes')
  assert.match(rowOf(named.text, 'tests'), /^pass +1 of 1 files passed/)
  assert.match(rowOf(named.text, 'runtimes'), /^pass +runtimes: 3 passed/)
  assert.not.match(named.text, /npm publish/)
})

test('without --dry-run all checks run, and the commands are said and not run', () => {
  const { code, text } = release(repository())
  assert.is(code, 0, text)
  assert.not.match(text, /skipped +takes/)
  assert.match(
    text,
    /Nothing was published; to publish, run:\n {4}git tag v0\.2\.0\n {4}git push origin v0\.2\.0\n {4}npm publish/,
  )
  assert.not(fs.existsSync(published))
  assert.is(release(repository(), '--publish').code, 1, 'there is no such flag')
})

test('a version that is none, is there already, or differs elsewhere', () => {
  const changelog = (version: string) => ({
    'CHANGELOG.md': files['CHANGELOG.md'].replace('0.2.0', version),
    'CITATION.cff': `version: ${version}`,
  })
  refuses(withManifest({ version: '0.1.0-rc.1' }, changelog('0.1.0-rc.1')), 'version', /does not come after 0\.1\.0/)
  refuses(withManifest({ version: '0.0.9' }, changelog('0.0.9')), 'version', /does not come after 0\.1\.0/)
  refuses({ 'CITATION.cff': 'version: 0.1.0' }, 'version', /CITATION\.cff has 0\.1\.0/)
  refuses({ 'package-lock.json': '{ "version": "0.1.0" }' }, 'version', /package-lock\.json has 0\.1\.0/)
  const tagged = release(repository(withManifest({ version: '0.1.0' })), '--dry-run')
  assert.match(rowOf(tagged.text, 'version'), /^FAIL +0\.1\.0 has its tag/)
  const none = release(repository(withManifest({ version: '0.02' })), '--dry-run')
  assert.match(rowOf(none.text, 'version'), /^FAIL +0\.02 is no semantic version/)
  assert.is(release(repository(withManifest({ version: '0.2.0-rc.1' }, changelog('0.2.0-rc.1'))), '--dry-run').code, 0)
})

test('without a tag, the last section of CHANGELOG.md is what was released', () => {
  const untagged = (text: string) => {
    const folder = repository({ 'CHANGELOG.md': text })
    git(folder, 'tag', '-d', 'v0.1.0')
    return release(folder, '--dry-run').text
  }
  const sound = untagged(files['CHANGELOG.md'])
  assert.match(rowOf(sound, 'version'), /^pass +0\.2\.0 after 0\.1\.0/)
  assert.match(rowOf(sound, 'digests since'), /^pass +every digest is that of 0\.1\.0/)
  const open = untagged(files['CHANGELOG.md'].replace('## 0.2.0', '## Unreleased\n\nMore.\n\n## 0.2.0'))
  assert.match(rowOf(open, 'version'), /^FAIL +0\.2\.0 does not come after 0\.2\.0/)
})

test('a change log without the section, with an empty one, with one out of order, or with what has no number', () => {
  const changelog = (text: string) => ({ 'CHANGELOG.md': `# Changelog\n\n${text}` })
  refuses(changelog('## 0.1.0\n\nFirst.\n'), 'changelog', /no section 0\.2\.0/)
  refuses(changelog('## 0.2.0\n\n## 0.1.0\n\nFirst.\n'), 'changelog', /section 0\.2\.0 is empty/)
  refuses(changelog('## 0.1.0\n\nFirst.\n\n## 0.2.0\n\nMore.\n'), 'changelog', /stands below 0\.1\.0/)
  refuses(changelog('## Unreleased\n\nMore.\n\n## 0.2.0\n\nMore.\n'), 'changelog', /Unreleased is not empty/)
})

test('a digest that moved is a breaking change, and is named', () => {
  const moved = { 'test/vectors/runtimes.json': golden('bb') }
  const named = '# Changelog\n\n## VERSION\n\nThe digest of frd changed.\n'
  const as = (version: string, text = named) => ({
    ...withManifest({ version }, moved),
    'CHANGELOG.md': text.replace('VERSION', version),
    'CITATION.cff': `version: ${version}`,
  })
  refuses(as('0.1.1'), 'digests since', /1 digests are not those of 0\.1\.0, such as frd small -> a breaking change/)
  refuses(as('0.2.0', '## VERSION\n\nNo digest changes.\n'), 'digests since', /name the change in the section 0\.2\.0/)
  assert.is(release(repository(as('0.2.0')), '--dry-run').code, 0)
  assert.is(release(repository(as('1.0.0')), '--dry-run').code, 0)
})

test('a tree with changes, and a script that fails or is missing', () => {
  const folder = repository()
  write(folder, { 'notes.txt': 'mine' })
  assert.match(
    rowOf(release(folder, '--dry-run').text, 'tree'),
    /^FAIL +1 changes are not committed, such as notes\.txt/,
  )
  const broken = `node -e "console.log('3 differences'); process.exit(1)"`
  refuses(withScript('lint', broken), 'lint', /exit code 1: 3 differences -> npm run lint/)
  refuses(withScript('build', broken), 'build and types', /exit code 1/)
  refuses(withScript('test:digests', broken), 'digests', /exit code 1: 3 differences/)
  const { lint: _, ...scripts } = manifest.scripts
  refuses(withManifest({ scripts }), 'lint', /no script lint/)
  const whole = (name: string, text: string) => release(repository(withScript(name, text))).text
  assert.match(rowOf(whole('test', broken), 'tests'), /^FAIL +exit code 1/)
  assert.match(rowOf(whole('test:runtimes', broken), 'runtimes'), /^FAIL +exit code 1/)
  const alone = whole('test:runtimes', done('runtimes: 1 passed, 0 failed, 8 skipped'))
  assert.match(rowOf(alone, 'runtimes'), /^FAIL +runtimes: 1 passed.* -> more than one/)
  assert.match(alone, /not ready: 1 of 12/)
})

test('a tarball that lacks a file or holds a stray one, metadata that is missing, an image that nobody sees', () => {
  refuses(withManifest({ unpkg: './dist/bundle.js' }), 'package', /dist\/bundle\.js is not in the tarball/)
  for (const path of ['dist/.env', 'dist/src/index.ts', 'dist/test/a.test.js', 'dist/src/index.js.map']) {
    refuses({ [path]: 'x' }, 'package', new RegExp(`${path.replaceAll('.', '\\.')} does not belong`))
  }
  refuses({ 'dist/src/old.js': 'export {}' }, 'package', /dist\/src\/old\.js has no source/)
  const { description: _, ...bare } = manifest
  refuses({ 'package.json': JSON.stringify(bare) }, 'metadata', /no description/)
  refuses(withManifest({ private: true }), 'metadata', /says private/)
  refuses({ 'README.md': '![none](docs/none.svg)' }, 'images', /docs\/none\.svg, which git does not have/)
  refuses(
    withManifest({ repository: 'https://git.example.org/made-up' }),
    'images',
    /docs\/picture\.svg, a relative address/,
  )
  const absolute = withManifest(
    { repository: 'https://git.example.org/made-up' },
    { 'README.md': '![one](https://example.org/one.svg) <img src="https://example.org/two.svg">' },
  )
  assert.match(rowOf(release(repository(absolute), '--dry-run').text, 'images'), /^pass +2 images, 0 of them/)
})

test.run()
