// How long an environment step takes an agent that plays and learns, warm: in one call for an episode, and in three calls for
// each step, which check and copy what they are given.  node examples/speed.js
import { createAgent } from 'frd'

const BLOCKS = 15
const STEPS = 10_000 // of one block
const ways = { playEpisode: (agent) => agent.playEpisode(), 'act, step, learn': byHand }

function byHand(agent) {
  let steps = 0
  for (let observation = agent.reset(), isOver = false; !isOver; steps++) {
    const action = agent.act(observation)
    const made = agent.step(action)
    agent.learn({ action, ...made })
    observation = made.observation
    isOver = made.terminated || made.truncated
  }
  return steps
}

for (const width of [24, 50]) {
  const agent = createAgent({ preset: 'paper', width, depth: 2, seed: 1 })
  while (agent.playEpisode() < 200); // a policy that has learned something, so that episodes are long
  const learned = agent.save()
  const times = new Map(Object.keys(ways).map((name) => [name, []]))
  for (let block = 0; block < BLOCKS; block++) {
    for (const [name, play] of Object.entries(ways)) {
      agent.load(learned) // every block plays the same episodes, to the last bit
      const begun = performance.now()
      let steps = 0
      while (steps < STEPS) steps += play(agent)
      times.get(name).push({ steps, each: (1e6 * (performance.now() - begun)) / steps })
    }
  }
  for (const [name, all] of times) {
    const sorted = all.map(({ each }) => each).sort((a, b) => a - b)
    const at = (share) => sorted[Math.round(share * (BLOCKS - 1))].toFixed(0)
    console.log(
      `4-${width}-${width}-2, ${name}: ${at(0.5)} ns a step (${at(0.25)} to ${at(0.75)}), ${all[0].steps} steps`,
    )
  }
}
