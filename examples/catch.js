// Catch: a ball falls on a board of 10 rows and 5 columns, and a paddle in the last row has to be below it (Mnih et al.:
// Recurrent models of visual attention, 2014). The agent observes the ball's column and row and the paddle's column.
//   npx frd run --env ./examples/catch.js --preset tuned --method frd --agents 4 --sections 10
const COLUMNS = 5
const LAST = 9

export default {
  name: 'Catch',
  observations: 3,
  actions: 3, // left, stay, right
  limit: LAST,
  components: ['ball', 'row', 'paddle'],
  bounds: new Array(3).fill([-4.5, 5.5]), // with 10 sections, every state has a cluster of its own
  score: 'return', // 1 for a catch, -1 for a miss
  mission: { threshold: 0.9, window: 40 },
  mixup: [0],
  tuned: { rewardScale: 1, rollout: 32, entropy: 0.01 },
  create(stream) {
    let [ball, row, paddle] = [0, 0, 0]
    const observe = () => [ball - 2, row - 4, paddle - 2]
    return {
      reset() {
        ball = stream.integer(COLUMNS)
        row = 0
        paddle = 2
        return observe()
      },
      step(action) {
        paddle = Math.min(Math.max(paddle + action - 1, 0), COLUMNS - 1)
        row++
        const terminated = row === LAST
        const reward = terminated ? (paddle === ball ? 1 : -1) : 0
        return { observation: observe(), reward, terminated, truncated: false }
      },
    }
  },
}
