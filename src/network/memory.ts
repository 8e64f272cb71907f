// What a member of a federation remembers, as a file that is replaced whole.

import { dirname, resolve } from 'node:path'
import type { Memory } from '../federation/memory.ts'
import { makeFolder, nodeFiles, readBytes, replaceFile } from '../results/disk.ts'

/**
 * The memory of a member as a file, which is made if there is none.
 *
 * @example
 * await takePartOver(config, [3], carrier, { environment: device, memory: openMemory('agent3.bin') })
 * @throws Error that names the file, where the disk fails
 */
export function openMemory(path: string): Memory {
  const at = resolve(path)
  makeFolder(dirname(at), nodeFiles)
  return {
    load: () => readBytes(at, nodeFiles),
    save: (bytes) => replaceFile(at, [bytes], nodeFiles),
  }
}
