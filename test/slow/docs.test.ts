// Every public name is documented: what an exports entry of package.json reaches has a docstring, and so has each
// member of its interfaces and classes. The test reads the types as they are published, dist/**/*.d.ts.
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Config, defaults, fields } from '../../src/index.ts'
import { packageRoot } from '../helpers.ts'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
}
const manifest: Manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))

/** The types of each entry that has any of its own; `frd/kernel.wasm` has one line. */
const entries = Object.entries(manifest.exports).flatMap(([entry, target]) =>
  typeof target === 'string' || entry === './kernel.wasm' ? [] : [[entry, join(packageRoot, target.types)] as const],
)

const texts = new Map<string, string>()
function textOf(path: string): string {
  if (!texts.has(path)) texts.set(path, readFileSync(path, 'utf8'))
  return texts.get(path)!
}

interface Name {
  readonly name: string
  readonly file: string
}

/** The names that a file of types exports, each with the file that declares it. */
function exportsOf(path: string): Name[] {
  const text = textOf(path)
  const local = [...text.matchAll(/^export \{([^}]*)\};/gm)].flatMap(([, names]) =>
    names.split(',').map((name) => name.trim()),
  )
  const imported = [...text.matchAll(/^import (?:type )?\{([^}]*)\} from '([^']+)';/gm)].map(([, names, from]) => {
    return [
      names
        .split(',')
        .filter((name) => local.includes(name.trim()))
        .join(','),
      from,
    ]
  })
  const exported = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)].map(([, names, from]) => [
    names,
    from,
  ])
  const passed = [...exported, ...imported].flatMap(([names, from]) => {
    const file = join(dirname(path), from.replace(/\.(ts|js)$/, '.d.ts'))
    return names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter(Boolean)
      .map((name) => ({ name, file: exportsOf(file).find((one) => one.name === name)?.file ?? file }))
  })
  const own = text.matchAll(/^export (?:declare )?(?:abstract )?(?:function|class|const|interface|type) (\w+)/gm)
  return [...passed, ...[...own].map(([, name]) => ({ name, file: path }))]
}

const isDocumented = (before: string) => /\*\/\s*$/.test(before)

/** The declaration of a name, and what stands before it. */
function declarationOf({ name, file }: Name): { readonly before: string; readonly text: string } {
  const text = textOf(file)
  const at = text.search(new RegExp(`^export (declare )?(function|class|const|interface|type) ${name}\\b`, 'm'))
  assert.ok(at >= 0, `${name} is declared in ${file}`)
  return { before: text.slice(0, at), text: text.slice(at) }
}

