// Model files on disk: those that frd run --save wrote, one for each agent of a folder.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expected } from '../config/errors.ts'
import { decodeModel } from '../models/file.ts'
import type { Model } from '../models/model.ts'

/** The name of an agent's model in a folder. */
export const modelFileOf = (agent: number) => `agent-${agent}.safetensors`

const SOURCE = 'frd run --save DIR writes one for each agent'

/** The model of a file, safetensors or JSON. @throws RangeError that names the file and what to do */
export async function readModel(path: string): Promise<Model> {
  const refuse = (got: string, why: string) => new RangeError(expected('file', 'a model file', got, why))
  const bytes = await readFile(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw refuse(path, `there is no such file; ${SOURCE}`)
    if (error.code !== 'EISDIR') throw refuse(path, error.message)
    const [name] = (await modelsIn(path)) ?? []
    throw refuse(
      path,
      `it is a folder; ${name === undefined ? SOURCE : `give one of its files, such as ${join(path, name)}`}`,
    )
  })
  try {
    return decodeModel(bytes)
  } catch (error) {
    throw new RangeError(`${path}: ${(error as Error).message}`, { cause: error })
  }
}

/** The names of the models of a folder, in agent order; undefined for what is no folder. */
async function modelsIn(path: string): Promise<string[] | undefined> {
  const names = await readdir(path).catch(() => undefined)
  if (names === undefined) return undefined
  const all = names.map((_, agent) => modelFileOf(agent))
  const missing = all.findIndex((name) => !names.includes(name))
  return missing < 0 ? all : all.slice(0, missing)
}

/** The model of a file, or those of a folder in agent order. @throws RangeError as readModel, and for a folder without any */
export async function readModels(path: string): Promise<Model[]> {
  const names = await modelsIn(path)
  if (names === undefined) return [await readModel(path)]
  if (!names.length) throw new RangeError(expected('from', `a folder with ${modelFileOf(0)}`, path, SOURCE))
  const models: Model[] = []
  for (const name of names) models.push(await readModel(join(path, name)))
  return models
}
