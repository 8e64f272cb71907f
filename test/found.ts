// Where a package is that only some tests want: in this package, in the lab, or where `npm run test:runtimes` and `npm run
// test:bundlers` keep what they install. A test that does not find its package says so and is skipped.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './helpers.ts'

/** The folder of a package, or undefined; `kept` is the name under which test/runtimes/package.json has it, or what brings it. */
export function folderOf(name: string, kept = name): string | undefined {
  return ['node_modules', 'lab/node_modules', `out/runtimes/${kept}/node_modules`]
    .map((folder) => join(packageRoot, folder, name))
    .find((folder) => existsSync(join(folder, 'package.json')))
}
