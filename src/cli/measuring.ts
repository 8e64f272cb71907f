// A thread that measures what travels on the wire: one seed of a figure at a time, as measurer.ts asks.

import { parentPort } from 'node:worker_threads'
import { trafficFigures } from '../paper/trafficFigures.ts'
import type { Asking } from './measurer.ts'

parentPort!.on('message', ({ figure, seed, isQuick }: Asking) => {
  parentPort!.postMessage(trafficFigures[figure].measure(seed, isQuick))
})
