// Control: N agents, no exchange. The first of N agents completes sooner as N grows, by itself; only the gap to this
// curve is federation.

import { type Method, NOTHING } from './method.ts'

export const independent: Method = {
  name: 'independent',
  doc: 'control: no exchange',
  payload: () => 'none',
  memory: 'none',
  targets: null,
  upload: () => NOTHING,
  aggregate: () => NOTHING,
  download: () => {},
}
