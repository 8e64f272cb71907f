// What the threads of one run share: of each agent, how far it is, whether a thread plays it, and how long its episodes are.
// A thread that is free takes the agent that has the most left to play, and plays a part of it, so that all threads end a
// period at about the same time. Which thread takes what changes no bit of the result.

/** What an agent that waits has left. */
export interface Left {
  /** requests that it has not answered yet, such as one for each episode */
  readonly asks: number
  /** the steps of an episode, as it played last; 1 before it has played */
  readonly pace: number
}

/** How the work is divided into parts. */
export interface Dividing {
  /** a part is at most one of so many parts of what each thread still has to play */
  readonly parts: number
  /** the fewest steps of a part */
  readonly leastSteps: number
}

/** 300 steps take 1.1 ms at the paper's sizes, and the state of an agent takes 0.1 ms to come and to go (2026). */
export const DIVIDING: Dividing = { parts: 2, leastSteps: 300 }

const stepsOf = ({ asks, pace }: Left) => asks * pace

/** Of those that wait, at least one: the longest, and how much of it a thread takes. */
export function longestFirst(
  waiting: readonly Left[],
  threads: number,
  { parts, leastSteps }: Dividing,
): { readonly chosen: number; readonly asks: number } {
  const steps = waiting.map(stepsOf)
  const chosen = steps.indexOf(Math.max(...steps))
  const { asks, pace } = waiting[chosen]
  const most = steps.reduce((sum, count) => sum + count, 0) / (parts * threads)
  return { chosen, asks: Math.min(asks, Math.ceil(Math.max(most, leastSteps) / pace)) }
}

/** What a thread has taken. */
export interface Taken {
  readonly agent: number
  /** the place of its first request in the batch */
  readonly at: number
  readonly asks: number
}

/** The requests of a batch, each of which all agents answer. */
interface Span {
  /** how many requests came before, of all batches */
  readonly first: number
  readonly asks: number
}

/** The board of so many agents, in memory that threads share: two words for each. */
export const openBoard = (agents: number): Int32Array => new Int32Array(new SharedArrayBuffer(8 * agents))

/**
 * An agent's first word: how many requests it has answered, modulo 2^31, and whether a thread plays it. The number never
 * goes back, so a thread that is late with a batch finds nothing of it. The second word is its pace.
 */
const placeIn = (word: number, first: number) => ((word >>> 1) - first) & 0x7fffffff
const wordOf = (answered: number) => answered << 1
const IS_PLAYED = 1

/**
 * Takes an agent from the board, or returns null where none waits: all have answered, or others play them. They go on with
 * them, so nothing is left undone.
 * @param isMine whether this thread may play an agent
 */
export function take(
  board: Int32Array,
  { first, asks }: Span,
  threads: number,
  dividing: Dividing,
  isMine: (agent: number) => boolean,
): Taken | null {
  for (;;) {
    const waiting: (Left & { readonly agent: number; readonly word: number; readonly at: number })[] = []
    for (let agent = 0; 2 * agent < board.length; agent++) {
      const word = Atomics.load(board, 2 * agent)
      const at = placeIn(word, first)
      if ((word & IS_PLAYED) === 0 && at < asks && isMine(agent)) {
        waiting.push({ agent, word, at, asks: asks - at, pace: Math.max(1, board[2 * agent + 1]) })
      }
    }
    if (!waiting.length) return null
    const taken = longestFirst(waiting, threads, dividing)
    const { agent, word, at } = waiting[taken.chosen]
    if (Atomics.compareExchange(board, 2 * agent, word, word | IS_PLAYED) === word) {
      return { agent, at, asks: taken.asks }
    }
  }
}

/** Gives an agent back. @param pace the steps of an episode, as it played last; null where it played none */
export function giveBack(board: Int32Array, agent: number, answered: number, pace: number | null): void {
  if (pace !== null) board[2 * agent + 1] = Math.round(pace)
  Atomics.store(board, 2 * agent, wordOf(answered))
}
