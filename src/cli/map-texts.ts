/**
 * The same facts with other texts.
 *
 * @module
 */

/** Replaces every text in `value`, at any depth; the names of fields stay. */
export function mapTexts<Value>(value: Value, change: (text: string) => string): Value {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- texts stay texts, and all else stays
  return map(value, change) as Value
}

function map(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((part) => map(part, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, map(part, change)]))
}
