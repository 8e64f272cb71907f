// Models: what a run leaves comes back from every format to the bit, plays as the agent that was saved, and computes the same
// policy in plain TypeScript, in plain Python and in C. What is no model, or one that was cut or edited, is refused; no file is
// replaced; and a run that starts from a model says so in its key and its digest.
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Agent } from '../src/kernel/agent.ts'
import { agentsOf } from '../src/models/agentsOf.ts'
import { decodeModel, encodeModel } from '../src/models/file.ts'
import { identityOf, type Model, modelsOf } from '../src/models/model.ts'
import { agentOf, playModel } from '../src/models/play.ts'
import { startFrom } from '../src/models/start.ts'
import { runThreaded } from '../src/network/threads.ts'
import { resultKey } from '../src/results/result.ts'
import { createAgent } from '../src/run/createAgent.ts'
import { evaluate } from '../src/run/evaluate.ts'
import { type FrozenStep, playFrozen } from '../src/run/frozen.ts'
import { type RunOptions, runToEnd } from '../src/run/run.ts'
import { streamKey } from '../src/run/streams.ts'
import { checkpoint, models as samples } from './borders.ts'
import { inProcess, type Outcome } from './commandLine.ts'
import { packageRoot } from './helpers.ts'
import { mutate } from './mutate.ts'
import { makeStream } from './reference/philox.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'frd-models-'))
const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url))
const catchFile = join(packageRoot, 'examples', 'catch.js')
const { default: environment } = await import(catchFile)

/** The models of a run, and its agents with the results. */
function learn(given: Parameters<typeof runToEnd>[0], options: RunOptions = {}) {
  let agents: readonly Agent[] = []
  let weights: readonly Float32Array[] = []
  const onAgents = (all: readonly Agent[]) => (agents = all)
  const onWeights = (all: readonly Float32Array[]) => (weights = all)
  const result = runToEnd(given, { ...options, onAgents, onWeights })
  return { result, agents, weights, models: modelsOf(result, weights, options) }
}

const nets = [
  { width: 7, depth: 2 },
  { width: 5, depth: 1, activation: 'tanh' as const },
]
const learned = [
  learn({ method: 'frd', nets, cap: 40, period: 10 }),
  learn({ method: 'mixfrd', preset: 'tuned', width: 6, depth: 3, critic: { width: 4, depth: 1 }, agents: 2, cap: 30 }),
  learn({ env: 'Acrobot-v1', method: 'independent', width: 6, depth: 2, agents: 1, cap: 3 }),
  learn({ preset: 'tuned', method: 'frd', width: 9, depth: 8, agents: 2, cap: 60, sections: 10 }, { environment }),
]
const ownOf = ({ env }: Model) => (env.name === 'Catch' ? { environment } : {})
const all = learned.flatMap(({ models }) => models)
const bits = (numbers: Float32Array) => [...new Uint32Array(numbers.slice().buffer)]

/** A model with weights that no text keeps by chance: -0, a subnormal, the largest, and one of nine digits. */
function withHardWeights(model: Model): Model {
  const weights = model.weights.slice()
  weights.set([-0, 1e-45, -3.4028234663852886e38, 1.1754943508222875e-38, 16777215, 0.1, 123456792])
  return { ...model, weights }
}

test('a model is the same after each format, to the bit, and its file has the same bytes', () => {
  assert.is(all.length, 7)
  for (const model of [...all, ...all.map(withHardWeights)]) {
    for (const format of ['safetensors', 'json'] as const) {
      const file = encodeModel(model, format)
      const read = decodeModel(file)
      assert.equal({ ...read, weights: bits(read.weights) }, { ...model, weights: bits(model.weights) })
      assert.is(identityOf(read), identityOf(model))
      assert.equal(encodeModel(read, format), file)
    }
  }
  assert.is(new Set(all.map(identityOf)).size, all.length)
})

