/**
 * The one schema of a tool or of the form of an answer.
 *
 * @module
 */
import type {JsonObject} from '../../base/json-object.ts'
import {repairSchema} from './repair-schema.ts'
import type {ReportChange} from '../request-change.ts'
import {toStrictSchema} from './strict-schema.ts'

/** Where a schema is. */
export interface ShapeSchemaOptions {
  /** The name of the schema beside `strict`. */
  readonly key: 'parameters' | 'schema'
  /** Of what has the schema, for example `tools[2]`. */
  readonly field: string
  readonly report: ReportChange
}

/**
 * Repairs a schema, and keeps `strict` where the schema can honour it.
 *
 * @returns `owner` itself when nothing had to change.
 */
export function shapeSchema(owner: JsonObject, options: ShapeSchemaOptions): JsonObject {
  const {field, key, report} = options
  const place = `${field}.${key}`
  const {schema, reasons} = repairSchema(owner[key], {isAnswer: key === 'schema'})
  for (const reason of reasons) report(place, 'repaired', reason)
  const repaired = schema === owner[key] ? owner : {...owner, [key]: schema}
  if (owner['strict'] !== true) return repaired
  const strict = toStrictSchema(schema)
  if (strict === undefined) {
    report(`${field}.strict`, 'replaced', 'Its schema has what strict schemas may not have')
    return {...repaired, strict: false}
  }
  if (strict === schema) return repaired
  report(place, 'repaired', 'Objects of strict schemas forbid additional properties')
  return {...repaired, [key]: strict}
}
