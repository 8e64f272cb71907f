// What stands under a path that was found in a folder. A pipe there (FIFO) would keep the program waiting, deaf to signals,
// and a device may never end; so it is looked at before it is opened. A path that the user named may well be a pipe.

/** What a file system says of a path. */
interface Found {
  readonly isFile: () => boolean
  readonly isDirectory: () => boolean
}

/** @throws RangeError for what is no file */
export function checkFile<T extends Found>(found: T): T {
  if (found.isFile()) return found
  throw new RangeError(`it is ${found.isDirectory() ? 'a folder' : 'a pipe or a device'} and no file`)
}
