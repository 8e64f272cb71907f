// Checks what an environment of the kernel says of itself, when the kernel is built. It reads no memory of the kernel.

const HEAD = 16 // bytes of EnvState in assembly/env.ts, with which every state begins

/**
 * @param sizes the numbers of the record Env in assembly/env.ts
 * @param about the description: `Environment` in src/config/environment.ts, with lists of names
 * @param others the descriptions of the environments before it
 * @throws Error that names the environment, what was expected and what was there
 */
export function checkAbout(id, sizes, about, others) {
  const { observations, actions, stateBytes, parameterCount, parametersAt } = sizes
  const { name, components, bounds, mission, mixup, parameters } = about
  const refuse = (what) => {
    throw new Error(`assembly/envs.ts, environment ${id} (${name}): expected ${what}`)
  }
  if (components.length !== observations) refuse(`${observations} components, got ${components.length}`)
  if (bounds.length !== observations) refuse(`${observations} bounds, got ${bounds.length}`)
  if (parameters.length !== parameterCount)
    refuse(`${parameterCount} parameters, as parameterCount says, got ${parameters.length}`)
  if (stateBytes % 8 !== 0) refuse(`a multiple of 8 as stateBytes, since a state holds f64, got ${stateBytes}`)
  if (parametersAt % 8 !== 0) refuse(`a multiple of 8 as parametersAt, since parameters are f64, got ${parametersAt}`)
  if (parametersAt < HEAD) refuse(`${HEAD} or more as parametersAt, behind EnvState, got ${parametersAt}`)
  const least = parametersAt + 8 * parameterCount
  if (stateBytes < least)
    refuse(
      `${least} bytes or more as stateBytes, where ${parameterCount} parameters lie at ${parametersAt}, got ${stateBytes}`,
    )
  if (!bounds.every(([low, high]) => low < high)) refuse('bounds with the lower end first')
  if (!(actions >= 2 && actions <= 16)) refuse(`2 to 16 actions, got ${actions}`)
  if (!Number.isFinite(mission.threshold) || !(mission.window >= 1)) refuse('a mission with "threshold" and "window"')
  if (!['at least', 'at most'].includes(mission.direction)) refuse('a mission whose "direction" is at least or at most')
  const stranger = mixup.find((component) => !components.includes(component))
  if (stranger !== undefined) refuse(`names of components in "mixup", got "${stranger}"`)
  if (others.some((other) => other.name === name)) refuse('a name of its own')
}
