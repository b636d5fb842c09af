/**
 * The smallest value that a JSON schema accepts, more or less.
 *
 * @module
 */
import * as z from 'zod'

const schemaSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).min(1).optional(),
  const: z.unknown().optional(),
  minimum: z.number().optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  anyOf: z.array(z.unknown()).min(1).optional(),
})

type Schema = z.infer<typeof schemaSchema>

const MAX_DEPTH = 8

const SAMPLES: Readonly<Record<string, (schema: Schema, depth: number) => unknown>> = {
  string: () => 'text',
  number: ({minimum = 1}) => minimum,
  integer: ({minimum = 1}) => minimum,
  boolean: () => true,
  null: () => null,
  array: ({items}, depth) => (items === undefined ? [] : [sample(items, depth + 1)]),
  object: ({properties = {}, required = []}, depth) =>
    Object.fromEntries(required.map((name) => [name, sample(properties[name], depth + 1)])),
}

/** A value for a schema: its required properties, filled with small literals. */
export function sampleJson(schema: unknown): unknown {
  return sample(schema, 0)
}

function sample(schema: unknown, depth: number): unknown {
  const parsed = schemaSchema.safeParse(schema)
  if (!parsed.success || depth > MAX_DEPTH) return 'text'
  const {data} = parsed
  if (data.const !== undefined) return data.const
  if (data.enum) return data.enum[0]
  if (data.anyOf) return sample(data.anyOf[0], depth + 1)
  return SAMPLES[typeName(data)]?.(data, depth) ?? null
}

function typeName({type, properties}: Schema): string {
  const [first] = typeof type === 'string' ? [type] : (type ?? [])
  return first ?? (properties ? 'object' : 'string')
}
