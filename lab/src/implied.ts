// What the fields of a config are that the visitor leaves alone.

import { type Config, defaults, type Environment, resolveConfig } from './core.ts'

/**
 * The config where only the preset and the environment are chosen; an unknown environment implies nothing.
 * @throws TypeError, RangeError for a value that the environment sets and its field refuses
 */
export function impliedBy(preset: Config['preset'], env: Environment | undefined): Config {
  // One section fits every environment; whether the number that is implied fits is checked where a run is set up.
  const sections = (preset === 'tuned' && env?.tuned.sections) || defaults.sections
  return { ...resolveConfig({ preset, sections: 1 }, env), sections }
}
