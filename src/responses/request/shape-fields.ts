/**
 * The fields of a request that need nothing but their own value, and how each becomes one that the backend takes.
 *
 * @module
 */
import {isJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import {readTier} from '../../models/model-spelling.ts'
import {shapeReasoning, type ShapeReasoningOptions} from './items/shape-reasoning.ts'
import type {ShapeTextOptions} from './shape-text.ts'

/** What the fields are shaped by, beside their values. */
export interface ShapeFieldsOptions extends ShapeTextOptions, ShapeReasoningOptions {
  /** The tier that the id of the model names. */
  readonly tier: string | undefined
}

/** Shapes one field. What it gives is `undefined` where the backend is not told of the field. */
type ShapeField<Shaped> = (value: unknown, options: ShapeFieldsOptions) => Shaped

/** Needed because nothing is stored: the next turn brings the model's reasoning back. */
const ENCRYPTED_REASONING = 'reasoning.encrypted_content'

/** In the order of the body. */
const FIELDS = {
  service_tier: shapeServiceTier,
  instructions: shapeInstructions,
  parallel_tool_calls: keepIf('parallel_tool_calls', (value) => typeof value === 'boolean'),
  reasoning: shapeReasoning,
  include: shapeInclude,
  client_metadata: keepIf('client_metadata', isJsonObject),
} as const

/** What {@link shapeFields} gives. */
export type ShapedFields = {
  readonly [Field in keyof typeof FIELDS]: ReturnType<(typeof FIELDS)[Field]>
}

/** Shapes each of the fields, and reports what changes. */
export function shapeFields(request: JsonObject, options: ShapeFieldsOptions): ShapedFields {
  const shaped = Object.entries(FIELDS).map(([field, shape]) => [
    field,
    shape(request[field], options),
  ])
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript does not follow the names
  return Object.fromEntries(shaped) as ShapedFields
}

/** That of the caller or of the model's id, else the one that the user prefers. */
function shapeServiceTier(given: unknown, options: ShapeFieldsOptions): string | undefined {
  const {model, preferences} = options
  const tier = given ?? options.tier
  if (!isNothing(tier)) return shapeTier(tier, options)
  return preferences.fastMode && model?.fast ? 'priority' : undefined
}

/** `fast` is a word of the clients for `priority`; without the catalogue only these two are safe. */
function shapeTier(tier: unknown, {model, report}: ShapeFieldsOptions): string | undefined {
  const wanted = typeof tier === 'string' ? readTier(tier, model?.tiers) : undefined
  if (wanted === 'priority' && model?.fast === false) {
    report('service_tier', 'dropped', 'This model has no fast tier')
    return undefined
  }
  if (wanted !== undefined) {
    if (wanted !== tier) report('service_tier', 'renamed', `The backend calls it ${wanted}`)
    return wanted
  }
  report('service_tier', 'dropped', 'It is no tier that is known')
  return undefined
}

/** Those of the caller, else those of the user. */
function shapeInstructions(
  given: unknown,
  {preferences, report}: ShapeFieldsOptions,
): string | undefined {
  const instructions = toText(given)
  if (instructions === undefined && !isNothing(given)) {
    report('instructions', 'replaced', 'The backend takes a text that is not empty')
  }
  return instructions ?? preferences.instructions
}

function shapeInclude(include: unknown, {report}: ShapeFieldsOptions): readonly string[] {
  const given: unknown[] = Array.isArray(include) ? include : []
  const texts = given.filter((value) => typeof value === 'string')
  if (texts.length < given.length || (given !== include && !isNothing(include))) {
    report('include', 'repaired', 'It has to be a list of texts')
  }
  return [...new Set([...texts, ENCRYPTED_REASONING])]
}

/** The caller's value, unless the backend would refuse its type. */
function keepIf(field: string, is: (value: unknown) => boolean): ShapeField<unknown> {
  return (value, {report}) => {
    if (is(value)) return value
    if (!isNothing(value)) report(field, 'dropped', 'It has the wrong type')
    return undefined
  }
}

/** SDKs send `null` for what their caller left open. */
export function isNothing(value: unknown): boolean {
  return value === undefined || value === null
}
