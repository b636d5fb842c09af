/**
 * Names of tools that the backend takes, there and back.
 *
 * One tool with a dot in its name, or with a name that is too long, would fail every turn. So it is
 * called otherwise on the way there, and by its own name on the way back.
 *
 * @module
 */
import {toJsonObject, toList, type JsonObject} from '../../../base/json-object.ts'
import {MAX_NAME_CHARACTERS} from '../bounds.ts'

const LEGAL_NAME = /^[A-Za-z0-9_-]{1,64}$/

/** What a call without a name gets, in a history that some other client has written. */
const NO_NAME = 'unnamed_tool'

/** Names of tools in one request. */
export interface ToolNames {
  /** What the backend is told: `name` itself where it is legal. The same name gives the same one. */
  toBackend(name: string): string
  /** From the backend's names to the caller's. Empty when none was changed. */
  readonly renamed: ReadonlyMap<string, string>
  /** How the tool with this name is called; `undefined` when the request does not define it. */
  kindOf(name: string): 'custom' | 'function' | undefined
  /** Whether the request has tools in this namespace. */
  hasNamespace(name: unknown): boolean
}

/**
 * Gives every tool of a request a legal name of its own. It depends on the names alone, so that the
 * prompt cache stays warm.
 */
export function createToolNames(request: JsonObject): ToolNames {
  const tools = findTools(request)
  const kinds = new Map(tools.map(({name, kind}) => [name, kind]))
  const defined = new Set(kinds.keys())
  const taken = new Set([...defined].filter((name) => LEGAL_NAME.test(name)))
  const byName = new Map<string, string>()
  const renamed = new Map<string, string>()

  function rename(name: string): string {
    const plain = name.replaceAll(/[^A-Za-z0-9_-]+/g, '_') || NO_NAME
    const isTaken = plain.length > MAX_NAME_CHARACTERS || taken.has(plain)
    let unique = plain
    for (let round = 0; round === 0 ? isTaken : taken.has(unique); round += 1) {
      const mark = hashOf(`${name}${round || ''}`)
      unique = `${plain.slice(0, MAX_NAME_CHARACTERS - mark.length - 1)}_${mark}`
    }
    taken.add(unique)
    byName.set(name, unique)
    return unique
  }

  for (const name of defined) {
    if (!LEGAL_NAME.test(name)) renamed.set(rename(name), name)
  }
  return {
    renamed,
    toBackend: (name) => (LEGAL_NAME.test(name) ? name : (byName.get(name) ?? rename(name))),
    kindOf(name) {
      const kind = kinds.get(name)
      return kind === 'custom' || kind === 'function' ? kind : undefined
    },
    hasNamespace: (name) => typeof name === 'string' && kinds.get(name) === 'namespace',
  }
}

interface NamedTool {
  readonly name: string
  readonly kind: unknown
}

function findTools({tools, functions, input}: JsonObject): readonly NamedTool[] {
  const added = toList(input).flatMap((item) => {
    const {type, tools: inner} = toJsonObject(item)
    return type === 'additional_tools' || type === 'tool_search_output' ? toList(inner) : []
  })
  return [...toList(tools), ...toList(functions), ...added].flatMap(readTool)
}

function readTool(tool: unknown): readonly NamedTool[] {
  const {name: flat, function: called, custom, tools, type = 'function'} = toJsonObject(tool)
  const name = flat ?? toJsonObject(called)['name'] ?? toJsonObject(custom)['name']
  const inner = type === 'namespace' ? toList(tools).flatMap(readTool) : []
  return typeof name === 'string' && name.trim() !== '' ? [{name, kind: type}, ...inner] : inner
}

/** Eight letters and digits that tell names apart (FNV-1a). */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
