// A static page: relative addresses, so that any folder of any host serves it.

import { fileURLToPath } from 'node:url'

const WORKER = '\0worker.ts?url'
const file = fileURLToPath(new URL('src/worker.ts', import.meta.url))

/**
 * Builds the worker together with the page, so that the modules that both need are one file, loaded once. Vite alone builds
 * a worker by itself, with a second copy of them: 11 kB more, compressed (2026).
 */
const workerWithPage = {
  name: 'worker-with-page',
  apply: 'build',
  enforce: 'pre',
  resolveId: (source) => (source === './worker.ts?url' ? WORKER : null),
  load(id) {
    if (id !== WORKER) return null
    return `export default import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'chunk', id: file, name: 'worker' })}`
  },
}

export default {
  base: './',
  build: { target: 'es2022', modulePreload: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 300 },
  plugins: [workerWithPage],
  preview: { port: 4173, host: '127.0.0.1' },
}