test('a model says its run, its environment and its sizes', () => {
  const { models, result } = learned[0]
  assert.equal(models[1].env, { name: 'CartPole-v1', version: '', observations: 4, actions: 2 })
  assert.equal(models[1].networks.policy, { width: 5, depth: 1, activation: 'tanh' })
  const { digest, episodes } = result
  assert.equal(models[1].run, { method: 'frd', seed: 1, agent: 1, episodes, digest })
  const { version } = JSON.parse(fs.readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  assert.is(models[1].frd, version)
})

/** A forward pass in doubles over the nested lists of a JSON file. */
function policyOf(file: Uint8Array, observation: readonly number[]): number[] {
  const { tensors, activation } = JSON.parse(Buffer.from(file).toString())
  let x = observation
  for (let k = 0; tensors[`policy.${k}.bias`]; k++) {
    const bias: number[] = tensors[`policy.${k}.bias`]
    const weight: number[][] = tensors[`policy.${k}.weight`]
    const z = bias.map((b, j) => x.reduce((sum, xi, i) => sum + xi * weight[i][j], b))
    const isHead = !tensors[`policy.${k + 1}.bias`]
    x = isHead ? z : z.map((value) => (activation === 'tanh' ? Math.tanh(value) : Math.max(value, 0)))
  }
  const powers = x.map((z) => Math.exp(z - Math.max(...x)))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}

/** Observations of the size of an environment, of a seeded stream. */
function observationsOf({ env }: Model, count: number): number[][] {
  const stream = makeStream(7, env.observations)
  return Array.from({ length: count }, () =>
    Array.from({ length: env.observations }, () => Math.fround(4 * stream.uniform() - 2)),
  )
}

test('a plain forward pass over the JSON file agrees with the kernel', () => {
  for (const model of all) {
    const agent = agentOf(model)
    const file = encodeModel(model, 'json')
    for (const observation of observationsOf(model, 50)) {
      const policy = policyOf(file, observation)
      for (const [a, p] of agent.policy(observation).entries()) assert.ok(Math.abs(p - policy[a]) < 1e-5)
    }
  }
})

// ---- play

test('a model that is played has the scores of the agent that was saved, and evaluate finds their mean', () => {
  for (const { agents, weights, models, result } of learned) {
    for (const choice of ['greedy', 'sampled'] as const) {
      const own = ownOf(models[0])
      const given = { ...own, seed: 5, episodes: 4, choice }
      const means = evaluate(result.config, weights, given).map(([mean]) => mean)
      for (const [i, model] of models.entries()) {
        const scores = [...playModel(decodeModel(encodeModel(model)), given)]
        for (const purpose of ['reset', 'action'] as const) {
          agents[i].seed(purpose, streamKey(model.env.name, 5, 0, purpose))
        }
        agents[i].forget()
        assert.equal(
          scores,
          scores.map(() => playFrozen(agents[i], choice)),
          `${model.env.name} ${choice}`,
        )
        assert.is(scores.reduce((a, b) => a + b, 0) / scores.length, means[i])
      }
    }
  }
})

/** The steps of some episodes. */
function stepsOf(model: Model, choice: 'greedy' | 'sampled'): FrozenStep[] {
  const steps: FrozenStep[] = []
  for (const _ of playModel(model, { ...ownOf(model), episodes: 40, choice, onStep: (step) => steps.push(step) }));
  return steps
}

test('greedy takes the most probable action, and sampled draws each as often as the policy says', () => {
  const model = learned[0].models[0]
  const greedy = stepsOf(model, 'greedy')
  for (const { policy, action } of greedy) assert.is(action, policy.indexOf(Math.max(...policy)))
  const sampled = stepsOf(model, 'sampled')
  assert.ok(sampled.some(({ policy, action }) => action !== policy.indexOf(Math.max(...policy))))
  const wanted = sampled.reduce((sum, { policy }) => sum + policy[0], 0)
  const variance = sampled.reduce((sum, { policy }) => sum + policy[0] * policy[1], 0)
  const taken = sampled.filter(({ action }) => action === 0).length
  assert.ok(Math.abs(taken - wanted) < 5 * Math.sqrt(variance), `${taken} of ${wanted}`)
  assert.equal(stepsOf(model, 'sampled'), sampled)
})

/** A model whose actions are all equally probable. */
const level: Model = { ...all[0], weights: all[0].weights.map(() => 0) }

test('a policy with two equal actions takes the first of them', () => {
  for (const { action } of stepsOf(level, 'greedy')) assert.is(action, 0)
})

test('playing changes no weight, and each world has its own scores', () => {
  const model = learned[1].models[0]
  const before = bits(model.weights)
  const scores = [0.1, 0.5, 2].map((length) => [...playModel(model, { episodes: 5, parameters: { length } })].join())
  assert.is(new Set(scores).size, 3)
  assert.is(scores[1], [...playModel(model, { episodes: 5 })].join(), '0.5 is the length of CartPole')
  assert.equal(bits(model.weights), before)
})

test('a checkpoint is loaded into the agents of its config, which then go on as the saved one does', () => {
  for (const { agents, result, models } of learned) {
    const others = agentsOf(result.config, ownOf(models[0]))
    for (const [i, agent] of agents.entries()) {
      agent.forget()
      others[i].load(agent.save())
      assert.equal(others[i].save(), agent.save())
      assert.is(others[i].playEpisode(), agent.playEpisode())
      assert.equal(others[i].weights(), agent.weights())
    }
  }
})

test('with one learner there is one model, and a run that failed has none', () => {
  const { models, result, weights } = learn({ method: 'central', agents: 3, width: 4, depth: 1, cap: 5 })
  assert.is(models.length, 1)
  const failure = { agent: 0, episode: 3, step: 5, message: 'the policy is not finite' }
  assert.throws(() => modelsOf({ ...result, failure }, weights), /"result" expected a run that did not fail/)
  assert.throws(() => modelsOf(result, weights.slice(1)), /"weights" expected a list of 3, got 2/)
  const cut = weights.map((one) => one.slice(1))
  assert.throws(() => modelsOf(result, cut), /"weights\[0\]" expected \d+ numbers, got \d+/)
})

// ---- C and Python

const hasGcc = spawnSync('gcc', ['--version']).status === 0
const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasGcc) console.log('skipped: the C header is not compiled, since no gcc is on the PATH')
if (!hasPython) console.log('skipped: the forward pass in Python, since no python3 is on the PATH')

