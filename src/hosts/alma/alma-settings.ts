/**
 * The settings this plugin contributes, see `configuration` in manifest.json.
 *
 * @module
 */
import type {Log} from '../../http/log.ts'
import type {RequestPreferences} from '../../responses/prepare-request.ts'
import type {AlmaContext} from './alma-api.ts'

const SUMMARIES = ['auto', 'concise', 'detailed', 'none'] as const
const VERBOSITIES = ['model', 'low', 'medium', 'high'] as const

/** What {@link readPreferences} needs from outside. */
export interface SettingsOptions {
  readonly settings: AlmaContext['settings']
  readonly log: Log
}

/** Reads the settings as they are now. A value of the wrong type counts as not set, with a warning. */
export function readPreferences(options: SettingsOptions): RequestPreferences {
  const reasoningSummary = readChoice('openaiCodex.reasoningSummary', SUMMARIES, options)
  const textVerbosity = readChoice('openaiCodex.textVerbosity', VERBOSITIES, options)
  const instructions = readText('openaiCodex.instructions', options)
  return {
    reasoningSummary,
    ...(textVerbosity !== 'model' && {textVerbosity}),
    ...(instructions !== '' && {instructions}),
  }
}

function readChoice<Choice extends string>(
  key: string,
  choices: readonly [Choice, ...Choice[]],
  {settings, log}: SettingsOptions,
): Choice {
  const value = settings.get<unknown>(key)
  const choice = choices.find((candidate) => candidate === value)
  if (choice === undefined && isSet(value)) {
    log.warn(`The setting ${key} is ignored: it must be one of ${choices.join(', ')}`)
  }
  return choice ?? choices[0]
}

function readText(key: string, {settings, log}: SettingsOptions): string {
  const value = settings.get<unknown>(key)
  if (typeof value === 'string') return value.trim()
  if (isSet(value)) log.warn(`The setting ${key} is ignored: it must be a text`)
  return ''
}

/** The host cannot tell a setting that was never touched from one that is empty. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}
