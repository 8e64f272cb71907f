// Many runs in little room: one line a run, with its setting, seed, completion, bytes and final digest; scores and the
// digest chain come back by replay. The text is sorted CSV, so it does not depend on how the runs were made. Knows no disk.

import { toCsvText } from './columns.ts'
import { type Config, canonicalConfig, defaults, type fieldNames, fields, resolveConfig } from './config.ts'
import { methods } from './methods/index.ts'
import { DeterminismError, ResultError } from './result.ts'
import { checkConfig, type RunResult } from './run.ts'

export interface Line {
  /** what differs from the defaults, without the seed: `agents=4 method=frd` */
  readonly setting: string
  readonly seed: number
  /** first agent's, as everywhere; null = censored */
  readonly completion: number | null
  /** as far as the run went */
  readonly meanCompletion: number | null
  readonly lastCompletion: number | null
  /** episodes an agent has played, env steps of all agents */
  readonly episodes: number
  readonly envSteps: number
  readonly exchanges: number
  /** paper bytes, sums over agents and exchanges */
  readonly uplinkBytes: number
  readonly downlinkBytes: number
  /** a failed run is no observation */
  readonly failed: boolean
  readonly digest: string
}

const SCHEMA = 'frd-runs-v1'
const HEAD =
  'setting,seed,completion,mean_completion,last_completion,episodes,env_steps,exchanges,uplink_bytes,downlink_bytes,failed,digest'

/** The setting of a config: its seed left out. */
export function settingOf(config: Config): string {
  return canonicalConfig({ ...config, seed: defaults.seed })
    .trim()
    .replaceAll('\n', ' ')
}

/** The config of a setting and a seed. @throws TypeError, RangeError for a field or value that is none */
export function toConfig(setting: string, seed: number): Config {
  const given: Record<string, unknown> = {}
  for (const part of setting === '' ? [] : setting.split(' ')) {
    const [name, ...rest] = part.split('=')
    if (!Object.hasOwn(fields, name)) throw new TypeError(`"setting" expected known fields, got "${part}"`)
    given[name] = fields[name as (typeof fieldNames)[number]].parse(rest.join('='), name)
  }
  // Over the defaults, not over the preset's values: the text holds all that differs from the former.
  return resolveConfig({ ...defaults, ...given, seed })
}

const total = (lists: readonly (readonly number[])[]) => lists.flat().reduce((sum, bytes) => sum + bytes, 0)

export function toLine(result: RunResult): Line {
  const { config, completions, exchanges } = result
  const last = completions.reduce<number | null>(
    (latest, time) => (latest === null || time === null ? null : Math.max(latest, time)),
    0,
  )
  return {
    setting: settingOf(config),
    seed: config.seed,
    completion: result.completion,
    meanCompletion: result.meanCompletion,
    lastCompletion: last,
    episodes: result.episodes,
    envSteps: result.envSteps,
    exchanges: exchanges.length,
    uplinkBytes: total(exchanges.map((one) => one.uplinkBytes)),
    downlinkBytes: total(exchanges.map((one) => one.downlinkBytes)),
    failed: result.failure !== null,
    digest: result.digest,
  }
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export interface Archive {
  /** each run once */
  readonly lines: readonly Line[]
  /** SHA-256 of the kernels that made the runs, hex, ascending */
  readonly kernelHashes: readonly string[]
}

const compareLines = (a: Line, b: Line) => byText(a.setting, b.setting) || a.seed - b.seed

export function encodeLines({ lines, kernelHashes }: Archive): string {
  const rows = [...lines]
    .sort(compareLines)
    .map((line) => [
      line.setting,
      line.seed,
      line.completion,
      line.meanCompletion,
      line.lastCompletion,
      line.episodes,
      line.envSteps,
      line.exchanges,
      line.uplinkBytes,
      line.downlinkBytes,
      line.failed ? 1 : 0,
      line.digest,
    ])
  return toCsvText([[SCHEMA, [...kernelHashes].sort().join(' '), rows.length], HEAD.split(','), ...rows])
}

/** @throws ResultError for a text that encodeLines would not write, or would of a run told twice or of no config */
export function decodeLines(text: string, where: string): Archive {
  const [first, head, ...rows] = text.split('\n')
  const refuse = (what: string, got: string) =>
    new ResultError(`${where}: expected ${what}, got "${got.slice(0, 80)}": it was cut or edited; take another copy`)
  const kernelHashes = (first.split(',')[1] ?? '').split(' ')
  const lines = rows.slice(0, -1).map((row, i) => decodeLine(row, `${where}:${i + 3}`))
  const isOurs = first.startsWith(`${SCHEMA},`) && kernelHashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))
  if (!isOurs || head !== HEAD || !lines.length || encodeLines({ lines, kernelHashes }) !== text) {
    throw refuse(`sorted lines of "${SCHEMA}"`, first)
  }
  const twice = lines.find((line, i) => i > 0 && compareLines(line, lines[i - 1]) === 0)
  if (twice) throw refuse('each run once', `${twice.setting} seed=${twice.seed}`)
  for (const setting of new Set(lines.map((line) => line.setting))) {
    if (!isSetting(setting)) throw refuse('settings of runs', setting)
  }
  return { lines, kernelHashes }
}

