// The functions of a method at work. Those of the registry are called as they are. What a method of one's own throws, or
// answers where no method may, is told with the method's name, the exchange and the agent.

import { bytesOf } from '../config/checks.ts'
import { describeFault, refusePromise } from '../environments/faults.ts'
import { NonFiniteError } from '../kernel/records.ts'
import { type Method, type MethodContext, methods } from '../methods/index.ts'
import { PayloadError } from '../wire/payload.ts'
import { exchangeEpisode } from './periods.ts'

/** What is called, and where in the run: the exchange from 0, and the agent, or null for the server. */
export interface MethodCall {
  readonly name: 'upload' | 'aggregate' | 'download'
  readonly round: number
  readonly agent: number | null
}

/** A method of one's own threw, or answered what no method may. The message names it, the exchange and the agent. */
export class MethodError extends Error {
  override readonly name = 'MethodError'
}

/**
 * Calls a function of the method.
 * @throws MethodError for a method of one's own, except for bytes that do not decode and for numbers that are not finite
 */
export function callMethod<T>(
  { method, context }: { readonly method: Method; readonly context: MethodContext },
  { name, round, agent }: MethodCall,
  act: () => T,
): T {
  if (methods[method.name] === method) return act()
  try {
    const answer = act()
    refusePromise(answer, name)
    if (name !== 'download') bytesOf(answer, name)
    return answer
  } catch (error) {
    if (error instanceof NonFiniteError || error instanceof PayloadError) throw error
    const who = agent === null ? 'the server' : `agent ${agent}`
    const place = `${name} of ${who} at exchange ${round + 1}, after episode ${exchangeEpisode(context.config, round)}`
    throw new MethodError(`method ${method.name}, ${place}: ${describeFault(error)}`, { cause: error })
  }
}
