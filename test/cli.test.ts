// The command line as a first user meets it: exit codes, what goes to which stream, the message for bad input, and that
// bad input writes nothing. Each case is a process of its own, except the cases of bad input.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fieldNames, fields } from '../src/config/fields.ts'
import { defaults } from '../src/config/resolve.ts'
import { fromMeasuresCsv, toMeasuresCsv } from '../src/results/measures.ts'
import { openStore } from '../src/results/store.ts'
import { runToEnd } from '../src/run/run.ts'
import { each, inProcess, main, openScratch } from './commandLine.ts'

const { root, frd: spawnFrd, newFolder } = openScratch('frd-cli-')
const tree = () => (fs.readdirSync(root, { recursive: true }) as string[]).sort()
const words = (line: string) => line.split(' ').map((word) => (word === "''" ? '' : word))

const small = words('--method frd -n 5 -l 1 -E 3 --cap 8')
const twoCells = [...small, ...words('--agents 1,2 --seeds 1..3 --jobs 2')]

test('bad input exits with 2, prints one line that names it and nothing on stdout, and writes no file', async () => {
  const file = join(root, 'file')
  fs.writeFileSync(file, 'x')
  const before = tree()
  const cases: [string, RegExp][] = [
    ['run -S 0', /"sections" expected an integer in 1\.\.2147483647, got 0/],
    ['run -S 216', /"sections" expected .*got 216: the index of one of S\^4 clusters/],
    ['run -S 2.5', /"sections" expected .*got "2\.5"/],
    ['run -S x', /"sections" expected .*got "x"/],
    ["run -S ''", /"sections" expected .*got ""/],
    ['run -S -3', /"sections" expected .*got "-3"/],
    ['run -E 0', /"period" expected an integer in 1\.\.100000, got 0/],
    ['run -E 18446744073709551615', /"period" expected .*got "18446744073709551615"/],
    ['run -N 0', /"agents" expected an integer in 1\.\.1024/],
    ['run -n 0', /"width" expected/],
    ['run -n 99999', /"width" expected/],
    ['run -l 0', /"depth" expected/],
    ['run -l 9', /"depth" expected/],
    ['run --method nonesuch', /"method" expected one of .*mixfrd.*frl.*independent.*, got "nonesuch"/],
    ['run --seed 9007199254740992', /"seed" expected/],
    ['run --seed 1 --seed 2', /"seed" expected one value, got \["1","2"\]/],
    ['run --nets 24x1,50x2 --agents 2', /"nets" .*leave out --agents/],
    ['run --policy-rate 1e999', /"policy-rate" expected/],
    ['run --bogus 1', /Unknown argument: bogus/],
    ['run -- extra', /Unknown argument: extra/],
    ['run --json=no', /"json" expected no value/],
    ['run --sections', /Not enough arguments following: sections/],
    ['nonesuch', /"command" expected one of run, .*, completion, got "nonesuch"/],
    ['rnu', /got "rnu": did you mean run\?/],
    ['run --secions 3', /Unknown argument: secions: did you mean --sections\? "frd run --help" lists its flags/],
    ['run --method frb', /got "frb": did you mean frd\?/],
    ['run --ranges wid', /got "wid": did you mean wide\?/],
    ['run --critic polcy', /got "polcy": did you mean policy\?/],
    ['run --config none.yaml', /"config" expected a file, got "none\.yaml"/],
    ['run --config file', /"config" expected a \.json, \.yaml or \.yml file, got "file"/],
    ['plot . --x gama', /"x" expected one of .*got "gama": did you mean gamma\?/],
    ['plot . --x gamma --by gamma', /"by" expected another field than --x gamma/],
    ['plot . --y scoer', /"y" expected one of .* did you mean score\?/],
    ['plot . --curve --x gamma', /"x" expected none beside --curve/],
    ['plot', /"dir" expected a folder of results, got none/],
    ['init x.json', /"file" expected a name that ends with \.yaml or \.yml/],
    ['sweep --seeds 5..1', /"seeds" expected a range that ascends, as 1\.\.5, got "5\.\.1"/],
    ["sweep --seeds ''", /"seeds" expected a list/],
    ['sweep --seeds 1..9007199254740992', /"seeds" expected .*got "9007199254740992"/],
    ['sweep --seeds 0..2000000', /"seeds" expected at most 1000000 values/],
    ['sweep --seed 1', /Unknown argument: seed/],
    ['sweep --method frd,nonesuch', /"method" expected one of .*got "nonesuch"/],
    ['sweep --method frd,frd', /"method" expected each value once/],
    ['sweep --agents 1..1000 --seeds 1..2000', /"runs" expected at most 1000000, got 2000000/],
    ['sweep --jobs 0', /"jobs" expected an integer in 1\.\.256/],
    ['sweep --out file', /"out" expected a folder/],
    ['sweep --out file/a/b', /"out" expected a folder, got ".*b": .*file is a file/],
    ['reproduce', /"figure" expected one of fig2, fig3, fig4, fig5, .*table1, table2, all, got none/],
    ['reproduce fig99', /"figure" expected one of fig2, .*, all, got "fig99"/],
    ['reproduce period --agents 2', /"agents" expected none for period: the axis of period is period/],
    ['reproduce mixup --agents 1,2', /"agents" expected none for mixup: all of mixup has one N/],
    ['reproduce nets --agents 2', /"agents" expected none for nets/],
    ['reproduce presets --preset tuned', /"preset" expected none for presets/],
    ['reproduce clusters --cap 40', /"cap" expected none for clusters/],
    ['reproduce table2 --preset tuned', /"preset" expected none for table2/],
    ['reproduce table1 --seeds 1', /"seeds" expected none for table1/],
    ['reproduce all --cap 40', /"cap" expected none for all: .*name one figure/],
    ['reproduce spent --cap 25', /"cap" expected more than 25 for spent, got 25: nothing is sent/],
    ['reproduce toString', /"figure" expected one of/],
    ['reproduce fig4 --out file', /"out" expected a folder/],
    ['reproduce fig4 -S 10', /Unknown argument/],
    ['sweep --shard 0/2', /"shard" expected i\/n with i in 1\.\.n .*got "0\/2": the first shard is 1/],
    ['reproduce fig4 --shard 3/2', /"shard" expected i\/n .*got "3\/2"/],
    ['reproduce overlap --shard 1/2', /"shard" expected none for overlap, got "1\/2"/],
    ['merge', /"dirs" expected at least one folder of results, got none/],
    ['merge .', /"out" expected a folder for all results, got none/],
    ['report', /"dir" expected a folder of results, got none/],
    ['report nowhere', /"dir" expected a folder of results, got "nowhere"/],
    ['claims nowhere', /"dir" expected a folder of results, got "nowhere"/],
    ['claims . --json --csv', /"json" expected no other form beside it, got csv too/],
    ['archive', /"dirs" expected at least one folder of results, got none/],
    ['archive .', /"out" expected a folder for the archive, got none/],
    ['verify', /"files" expected at least one result file or folder, got none/],
    ['verify . --sample 0', /"sample" expected a positive integer, got "0"/],
    ['verify . --sample-seed 1', /"sample-seed" expected --sample beside it/],
    ['verify . --sample x', /"sample" expected a positive integer, got "x"/],
    ['verify nowhere.json', /nowhere\.json: expected a result file, got no file/],
    ['verify file', /file: expected/],
  ]
  const home = process.cwd()
  process.chdir(root)
  for (const [line, message] of cases) {
    const { code, stdout, stderr } = await inProcess(words(line))
    assert.is(code, 2, line)
    assert.is(stdout, '', line)
    assert.match(stderr, message)
    assert.match(stderr, /^frd: [^\n]+\n$/, `${line}: one line, no help, no stack`)
  }
  process.chdir(home)
  assert.equal(tree(), before)
})

