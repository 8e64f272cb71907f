// Config: everything that decides the bits of a run, as one flat record. Its table of defaults, ranges and flags is
// fields.ts; docs/choices.md explains each choice that the paper leaves open.

import type { Portion, Span, Worlds } from './field.ts'
import type { AgentNet, Net } from './networks.ts'
import type { Trigger } from './trigger.ts'

/** All settings of a run. `run`, `sweep` and `createAgent` take any part of it; `resolveConfig` fills in the rest. */
export interface Config {
  /** Name of the environment; default CartPole-v1. */
  readonly env: string
  /** The learner that all other defaults follow: as we read the paper, or one tuned for CartPole; default paper. */
  readonly preset: 'paper' | 'tuned'
  /** What the agents exchange: a name of `methods`; default mixfrd. */
  readonly method: string
  /** N, agents that learn in lock step, 1..1024; default 2. */
  readonly agents: number
  /** S, sections of each state component, 1..2147483647; default 30. S^components must be below 2^31 (CartPole: S <= 215). */
  readonly sections: number
  /** E, episodes between two exchanges, 1..100000; default 25. */
  readonly period: number
  /** n, units of each hidden layer of the policy network, 1..1024; default 50. */
  readonly width: number
  /** l, hidden layers of the policy network, 1..8; default 2. */
  readonly depth: number
  /** A policy network for each agent, instead of `agents`, `width` and `depth`; default null. */
  readonly nets: readonly AgentNet[] | null
  /** Seed of all random streams, an integer in 0..2^53-1; default 1. */
  readonly seed: number
  /** Episodes after which a run that has not completed its mission is censored, 1..1000000; default 1000. */
  readonly cap: number
  /** When a run stops: once the first agent has completed its mission, once the last one has, or only at the cap; default first. */
  readonly until: 'first' | 'last' | 'cap'
  /** Activation of hidden layers; default relu. */
  readonly activation: 'relu' | 'tanh'
  /** Initialisation of weights: He or Glorot, uniform, or orthogonal; default he. Biases start at 0. */
  readonly init: 'he' | 'glorot' | 'orthogonal'
  /** Size of the value network, or "policy" for the size of the agent's policy network; default policy. */
  readonly critic: Net | 'policy'
  /** Learning rate of the policy's Adam, 0..10; default 0.001. */
  readonly policyRate: number
  /** Learning rate of the value network's Adam, 0..10; default 0.005. */
  readonly valueRate: number
  /** Discount of the return per step, 0..1; default 0.99. */
  readonly gamma: number
  /** Steps per update, 1..4096; default 1, an update after every step. */
  readonly rollout: number
  /** Lambda of generalised advantage estimation, 0..1; default 0. It has a meaning where `rollout` is above 1. */
  readonly lambda: number
  /** Factor on every reward that the learner sees, 0..1000000; default 1. Scores are untouched. */
  readonly rewardScale: number
  /** Reward that the learner sees for a step that terminates, instead of the environment's; null keeps that one; default -100. */
  readonly terminalReward: number | null
  /** Whether the last step before the step limit counts the value of its next state; default false. */
  readonly bootstrap: boolean
  /** Bound on the norm of each network's gradient, 0..1000000, 0 for none; default 0. */
  readonly clip: number
  /** Weight of the entropy bonus in the policy's loss, 0..100; default 0. */
  readonly entropy: number
  /**
   * The interval of each state component that is cut into sections: its two ends, or the half-width of an interval around 0
   * (CartPole: m, m/s, rad, rad/s). The environment sets it; for CartPole default 4.8, 5, 90 degrees, 5. What lies outside
   * counts to the section at the edge.
   */
  readonly ranges: readonly (number | Span)[]
  /** When the memories are emptied: after each exchange or never; default exchange. */
  readonly memoryReset: 'exchange' | 'never'
  /** How the server weighs the policies of one cluster: all alike, or by visits, which travel in 4 more bytes per entry; default mean. */
  readonly merge: 'mean' | 'visits'
  /** Passes over the downloaded entries, 1..1000; default 1. */
  readonly epochs: number
  /** Entries of a mini-batch of the distillation, 1..4096; default 32. */
  readonly batch: number
  /** Learning rate of the distillation, 0..10, whichever Adam takes its steps; default 0.001. */
  readonly distillRate: number
  /** Optimiser of the distillation: an Adam of its own, which lasts over exchanges, or the policy's; default shared. */
  readonly distillAdam: 'own' | 'shared'
  /** MixFRD's order of entries of one section: by the other components (CartPole: theta_dot, x, x_dot), or by index; default velocity. */
  readonly mixupTies: 'velocity' | 'index'
  /** Whether MixFRD appends the midpoints to the entries or puts them in their place; default append. */
  readonly mixupKeep: 'append' | 'replace'
  /**
   * The sequence whose neighbours MixFRD mixes: by one component of the state, by its name (CartPole: position, velocity,
   * angle, angular-velocity); a chain of nearest entries (euclidean, cosine, jaccard); or random. The
   * environment sets it; for CartPole default angle.
   */
  readonly mixupBy: string
  /** Portion of the first of two mixed entries, between 0 and 1, or drawn for each pair from Beta(beta, beta); default 0.5. */
  readonly mixupPortion: Portion
  /**
   * How many of the downloaded entries an agent distils: all, or as many as its own upload has, for MixFRD
   * with the midpoints, drawn anew at each exchange; default all.
   */
  readonly distillCount: 'all' | 'own'
  /**
   * Physical parameters of the environment with one value per agent, so that every agent has a world of its own, such as
   * { length: [0.25, 0.5, 1, 2] } in CartPole; default null, the environment's own values for all.
   */
  readonly worlds: Worlds | null
  /**
   * How payloads are encoded: float32, as in the paper, or steps joined by +, such as delta-index+int8 (docs/codecs.md);
   * default float32.
   */
  readonly codec: string
  /**
   * Visits that a cluster of a ProxRM needs to be sent, 1..1000000; default 1, all are. What an agent saw less often stays with
   * it, and is gone when its memory is emptied.
   */
  readonly minVisits: number
  /** Factor by which each period is longer than the one before, 1..10, cut to whole episodes; default 1, all have E. */
  readonly growth: number
  /**
   * When an agent sends something at an exchange: always; or if its policy has moved, since it last did, by more than a mean
   * total variation over its proxy states ({ policy: 0.1 }); or if its mean score has, by more than so much ({ score: 20 });
   * default always. All agents receive what the others sent.
   */
  readonly trigger: Trigger
  /**
   * Fraction of the agents that is drawn for each exchange, 0.001..1, to the nearest number and at least one; default 1. The
   * others neither send nor receive, learn on, and keep their memories.
   */
  readonly participation: number
  /** Probability that a frame is lost on its way, in each direction and each by itself, 0..0.999; default 0. */
  readonly dropout: number
  /**
   * The agents that have no part in a period, period by period, which a federation with a deadline records: they play none
   * of its episodes, send nothing and receive nothing. The entry after the last period of the run lists those whose final
   * weights are not in the digest. default [], all take part in all.
   */
  readonly absent: readonly (readonly number[])[]
  /** Version of an environment of your own, at most 64 characters: its value or its file gives it; default "". */
  readonly envVersion: string
  /** Version of a method of your own, at most 64 characters: its value or its file gives it; default "". */
  readonly methodVersion: string
  /**
   * Hash of the weights that the agents start from, at most 64 characters: their models give it; default "", they draw
   * their weights.
   */
  readonly startVersion: string
  /** Whether FRL averages the value networks too, or leaves each agent its own; default average. */
  readonly frlCritic: 'average' | 'local'
  /** Whether FRL's agents start from the same weights; default common. */
  readonly frlInit: 'common' | 'independent'
}
