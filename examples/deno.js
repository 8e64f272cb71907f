// In Deno: a policy is learned, written as safetensors for other tools, and read into another agent.
//   deno run --allow-read --allow-write examples/deno.js
// Here deno.json says where 'frd' is; in a project of your own, `deno add npm:frd` does that.
import { createAgent } from 'frd'
import { fromSafetensors, toSafetensors } from 'frd/kernel'

const settings = { preset: 'tuned', seed: 1 }
const teacher = createAgent(settings)
for (let episode = 0; episode < 120; episode++) teacher.playEpisode()

const path = Deno.makeTempFileSync({ suffix: '.safetensors' })
Deno.writeFileSync(path, toSafetensors(teacher))
console.log('wrote', path, Deno.statSync(path).size, 'bytes')

const student = createAgent({ ...settings, seed: 2 })
console.log('first score of a fresh agent', student.playEpisode())
fromSafetensors(student, Deno.readFileSync(path))
console.log('first score with the weights', student.playEpisode())
