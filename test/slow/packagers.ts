// Installs the committed package with npm, pnpm and both lines of yarn, from git, from its tarball and without scripts,
// and imports it under Jest with jsdom. It needs the npm registry and minutes. node dist/test/slow/packagers.js [NAME...]
import { spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../helpers.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-packagers-'))
const chosen = process.argv.slice(2)
const head = command('git', ['rev-parse', 'HEAD'], packageRoot).all.trim()
/** A clone of its own, because a worktree has a file in place of .git, which no packager clones. */
const source = join(root, 'source.git')
succeed('git', ['clone', '-q', '--bare', packageRoot, source], root)
succeed('git', ['update-ref', 'refs/heads/packed', head], source)
succeed('git', ['symbolic-ref', 'HEAD', 'refs/heads/packed'], source)
/** Where git serves the repository for the one packager that needs it. */
const PORT = 9419
const fromGit = `git+file://${source}#${head}`

interface Ended {
  readonly code: number
  readonly all: string
}

function command(program: string, args: readonly string[], cwd: string): Ended {
  const env = {
    ...process.env,
    npm_config_cache: join(root, 'cache'),
    YARN_CACHE_FOLDER: join(root, 'yarn-cache'),
    YARN_GLOBAL_FOLDER: join(root, 'yarn-global'),
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    COREPACK_ENABLE_STRICT: '0',
  }
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8', timeout: 300_000 })
  return { code: status ?? -1, all: `${stdout}${stderr}${error ?? ''}` }
}

function succeed(program: string, args: readonly string[], cwd: string): string {
  const { code, all } = command(program, args, cwd)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${code}: ${all.slice(-2000)}`)
  return all
}

let projects = 0

/** A new project with these files. */
function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = join(root, `p${++projects}`)
  fs.mkdirSync(folder)
  fs.writeFileSync(
    join(folder, 'package.json'),
    '{ "name": "p", "version": "1.0.0", "private": true, "type": "module" }',
  )
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(join(folder, name), text)
  return folder
}

/** The program of a package that npm installs in a folder of its own. */
function tool(name: string, path: string): string {
  const folder = project()
  succeed('npm', ['install', '--no-audit', '--no-fund', '--silent', name], folder)
  return join(folder, 'node_modules', path)
}

const script = "import('frd').then(({ runToEnd }) => console.log('digest', runToEnd({ cap: 3 }).digest))"

/** Imports the package and calls its program; both give the digest of one run. */
function check(folder: string, run: readonly string[] = ['node'], exec: readonly string[] = ['npx', '--no-install']) {
  const imported = succeed(run[0], [...run.slice(1), '-e', script], folder)
  const [digest] = /[0-9a-f]{64}/.exec(imported) ?? ['none']
  const printed = succeed(exec[0], [...exec.slice(1), 'frd', 'run', '--cap', '3', '--quiet'], folder)
  if (!printed.includes(digest)) throw new Error(`expected the digest ${digest}, got ${printed}`)
}

/** Without its scripts a package from git is not compiled: the program says so. */
function checkBare(folder: string, exec: readonly string[] = ['npx', '--no-install']): void {
  const { code, all } = command(exec[0], [...exec.slice(1), 'frd', '--version'], folder)
  if (code === 0 || !/expected the compiled program in .*npm ci && npm run build/.test(all)) {
    throw new Error(`expected the message of a package that is not compiled, got exit code ${code}: ${all}`)
  }
}

/** The tarball as npm packs it from a clean clone. */
function pack(): string {
  const clone = join(root, 'clone')
  if (!fs.existsSync(clone)) {
    succeed('git', ['clone', '-q', source, clone], root)
    succeed('npm', ['ci', '--no-audit', '--no-fund', '--silent'], clone)
    succeed('npm', ['pack', '--silent', '--pack-destination', root], clone)
  }
  const { name, version } = JSON.parse(fs.readFileSync(join(clone, 'package.json'), 'utf8'))
  return join(root, `${name}-${version}.tgz`)
}

const npm = (folder: string, ...args: string[]) =>
  succeed('npm', ['install', '--no-audit', '--no-fund', '--silent', ...args], folder)

const ways: Readonly<Record<string, () => void>> = {
  'npm-git': () => {
    const folder = project()
    npm(folder, fromGit)
    check(folder)
  },
  'npm-tarball': () => {
    const folder = project()
    npm(folder, '--ignore-scripts', pack())
    check(folder)
  },
  'npm-bare': () => {
    const folder = project()
    npm(folder, '--ignore-scripts', fromGit)
    checkBare(folder)
  },
  'pnpm-git': () => {
    const folder = project({ 'pnpm-workspace.yaml': `onlyBuiltDependencies:\n  - "frd@${fromGit}"\n` })
    succeed(tool('pnpm@10', '.bin/pnpm'), ['add', fromGit, '--store-dir', join(root, 'store')], folder)
    check(folder)
  },
  'pnpm-tarball': () => {
    const folder = project()
    succeed(tool('pnpm@10', '.bin/pnpm'), ['add', pack(), '--store-dir', join(root, 'store')], folder)
    check(folder)
  },
  'yarn1-git': () => {
    const folder = project()
    succeed(tool('yarn@1', '.bin/yarn'), ['add', fromGit], folder)
    check(folder)
  },
  'yarn1-tarball': () => {
    const folder = project()
    succeed(tool('yarn@1', '.bin/yarn'), ['add', '--ignore-scripts', `file:${pack()}`], folder)
    check(folder)
  },
  'yarn4-git': () => {
    const yarn = tool('@yarnpkg/cli-dist@4', '@yarnpkg/cli-dist/bin/yarn.js')
    // This yarn takes no repository by its path, and asks for the consent of the project.
    const consent = 'approvedGitRepositories:\n  - "**"\nenableScripts: true\n'
    const folder = project({ 'yarn.lock': '', '.yarnrc.yml': consent })
    const serving = ['daemon', '--reuseaddr', '--export-all', `--base-path=${root}`, `--port=${PORT}`]
    const daemon = spawn('git', [...serving, '--listen=127.0.0.1'], { stdio: 'ignore' })
    try {
      succeed('node', [yarn, 'add', `frd@git://127.0.0.1:${PORT}/source.git#commit=${head}`], folder)
    } finally {
      daemon.kill()
    }
    check(folder, ['node', yarn, 'node'], ['node', yarn])
  },
  'yarn4-tarball': () => {
    const yarn = tool('@yarnpkg/cli-dist@4', '@yarnpkg/cli-dist/bin/yarn.js')
    const folder = project({ 'yarn.lock': '' })
    succeed('node', [yarn, 'add', `frd@file:${pack()}`], folder)
    check(folder, ['node', yarn, 'node'], ['node', yarn])
  },
  'jest-jsdom': () => {
    const test = `
import * as frd from 'frd'
import * as federation from 'frd/federation'
import * as kernel from 'frd/kernel'
import 'frd/methods'
import 'frd/models'
import 'frd/stats'
import 'frd/links'
import 'frd/wire'
test('a run', () => {
  expect(typeof window).toBe('object')
  expect(typeof TextDecoder).toBe('undefined')
  expect(frd.runToEnd({ cap: 3, method: 'frd', agents: 2, period: 1 }).digest).toMatch(/^[0-9a-f]{64}$/)
  const agent = frd.createAgent()
  agent.load(agent.save())
  expect(kernel.instantiate().agentHeadBytes()).toBeGreaterThan(0)
  expect(federation.federationName({})).toMatch(/./)
})`
    const folder = project({ 'frd.test.js': test })
    npm(folder, pack(), 'jest@30', 'jest-environment-jsdom@30')
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--env', 'jsdom']
    succeed('node', [...jest, '--transform', '{}'], folder)
  },
}

let failures = 0
for (const [name, way] of Object.entries(ways)) {
  if (chosen.length && !chosen.includes(name)) continue
  try {
    way()
    console.log(`ok     ${name}`)
  } catch (error) {
    failures++
    console.log(`FAULT  ${name}: ${(error as Error).message}`)
  }
}
fs.rmSync(root, { recursive: true, force: true })
process.exitCode = failures ? 1 : 0