/** Whether some config has this very text. */
function isSetting(setting: string): boolean {
  try {
    return settingOf(toConfig(setting, defaults.seed)) === setting
  } catch {
    return false
  }
}

/** Each run once, of several archives. @throws DeterminismError where two tell two results of one run */
export function mergeArchives(archives: readonly Archive[]): Archive {
  const byRun = new Map<string, Line>()
  for (const line of archives.flatMap(({ lines }) => lines)) {
    const run = `${line.setting} seed=${line.seed}`
    const known = byRun.get(run)
    if (known && differenceOf(known, line) !== null) {
      throw new DeterminismError(`determinism alarm: the run ${run} gave two results, ${differenceOf(known, line)}`)
    }
    byRun.set(run, line)
  }
  const kernelHashes = [...new Set(archives.flatMap((one) => one.kernelHashes))].sort()
  return { lines: [...byRun.values()], kernelHashes }
}

const ROW = /^("[^"]*"|[^",]*),(\d+),(\d*),(\d*),(\d*),(\d+),(\d+),(\d+),(\d+),(\d+),([01]),([0-9a-f]{64})$/

function decodeLine(row: string, where: string): Line {
  const match = ROW.exec(row)
  if (match === null) {
    throw new ResultError(`${where}: expected the columns ${HEAD}, got "${row.slice(0, 80)}": take another copy`)
  }
  const [, setting, seed, completion, mean, last, ...rest] = match
  const [episodes, envSteps, exchanges, uplinkBytes, downlinkBytes, failed] = rest.map(Number)
  const time = (cell: string) => (cell === '' ? null : Number(cell))
  return {
    setting: setting.replaceAll('"', ''),
    seed: Number(seed),
    completion: time(completion),
    meanCompletion: time(mean),
    lastCompletion: time(last),
    episodes,
    envSteps,
    exchanges,
    uplinkBytes,
    downlinkBytes,
    failed: failed === 1,
    digest: rest[6],
  }
}

/** What differs between a line and the replay of its run, in words; null = nothing. */
export function differenceOf(line: Line, replay: Line): string | null {
  const names = Object.keys(line) as (keyof Line)[]
  const name = names.reverse().find((key) => line[key] !== replay[key])
  return name === undefined ? null : `"${name}" expected ${line[name]}, got ${replay[name]}`
}

type Payloads = Pick<Line, 'exchanges' | 'uplinkBytes' | 'downlinkBytes'>

/** Mean paper bytes an agent and exchange, one way; NaN where no exchange took place. */
export function meanPayload(lines: readonly Payloads[], way: 'uplinkBytes' | 'downlinkBytes', agents: number): number {
  const bytes = lines.reduce((sum, line) => sum + line[way], 0)
  return bytes / (agents * lines.reduce((sum, line) => sum + line.exchanges, 0))
}

/**
 * Mean paper bytes an agent and exchange over runs of one cell; null where no exchange took place, 0 for methods that
 * send nothing.
 */
export function meanBytesOf(
  lines: readonly Payloads[],
  agents: number,
  method: string,
): { readonly uplinkBytes: number | null; readonly downlinkBytes: number | null } {
  if (methods[method]?.payload(defaults) === 'none') return { uplinkBytes: 0, downlinkBytes: 0 }
  if (lines.every(({ exchanges }) => exchanges === 0)) return { uplinkBytes: null, downlinkBytes: null }
  return {
    uplinkBytes: meanPayload(lines, 'uplinkBytes', agents),
    downlinkBytes: meanPayload(lines, 'downlinkBytes', agents),
  }
}

/** The runs of a config, every seed; none where there are none. */
export type LinesOf = (given: Partial<Config>) => { readonly config: Config; readonly lines: readonly Line[] }

/** Finds lines by config. A config is checked first, so that what means the same finds the same. */
export function indexLines(lines: readonly Line[]): LinesOf {
  const bySetting = new Map<string, Line[]>()
  for (const line of lines) {
    const known = bySetting.get(line.setting)
    if (known) known.push(line)
    else bySetting.set(line.setting, [line])
  }
  return (given) => {
    const config = checkConfig(given)
    return { config, lines: bySetting.get(settingOf(config)) ?? [] }
  }
}
