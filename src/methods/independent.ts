// Control: N agents and no exchange. Whichever of N agents completes first completes sooner as N grows, without any
// federation; so only the distance to this curve is federation.

import { type Method, NOTHING } from './method.ts'

/** The control without any exchange. */
export const independent: Method = {
  name: 'independent',
  doc: 'control: no exchange',
  uses: [],
  payload: () => 'none',
  memory: 'none',
  targets: null,
  upload: () => NOTHING,
  aggregate: () => NOTHING,
  download: () => {},
}
