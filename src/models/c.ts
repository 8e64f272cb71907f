// A model's policy as a C header for a program without an operating system: C99, no memory from the heap, float alone, and of
// the library only expf and tanhf. It sums in the plain order and not in the kernel's lanes, so that a policy agrees with the
// kernel's to the accuracy of f32 and not to the bit. The value network is not in it, since only learning needs one.

import { sizeOf, tensorsOf } from '../kernel/safetensors.ts'
import { aboutOf, identityOf, type Model } from './model.ts'

const PER_LINE = 8
/** Digits that tell any two f32 apart. */
const DIGITS = 9

/** A constant of C that is read back as the same f32. */
function constant(value: number): string {
  if (Object.is(value, -0)) return '-0.0f'
  const text = value === 0 ? '0.0' : value.toPrecision(DIGITS)
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`
}

/** The elements of an array, eight to a line. */
function elements(values: Float32Array): string {
  const texts = Array.from(values, constant)
  const lines = Array.from({ length: Math.ceil(texts.length / PER_LINE) }, (_, i) =>
    texts.slice(PER_LINE * i, PER_LINE * (i + 1)).join(', '),
  )
  return lines.map((line) => `  ${line}`).join(',\n')
}

/** policy.0.weight -> frd_weight_0 */
const nameOf = (tensor: string) => tensor.replace(/^policy\.(\d+)\.(\w+)$/, 'frd_$2_$1')

const ACTIVATIONS = {
  relu: 'x[j] < 0.0f ? 0.0f : x[j]',
  tanh: 'tanhf(x[j])',
} as const

/** The calls that lead from the observation to the logits in `policy`, by way of two buffers. */
function calls(depth: number): string {
  const layer = (k: number) => {
    const from = k === 0 ? 'observation, FRD_OBSERVATIONS' : `hidden[${(k - 1) % 2}], FRD_WIDTH`
    const to = k === depth ? 'policy, FRD_ACTIONS' : `hidden[${k % 2}], FRD_WIDTH`
    const activate = k === depth ? '' : `\n  frd_activate(hidden[${k % 2}], FRD_WIDTH);`
    return `  frd_dense(${from}, frd_weight_${k}, frd_bias_${k}, ${to});${activate}`
  }
  return Array.from({ length: depth + 1 }, (_, k) => layer(k)).join('\n')
}

/** The header as text. */
export function toC(model: Model): string {
  const { env, networks } = model
  const { width, depth, activation } = networks.policy
  const about = Object.entries({ ...aboutOf(model), sha256: identityOf(model) })
  let at = 0
  const arrays = tensorsOf(model).flatMap(({ name, shape }) => {
    const values = model.weights.subarray(at, at + sizeOf(shape))
    at += values.length
    if (!name.startsWith('policy.')) return []
    return [`static const float ${nameOf(name)}[${shape.join(' * ')}] = {\n${elements(values)}\n};`]
  })
  return `/* The policy of a model of frd. frd_act(observation) is its most probable action, the first of equals;
 * frd_policy(observation, policy) writes the probabilities of all actions. C99; link with -lm.
 *
${about.map(([name, value]) => ` *   ${name}: ${value || 'none'}`).join('\n')}
 */
#ifndef FRD_MODEL_H
#define FRD_MODEL_H

#include <math.h>

#define FRD_OBSERVATIONS ${env.observations}
#define FRD_ACTIONS ${env.actions}
#define FRD_WIDTH ${width}

/* Weights are (in, out): row i holds what leads from input i to each output. */
${arrays.join('\n')}

/* y[j] = biases[j] + the sum over i of x[i] weights[i][j] */
static inline void frd_dense(const float *x, int inputs, const float *weights, const float *biases, float *y, int outputs) {
  for (int j = 0; j < outputs; j++) y[j] = biases[j];
  for (int i = 0; i < inputs; i++) {
    for (int j = 0; j < outputs; j++) y[j] += x[i] * weights[i * outputs + j];
  }
}

static inline void frd_activate(float *x, int count) {
  for (int j = 0; j < count; j++) x[j] = ${ACTIVATIONS[activation]};
}

/* The probability of each action, float[FRD_ACTIONS], at an observation, float[FRD_OBSERVATIONS]. */
static inline void frd_policy(const float *observation, float *policy) {
  float hidden[${Math.min(depth, 2)}][FRD_WIDTH];
${calls(depth)}
  float top = policy[0];
  for (int a = 1; a < FRD_ACTIONS; a++) top = policy[a] > top ? policy[a] : top;
  float sum = 0.0f;
  for (int a = 0; a < FRD_ACTIONS; a++) {
    policy[a] = expf(policy[a] - top);
    sum += policy[a];
  }
  for (int a = 0; a < FRD_ACTIONS; a++) policy[a] /= sum;
}

/* The most probable action, 0..FRD_ACTIONS-1, the first of equals. */
static inline int frd_act(const float *observation) {
  float policy[FRD_ACTIONS];
  frd_policy(observation, policy);
  int best = 0;
  for (int a = 1; a < FRD_ACTIONS; a++) best = policy[a] > policy[best] ? a : best;
  return best;
}

#endif
`
}
