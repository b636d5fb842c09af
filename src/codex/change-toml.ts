/**
 * Changing settings in a `config.toml` and leaving everything else in it as its owner wrote it, comments too.
 *
 * @module
 */
import {parse, patch} from '@decimalturn/toml-patch'
import {isJsonObject, toJsonObject, type JsonObject} from '../base/json-object.ts'
import {ConfigurationError} from '../errors.ts'

/** Settings by their dotted names; `undefined` takes one away. */
export type TomlChanges = Readonly<Record<string, TomlValue | undefined>>

/** What a setting can be. */
export type TomlValue = boolean | number | string | readonly string[]

/**
 * Reads the settings.
 *
 * @throws {ConfigurationError} It is no TOML.
 */
export function parseToml(text: string): JsonObject {
  try {
    const settings: unknown = parse(text)
    return toJsonObject(settings)
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new ConfigurationError(`It is not valid TOML: ${reason}`, {cause: error})
  }
}

/**
 * Changes single settings. What stays the same keeps its place, its form and its comments.
 *
 * @throws {ConfigurationError} It is no TOML.
 */
export function changeToml(text: string, changes: TomlChanges): string {
  const before = parseToml(text)
  let after = before
  for (const [name, value] of Object.entries(changes)) {
    after = withSetting(after, name.split('.'), value)
  }
  const changed = patch(text, after)
  return changed.endsWith('\n') || changed === '' ? changed : `${changed}\n`
}

/** The setting with this dotted name; `undefined` when there is none. */
export function findSetting(settings: JsonObject, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((value, key) => (isJsonObject(value) ? value[key] : undefined), settings)
}

function withSetting(
  settings: JsonObject,
  [name = '', ...inner]: readonly string[],
  value: TomlValue | undefined,
): JsonObject {
  if (inner.length > 0) {
    const table = toJsonObject(settings[name])
    if (value === undefined && settings[name] === undefined) return settings
    return {...settings, [name]: withSetting(table, inner, value)}
  }
  if (value !== undefined) return {...settings, [name]: value}
  return Object.fromEntries(Object.entries(settings).filter(([key]) => key !== name))
}