/** The members of an interface or class, each with what stands before it within the braces. */
function membersOf(declaration: string): { readonly name: string; readonly before: string }[] {
  const [head] = declaration.split('{', 1)
  if (!/^export (declare class|interface)/.test(head)) return []
  const body = declaration.slice(head.length + 1, declaration.indexOf('\n}'))
  const members: { name: string; before: string }[] = []
  let depth = 0
  let before = ''
  for (const line of body.split('\n')) {
    const code = line.replace(/\/\*\*.*?\*\//g, '')
    const isComment = /^\s*(\/\*\*|\*)/.test(line)
    const match =
      depth === 0 && !isComment ? /^ {4}(?:readonly |get |static |override )*([\w[\]]+)[?(:;<]/.exec(line) : null
    // The name of an error class is the class's own.
    if (match && !/^(private|#private|constructor|name)$/.test(match[1])) {
      members.push({ name: match[1], before })
      before = ''
    } else if (depth === 0) before += `${line}\n`
    if (!isComment) depth += (code.match(/[{(]/g)?.length ?? 0) - (code.match(/[})]/g)?.length ?? 0)
  }
  return members
}

test('every name that an exports entry reaches has a docstring', () => {
  const bare = entries.flatMap(([entry, path]) => {
    const names = exportsOf(path)
    assert.ok(names.length > 3, `${entry} exports ${names.length} names`)
    return names.filter((name) => !isDocumented(declarationOf(name).before)).map(({ name }) => `${entry} ${name}`)
  })
  assert.equal(bare, [])
})

test('every member of a public interface or class has a docstring', () => {
  let count = 0
  const bare = entries.flatMap(([entry, path]) =>
    exportsOf(path).flatMap((name) => {
      const members = membersOf(declarationOf(name).text)
      count += members.length
      return members.filter(({ before }) => !isDocumented(before)).map((one) => `${entry} ${name.name}.${one.name}`)
    }),
  )
  assert.ok(count > 250, `${count} members`)
  assert.equal(bare, [])
})

test('the reader of types sees the members of Config, Kernel, Method, Agent, Reader and Store', () => {
  const find = (name: string) => entries.flatMap(([, path]) => exportsOf(path)).find((one) => one.name === name)!
  const countOf = (name: string) => membersOf(declarationOf(find(name)).text).length
  assert.is(countOf('Config'), Object.keys(defaults).length)
  assert.ok(countOf('Kernel') > 55 && countOf('Method') >= 10 && countOf('Agent') > 25)
  assert.ok(countOf('Reader') >= 7 && countOf('Store') >= 4)
  assert.equal(
    membersOf(
      'export interface A {\n    /** said */\n    readonly a: number;\n    b(x: {\n        y: 1;\n    }): void;\n}\n',
    ).map(({ name, before }) => [name, isDocumented(before)]),
    [
      ['a', true],
      ['b', false],
    ],
  )
})

test('the doors have examples', () => {
  const doors = ['run', 'runToEnd', 'createAgent', 'serve', 'host', 'join', 'federationName', 'openStore', 'sweep']
  const names = entries.flatMap(([, path]) => exportsOf(path))
  for (const door of [...doors, 'methods', 'quantile', 'bootstrapInterval', 'kaplanMeier', 'encodeProxies']) {
    const { before } = declarationOf(names.find(({ name }) => name === door)!)
    assert.ok(before.slice(before.lastIndexOf('/**')).includes('@example'), door)
  }
})

test('the docstring of a field of Config says its default, and its range where it has one', () => {
  const { text } = declarationOf({ name: 'Config', file: join(packageRoot, 'dist/src/config/config.d.ts') })
  for (const { name, before } of membersOf(text)) {
    const field = fields[name as keyof Config]
    const docs = before.replace(/\s*\n\s*\*\s?/g, ' ')
    const value = (field.show as (value: unknown) => string)(field.default)
    const isSaid =
      name === 'ranges'
        ? docs.includes('default 4.8, 5, 90 degrees, 5')
        : docs.includes(`default ${value === 'none' ? JSON.stringify(field.default) : value}`)
    assert.ok(isSaid, `${name}: default ${value} in ${docs}`)
    if (field.range && name !== 'seed')
      assert.ok(docs.includes(`${field.range.min}..${field.range.max}`), `${name}: ${docs}`)
  }
})

/** Documents that people read, and the texts in them. */
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md', 'lab/README.md']
  .concat(
    ['docs', 'docs/methods'].flatMap((folder) =>
      readdirSync(join(packageRoot, folder)).flatMap((name) => (name.endsWith('.md') ? [`${folder}/${name}`] : [])),
    ),
    'docs/site/start.md',
    'docs/site/findings.md',
  )
  .map((path) => ({ path, text: readFileSync(join(packageRoot, path), 'utf8') }))

test('a link in a document to a file of this repository leads to a file', () => {
  let count = 0
  for (const { path, text } of documents) {
    for (const [, to] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^(https?|site):/.test(to)) continue
      count++
      assert.ok(existsSync(join(packageRoot, dirname(path), to)), `${path} links to ${to}`)
    }
  }
  assert.ok(count > 80, `${count} links`)
})

const programsIn = ['README.md', 'docs/library.md', 'docs/embedding.md', 'docs/site/start.md']

test('the programs of README.md, docs/library.md, docs/embedding.md and the start page run', async () => {
  const programs = documents
    .filter(({ path }) => programsIn.includes(path))
    .flatMap(({ text }) => [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code]) => code))
  assert.ok(programs.length >= 9)
  const failures = await Promise.all(
    programs.map(async (code) => {
      const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
        cwd: packageRoot,
        timeout: 60_000,
      })
      const { stdout } = await child.catch((error: Error) => ({ stdout: `FAILED ${error.message}` }))
      return stdout.startsWith('FAILED') || !stdout ? [`${code}\n${stdout}`] : []
    }),
  )
  assert.equal(failures.flat(), [])
})

