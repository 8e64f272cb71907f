// A grid world: from the upper left corner to the lower right one, around a wall. With as many sections as the grid has
// rows, every cell is a cluster of its own and its proxy state is the cell itself, so a ProxRM loses nothing.
//   npx frd run --env ./examples/gridworld.js --preset tuned --method frd --agents 4 --sections 6
const SIZE = 6
const MOVES = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] // up, down, left, right
const isFree = (row, column) => row >= 0 && row < SIZE && column >= 0 && column < SIZE && !(row === 2 && column > 0)

export default {
  name: 'GridWorld',
  observations: 2,
  actions: MOVES.length,
  limit: 100,
  components: ['row', 'column'],
  bounds: new Array(2).fill([-0.5, SIZE - 0.5]),
  score: 'steps',
  mission: { threshold: 12, window: 10, direction: 'at most' }, // the shortest way takes 10 steps
  mixup: [0, 1],
  tuned: { rewardScale: 0.1 },
  create() {
    let [row, column] = [0, 0]
    return {
      reset() {
        row = 0
        column = 0
        return [row, column]
      },
      step(action) {
        const [down, right] = MOVES[action]
        if (isFree(row + down, column + right)) [row, column] = [row + down, column + right]
        const terminated = row === SIZE - 1 && column === SIZE - 1
        return { observation: [row, column], reward: -1, terminated, truncated: false }
      },
    }
  },
}
