// An environment of your own in JavaScript: the host steps it, and the kernel learns. A craft between two walls has to
// come to rest at 0. It observes its place and its speed, and it pushes left, coasts or pushes right.
//   node examples/environment.js
import { createAgent } from 'frd'

const LIMIT = 100 // steps

function launch(place) {
  let [x, v, steps] = [place, 0, 0]
  return {
    observe: () => [x, v],
    step(action) {
      v += 0.05 * (action - 1)
      x += v
      if (Math.abs(x) > 2) [x, v] = [2 * Math.sign(x), 0]
      const terminated = Math.abs(x) < 0.1 && Math.abs(v) < 0.07
      return { observation: [x, v], reward: terminated ? 10 : -Math.abs(x), terminated, truncated: ++steps === LIMIT }
    },
  }
}

const agent = createAgent({ env: 'Docking', observations: 2, actions: 3, preset: 'tuned', rewardScale: 0.1, seed: 1 })

function playEpisode(place) {
  const craft = launch(place)
  for (let observation = craft.observe(), steps = 1; ; steps++) {
    const action = agent.act(observation)
    const next = craft.step(action)
    agent.learn({ action, ...next })
    if (next.terminated || next.truncated) return steps
    observation = next.observation
  }
}

for (let episodes = 50; episodes <= 400; episodes += 50) {
  let steps = 0
  for (let k = 0; k < 50; k++) steps += playEpisode(k % 2 ? 1 : -1)
  console.log('after', episodes, 'episodes', steps / 50, 'steps to dock')
}
