// Write a method of your own: FRL, but the server takes the median of each weight instead of its mean, so that no
// single agent can pull the others away (Yin et al. 2018). A method is a value that says what the agents send, what the
// server makes of it, and what the agents do with the answer.  node examples/method.js
import { methods, runToEnd } from 'frd'
import { decodeWeights, encodeWeights, entryCount } from 'frd/wire'

const median = (sorted) => (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2

const medianWeights = {
  ...methods.frl,
  name: 'median',
  doc: 'median of each weight',
  aggregate(uploads, { space }) {
    const count = entryCount('weights', space, uploads[0])
    const weights = uploads.map((body) => decodeWeights(body, space, count))
    return encodeWeights(weights[0].map((_, i) => median(weights.map((of) => of[i]).sort((a, b) => a - b))))
  },
}

const config = { agents: 3, width: 24, depth: 1, cap: 400 }
for (const result of [runToEnd(config, { method: medianWeights }), runToEnd({ ...config, method: 'frl' })]) {
  const { completion, exchanges, digest } = result
  console.log(result.config.method, 'completes after', completion, 'episodes', exchanges.length, 'exchanges', digest)
}
