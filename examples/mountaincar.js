// MountainCar-v0, to the letter of Gymnasium's mountain_car.py (Moore 1990): a weak car in a valley has to gather speed.
//   npx frd run --env ./examples/mountaincar.js --preset tuned --method frd --agents 4
/** cos x for |x| <= 4. No standard pins Math.cos to the bit; these products and sums every runtime rounds alike. */
function cosine(x) {
  let sum = 1
  for (let k = 34; k > 0; k -= 2) sum = 1 - ((x * x) / (k * (k - 1))) * sum
  return sum
}
const within = (x, low, high) => Math.min(Math.max(x, low), high)

export default {
  name: 'MountainCar-v0',
  observations: 2,
  actions: 3, // push left, coast, push right
  limit: 200,
  components: ['position', 'velocity'],
  bounds: [
    [-1.2, 0.6],
    [-0.07, 0.07],
  ],
  score: 'return', // -1 a step
  mission: { threshold: -110, window: 100 },
  mixup: [0, 1],
  parameters: { force: 0.001, gravity: 0.0025 },
  create(stream, { force, gravity }) {
    let [position, velocity] = [0, 0]
    return {
      reset() {
        ;[position, velocity] = [-0.6 + 0.2 * stream.uniform(), 0]
        return [position, velocity]
      },
      step(action) {
        velocity = within(velocity + ((action - 1) * force + cosine(3 * position) * -gravity), -0.07, 0.07)
        position = within(position + velocity, -1.2, 0.6)
        if (position === -1.2 && velocity < 0) velocity = 0
        const terminated = position >= 0.5 && velocity >= 0
        return { observation: [position, velocity], reward: -1, terminated, truncated: false }
      },
    }
  },
}
