// frd links: how long the exchanges of methods take over radio links and how much energy, to the completion of the mission. The
// frames are those of real runs, which it computes as frd sweep does; the links are a model on a virtual clock (src/links).

import { checkPackages } from '../config/packages.ts'
import { linkPresets } from '../links/index.ts'
import { checkSteps } from '../links/travel.ts'
import { linkFigure } from '../plot/links.ts'
import { checkDrawing } from '../plot/svg.ts'
import { inSteps } from '../results/compute.ts'
import { openStore } from '../results/store.ts'
import { planRuns } from '../results/sweep.ts'
import { computeAloud } from './aloud.ts'
import { configFlag, withConfigFile } from './configFile.ts'
import { findRunsIn, tellFailures, tellNothingDrawn, toCellRun, writeDrawn } from './figure.ts'
import { advise, silentInWords } from './linkAdvice.ts'
import { describePresets, linkFlags, readLinks, readNumber } from './linkFlags.ts'
import { type LinkRow, rowsOf, toLinksCsv, toLinksJson, toLinksTable } from './linkRows.ts'
import {
  type Command,
  checkSize,
  commonOptions,
  configOptions,
  DEFAULTS,
  gridFields,
  readBare,
  readGrid,
  readJobs,
  readOut,
  readSeeds,
  type Task,
  valueFlag,
} from './options.ts'
import { print, tell } from './output.ts'
import { fromFlag, readOwn } from './own.ts'
import { documentOf, gridNames, withSeeds } from './sweep.ts'

export const linksCommand: Command = {
  usage: 'links',
  doc: 'time and energy of the exchanges over radio links, to the completion of the mission',
  options: {
    ...linkFlags,
    step: {
      ...valueFlag('how long a step of the environment takes. Accepts: seconds', '0: the links alone take time'),
      group: 'Link',
    },
    config: configFlag,
    ...configOptions(gridFields),
    seeds: { ...commonOptions.seeds, defaultDescription: '1' },
    out: commonOptions.out,
    from: fromFlag,
    jobs: commonOptions.jobs,
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 links --method frd,frl,pd --agents 4 --seeds 1..20', 'three methods over all presets'],
    ['$0 links --method frd --codec float32,delta-index+int8 --link lora-sf7,nb-iot', 'what a codec saves'],
    ['$0 links --method frd,frl --rate 9600 --duty 0.1 --latency 0.5 --joules 1e-5', 'over a link of your own'],
    ['$0 links --presets', 'the presets, with the source of each number'],
  ],
  epilogue: `docs/links.md states the model. ${DEFAULTS}`,
  values: { link: Object.keys(linkPresets) },
  plan: async (flags, planning) => {
    const json = readBare(flags, 'json')
    if (readBare(flags, 'presets')) return printPresets(json)
    const { own, modules, argv, env } = await readOwn(await withConfigFile(flags, 'sweep'))
    const links = readLinks(argv)
    const step = readNumber(argv, 'step') ?? 0
    const grid = readGrid(argv, gridNames)
    const seeds = readSeeds(argv, '1')
    const jobs = readJobs(argv)
    const quiet = readBare(argv, 'quiet')
    checkSize(grid.length * seeds.length)
    const planned = await inSteps(planRuns(withSeeds(grid, seeds), own), planning)
    const envOf = (name: string) => (env?.name === name ? env : undefined)
    for (const { config } of planned) checkSteps(config, step, envOf(config.env))
    const store = openStore(readOut(argv))
    return async (signal) => {
      await checkPackages([checkDrawing])
      const { keys, ...counts } = await computeAloud(planned, store, { jobs, quiet, signal, own, modules })
      const stored = await findRunsIn(store, keys, signal)
      const code = tellFailures(stored.map(toCellRun))
      const message = 'interrupted: all runs are stored; give the same command again'
      const rows = await inSteps(rowsOf(stored, store, links, step, envOf), signal, message)
      if (!rows.length) return Math.max(code, tellNothingDrawn(store.dir))
      const advice = [...advise(rows), silentInWords(rows)].filter(Boolean)
      const csv = toLinksCsv(rows)
      const spec = linkFigure(rows.map(spotOf), { title: 'Missions over radio links', note: noteOf(rows, step) })
      const files = spec ? await writeDrawn(store, 'links', { spec, csv, table: '' }) : ['links.csv']
      if (!spec) store.replace('links.csv', [csv])
      const about = { ...counts, step, links, rows: toLinksJson(rows), advice, files }
      const text = `${toLinksTable(rows)}\n${advice.map((line) => `${line}\n`).join('')}`
      await print(json ? `${JSON.stringify(documentOf(stored, store, about))}\n` : text)
      if (!quiet) tell(`${files.join(', ')}, results.csv, results.jsonl in ${store.dir}\n`)
      return code
    }
  },
}

const spotOf = ({ link, label, cell, seconds, joules }: LinkRow) => ({
  link: link.name,
  series: label,
  runs: cell.runs,
  seconds,
  joules,
})

function noteOf(rows: readonly LinkRow[], step: number): string {
  const time = step > 0 ? `A step of the environment takes ${step} s.` : 'Playing takes no time.'
  return [time, silentInWords(rows)].filter(Boolean).join(' ')
}

const printPresets =
  (json: boolean): Task =>
  async () => {
    await print(json ? `${JSON.stringify(Object.values(linkPresets))}\n` : describePresets())
    return 0
  }