test('run: --json, the text and verify show one digest, and --out stores what --json prints', async () => {
  const out = newFolder()
  const args = ['run', ...small, '--agents', '2', '--seed', '7']
  const [json, text, quiet, kept] = await Promise.all([
    spawnFrd([...args, '--json']),
    spawnFrd(args),
    spawnFrd([...args, '--quiet']),
    spawnFrd([...args, '--json', '--quiet', '--out', out]),
  ])
  for (const { code } of [json, text, quiet, kept]) assert.is(code, 0)
  const result = JSON.parse(json.stdout)
  assert.is(json.stdout.split('\n').length, 2)
  assert.match(result.digest, /^[0-9a-f]{64}$/)
  assert.equal([result.config.agents, result.config.width, result.seed, result.episodes], [2, 5, 7, 8])
  assert.is(result.exchanges.length, 2)
  assert.type(result.uplinkBytes, 'number')
  assert.type(result.downlinkBytes, 'number')
  assert.ok(text.stdout.includes(`digest      ${result.digest}\n`))
  assert.is(
    text.stdout
      .split('\n')
      .filter((line) =>
        /^episode +[36] {2}per agent up \d+ B, down \d+ B {2}best agent's mean over 10 episodes [\d.]+ \(agent [01]\)$/.test(
          line,
        ),
      ).length,
    2,
  )
  assert.not.match(quiet.stdout, /^episode/m)
  assert.is(quiet.stderr, '')
  assert.is(kept.stdout, json.stdout)
  const [name] = fs.readdirSync(join(out, 'runs'))
  assert.is(fs.readFileSync(join(out, 'runs', name), 'utf8'), json.stdout)

  const saved = join(root, 'saved.json')
  fs.writeFileSync(saved, json.stdout)
  const same = await spawnFrd(['verify', saved, '--json'])
  assert.is(same.code, 0)
  assert.is(JSON.parse(same.stdout).digest, result.digest)
})

