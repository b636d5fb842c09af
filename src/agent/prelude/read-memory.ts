/**
 * The memory files of a group: `CLAUDE.md` and what it imports.
 *
 * The Codex CLI reads `AGENTS.md` by itself, but neither these nor their imports.
 *
 * @module
 */
import {realpath} from 'node:fs/promises'
import path from 'node:path'
import {readText} from '../../files/read-file.ts'

/** The most that is read of one file, and of all together, in characters. */
const MAX_FILE = 64 * 1024
const MAX_ALL = 192 * 1024

/** How deeply imports may lead to further imports. */
const MAX_DEPTH = 5

/** A line of its own, or a word: `@notes/people.md`. Not an address of somebody. */
const IMPORT = /(^|\s)@((?:\.{1,2}\/|\/)?[\w~-][\w./~-]*\.(?:md|txt))\b/g

/** Files that a folder can hold, in their order. */
const FILES = ['CLAUDE.md', 'CLAUDE.local.md']

/** One file of memory. */
export interface Memory {
  /** Its path below the folder, for example `CLAUDE.md`. */
  readonly name: string
  readonly text: string
}

/**
 * Reads the memory of a folder. Imports are followed within the folder, each file once; what is not there is left
 * out. `AGENTS.md` is left to the CLI.
 *
 * @param folder Need not be there.
 */
export async function readMemory(folder: string): Promise<readonly Memory[]> {
  const root = await realpath(folder).catch(() => undefined)
  if (root === undefined) return []
  const found = new Map<string, Memory>()
  for (const name of FILES) await collect(path.join(root, name), {root, found, depth: 0})
  return withinLimit([...found.values()].filter(({text}) => text.trim() !== ''))
}

interface Collection {
  readonly root: string
  readonly found: Map<string, Memory>
  readonly depth: number
}

async function collect(wanted: string, {depth, found, root}: Collection): Promise<void> {
  const file = await realpath(wanted).catch(() => undefined)
  if (file === undefined || found.has(file) || depth > MAX_DEPTH) return
  // A link or dots could lead to what the agent must not read.
  if (!file.startsWith(root + path.sep) || path.basename(file) === 'AGENTS.md') return
  const text = await readText(file, {maxBytes: MAX_FILE * 4}).catch(() => undefined)
  if (text === undefined) return
  found.set(file, {name: path.relative(root, file), text: cut(text, MAX_FILE)})
  const imports = [...withoutCode(text).matchAll(IMPORT)].map(([, , name = '']) => name)
  for (const name of imports) {
    const target = path.resolve(path.dirname(file), name)
    await collect(target, {root, found, depth: depth + 1})
  }
}

/** An `@` in an example is no import. */
function withoutCode(text: string): string {
  return text.replaceAll(/```[\s\S]*?(?:```|$)/g, '').replaceAll(/`[^`\n]*`/g, '')
}

function withinLimit(memories: readonly Memory[]): readonly Memory[] {
  let left = MAX_ALL
  return memories.flatMap(({name, text}) => {
    const kept = cut(text, left)
    left -= kept.length
    return kept === '' ? [] : [{name, text: kept}]
  })
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const note = '\n[the rest is left out: too long]'
  return max > note.length ? text.slice(0, max - note.length) + note : ''
}
