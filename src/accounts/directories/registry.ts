/**
 * `registry.json`: the names of the accounts, in the order they should be tried.
 *
 * @module
 */
import {isJsonObject, parseJson, type JsonObject} from '../../base/json-object.ts'
import {toAccountName} from './account-name.ts'

/** The accounts that have a folder. */
export interface Registry {
  /** In the order they were registered. */
  readonly names: readonly string[]
  /** One of the names; `null` when there is none. */
  readonly defaultName: string | null
  /** The file it was read from, with what other versions have put there. */
  readonly file: JsonObject
}

/** A registry without accounts. */
export const EMPTY_REGISTRY: Registry = {names: [], defaultName: null, file: {}}

/** Reads a registry; `undefined` when it is damaged. Entries that cannot be names are left out. */
export function parseRegistry(text: string): Registry | undefined {
  const file = parseJson(text)
  if (!isJsonObject(file) || !Array.isArray(file['accounts'])) return undefined
  const names = file['accounts'].map(toAccountName).filter((name) => name !== undefined)
  return withNames({names: [], defaultName: toAccountName(file['default_account']) ?? null, file}, [
    ...new Set(names),
  ])
}

/** Writes a registry. */
export function toRegistryText({names, defaultName, file}: Registry): string {
  const content = {...file, default_account: defaultName, accounts: names}
  return `${JSON.stringify(content, undefined, 2)}\n`
}

/**
 * The registry that a damaged one must have been: the folders that are there, first those that are named
 * in it.
 *
 * @param text What is left of the damaged one.
 * @param folders The names of the account folders.
 */
export function rebuildRegistry(text: string, folders: readonly string[]): Registry {
  const list = text.slice(Math.max(text.indexOf('"accounts"'), 0))
  const order = [...findNames(list), ...findNames(text), ...folders.toSorted()]
  const names = order.filter((name) => folders.includes(name))
  const [, defaultName = null] = /"default_account"\s*:\s*"([^"\\]+)"/.exec(text) ?? []
  return withNames({...EMPTY_REGISTRY, defaultName}, [...new Set(names)])
}

function findNames(text: string): readonly string[] {
  return [...text.matchAll(/"([^"\\]+)"/g)].map(([, name = '']) => name.trim())
}

/** Adds a name at the end. The first one becomes the default. */
export function addName(registry: Registry, name: string): Registry {
  if (registry.names.includes(name)) return registry
  return withNames(registry, [...registry.names, name])
}

/** Takes a name out. When it was the default, the first of the others is. */
export function removeName(registry: Registry, name: string): Registry {
  return withNames(
    registry,
    registry.names.filter((other) => other !== name),
  )
}

function withNames(registry: Registry, names: readonly string[]): Registry {
  const {defaultName} = registry
  const isThere = defaultName !== null && names.includes(defaultName)
  return {...registry, names, defaultName: isThere ? defaultName : (names[0] ?? null)}
}
