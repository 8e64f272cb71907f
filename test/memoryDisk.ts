// A disk in memory that forgets what was not synced. Bytes of a file are safe after fsync of the file, and a name in a
// folder after fsync of the folder. After a power loss, each write that was not synced may be there, cut or absent, or its
// length may be there without its bytes, and each name may be in any state that it had since the folder was synced.
import type { Files } from '../src/results/disk.ts'

interface FileNode {
  /** what a reader sees */
  bytes: Buffer
  /** what a power loss leaves at least */
  safe: Buffer
}

interface FolderNode {
  readonly entries: Map<string, Node>
  /** the names as they were synced */
  safe: Map<string, Node>
  /** what happened to names since, in order; null for a name that was removed */
  changes: [name: string, node: Node | null][]
}

type Node = FileNode | FolderNode

const isFolder = (node: Node): node is FolderNode => 'entries' in node
const newFolder = (): FolderNode => ({ entries: new Map(), safe: new Map(), changes: [] })

/** An error as Node gives it. */
export const failure = (code: string, what = 'injected') => Object.assign(new Error(`${code}: ${what}`), { code })

/** Gives an index below `count`. */
export type Draw = (count: number) => number

export class MemoryDisk {
  readonly root: FolderNode
  private readonly open = new Map<number, Node>()
  private clock = 1
  private opened = 2

  constructor(root: FolderNode = newFolder()) {
    this.root = root
  }

  /**
   * What a power loss may leave: `draw` chooses for every file and name. `draw` that gives 0 keeps nothing that was not
   * synced, and one that gives the last index keeps all.
   */
  afterPowerLoss(draw: Draw): MemoryDisk {
    const known = new Map<Node, Node>()
    const copy = (node: Node): Node => {
      const made = known.get(node)
      if (made) return made
      if (!isFolder(node)) {
        const bytes = tear(node, draw)
        const file: FileNode = { bytes, safe: bytes }
        known.set(node, file)
        return file
      }
      const folder = newFolder()
      known.set(node, folder)
      const names = new Set([...node.safe.keys(), ...node.changes.map(([name]) => name)])
      for (const name of names) {
        const states = [
          node.safe.get(name) ?? null,
          ...node.changes.filter(([one]) => one === name).map(([, to]) => to),
        ]
        const state = states[draw(states.length)]
        if (state) folder.entries.set(name, copy(state))
      }
      folder.safe = new Map(folder.entries)
      return folder
    }
    return new MemoryDisk(copy(this.root) as FolderNode)
  }

  /** All files with their bytes, by path. */
  files(folder = this.root, path = ''): Map<string, string> {
    const found = new Map<string, string>()
    for (const [name, node] of [...folder.entries].sort()) {
      const at = `${path}/${name}`
      if (!isFolder(node)) found.set(at, node.bytes.toString())
      else for (const [inner, text] of this.files(node, at)) found.set(inner, text)
    }
    return found
  }

  private at(path: string): Node {
    let node: Node = this.root
    for (const name of path.split('/').filter(Boolean)) {
      if (!isFolder(node)) throw failure('ENOTDIR', path)
      const next = node.entries.get(name)
      if (!next) throw failure('ENOENT', path)
      node = next
    }
    return node
  }

  private above(path: string): { folder: FolderNode; name: string } {
    const cut = path.lastIndexOf('/')
    const folder = this.at(path.slice(0, cut))
    if (!isFolder(folder)) throw failure('ENOTDIR', path)
    return { folder, name: path.slice(cut + 1) }
  }

  private set(path: string, node: Node | null): void {
    const { folder, name } = this.above(path)
    if (node) folder.entries.set(name, node)
    else folder.entries.delete(name)
    folder.changes.push([name, node])
  }

  private lookUp(path: string): Node | null {
    try {
      return this.at(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  private write(node: Node | undefined, bytes: Uint8Array): number {
    if (!node || isFolder(node)) throw failure('EBADF')
    node.bytes = Buffer.concat([node.bytes, bytes])
    return bytes.length
  }

  /** The operations of the store. */
  readonly operations = {
    accessSync: (path: string) => void this.at(path),
    appendFileSync: (path: string, text: string) => {
      const known = this.lookUp(path)
      const node = known ?? { bytes: Buffer.alloc(0), safe: Buffer.alloc(0) }
      if (!known) this.set(path, node)
      this.write(node, Buffer.from(text))
    },
    closeSync: (file: number) => void this.open.delete(file),
    fsyncSync: (file: number) => {
      const node = this.open.get(file)
      if (!node) throw failure('EBADF')
      if (isFolder(node)) {
        node.safe = new Map(node.entries)
        node.changes = []
      } else node.safe = node.bytes
    },
    linkSync: (from: string, to: string) => {
      if (this.lookUp(to)) throw failure('EEXIST', to)
      this.set(to, this.at(from))
    },
    lstatSync: (path: string) => this.at(path),
    mkdirSync: (path: string) => {
      if (this.lookUp(path)) throw failure('EEXIST', path)
      this.set(path, newFolder())
    },
    openSync: (path: string, flags: string) => {
      if (flags === 'wx') {
        if (this.lookUp(path)) throw failure('EEXIST', path)
        this.set(path, { bytes: Buffer.alloc(0), safe: Buffer.alloc(0) })
      }
      this.open.set(++this.opened, this.at(path))
      return this.opened
    },
    readFileSync: (path: string) => {
      const node = this.at(path)
      if (isFolder(node)) throw failure('EISDIR', path)
      return node.bytes
    },
    readdirSync: (path: string) => {
      const node = this.at(path)
      if (!isFolder(node)) throw failure('ENOTDIR', path)
      return [...node.entries.keys()]
    },
    renameSync: (from: string, to: string) => {
      const node = this.at(from)
      this.set(to, node)
      this.set(from, null)
    },
    statSync: (path: string, options?: { throwIfNoEntry?: boolean }) => {
      const node = options?.throwIfNoEntry === false ? this.lookUp(path) : this.at(path)
      if (!node) return undefined
      return {
        isDirectory: () => isFolder(node),
        isFile: () => !isFolder(node),
        size: isFolder(node) ? 0 : node.bytes.length,
        mtimeMs: this.clock++,
      }
    },
    unlinkSync: (path: string) => {
      this.at(path)
      this.set(path, null)
    },
    writeSync: (file: number, bytes: Uint8Array, at: number, length: number) =>
      this.write(this.open.get(file), bytes.subarray(at, at + length)),
  }

  get asFiles(): Files {
    return this.operations as unknown as Files
  }
}

/** The bytes of a file after a power loss: those that were synced, then of the rest nothing, a part, zeros or all. */
function tear({ bytes, safe }: FileNode, draw: Draw): Buffer {
  const rest = bytes.subarray(safe.length)
  if (!rest.length) return bytes
  const whole = safe.equals(bytes.subarray(0, safe.length)) ? safe : bytes.subarray(0, safe.length)
  const ends = [
    rest.subarray(0, 0),
    rest.subarray(0, rest.length >> 1),
    Buffer.alloc(rest.length),
    Buffer.concat([rest.subarray(0, rest.length >> 1), Buffer.alloc(rest.length - (rest.length >> 1))]),
    rest,
  ]
  return Buffer.concat([whole, ends[draw(ends.length)]])
}
