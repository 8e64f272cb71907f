// A Web Worker that learns while its page stays free: it gets settings, or a checkpoint to go on from, and posts scores
// and, every 50 episodes, a checkpoint. Workers know no import map, so it is bundled; worker.html says how.
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