test('run --jobs prints what one thread prints, and refuses what cannot be divided', async () => {
  const given = ['run', ...words('--method mixfrd --agents 3 -n 8 -l 1 --cap 20 -E 5 --seed 3')]
  const [one, two] = await Promise.all([spawnFrd([...given, '--jobs', '1']), spawnFrd([...given, '--jobs', '2'])])
  assert.is(two.stdout, one.stdout)
  assert.equal([one.code, two.code], [0, 0])
  const refused = await spawnFrd(words('run --method central --agents 2 --jobs 2'))
  assert.is(refused.code, 2)
  assert.match(refused.stderr, /"method" expected agents that can live apart, got "central"/)
})

test('verify exits with 3 for a result that does not replay, and with 2 for a file that is no result', async () => {
  const { stdout } = await spawnFrd(['run', ...small, '--json'])
  const { sha256 } = await import('@noble/hashes/sha2.js')
  const { bytesToHex, utf8ToBytes } = await import('@noble/hashes/utils.js')
  const sealed = (text: string) => {
    const hashed = text.replace(/,"sha256".*\n$/, '')
    return `${hashed},"sha256":"${bytesToHex(sha256(utf8ToBytes(hashed)))}"}\n`
  }
  assert.is(sealed(stdout), stdout)
  const { digest, exchanges } = JSON.parse(stdout)
  const cases: [string, number, RegExp][] = [
    [stdout, 0, /^ok /],
    [sealed(stdout.replace(digest, 'ab'.repeat(32))), 3, /DIFFERS .* after its last exchange/],
    [sealed(stdout.replace(exchanges[1].digest, 'ab'.repeat(32))), 3, /DIFFERS .* first at exchange 2, episode 6/],
    [sealed(stdout.replace(/"meanCompletion":null/, '"meanCompletion":8')), 2, /"meanCompletion" expected null, got 8/],
    [stdout.replace(digest, 'ab'.repeat(32)), 2, /was cut or edited/],
    [stdout.slice(0, 500), 2, /line feed/],
    [`${stdout.slice(0, 500)}\n`, 2, /was cut or edited/],
    ['', 2, /line feed/],
  ]
  await each(
    cases.map((one, i) => [...one, i] as const),
    async ([text, code, message, i]) => {
      const path = join(root, `case-${i}.json`)
      fs.writeFileSync(path, text)
      const outcome = await spawnFrd(['verify', path, '--quiet'])
      assert.is(outcome.code, code, outcome.stderr)
      assert.match(code === 2 ? outcome.stderr : outcome.stdout, message)
    },
  )
})

