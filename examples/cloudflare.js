// A worker at the edge, for Cloudflare. POST /act {"observation": [...]} answers with an action and its probability.
// POST /learn {"episodes": 10} plays that many episodes and answers with their scores. workerd cannot compile bytes, so
// that the condition "workerd" of the package gives it the file kernel.wasm.
//   npx wrangler dev examples/cloudflare.js
import { createAgent } from 'frd'

const MAX_EPISODES = 100
const agent = createAgent({ preset: 'tuned', seed: 1 })

const routes = {
  '/act'({ observation }) {
    const policy = agent.policy(observation)
    const action = policy.indexOf(Math.max(...policy))
    return { action, probability: policy[action] }
  },
  '/learn'({ episodes }) {
    const count = Math.min(episodes, MAX_EPISODES)
    return { scores: Array.from({ length: count }, () => agent.playEpisode()) }
  },
}

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    if (request.method !== 'POST' || !Object.hasOwn(routes, pathname))
      return new Response('POST /act or /learn', { status: 404 })
    try {
      return Response.json(routes[pathname](await request.json()))
    } catch (error) {
      return Response.json({ error: error.message }, { status: 400 })
    }
  },
}
