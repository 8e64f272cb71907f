// All that the page uses of the library, through the public entries of the package. lab/package.json depends on this
// checkout.

export {
  type Agent,
  type Config,
  checkConfig,
  checkEnvironment,
  defaults,
  type Environment,
  environments,
  type Field,
  fields,
  Grid,
  type Mission,
  methods,
  type OwnEnvironment,
  type RunEvent,
  type RunResult,
  resolveConfig,
  run,
} from 'frd'
export { federationName, type Here, host, join } from 'frd/federation'
export { stepEnvironment, toSafetensors } from 'frd/kernel'
export { type BettingInterval, bettingSequence, quantile } from 'frd/stats'
export { entryBytes, HEADER_BYTES, observing, type PayloadKind, type Space } from 'frd/wire'
