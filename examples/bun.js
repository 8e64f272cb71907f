// In Bun: an agent continues where the last call of this file ended.  bun examples/bun.js
import { createAgent } from 'frd'

const agent = createAgent({ preset: 'tuned', seed: 1 })
const file = Bun.file('out/agent.frd')
if (await file.exists()) agent.load(await file.bytes())
else console.log('a fresh agent')

const scores = Array.from({ length: 40 }, () => agent.playEpisode())
console.log('mean score', scores.reduce((sum, score) => sum + score, 0) / scores.length)
console.log('saved', await Bun.write(file, agent.save()), 'bytes')