const PROGRAM = `#include <stdio.h>
#include "model.h"
int main(void) {
  float x[FRD_OBSERVATIONS], p[FRD_ACTIONS];
  for (;;) {
    for (int i = 0; i < FRD_OBSERVATIONS; i++) if (scanf("%f", &x[i]) != 1) return 0;
    frd_policy(x, p);
    printf("%d", frd_act(x));
    for (int a = 0; a < FRD_ACTIONS; a++) printf(" %.9g", p[a]);
    printf("\\n");
  }
}
`

/** What a program prints of observations: an action and a policy per line. */
function checkPolicies(model: Model, observations: readonly number[][], stdout: string): void {
  const agent = agentOf(model)
  const lines = stdout.trim().split('\n')
  assert.is(lines.length, observations.length)
  for (const [i, observation] of observations.entries()) {
    const [action, ...policy] = lines[i].split(' ').map(Number)
    const own = agent.policy(observation)
    for (const [a, p] of own.entries()) assert.ok(Math.abs(p - policy[a]) < 1e-5, `${p} ${policy[a]}`)
    const [first, second] = [...own].sort((a, b) => b - a)
    if (first - second > 2e-5) assert.is(action, own.indexOf(first))
    if (own.every((p) => p === first)) assert.is(action, 0, 'the first of equals')
  }
}

/** Models of random weights: all depths up to three, and the deepest; both activations; two to five actions. */
const shapes = [
  { observations: 3, actions: 5, width: 1, depth: 1 },
  { observations: 1, actions: 2, width: 8, depth: 2, activation: 'tanh' as const },
  { observations: 64, actions: 3, width: 5, depth: 3 },
  { observations: 4, actions: 16, width: 12, depth: 8, activation: 'tanh' as const },
].map((given): Model => {
  const agent = createAgent({ ...given, env: 'Made-up', preset: 'paper' })
  const env = { name: 'Made-up', version: '', observations: given.observations, actions: given.actions }
  return { ...learned[0].models[0], env, networks: agent.networks, weights: agent.weights() }
})

test('the C header compiles without a warning, and agrees with the kernel to the accuracy of f32', () => {
  if (!hasGcc) return
  fs.writeFileSync(join(root, 'main.c'), PROGRAM)
  for (const model of [...all, level, ...shapes]) {
    fs.writeFileSync(join(root, 'model.h'), encodeModel(model, 'c'))
    const flags = ['-std=c99', '-O1', '-Wall', '-Wextra', '-Wconversion', '-Wpedantic', '-Werror']
    execFileSync('gcc', [...flags, 'main.c', '-o', 'main', '-lm'], { cwd: root, timeout: 60_000 })
    const observations = observationsOf(model, 200)
    const input = observations.map((one) => one.join(' ')).join('\n')
    checkPolicies(model, observations, execFileSync(join(root, 'main'), { input, timeout: 60_000 }).toString())
  }
})

test('the constants of the C header are the weights of the policy, to the bit', () => {
  for (const model of all.map(withHardWeights)) {
    const text = Buffer.from(encodeModel(model, 'c')).toString()
    const found = [...text.matchAll(/^static const float (\w+)\[[^\]]*\] = \{\n([^}]*)\n\};/gm)]
    assert.is(found.length, 2 * (model.networks.policy.depth + 1))
    const texts = found.flatMap(([, , list]) => list.split(',').map((one) => one.trim()))
    for (const one of texts) assert.match(one, /^-?\d+(\.\d+(e[+-]\d+)?|e[+-]\d+)f$/)
    const weights = Float32Array.from(texts, (one) => Number(one.slice(0, -1)))
    assert.equal(bits(weights), bits(model.weights.slice(0, weights.length)))
  }
})

