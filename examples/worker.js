// A Web Worker that learns while its page stays responsive. It receives settings and, where it should continue, a
// checkpoint; it posts every score, and a checkpoint every 50 episodes. Workers have no import map, so that this file
// must be bundled: worker.html says how.
import { createAgent } from 'frd'

const EPISODES = 50

self.onmessage = ({ data: { settings, checkpoint, episodes } }) => {
  const agent = createAgent(settings)
  if (checkpoint) agent.load(checkpoint)
  for (let episode = 1; episode <= episodes; episode++) {
    self.postMessage({ episode, score: agent.playEpisode() })
    if (episode % EPISODES === 0 || episode === episodes) self.postMessage({ episode, checkpoint: agent.save() })
  }
}
