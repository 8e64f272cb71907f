// npm run test:network [-- FEDERATIONS [SEED]]: what needs brokers on this machine, nats-server and mosquitto. First the test
// files of this folder, then federations whose sides are killed, stopped and started twice. What is not installed is
// skipped aloud.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { federations } from './federations.ts'

const [count = 100, seed = 1] = process.argv.slice(2).map(Number)
const all = fileURLToPath(new URL('../all.js', import.meta.url))
const files = spawnSync(process.execPath, [all, '', '300', 'network'], { stdio: 'inherit' })
const wrong = await federations(count, seed, 2)
process.exit(files.status !== 0 || wrong ? 1 : 0)