const PYTHON = `
import json, math, struct, sys
data = open('model.safetensors', 'rb').read()
size, = struct.unpack('<Q', data[:8])
header = json.loads(data[8:8 + size])
about = header.pop('__metadata__')
def tensor(name):
    start, end = header[name]['data_offsets']
    return struct.unpack('<%df' % ((end - start) // 4), data[8 + size + start:8 + size + end])
def policy(x):
    depth = int(about['policy'].split('x')[1])
    for k in range(depth + 1):
        w, b = tensor('policy.%d.weight' % k), tensor('policy.%d.bias' % k)
        x = [b[j] + sum(x[i] * w[i * len(b) + j] for i in range(len(x))) for j in range(len(b))]
        if k < depth:
            x = [math.tanh(v) if about['activation'] == 'tanh' else max(v, 0) for v in x]
    powers = [math.exp(v - max(x)) for v in x]
    return [p / sum(powers) for p in powers]
for line in sys.stdin:
    p = policy([float(v) for v in line.split()])
    print(p.index(max(p)), *p)
`

test('a forward pass in plain Python over the safetensors file agrees with the kernel', () => {
  if (!hasPython) return
  for (const model of [...all, ...shapes]) {
    fs.writeFileSync(join(root, 'model.safetensors'), encodeModel(model))
    const observations = observationsOf(model, 50)
    const input = `${observations.map((one) => one.join(' ')).join('\n')}\n`
    const stdout = execFileSync('python3', ['-c', PYTHON], { cwd: root, input, timeout: 60_000 })
    checkPolicies(model, observations, stdout.toString())
  }
})

// ---- refusals

/** The file with a part of its text replaced by one of the same length, where it is safetensors. */
function edited(file: Uint8Array, from: string | RegExp, to: string): Uint8Array {
  const text = Buffer.from(file).toString('latin1')
  const changed = text.replace(from, to)
  assert.is.not(changed, text, `${from}`)
  return Uint8Array.from(Buffer.from(changed, 'latin1'))
}

