/**
 * `reasoning` as the backend takes it.
 *
 * @module
 */
import {isJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import {readEffort} from '../../../models/reasoning-effort.ts'
import type {ResolvedModel} from '../../../models/resolve-model.ts'
import type {RequestPreferences} from '../request-preferences.ts'
import type {ReportChange} from '../../request-change.ts'

/** Names of the effort outside `reasoning`: Chat Completions', and that of an SDK's options. */
const FLAT_EFFORTS = ['reasoning_effort', 'reasoningEffort'] as const

/** Fields of `reasoning` in other APIs, which this backend refuses. */
const FOREIGN_FIELDS = ['enabled', 'exclude', 'generate_summary', 'max_tokens']

const SUMMARIES: readonly unknown[] = ['auto', 'concise', 'detailed']

/** The effort a caller asks for, wherever it says so. */
export function findEffort(request: JsonObject, report: ReportChange): unknown {
  const {reasoning} = request
  if (reasoning !== undefined && reasoning !== null && !isJsonObject(reasoning)) {
    report('reasoning', 'dropped', 'It has to be an object')
  }
  const own = isJsonObject(reasoning) ? (reasoning['effort'] ?? undefined) : undefined
  const name = FLAT_EFFORTS.find((flat) => toText(request[flat]) !== undefined)
  if (own !== undefined || name === undefined) return own
  report(name, 'renamed', 'It is called reasoning.effort here')
  return request[name]
}

/** Says that the caller gets another effort than `requested`, or than its model id names. */
export function reportEffort(
  requested: unknown,
  {effort, clampedFrom}: ResolvedModel,
  report: ReportChange,
): void {
  const asked = requested === effort ? effort : readEffort(requested)
  const isHeard = asked !== undefined && asked === effort
  if (requested === undefined || requested === 'off' || isHeard) {
    if (clampedFrom === undefined || clampedFrom === requested) return
    report('model', 'clamped', `The model has no effort ${clampedFrom}; ${effort} comes nearest`)
  } else if (asked !== undefined) {
    report('reasoning.effort', 'clamped', `The model takes ${effort} instead of ${asked}`)
  } else {
    report('reasoning.effort', 'dropped', 'It is no effort that is known')
  }
}

/** What {@link shapeReasoning} goes by. */
export interface ShapeReasoningOptions {
  readonly effort: string | undefined
  readonly preferences: RequestPreferences
  readonly report: ReportChange
}

/** @returns `undefined` for effort `none`, which asks for no reasoning at all. */
export function shapeReasoning(
  reasoning: unknown,
  {effort, preferences, report}: ShapeReasoningOptions,
): JsonObject | undefined {
  if (effort === 'none') return undefined
  const caller = isJsonObject(reasoning) ? reasoning : {}
  const foreign = FOREIGN_FIELDS.filter((field) => field in caller)
  for (const field of foreign) report(`reasoning.${field}`, 'dropped', 'The backend refuses it')
  const kept = Object.entries(caller).filter(([field]) => !foreign.includes(field))
  const asked = toText(caller['summary'])
  const isKnown = asked === undefined || asked === 'none' || SUMMARIES.includes(asked)
  if (!isKnown) report('reasoning.summary', 'dropped', 'It is no summary that is known')
  const summary = (isKnown ? asked : undefined) ?? preferences.reasoningSummary
  return {...Object.fromEntries(kept), effort, summary: summary === 'none' ? undefined : summary}
}
