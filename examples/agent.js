// One agent learns CartPole, is saved, and continues elsewhere with the same bits.  node examples/agent.js
import { createAgent } from 'frd'

const settings = { preset: 'tuned', width: 50, depth: 2, seed: 1 }
const agent = createAgent(settings)
const mean = (scores) => scores.reduce((sum, score) => sum + score, 0) / scores.length

const scores = Array.from({ length: 120 }, () => agent.playEpisode())
console.log('first ten episodes', mean(scores.slice(0, 10)), 'last ten', mean(scores.slice(-10)))
console.log('policy', [...agent.policy([0, 0, 0.1, 0])], 'value', agent.value([0, 0, 0.1, 0]))

const twin = createAgent(settings)
twin.load(agent.save())
console.log('next score', agent.playEpisode(), 'of the loaded agent', twin.playEpisode())
