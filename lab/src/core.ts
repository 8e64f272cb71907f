// All that the page takes of the library, from the package as it is built: the only file that knows where it lies.

export { federationName, type Here, host, join } from '../../dist/src/federation.js'
export {
  type Agent,
  type Config,
  checkConfig,
  defaults,
  type Field,
  fields,
  methods,
  type RunEvent,
  type RunResult,
  resolveConfig,
  run,
} from '../../dist/src/index.js'
export { environments, instantiate } from '../../dist/src/kernel/index.js'
export { gridOf, observing } from '../../dist/src/observe.js'
export { decodeProxies, decodeReplay, HEADER_BYTES, type Space } from '../../dist/src/payload.js'
