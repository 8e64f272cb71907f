// Failures over networks, on this machine alone: node dist/test/slow/network.js [FEDERATIONS] [SEED]
import { federations } from './federations.ts'

const [count = 100, seed = 1] = process.argv.slice(2).map(Number)
const wrong = await federations(count, seed, 2)
process.exit(wrong ? 1 : 0)
