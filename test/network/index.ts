// npm run test:network [-- FEDERATIONS [SWEEPS [SEED]]]: what needs brokers on this machine, nats-server and mosquitto. First
// the test files of this folder, then federations whose sides are killed, stopped and started twice, and sweeps whose
// workers, broker and submitter are killed. What is not installed is skipped aloud.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { federations } from './federations.ts'

const [count = 100, sweeps = 20, seed = 1] = process.argv.slice(2).map(Number)
const all = fileURLToPath(new URL('../all.js', import.meta.url))
const kills = fileURLToPath(new URL('../slow/workers.js', import.meta.url))
const files = spawnSync(process.execPath, [all, '', '300', 'network'], { stdio: 'inherit' })
const wrong = await federations(count, seed, 2)
const swept = spawnSync(process.execPath, [kills, String(sweeps), String(seed)], { stdio: 'inherit' })
process.exit(files.status !== 0 || wrong || swept.status !== 0 ? 1 : 0)
