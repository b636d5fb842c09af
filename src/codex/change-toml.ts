/**
 * Changing settings in a `config.toml` and leaving everything else in it as its owner wrote it, comments too.
 *
 * The parser says where things are, and only what changes is written.
 *
 * @module
 */
import {getStaticTOMLValue, parseTOML, ParseError, type AST} from 'toml-eslint-parser'
import {toJsonObject, type JsonObject} from '../base/json-object.ts'
import {ConfigurationError} from '../errors.ts'

/** Settings by their dotted names; `undefined` takes one away. */
export type TomlChanges = Readonly<Record<string, TomlValue | undefined>>

/** What a setting can be. */
export type TomlValue = boolean | number | string | readonly string[]

/**
 * Reads where what is.
 *
 * @throws {ConfigurationError} It is no TOML.
 */
export function parseTomlSyntax(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, {tomlVersion: 'next'})
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const where = `line ${error.lineNumber}`
    throw new ConfigurationError(`It is not valid TOML (${where}: ${error.message}).`, {
      cause: error,
    })
  }
}

/**
 * Reads the settings.
 *
 * @throws {ConfigurationError} It is no TOML.
 */
export function parseToml(text: string): JsonObject {
  return toJsonObject(getStaticTOMLValue(parseTomlSyntax(text)))
}

/**
 * Changes single settings. What stays the same keeps its place, its form and its comments.
 *
 * @throws {ConfigurationError} It is no TOML, or would be none.
 */
export function changeToml(text: string, changes: TomlChanges): string {
  let changed = text
  for (const [name, value] of Object.entries(changes)) {
    changed = withSetting(toWholeLines(changed), name.split('.'), value)
  }
  changed = toWholeLines(changed)
  // Nothing is written that the CLI would not read.
  parseTomlSyntax(changed)
  return changed
}

/** The setting with this dotted name; `undefined` when there is none. */
export function findSetting(settings: JsonObject, name: string): unknown {
  return name.split('.').reduce<unknown>((value, key) => toJsonObject(value)[key], settings)
}

type Names = readonly (string | number)[]

interface Setting {
  /** From the top of the file. */
  readonly names: Names
  readonly node: AST.TOMLKeyValue
  /** How many of the names stand in the header of the table, or before the inline table. */
  readonly depth: number
  /** Whether it is inside `{ }`. */
  readonly isInline: boolean
}

function withSetting(text: string, names: readonly string[], value: TomlValue | undefined): string {
  const [top] = parseTomlSyntax(text).body
  const settings = top.body.flatMap((node) =>
    node.type === 'TOMLKeyValue'
      ? toSettings(node, {names: [], isInline: false})
      : node.body.flatMap((inner) => toSettings(inner, {names: node.resolvedKey, isInline: false})),
  )
  const found = settings.find((setting) => isSame(setting.names, names))
  if (found && value === undefined) return without(text, found)
  if (value === undefined) return text
  if (found) {
    const {value: before} = found.node
    const isThere = JSON.stringify(getStaticTOMLValue(before)) === JSON.stringify(value)
    return isThere ? text : replace(text, before.range, toLiteral(value))
  }
  return withNewSetting(text, {top, settings, names, literal: toLiteral(value)})
}

function toSettings(
  node: AST.TOMLKeyValue,
  {isInline, names}: {readonly names: Names; readonly isInline: boolean},
): readonly Setting[] {
  const own = node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value))
  const setting = {names: [...names, ...own], node, depth: names.length, isInline}
  if (node.value.type !== 'TOMLInlineTable') return [setting]
  const inner = {names: setting.names, isInline: true}
  return [setting, ...node.value.body.flatMap((one) => toSettings(one, inner))]
}

function withNewSetting(
  text: string,
  {
    literal,
    names,
    settings,
    top,
  }: {
    readonly top: AST.TOMLTopLevelTable
    readonly settings: readonly Setting[]
    readonly names: readonly string[]
    readonly literal: string
  },
): string {
  const parents = names.slice(0, -1)
  const line = (own: readonly string[]) => `${own.map(toKey).join('.')} = ${literal}`
  const place = settings.find((setting) => isSame(setting.names, parents))?.node.value
  if (place?.type === 'TOMLInlineTable') {
    const at = place.range[0] + 1
    const comma = place.body.length === 0 ? ' ' : ','
    return replace(text, [at, at], ` ${line(names.slice(-1))}${comma}`)
  }
  // Beside the last of the same table, which may be written with dotted names.
  const beside = settings.findLast(
    ({depth, isInline, names: own}) =>
      !isInline && depth <= parents.length && isSame(own.slice(0, parents.length), parents),
  )
  if (beside) return insertLine(text, beside.node.range[1], line(names.slice(beside.depth)))
  const table = top.body.find(
    (node) =>
      node.type === 'TOMLTable' && node.kind === 'standard' && isSame(node.resolvedKey, parents),
  )
  if (table?.type === 'TOMLTable')
    return insertLine(text, table.key.range[1], line(names.slice(-1)))
  if (parents.length === 0) return `${line(names)}\n${text}`
  return `${text}${text === '' ? '' : '\n'}[${parents.map(toKey).join('.')}]\n${line(names.slice(-1))}\n`
}

/** Its line goes, or what it has between the commas of `{ }`. */
function without(text: string, {isInline, node}: Setting): string {
  const [start, end] = node.range
  if (!isInline)
    return replace(text, [text.lastIndexOf('\n', start - 1) + 1, toLineEnd(text, end)], '')
  const [after = ''] = /^\s*,\s*/.exec(text.slice(end)) ?? []
  const [before = ''] = after === '' ? (/,\s*$/.exec(text.slice(0, start)) ?? []) : []
  return replace(text, [start - before.length, end + after.length], '')
}

function insertLine(text: string, after: number, line: string): string {
  const end = toLineEnd(text, after)
  return replace(text, [end, end], `${line}\n`)
}

/** Behind the end of the line. */
function toLineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}

function replace(text: string, [start, end]: AST.Range, by: string): string {
  return text.slice(0, start) + by + text.slice(end)
}

function toWholeLines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function isSame(one: Names, other: Names): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index])
}

function toKey(name: string): string {
  return /^[\w-]+$/.test(name) ? name : toLiteral(name)
}

/** TOML has the escapes of JSON. */
function toLiteral(value: TomlValue): string {
  if (Array.isArray(value)) return `[${value.map((one: string) => toLiteral(one)).join(', ')}]`
  return JSON.stringify(value).replaceAll('\u007F', String.raw`\u007F`)
}