test('sweep writes the same bytes for 1 and 2 jobs, computes no run twice, and refuses a cut result', async () => {
  const [one, two] = [newFolder(), newFolder()]
  const [first, second] = await Promise.all([
    spawnFrd(['sweep', ...twoCells, '--out', one]),
    spawnFrd(['sweep', ...twoCells.slice(0, -1), '1', '--out', two, '--json']),
  ])
  assert.equal([first.code, second.code], [0, 0], first.stderr + second.stderr)
  for (const name of ['results.csv', 'results.jsonl']) {
    assert.is(fs.readFileSync(join(one, name), 'utf8'), fs.readFileSync(join(two, name), 'utf8'))
  }
  const csv = fs.readFileSync(join(one, 'results.csv'), 'utf8').split('\n')
  assert.match(csv[0], /^preset,method,agents,sections,period,width,depth,seed,completion,cap,.*,digest,key$/)
  assert.is(csv.length, 1 + 6 + 1)
  assert.match(csv[1], /^paper,frd,1,30,3,5,1,1,,8,8,\d+,2,[\d.]+,[\d.]+,[0-9a-f]{64},[0-9a-f]{64}$/)
  assert.match(first.stdout, /^method +agents +completed[^\n]*\nfrd +1 [^\n]*\nfrd +2 [^\n]*\n$/)
  const document = JSON.parse(second.stdout)
  assert.equal([document.runs, document.computed, document.stored, document.cells.length], [6, 6, 0, 2])
  assert.match(document.digest, /^[0-9a-f]{64}$/)

  const again = await spawnFrd(['sweep', ...twoCells, '--out', one, '--json'])
  const resumed = JSON.parse(again.stdout)
  assert.equal([resumed.computed, resumed.stored, resumed.digest], [0, 6, document.digest])
  const [name] = fs.readdirSync(join(one, 'runs'))
  const path = join(one, 'runs', name)
  const whole = fs.readFileSync(path, 'utf8')
  fs.writeFileSync(path, whole.slice(0, -300))
  const before = tree()
  const damaged = await spawnFrd(['sweep', ...twoCells, '--out', one])
  assert.equal([damaged.code, damaged.stdout], [2, ''], damaged.stderr)
  assert.equal(tree(), before)
  const read = () => fs.readdirSync(one, { recursive: true }).sort()
  const names = read()
  // Who can do without the damaged run goes on, names it, and does not end as if nothing were missing.
  const readers: [args: string[], shown: RegExp][] = [
    [['report', one, '--out', newFolder(), '--quiet'], / 0\/2 /],
    [['claims', one], /claim/],
    [['archive', one, '--out', newFolder()], /^5 runs/],
    [['verify', one, '--quiet'], /^(ok .*\n){5}$/],
  ]
  await each(readers, async ([args, shown]) => {
    const { code, stdout, stderr } = await spawnFrd(args)
    assert.is(code, 2, stderr)
    assert.match(stdout, shown)
    assert.match(stderr, /^left out: [^\n]*cut or edited[^\n]*\n$/)
    assert.ok(stderr.includes(name))
  })
  assert.equal(read(), names, 'reading writes nothing')
  fs.unlinkSync(path)
  const mended = await spawnFrd(['sweep', ...twoCells, '--out', one, '--json'])
  assert.is(JSON.parse(mended.stdout).computed, 1)
  assert.is(fs.readFileSync(path, 'utf8'), whole)
})

