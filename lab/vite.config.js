// A static page: relative addresses, so that any folder of any host serves it.

export default {
  base: './',
  build: { target: 'es2022', modulePreload: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 300 },
  worker: { format: 'es' },
  preview: { port: 4173, host: '127.0.0.1' },
}
