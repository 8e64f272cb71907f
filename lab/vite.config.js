// A static page: relative addresses, so that any folder of any host serves it.

import { fileURLToPath } from 'node:url'
import { staticFigure } from './figure.js'

const SUFFIX = '.ts?url'
const source = (name) => fileURLToPath(new URL(name, import.meta.url))

/**
 * Builds the workers together with the pages, so that the modules that both need are one file, loaded once. Vite alone builds
 * a worker by itself, with a second copy of them: 11 kB more, compressed (2026). What is imported as its address, such as
 * './worker.ts?url', is a worker.
 */
const workersWithPages = {
  name: 'workers-with-pages',
  apply: 'build',
  enforce: 'pre',
  resolveId: (id) => (id.startsWith('./') && id.endsWith(SUFFIX) ? `\0${id}` : null),
  load(id) {
    if (!id.startsWith('\0./') || !id.endsWith(SUFFIX)) return null
    const name = id.slice('\0./'.length, -SUFFIX.length)
    const reference = this.emitFile({ type: 'chunk', id: source(`src/${name}.ts`), name })
    return `export default import.meta.ROLLUP_FILE_URL_${reference}`
  },
}

/** What a browser without scripts shows. */
const withoutScripts = {
  name: 'without-scripts',
  transformIndexHtml: (html) => html.replace('<!-- figure -->', staticFigure),
}

export default {
  base: './',
  build: {
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 300,
    rolldownOptions: { input: [source('index.html'), source('join.html')] },
  },
  resolve: { alias: { '@assemblyscript/loader': source('src/loader.ts') } },
  plugins: [workersWithPages, withoutScripts],
  preview: { port: 4173, host: '127.0.0.1' },
}
