/**
 * JSON that every server reads.
 *
 * @module
 */

/**
 * `value` as JSON in which every text is well-formed Unicode. Half a surrogate pair, where somebody
 * cut a text in the middle of an emoji, becomes U+FFFD, also in the names of fields.
 *
 * @throws {RangeError} `value` is nested too deeply.
 */
export function toWellFormedJson(value: unknown): string {
  const json = JSON.stringify(value)
  // JSON.stringify writes a lone half as an escape, and nothing else that looks like one but itself.
  return json.includes('\\ud') ? JSON.stringify(toWellFormed(value)) : json
}

function toWellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(toWellFormed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toWellFormed(), toWellFormed(inner)]),
  )
}