test('what is no model, was cut or edited, or is of other sizes than it says is refused by name', () => {
  const [model] = samples
  const json = encodeModel(model, 'json')
  const tensors = encodeModel(model)
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /"safetensors" expected at least 8 bytes, got 0/],
    ['a checkpoint', checkpoint, /got "a checkpoint": .*agent\.load\(\)/],
    ['a config', Buffer.from('{"config":{}}'), /a model of frd, with format "frd".*frd run --save/],
    ['other JSON', Buffer.from('{}'), /a model of frd/],
    ['another method', edited(tensors, '"method":"frd"', '"method":"frl"'), /the file was damaged or edited/],
    ['another environment', edited(tensors, 'CartPole-v1', 'CartPole-v2'), /"model.sha256" expected/],
    ['another version of frd', edited(json, /"frd": "0/, '"frd": "1'), /"model.sha256" expected/],
    ['a wider network', edited(json, '"policy": "2x1"', '"policy": "3x1"'), /policy.0.weight with lists of 3, got 2/],
    ['a wider network', edited(tensors, '"policy":"2x1"', '"policy":"3x1"'), /policy.0.weight of shape \[4,3\]/],
    ['a deeper network', edited(tensors, '"policy":"2x1"', '"policy":"2x2"'), /policy.2.weight|policy.1.weight/],
    ['more actions', edited(json, '"actions": 2', '"actions": 3'), /lists of 3, got 2/],
    ['another activation', edited(json, '"activation": "relu"', '"activation": "tanh"'), /"model.sha256" expected/],
    ['an unknown activation', edited(json, '"relu"', '"gelu"'), /"model.activation" expected one of relu, tanh/],
    ['another layout', edited(json, 'in,out', 'out,in'), /"model" expected layout "in,out", got "out,in"/],
    ['no hash', edited(json, /"sha256": "\w+",/, ''), /a model of frd, with format "frd" and a sha256/],
    ['a field more', edited(json, '"frd": ', '"mood": "good", "frd": '), /expected only .*, got "mood"/],
    ['a field less', edited(json, /"seed": 4,/, ''), /"model.seed" expected a text, got undefined/],
    ['a field twice', edited(json, '"seed": 4,', '"seed": 5, "seed": 4,'), /each key once, got "seed"/],
    ['a tensor more', edited(json, '"tensors": {', '"tensors": { "policy.9.bias": [],'), /got "policy.9.bias"/],
    ['a text as a number', edited(json, '"policy.0.bias": [', '"policy.0.bias": ["1",'), /policy.0.bias with lists/],
    ['a double', edited(json, /"policy.1.bias": \[[^,]*/, '"policy.1.bias": [0.1'), /numbers of f32 in policy.1.bias/],
    ['too large a number', edited(json, /"policy.1.bias": \[[^,]*/, '"policy.1.bias": [1e39'), /numbers of f32/],
    ['a changed number', edited(json, /"policy.1.bias": \[[^,]*/, '"policy.1.bias": [0.5'), /"model.sha256" expected/],
  ]
  for (const [what, file, pattern] of cases) {
    let message = 'taken'
    try {
      decodeModel(file)
    } catch (error) {
      assert.ok(error instanceof RangeError || error instanceof TypeError, what)
      message = error.message
    }
    assert.match(message, pattern, what)
  }
  for (const file of [json, tensors]) {
    for (let length = 0; length < file.length - 1; length += 13) assert.throws(() => decodeModel(file.slice(0, length)))
    for (let at = 8; at < file.length; at += 29) {
      const changed = file.slice()
      changed[at] ^= 1
      let identity = identityOf(model)
      try {
        identity = identityOf(decodeModel(changed))
      } catch {
        continue
      }
      assert.is(identity, identityOf(model), `byte ${at}`)
    }
  }
  assert.throws(() => decodeModel('x' as unknown as Uint8Array), TypeError)
  assert.throws(() => encodeModel(model, 'onnx' as 'c'), /"format" expected one of safetensors, json, c, got "onnx"/)
})

const loader = createAgent({ width: 2, depth: 1, critic: { width: 2, depth: 1 }, seed: 4 })

const formats: [string, Uint8Array, (file: Uint8Array) => string][] = [
  ...(['safetensors', 'json'] as const).map((format): (typeof formats)[number] => [
    format,
    encodeModel(samples[0], format),
    (file) => identityOf(decodeModel(file)),
  ]),
  [
    'checkpoint',
    checkpoint,
    (file) => {
      loader.load(file)
      return Buffer.from(loader.save()).toString('hex')
    },
  ],
]

for (const [format, file, take] of formats) {
  test(`of 5,000 seeded mutants of a file (${format}), each is refused or says the same`, () => {
    const whole = take(file)
    let refused = 0
    for (let n = 0; n < 5000; n++) {
      const mutant = mutate(file, makeStream(20_261_128, n)) as Uint8Array
      let taken = whole
      try {
        taken = take(mutant)
      } catch (error) {
        assert.ok(error instanceof RangeError || error instanceof TypeError, `mutant ${n}: ${error}`)
        assert.match(error.message, /expected .*, got /s, `mutant ${n}`)
        refused++
      }
      assert.is(taken, whole, `mutant ${n}`)
    }
    assert.ok(refused > 4000, `${refused} refused`)
  })
}

test('a model plays only in its own environment, and says which', () => {
  const model = learned[3].models[0]
  assert.throws(() => playModel(model), /"environment" expected the environment Catch, got undefined: .*--env/)
  const other = { ...environment, name: 'Other' }
  assert.throws(() => playModel(model, { environment: other }), /"environment.name" expected Catch, got "Other"/)
  const wider = { ...environment, actions: 4 }
  assert.throws(
    () => playModel(model, { environment: wider }),
    /"environment.actions" expected 3, as the model has, got 4/,
  )
  const wrong = { episodes: 0 }
  assert.throws(
    () => playModel(model, { environment, ...wrong }),
    /"episodes" expected an integer in 1\.\.100000, got 0/,
  )
  assert.throws(() => playModel(all[0], { choice: 'best' as 'greedy' }), /"choice" expected one of greedy, sampled/)
  assert.throws(() => playModel(all[0], { parameters: { mass: 1 } }), /"worlds" expected one of gravity/)
  assert.is([...agentOf(model).policy([0, 0, 0])].length, 3, 'a program may step the environment itself')
})

// ---- starting from models

const base = { method: 'frd', width: 6, depth: 1, agents: 2, cap: 20, period: 5 } as const

test('agents that start from the weights that they would draw play the same run under another key and digest', () => {
  const drawn = runToEnd(base)
  const { models } = learn(base)
  const first = agentsOf(base).map((agent, i) => ({ ...models[i], weights: agent.weights() }))
  const start = startFrom(first)
  const same = runToEnd(base, { start })
  assert.equal(same.scores, drawn.scores)
  assert.is.not(same.digest, drawn.digest)
  assert.is.not(resultKey(same.config), resultKey(drawn.config))
  assert.equal([drawn.config.startVersion, same.config.startVersion.length], ['', 64])
  assert.equal(runToEnd(same.config, { start }), same)
})

test('a run from other weights is another run, in one thread and in several, and one model serves all agents', async () => {
  const { models } = learn({ ...base, seed: 8 })
  const dir = join(root, 'start')
  fs.mkdirSync(dir)
  for (const [i, model] of models.entries()) fs.writeFileSync(join(dir, `agent-${i}.safetensors`), encodeModel(model))
  const both = runToEnd(base, { start: startFrom(models) })
  const one = runToEnd(base, { start: startFrom(models.slice(1)) })
  const twice = runToEnd(base, { start: startFrom([models[1], models[1]]) })
  assert.is.not(both.digest, one.digest)
  assert.equal(twice, one, 'the same weights are the same run, however they are given')
  assert.is.not(both.scores.join(), runToEnd(base).scores.join())
  assert.is((await runThreaded(base, { jobs: 2, modules: { start: dir } })).digest, both.digest)
})

test('weights that do not fit the config, or are not those that it names, are refused with what to do', () => {
  const { models } = learn({ ...base, seed: 8 })
  const { config } = runToEnd(base, { start: startFrom(models) })
  const refusals: [() => unknown, RegExp][] = [
    [() => runToEnd(config), /"startVersion" expected none, got "\w+": give the models that the run started from/],
    [
      () => runToEnd(config, { start: startFrom([models[0]]) }),
      /"startVersion" expected [0-9a-f]{64}, got .*weights at hand/,
    ],
    [
      () => runToEnd({ ...base, agents: 3 }, { start: startFrom(models) }),
      /one model for all agents, or 3, one for each, got 2/,
    ],
    [() => runToEnd(base, { start: startFrom([]) }), /"models" expected one model for all agents, or 2/],
    [
      () => runToEnd({ ...base, width: 7 }, { start: startFrom(models) }),
      /expected networks 7x1 .*, got "6x1 .*give -n 6 -l 1/,
    ],
    [() => runToEnd({ ...base, activation: 'tanh' }, { start: startFrom(models) }), /give .*--activation relu/],
    [
      () => runToEnd({ ...base, env: 'Acrobot-v1' }, { start: startFrom(models) }),
      /"models\[0\]" expected a model of Acrobot-v1/,
    ],
    [() => runToEnd(base, { start: models as never }), /"start" expected a function/],
    [() => startFrom(models[0] as never), /"models" expected a list/],
    [() => runToEnd(base, { start: () => ({ weights: [], version: '' }) }), /"start\(\).weights" expected a list of 2/],
    [() => startFrom([{ ...models[0], weights: new Float32Array(3) }]), /expected \d+ numbers, got 3/],
    [() => startFrom([{ ...models[0], weights: models[0].weights.map(() => Number.NaN) }]), /finite/],
  ]
  for (const [run, pattern] of refusals) assert.throws(run, pattern)
})

// ---- the command line

const frd = (line: string): Promise<Outcome> =>
  new Promise((resolve) => {
    const args = [main, ...line.split(' ')]
    execFile(process.execPath, args, { cwd: root, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })

const RUN = 'run --method frd --agents 2 -n 6 -l 1 -E 5 --cap 12'
const scoresIn = (text: string) =>
  [...text.matchAll(/^episode +\d+ {2}score (-?[\d.]+)$/gm)].map(([, one]) => Number(one))

test('frd run --save leaves models, checkpoints and the config, and prints what it prints without', async () => {
  const [plain, saved] = await Promise.all([frd(RUN), frd(`${RUN} --save learned`)])
  assert.equal([saved.code, saved.stdout], [0, plain.stdout], saved.stderr)
  assert.match(saved.stderr, /^saved 2 agents in learned; frd play learned\/agent-[01]\.safetensors plays one$/m)
  const names = [0, 1].flatMap((i) => [`agent-${i}.checkpoint`, `agent-${i}.safetensors`])
  assert.equal(fs.readdirSync(join(root, 'learned')).sort(), [...names, 'config.json'])
  const { config, digest, frd: version } = JSON.parse(fs.readFileSync(join(root, 'learned', 'config.json'), 'utf8'))
  const again = learn(config)
  assert.equal([again.result.digest, version], [digest, again.models[0].frd])
  for (const [i, model] of again.models.entries()) {
    const read = (kind: string) => Uint8Array.from(fs.readFileSync(join(root, 'learned', `agent-${i}.${kind}`)))
    assert.equal(read('safetensors'), encodeModel(model))
    const agent = agentsOf(config)[i]
    agent.load(read('checkpoint'))
    assert.equal(agent.weights(), model.weights)
  }
})

test('frd play prints the scores of the model, in its own environment too, and draws an episode', async () => {
  const file = 'learned/agent-1.safetensors'
  const model = decodeModel(fs.readFileSync(join(root, file)))
  const [greedy, sampled, world] = await Promise.all([
    frd(`play ${file} --episodes 3 --seed 9 --svg episode.svg --frames episode.jsonl`),
    frd(`play ${file} --episodes 3 --choice sampled --json`),
    frd(`play ${file} --worlds length=0.1 --episodes 2`),
  ])
  assert.equal(scoresIn(greedy.stdout), [...playModel(model, { episodes: 3, seed: 9 })], greedy.stderr)
  assert.match(
    greedy.stdout,
    /^CartPole-v1, frd, agent 1 of seed 1, 6x1 relu, frd \d.*\n[\s\S]*\nmean [\d.]+ of 3, greedy, seed 9\n$/,
  )
  assert.equal(JSON.parse(sampled.stdout).scores, [...playModel(model, { episodes: 3, seed: 1001, choice: 'sampled' })])
  assert.equal(scoresIn(world.stdout), [...playModel(model, { episodes: 2, seed: 1001, parameters: { length: 0.1 } })])
  assert.match(fs.readFileSync(join(root, 'episode.svg'), 'utf8'), /^<svg [\s\S]*angular-velocity[\s\S]*<\/svg>\n$/)
  const steps: FrozenStep[] = []
  const onStep = (step: FrozenStep) => steps.push(step)
  for (const _ of playModel(model, { seed: 9, onStep }));
  const lines = fs
    .readFileSync(join(root, 'episode.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(
    lines.map(({ step, action, seen }) => [step, action, ...seen]),
    steps.map(({ step, action, seen }) => [step, action, ...seen]),
  )

  const own = await frd(
    `run --env ${catchFile} --preset tuned --method frd --agents 2 --sections 10 --cap 60 --save caught`,
  )
  assert.is(own.code, 0, own.stderr)
  const played = await frd(`play caught/agent-0.safetensors --env ${catchFile} --episodes 5`)
  assert.is(scoresIn(played.stdout).length, 5, played.stderr)
  fs.writeFileSync(join(root, 'catch.mjs'), `${fs.readFileSync(catchFile, 'utf8')}// changed\n`)
  const changed = await frd('play caught/agent-0.safetensors --env ./catch.mjs --episodes 5')
  assert.is(changed.stdout, played.stdout)
  assert.match(changed.stderr, /learned in another version of Catch than the file of --env has/)
})

test('frd eval prints a row for each model and world, and the same numbers as JSON', async () => {
  const files = [0, 1].map((i) => `learned/agent-${i}.safetensors`)
  const line = `eval ${files.join(' ')} --worlds length=0.25,0.5 --seeds 3,4 --episodes 2`
  const [text, json] = await Promise.all([frd(line), frd(`${line} --json --quiet`)])
  const { rows } = JSON.parse(json.stdout)
  const wanted = files.flatMap((file) =>
    [0.25, 0.5].map((length) => {
      const model = decodeModel(fs.readFileSync(join(root, file)))
      const means = [3, 4].map((seed) => {
        const [a, b] = playModel(model, { seed, episodes: 2, parameters: { length } })
        return (a + b) / 2
      })
      return { file, world: { length }, means, completed: means.filter((mean) => mean >= 490).length / 2 }
    }),
  )
  assert.equal(rows, wanted)
  for (const { file, world, means } of wanted) {
    const row = text.stdout.split('\n').find((one) => one.startsWith(file) && one.includes(`length=${world.length} `))
    assert.ok(row?.includes(((means[0] + means[1]) / 2).toFixed(1)), text.stdout)
  }
  assert.equal([json.stderr, text.stdout.trim().split('\n').length], ['', 6])
})

test('frd export writes what the library does, to a file and to stdout', async () => {
  const file = 'learned/agent-0.safetensors'
  const model = decodeModel(fs.readFileSync(join(root, file)))
  const [json, header, back] = await Promise.all([
    frd(`export ${file} --format json`),
    frd(`export ${file} --format c --to deep/policy.h`),
    frd(`export ${file} --format json --to model.json`),
  ])
  for (const { code, stderr } of [json, header, back]) assert.is(code, 0, stderr)
  assert.is(json.stdout, Buffer.from(encodeModel(model, 'json')).toString())
  assert.is(fs.readFileSync(join(root, 'deep/policy.h'), 'utf8'), Buffer.from(encodeModel(model, 'c')).toString())
  await frd('export model.json --format safetensors --to again.safetensors')
  assert.equal(fs.readFileSync(join(root, 'again.safetensors')), fs.readFileSync(join(root, file)))
})

test('a run that starts from a folder is stored, and only verify --from of that folder replays it', async () => {
  const made = await frd(`${RUN} --from learned --out kept --save again`)
  assert.is(made.code, 0, made.stderr)
  const outcomes: [string, number, RegExp][] = [
    ['verify kept', 1, /^skipped .* were not given: give their models with --from\n$/],
    ['verify kept --from learned', 0, /^ok /],
    ['verify kept --from learned/agent-0.safetensors', 1, /^skipped .* and --from gives others/],
  ]
  for (const [line, code, pattern] of outcomes) {
    const got = await frd(line)
    assert.is(got.code, code, `${line}: ${got.stderr}`)
    assert.match(got.stdout, pattern)
  }
  const { config } = JSON.parse(fs.readFileSync(join(root, 'again', 'config.json'), 'utf8'))
  assert.match(config.startVersion, /^[0-9a-f]{64}$/)
  const swept = await frd(
    `${RUN.replace('run', 'sweep')} --from learned --seeds 1..2 --jobs 1 --out grid --json --quiet`,
  )
  assert.is(swept.code, 0, swept.stderr)
  const digestOf = (line: string) => JSON.parse(line).digest
  const [first] = fs.readFileSync(join(root, 'grid', 'results.jsonl'), 'utf8').split('\n')
  assert.is(
    digestOf(first),
    digestOf((await frd(`${RUN} --from learned --json`)).stdout),
    'a sweep starts where a run does',
  )
  const away = await frd('sweep --from learned --nats nats://127.0.0.1:1')
  assert.equal([away.code, away.stdout], [2, ''])
  assert.match(
    away.stderr,
    /"from" expected none beside --nats, got "learned": workers on other machines do not have it/,
  )
})

test('what cannot be done is told before anything is computed, and nothing is replaced', async () => {
  fs.writeFileSync(join(root, 'file'), 'x')
  fs.writeFileSync(join(root, 'broken.safetensors'), encodeModel(all[0]).slice(0, -3))
  const tree = () => (fs.readdirSync(root, { recursive: true }) as string[]).sort()
  const before = tree()
  const file = 'learned/agent-0.safetensors'
  const cases: [string, RegExp][] = [
    [
      'run --save learned',
      /"save" expected a new or an empty folder, got "learned": it holds agent-0.checkpoint: give/,
    ],
    ['run --save file', /"save" expected a folder, got "file": file is a file/],
    ['run --save file/deeper', /"save" expected a folder, got .*file is a file\. Give another folder/],
    ['run --save new --agents 2 --jobs 2', /"jobs" expected 1 beside --save, got 2/],
    ['run --from nowhere', /"file" expected a model file, got "nowhere": there is no such file; frd run --save DIR/],
    ['run --from broken.safetensors', /broken\.safetensors: "safetensors" expected/],
    ['run --from learned', /"models\[0\]" expected networks 50x2 .*give -n 6 -l 1 --activation relu --critic 6x1/],
    ['run --from kept', /"from" expected a folder with agent-0.safetensors, got "kept": frd run --save DIR writes/],
    ['play', /"file" expected a model file, got "none": frd run --save DIR writes one/],
    ['play learned', /it is a folder; give one of its files, such as learned\/agent-0.safetensors/],
    ['play learned/agent-0.checkpoint', /got "a checkpoint"/],
    ['play learned/config.json', /config\.json: "model" expected a model of frd/],
    [`play ${file} --svg file`, /"svg" expected a new file, got "file": give another name, or remove it first/],
    [`play ${file} --frames learned`, /"frames" expected a new file, got "learned"/],
    [`play ${file} --frames file/x`, /"frames" expected a folder, got "file": file is a file/],
    [`play ${file} --svg a --frames a`, /"frames" expected another file than --svg, got "a"/],
    [`play ${file} --env ${catchFile}`, /"environment.name" expected CartPole-v1, got "Catch"/],
    [`play ${file} --env Acrobot-v1`, /"env" expected a \.js file with an environment of your own/],
    [`play ${file} --worlds length=1,2`, /"worlds" expected one value for each parameter, .*frd eval plays in several/],
    [`play ${file} --episodes 0`, /"episodes" expected an integer in 1\.\.100000, got 0/],
    [`play ${file} --choice best`, /"choice" expected one of greedy, sampled, got "best"/],
    ['play caught/agent-0.safetensors', /"env" expected one of CartPole-v1, Acrobot-v1, got "Catch": .*--env/],
    ['eval', /"files" expected at least one model file, got "none"/],
    [`eval ${file} --worlds mass=1`, /"worlds" expected one of gravity/],
    [`eval ${file} caught/agent-0.safetensors`, /"environment" expected the environment Catch, got undefined/],
    [`export ${file}`, /"format" expected one of safetensors, json, c, got "": say what to write/],
    [`export ${file} --format onnx`, /"format" expected one of safetensors, json, c, got "onnx"/],
    [`export ${file} --format safetensors`, /"to" expected a new file, got "none": safetensors are bytes/],
    [`export ${file} --format c --to file`, /"to" expected a new file, got "file"/],
  ]
  const home = process.cwd()
  process.chdir(root)
  for (const [line, pattern] of cases) {
    const { code, stdout, stderr } = await inProcess(line.split(' '))
    assert.equal([code, stdout], [2, ''], `${line}: ${stderr}`)
    assert.match(stderr, pattern)
    assert.match(stderr, /^frd: [^\n]+\n$/, line)
  }
  process.chdir(home)
  assert.equal(tree(), before)
  assert.is(fs.readFileSync(join(root, 'file'), 'utf8'), 'x')
})

test.after(() => fs.rmSync(root, { recursive: true }))
test.run()
