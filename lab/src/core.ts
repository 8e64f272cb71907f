// All that the page takes of the library, from the package as it is built: the only file that knows where it lies.

export { federationName, type Here, host, join } from '../../dist/src/federation/index.js'
export {
  type Agent,
  type Config,
  checkConfig,
  defaults,
  environments,
  type Field,
  fields,
  Grid,
  METHODS,
  methods,
  type RunEvent,
  type RunResult,
  resolveConfig,
  run,
} from '../../dist/src/index.js'
export { observing } from '../../dist/src/paper/traffic.js'
export { decodeProxies, decodeReplay, HEADER_BYTES, type Space } from '../../dist/src/wire/index.js'