test('the commands of the start page and of the pages of methods run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'frd-docs-'))
  const pages = documents.filter(({ path }) => path === 'docs/site/start.md' || path.startsWith('docs/methods/'))
  try {
    for (const { path, text } of pages) {
      const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, code]) => code.trim().split('\n'))
      assert.ok(commands.length, path)
      for (const command of commands) {
        const [npx, frd, ...args] = command.split(' ')
        assert.equal([npx, frd], ['npx', 'frd'], command)
        const { status, stderr } = spawnSync(process.execPath, [join(packageRoot, 'bin/frd.js'), ...args, '--quiet'], {
          cwd: folder,
          timeout: 120_000,
        })
        assert.is(status, 0, `${command}: ${stderr}`)
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the runs and sweeps that the guides show are accepted, with one seed and a low cap', () => {
  const lines = documents.flatMap(({ text }) => [
    ...text.matchAll(/^ {4}(?:\$ )?npx frd ((?:run|sweep) .*?)(?: +#.*)?$/gm),
  ])
  const commands = new Set(lines.map(([, command]) => command.replace(/ --(out|save|seeds|cap|jobs) \S+/g, '')))
  // What needs a broker, a file or a value of the reader's own is tried elsewhere.
  const own = /--(nats|config|from|shard)\b|[$<]|\.\/|\b[A-Z]{3,}\b/
  const tried = [...commands].filter((command) => !own.test(command))
  assert.ok(tried.length >= 10, `${tried.length} commands`)
  const folder = mkdtempSync(join(tmpdir(), 'frd-docs-'))
  try {
    for (const [i, command] of tried.entries()) {
      const isSweep = command.startsWith('sweep')
      const small = ['--cap', '10', '--quiet', ...(isSweep ? ['--seeds', '1', '--out', String(i)] : [])]
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(packageRoot, 'bin/frd.js'), ...command.split(' '), ...small],
        { cwd: folder, timeout: 120_000 },
      )
      assert.is(status, 0, `frd ${command}: ${stderr}`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** Whether a command of docs/models.md can be run here; what it needs beside Node is not part of the project. */
function isAtHand(command: string): boolean {
  const needs: Readonly<Record<string, readonly string[]>> = {
    gcc: ['gcc', '--version'],
    './main': ['gcc', '--version'],
    'python3 with_numpy.py': ['python3', '-c', 'import numpy'],
    'python3 with_torch.py': ['python3', '-c', 'import numpy, torch'],
  }
  const [program, ...args] = needs[command] ?? needs[command.split(' ')[0]] ?? ['true']
  return program === 'true' || spawnSync(program, args).status === 0
}

test('the commands and programs of docs/models.md run, one after the other in one folder', () => {
  const { text } = documents.find(({ path }) => path === 'docs/models.md')!
  const folder = mkdtempSync(join(tmpdir(), 'frd-docs-'))
  const play = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { cwd: folder, timeout: 120_000, stdio: ['ignore', 'pipe', 'pipe'] }).toString()
  try {
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(packageRoot, join(folder, 'node_modules', 'frd'), 'junction')
    let count = 0
    const policies: string[] = []
    for (const [, kind, code] of text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)) {
      if (kind === 'js') assert.ok(play(process.execPath, ['--input-type=module', '--eval', code]))
      else if (kind !== 'sh') writeFileSync(join(folder, /^(?:\/\/|#) (\S+)\n/.exec(code)![1]), code)
      for (const command of kind === 'sh' ? code.trim().split('\n') : []) {
        const [program, ...args] = command.split(' ')
        const isFrd = program === 'npx'
        if (isFrd) assert.is(args.shift(), 'frd')
        if (!isAtHand(command)) console.log(`skipped: ${command}, since what it needs is not installed`)
        else {
          const shown = play(
            isFrd ? process.execPath : program,
            isFrd ? [join(packageRoot, 'bin/frd.js'), ...args] : args,
          )
          if (!isFrd && shown) policies.push(/0\.\d{4}/.exec(shown)![0])
        }
        count++
      }
      count++
    }
    assert.ok(count > 20, `${count} blocks and commands`)
    assert.is(new Set(policies).size, Math.min(policies.length, 1), `C and Python: ${policies}`)
    for (const [a, b] of [['learned/agent-0.safetensors', 'same.safetensors']]) {
      assert.equal(readFileSync(join(folder, a)), readFileSync(join(folder, b)))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
