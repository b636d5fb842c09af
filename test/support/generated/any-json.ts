/**
 * Any JSON, with a liking for what trips programs.
 *
 * @module
 */
import * as fc from 'fast-check'
import type {JsonObject} from '../../../src/base/json-object.ts'

/** Texts that mean something somewhere, that are empty, and that cannot be sent as they are. */
export const anyText = fc.oneof(
  {weight: 3, arbitrary: fc.string({maxLength: 8})},
  fc.constantFrom(
    '',
    ' ',
    'text',
    'wörld 🌍',
    '\uD800',
    '\u0000',
    'a\nb',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(65),
  ),
)

/** Names that an object inherits, and those that the protocol has. */
const anyKey = fc.oneof(
  fc.constantFrom('type', 'id', 'role', 'content', 'text', 'call_id', 'output', 'name', 'toJSON'),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', ''),
  fc.string({maxLength: 4}),
)

const anyAtom = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 1.5, 1e21, Number.MAX_VALUE, 5e-324),
  anyText,
)

/** Any value that `JSON.parse` can give. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    {maxDepth: 3, withCrossShrink: true},
    {weight: 3, arbitrary: anyAtom},
    fc.array(tie('value'), {maxLength: 3}),
    fc.dictionary(anyKey, tie('value'), {maxKeys: 3}),
  ),
})).value

/** Mostly what `usual` gives, and sometimes a value of another type. */
export function mostly<Value>(usual: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof({weight: 9, arbitrary: usual}, {weight: 1, arbitrary: anyJson})
}

/** An object with some of `fields`. */
export function anyOf(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  return fc.record(fields, {requiredKeys: []})
}

/**
 * What a request is when it has come over the wire, protected from changes: whoever tries to make one
 * throws a `TypeError`.
 */
export function toWire(value: unknown): JsonObject {
  return deepFreeze(JSON.parse(JSON.stringify(value))) as JsonObject
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
