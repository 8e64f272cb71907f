// Optional packages: what a feature needs beside the dependencies is imported when it is first used, and a feature whose
// packages are missing says which. A command asks for all that it needs before it computes.

/** Thrown where optional packages are not installed. It says which, and how to install them. */
export class MissingPackagesError extends Error {
  override readonly name = 'MissingPackagesError'
  /** what needs them, in words */
  readonly features: readonly string[]
  /** their names */
  readonly packages: readonly string[]

  /** @param next what else one may do */
  constructor(features: readonly string[], packages: readonly string[], next = '', options?: ErrorOptions) {
    const install = `npm install ${packages.join(' ')}`
    super(`${features.join(' and ')} need packages that did not load: ${install}${next && `, ${next}`}`, options)
    this.features = features
    this.packages = packages
  }
}

/**
 * Imports all packages of a feature.
 * @param imports the import of each package, by its name
 * @throws MissingPackagesError that names all that did not load, with the first error as its cause
 */
export async function importAll<T>(
  feature: string,
  imports: { readonly [K in keyof T]: () => Promise<T[K]> },
  next = '',
): Promise<T> {
  const names = Object.keys(imports) as (keyof T & string)[]
  const loaded = await Promise.allSettled(names.map((name) => imports[name]()))
  const failed = loaded.flatMap((one, i) => (one.status === 'rejected' ? [{ name: names[i], cause: one.reason }] : []))
  const [first] = failed
  if (first) {
    const missing = failed.map(({ name }) => name)
    throw new MissingPackagesError([feature], missing, next, { cause: first.cause })
  }
  return Object.fromEntries(loaded.map((one, i) => [names[i], (one as PromiseFulfilledResult<unknown>).value])) as T
}

/**
 * Checks that several features have their packages, before anything is computed.
 * @param features each imports what it needs
 * @throws MissingPackagesError that names what all of them lack together
 */
export async function checkPackages(features: readonly (() => Promise<unknown>)[]): Promise<void> {
  const missing: MissingPackagesError[] = []
  for (const feature of features) {
    try {
      await feature()
    } catch (error) {
      if (!(error instanceof MissingPackagesError)) throw error
      missing.push(error)
    }
  }
  if (missing.length < 2) {
    for (const one of missing) throw one
    return
  }
  const packages = [...new Set(missing.flatMap((one) => one.packages))]
  const all = missing.flatMap((one) => one.features)
  throw new MissingPackagesError(all, packages, '', { cause: missing[0].cause })
}
