// frd export: a model in another format. A text goes to stdout unless a file is named, and no file is replaced.

import { expected, expectedOneOf } from '../config/errors.ts'
import { encodeModel, type ModelFormat, modelFormats } from '../models/file.ts'
import { readModel } from '../results/models.ts'
import { readNewFile, writeNewFile } from './files.ts'
import { type Argv, type Command, readFlag, valueFlag } from './options.ts'
import { print, tell } from './output.ts'

function readFormat(argv: Argv): ModelFormat {
  const text = readFlag(argv, 'format') ?? ''
  const format = modelFormats.find((one) => one === text)
  if (format !== undefined) return format
  throw new RangeError(expectedOneOf('format', modelFormats, text, text === '' ? 'say what to write' : ''))
}

export const exportCommand: Command = {
  usage: 'export [file]',
  doc: 'write a model as safetensors, as JSON, or as a C header with a forward pass for a microcontroller',
  options: {
    format: valueFlag(`what to write. Accepts: one of ${modelFormats.join(', ')}`, 'required'),
    to: valueFlag('new file to write', 'stdout'),
  },
  examples: [
    ['$0 export learned/agent-0.safetensors --format c --to policy.h', 'frd_act(observation) for a microcontroller'],
    ['$0 export learned/agent-0.safetensors --format json', 'sizes and weights as JSON'],
  ],
  values: { format: modelFormats },
  plan: async (argv) => {
    const path = readFlag(argv, 'file')
    if (path === undefined) {
      throw new TypeError(expected('file', 'a model file', 'none', 'frd run --save DIR writes one for each agent'))
    }
    const format = readFormat(argv)
    const model = await readModel(path)
    const to = readNewFile(argv, 'to')
    if (to === undefined && format === 'safetensors') {
      throw new RangeError(expected('to', 'a new file', 'none', 'safetensors are bytes and no text for a terminal'))
    }
    return async () => {
      const file = encodeModel(model, format)
      if (to === undefined) await print(new TextDecoder().decode(file))
      else {
        writeNewFile(to, file)
        tell(`${file.length} bytes in ${to}\n`)
      }
      return 0
    }
  },
}
