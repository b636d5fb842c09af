/**
 * `text` as the backend takes it: the form of the answer, and how much of it there is.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import type {ModelInfo} from '../../models/model-info.ts'
import type {RequestPreferences} from './request-preferences.ts'
import type {ReportChange} from '../request-change.ts'
import {shapeSchema} from '../schema/shape-schema.ts'

/** Where other APIs have the verbosity: Chat Completions, and an SDK's options. */
const FLAT_VERBOSITIES = ['verbosity', 'textVerbosity'] as const

const VERBOSITIES: readonly unknown[] = ['low', 'medium', 'high']

const FORMAT_NAME = /^[\w-]{1,64}$/

/** What shapes the fields that not every model has. */
export interface ShapeTextOptions {
  /** What is known about the model. One we do not know is trusted to take all there is. */
  readonly model: ModelInfo | undefined
  readonly preferences: RequestPreferences
  readonly report: ReportChange
}

/** @returns `undefined` when there is nothing to ask for. */
export function shapeText(request: JsonObject, options: ShapeTextOptions): JsonObject | undefined {
  const {text} = request
  if (text !== undefined && text !== null && !isJsonObject(text)) {
    options.report('text', 'dropped', 'It has to be an object')
  }
  const {verbosity: ownVerbosity, format: ownFormat, ...rest} = isJsonObject(text) ? text : {}
  const format = shapeFormat(ownFormat ?? undefined, request, options.report)
  const verbosity = shapeVerbosity(ownVerbosity ?? undefined, request, options)
  const shaped = {
    ...(format !== undefined && {format}),
    ...(verbosity !== undefined && {verbosity}),
    ...rest,
  }
  return Object.keys(shaped).length === 0 ? undefined : shaped
}

function shapeFormat(format: unknown, request: JsonObject, report: ReportChange): unknown {
  const {response_format: chatFormat} = request
  if (chatFormat !== undefined && chatFormat !== null) {
    if (format === undefined) report('response_format', 'renamed', 'It is called text.format here')
    else report('response_format', 'dropped', 'text.format says it already')
  }
  const wanted = format ?? chatFormat ?? undefined
  if (!isJsonObject(wanted)) return wanted
  const isNested = isJsonObject(wanted['json_schema'])
  if (isNested && format !== undefined) {
    report('text.format', 'replaced', 'Its schema is not nested here')
  }
  const flat = isNested ? {type: 'json_schema', ...toJsonObject(wanted['json_schema'])} : wanted
  if (flat['type'] !== 'json_schema') return flat
  return shapeSchema(shapeName(flat, report), {key: 'schema', field: 'text.format', report})
}

/** The name is required here, was optional elsewhere, and may have few characters. Nobody reads it. */
function shapeName(format: JsonObject, report: ReportChange): JsonObject {
  const {name} = format
  if (typeof name === 'string' && FORMAT_NAME.test(name)) return format
  if (name !== undefined && name !== null) {
    report('text.format.name', 'replaced', 'It has to be 1 to 64 letters, digits, _ and -')
  }
  return {...format, name: toName(name)}
}

function toName(name: unknown): string {
  return (
    toText(name)
      ?.replaceAll(/[^\w-]/g, '_')
      .slice(0, 64) ?? 'response'
  )
}

function shapeVerbosity(
  own: unknown,
  request: JsonObject,
  {model, preferences, report}: ShapeTextOptions,
): unknown {
  const asked = own ?? findFlatVerbosity(request, report)
  const isTaken = model?.verbosity !== false
  const preferred = preferences.textVerbosity ?? model?.defaultVerbosity
  if (asked === undefined) return isTaken ? preferred : undefined
  if (!isTaken) {
    report('text.verbosity', 'dropped', 'This model has no verbosity')
    return undefined
  }
  if (VERBOSITIES.includes(asked)) return asked
  report('text.verbosity', 'dropped', 'It is no verbosity that is known')
  return preferred
}

/** The first of the other names that says something. */
function findFlatVerbosity(request: JsonObject, report: ReportChange): unknown {
  const name = FLAT_VERBOSITIES.find((flat) => toText(request[flat]) !== undefined)
  if (name === undefined) return undefined
  report(name, 'renamed', 'It is called text.verbosity here')
  return request[name]
}