test('a failed run is stored and reported but counts in no table, and the exit code is 1', async () => {
  const out = newFolder()
  const good = runToEnd({ method: 'frd', width: 5, depth: 1, period: 3, cap: 8, agents: 2, seed: 2 })
  const failure = { agent: 1, episode: 4, step: 5, message: 'the policy is not finite' }
  const scores = good.scores.map((list) => list.slice(0, 3))
  const envSteps = scores.flat().reduce((sum, score) => sum + score, 0)
  openStore(out).write({ ...good, scores, envSteps, episodes: 3, exchanges: good.exchanges.slice(0, 1), failure })
  const { code, stdout, stderr } = await spawnFrd(['sweep', ...twoCells, '--out', out])
  assert.is(code, 1)
  assert.match(stderr, /1 of 6 runs failed .* frd with 2 agents, seed 2\n$/)
  assert.match(stdout, /\nfrd +2 +0\/2 /)
  assert.is(fs.readFileSync(join(out, 'results.csv'), 'utf8').trim().split('\n').length, 1 + 5)
  assert.is(fs.readFileSync(join(out, 'results.jsonl'), 'utf8').trim().split('\n').length, 6)
})

test('Ctrl-C exits with 130 and says how to continue, and the continued sweep writes the same bytes', async () => {
  const [cut, whole] = [newFolder(), newFolder()]
  const args = [
    'sweep',
    ...words('--method frd,pd -n 8 -l 1 -E 5 --cap 80 --until cap --agents 2 --seeds 1..25 --jobs 2'),
  ]
  const ended = spawnFrd([...args, '--out', whole, '--quiet'])
  const child = spawn(process.execPath, [main, ...args, '--out', cut], { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const runs = join(cut, 'runs')
  const timer = setInterval(() => {
    if (!fs.existsSync(runs) || fs.readdirSync(runs).length <= 5) return
    clearInterval(timer)
    child.kill('SIGINT')
  }, 20)
  const code = await new Promise((resolve) => child.on('close', resolve))
  assert.is(code, 130, stderr)
  assert.match(
    stderr,
    /interrupted: \d+ of 50 runs are stored in .*; give the same command again to go on from there\n$/,
  )
  assert.ok(fs.existsSync(join(cut, 'results.csv')))
  const stored = fs.readdirSync(runs).length
  assert.ok(stored < 50, `${stored} stored`)
  assert.is((await ended).code, 0)
  const resumed = await spawnFrd([...args, '--out', cut, '--json'])
  assert.ok(JSON.parse(resumed.stdout).stored >= stored - 2)
  for (const name of ['results.csv', 'results.jsonl']) {
    assert.is(fs.readFileSync(join(cut, name), 'utf8'), fs.readFileSync(join(whole, name), 'utf8'))
  }
})

test('report draws from the results alone what reproduce drew', async () => {
  const out = newFolder()
  const args = ['reproduce', 'fig4', ...words('--quick --seeds 1,3 --agents 1,2 --cap 30 --jobs 2'), '--out', out]
  const first = await spawnFrd(args)
  assert.is(first.code, 0, first.stderr)
  assert.match(first.stdout, /^method +N +completed/)
  assert.match(first.stdout, /\n\nWhat you see: of 2 missions with 2 agents/)
  const read = () => ['svg', 'csv', 'jsonl'].map((kind) => fs.readFileSync(join(out, `fig4.${kind}`), 'utf8'))
  const [svg, csv, jsonl] = read()
  assert.match(svg, /^<svg /)
  assert.match(csv, /^panel,series,N,runs,completed,q25,median,q75,mean,uplink_bytes,downlink_bytes\n/)
  assert.is(jsonl.split('\n').length, 32 + 1)
  // With a cap of 30 these runs are not those of the figure, so report draws them as "runs".
  const again = await spawnFrd(['report', out])
  assert.is(again.code, 0, again.stderr)
  assert.match(again.stdout, /^method +agents +completed/)
  assert.is(again.stdout.trim().split('\n').length, 1 + 16)
  assert.equal(read(), [svg, csv, jsonl])

  const lines = newFolder()
  fs.mkdirSync(lines)
  fs.writeFileSync(join(lines, 'fig4.jsonl'), jsonl)
  assert.is((await spawnFrd(['report', lines, '--quiet'])).stdout, again.stdout)
  for (const kind of ['svg', 'csv']) {
    assert.is(fs.readFileSync(join(lines, `runs.${kind}`), 'utf8'), fs.readFileSync(join(out, `runs.${kind}`), 'utf8'))
  }
  fs.writeFileSync(join(lines, 'fig4.jsonl'), jsonl.replace('"episodes":30', '"episodes":29'))
  const edited = await spawnFrd(['report', lines])
  assert.is(edited.code, 2)
  assert.match(edited.stderr, /fig4\.jsonl:\d+: .*cut or edited/)
})

test('report draws a figure again to the same bytes from the runs that reproduce stored', async () => {
  const [out, drawn] = [newFolder(), newFolder()]
  assert.is((await spawnFrd(['reproduce', 'fig4', ...words('--seeds 1 --agents 1'), '--out', out])).code, 0)
  const { code, stdout, stderr } = await spawnFrd(['report', out, '--out', drawn, '--json', '--quiet'])
  assert.is(code, 0, stderr)
  const { files } = JSON.parse(stdout)
  for (const name of ['fig4', 'curves', 'total', 'steps']) assert.ok(files.includes(`${name}.svg`), files.join())
  assert.ok(!files.includes('fig3.svg') && !files.includes('runs.svg'), files.join())
  for (const kind of ['svg', 'csv']) {
    assert.is(fs.readFileSync(join(drawn, `fig4.${kind}`), 'utf8'), fs.readFileSync(join(out, `fig4.${kind}`), 'utf8'))
  }
})

test('a table or a measure prints one document and writes its file; a CSV of another form exits with 2', async () => {
  const out = newFolder()
  const [table, measured] = await Promise.all([
    spawnFrd(['reproduce', 'table2', '--quick', '--out', out, '--json']),
    spawnFrd(['reproduce', 'privacy', '--quick', '--seeds', '1', '--out', out, '--json', '--quiet']),
  ])
  const { text, files } = JSON.parse(table.stdout)
  assert.equal([table.code, files, fs.readFileSync(join(out, 'table2.txt'), 'utf8')], [0, ['table2.txt'], text])
  assert.equal([measured.code, measured.stderr, JSON.parse(measured.stdout).points.length], [0, '', 6])
  const alone = await spawnFrd(['verify', out, '--quiet'])
  assert.equal([alone.code, alone.stderr], [0, ''], 'measurements without a run')
  assert.match(alone.stdout, /^ok {7}privacy, seed 1, 6 values {2}\n$/)
  const path = join(out, 'privacy.csv')
  const csv = fs.readFileSync(path, 'utf8')
  fs.writeFileSync(join(out, 'a.jsonl'), `${(await spawnFrd(['run', ...small, '--json'])).stdout}`)
  assert.is((await spawnFrd(['claims', out])).code, 0)
  const [, row] = csv.split('\n')
  for (const bad of [csv.replace(/,[\d.]+\n/, ',0.5\n'), `${csv}${row}\n`, csv.slice(0, -2), 'x']) {
    fs.writeFileSync(path, bad)
    const { code, stdout, stderr } = await spawnFrd(['claims', out])
    assert.equal([code, stdout], [2, ''], stderr)
    assert.match(stderr, /^frd: [^\n]*privacy\.csv: expected rows of seed,panel,series,x,value[^\n]*\n$/)
  }
  // A value that was edited together with the checksum is found by measuring again.
  fs.writeFileSync(path, csv)
  assert.match((await spawnFrd(['verify', out, '--quiet'])).stdout, /\nok {7}privacy, seed 1, 6 values {2}\n$/)
  const rows = fromMeasuresCsv(csv, path)
  fs.writeFileSync(path, toMeasuresCsv([{ ...rows[0], value: rows[0].value / 2 }, ...rows.slice(1)]))
  const edited = await spawnFrd(['verify', out, '--quiet'])
  assert.is(edited.code, 3, edited.stderr)
  assert.match(
    edited.stdout,
    /\nDIFFERS {2}privacy, seed 1, 6 values {2}"Policies of a single step frd at 5" expected [\d.]+, got [\d.]+\n$/,
  )
  fs.writeFileSync(path, toMeasuresCsv(rows.slice(0, 2)))
  const cut = await spawnFrd(['verify', out, '--quiet'])
  assert.is(cut.code, 3, cut.stderr)
  assert.match(
    cut.stdout,
    /\nDIFFERS {2}privacy, seed 1, 2 values {2}"[^"]* at \d+" expected "?no row"?, got [\d.]+\n$/,
  )
})

test('Table 1 gives its twenty cells as data, and takes --quick although it needs no run', async () => {
  const { code, stdout } = await spawnFrd(['reproduce', 'table1', '--quick', '--json', '--out', newFolder()])
  assert.is(code, 0)
  const { cells } = JSON.parse(stdout)
  assert.is(cells.flatMap(({ setting: _, ...row }: Record<string, number>) => Object.values(row)).length, 20)
})

test('report draws a panel for each setting; runs without exchanges stand in the panels of all S and E', async () => {
  const out = newFolder()
  const args = words('--method frd,independent -n 5 -l 1 -S 10,20 -E 3 --cap 8 --agents 1,2 --seeds 1,2')
  const swept = await spawnFrd(['sweep', ...args, '--out', out, '--json'])
  assert.is(JSON.parse(swept.stdout).runs, 12)
  const { code, stderr } = await spawnFrd(['report', out])
  assert.is(code, 0, stderr)
  const svg = fs.readFileSync(join(out, 'runs.svg'), 'utf8')
  for (const sections of [10, 20]) assert.ok(svg.includes(`sections=${sections}`), `${sections}`)
  assert.is(svg.split('aria-label="FRD at 1').length, 3)
  assert.is(svg.split('aria-label="No exchange at 1').length, 3)
  const csv = fs.readFileSync(join(out, 'runs.csv'), 'utf8').trim().split('\n')
  assert.equal(
    csv.slice(1).map((row) => row.split(',').slice(1, 4).join(' ')),
    ['frd 1 10', 'frd 1 20', 'frd 2 10', 'frd 2 20', 'independent 1 ', 'independent 2 '],
  )
  assert.is(fs.readdirSync(out).filter((name) => name.endsWith('.svg')).length, 1)
})

test('help shows every field of the library with its default, and all help goes to stdout', async () => {
  const [help, all, version, completion] = await Promise.all([
    spawnFrd(['run', '--help'], { COLUMNS: '400' }),
    spawnFrd(['--help']),
    spawnFrd(['--version']),
    spawnFrd(['completion']),
  ])
  for (const { code, stderr } of [help, all, version, completion]) assert.equal([code, stderr], [0, ''])
  const flat = help.stdout.replace(/\s+/g, ' ')
  const entries = help.stdout.split(/\n(?= {2}(?:-\w, | {4})--)/).map((entry) => entry.replace(/\s+/g, ' '))
  // A version comes from the file of --env, --method or --from.
  for (const name of fieldNames.filter((one) => !one.endsWith('Version'))) {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `
    const show = fields[name].show as (value: unknown) => string
    const own = entries.filter((entry) => entry.replace(/^ (-\w, )?/, '').startsWith(flag))
    assert.is(own.length, 1, flag)
    assert.ok(own[0].includes(`default: ${show(defaults[name])})`), own[0])
  }
  for (const alias of ['-S, --sections', '-E, --period', '-n, --width', '-l, --depth', '-N, --agents']) {
    assert.ok(flat.includes(alias), alias)
  }
  for (const name of [
    'run',
    'play',
    'eval',
    'export',
    'reproduce',
    'sweep',
    'merge',
    'report',
    'claims',
    'archive',
    'verify',
    'plot',
    'init',
  ])
    assert.match(all.stdout, new RegExp(`^ {2}${name} `, 'm'))
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
  assert.match(completion.stdout, /frd/)
})

test.run()
