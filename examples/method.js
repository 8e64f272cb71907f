// A method of one's own: FRL, but the server takes each weight's median instead of its mean, so that no single agent can
// pull the others away (Yin et al. 2018). A method is a value: what agents send, what the server makes of it, what they
// do with the answer.  node examples/method.js
import { methods, runToEnd } from 'frd'

const median = (sorted) => (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2

const medianWeights = {
  ...methods.frl,
  name: 'median',
  doc: 'median of each weight',
  aggregate(uploads) {
    const weights = uploads.map((bytes) => new Float32Array(bytes.slice().buffer))
    const medians = weights[0].map((_, i) => median(weights.map((of) => of[i]).sort((a, b) => a - b)))
    return new Uint8Array(medians.buffer)
  },
}

const config = { agents: 3, width: 24, depth: 1, cap: 400 }
for (const result of [runToEnd(config, { method: medianWeights }), runToEnd({ ...config, method: 'frl' })]) {
  const { completion, exchanges, digest } = result
  console.log(result.config.method, 'completes after', completion, 'episodes', exchanges.length, 'exchanges', digest)
}
