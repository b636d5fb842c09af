/**
 * Settings of Claude Code for one run.
 *
 * Its settings outrank the environment, and those that are named on its command line outrank all files.
 * Seen with Claude Code 2.1.332 on 2026-11-30.
 *
 * @module
 * @see {@link https://code.claude.com/docs/en/settings}
 */
import {readFile} from 'node:fs/promises'
import {isJsonObject, parseJson, toJsonObject, type JsonObject} from '../../base/json-object.ts'
import {findSmallModel} from '../../dialects/messages/request/model-names.ts'
import {CommandError} from '../report-error.ts'
import type {ClaudeModel} from './find-models.ts'

/** The models of a run. */
export interface ChosenModels {
  readonly main: string
  readonly small: string
  /** Tokens of input that both of them take; 0 where nobody knows. */
  readonly window: number
}

/** Chooses what the user has not. */
export function chooseModels(
  models: readonly ClaudeModel[],
  {model, smallModel}: {readonly model?: string; readonly smallModel?: string},
): ChosenModels {
  const main = model ?? models[0]?.id ?? ''
  const small = smallModel ?? findSmallModel(models)?.id ?? main
  // An id may have an effort behind it.
  const windows = [main, small].map(
    (id) => models.find((known) => id.startsWith(known.id))?.window ?? models[0]?.window ?? 0,
  )
  return {main, small, window: Math.min(...windows)}
}

/** What a run is led to. */
export interface ClaudeTarget {
  readonly origin: string
  readonly key: string
  readonly models: ChosenModels
}

/** Variables of the user that would lead elsewhere, or show another key. An empty one counts as none. */
const EMPTIED = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_CUSTOM_HEADERS',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_CODE_USE_VERTEX',
] as const

/** The settings. */
export function toClaudeSettings({key, models, origin}: ClaudeTarget): JsonObject {
  const {main, small, window} = models
  return {
    model: main,
    env: {
      ...Object.fromEntries(EMPTIED.map((name) => [name, ''])),
      ANTHROPIC_BASE_URL: origin,
      ANTHROPIC_AUTH_TOKEN: key,
      ANTHROPIC_MODEL: main,
      ANTHROPIC_DEFAULT_OPUS_MODEL: main,
      ANTHROPIC_DEFAULT_SONNET_MODEL: main,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: small,
      // It takes a model that it does not know for one with a window of a million tokens.
      ...(window > 0 && {CLAUDE_CODE_AUTO_COMPACT_WINDOW: String(window)}),
      // What it would tell and ask Anthropic beside answers.
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  }
}

/** Arguments without settings, and all settings in one. */
export interface SettledArguments {
  readonly args: readonly string[]
  readonly settings: JsonObject
}

/**
 * Takes the settings out of the arguments, which may hold them as JSON or name a file, and puts ours over them: of two
 * the last one would count alone.
 *
 * @throws {CommandError} They are no settings.
 */
export async function withSettings(
  args: readonly string[],
  ours: JsonObject,
): Promise<SettledArguments> {
  const at = args.findIndex((arg) => /^--settings(?:=|$)/.test(arg))
  if (at === -1) return {args, settings: ours}
  const isJoined = args[at] !== '--settings'
  const given = isJoined ? args[at]?.slice('--settings='.length) : args[at + 1]
  const rest = [...args.slice(0, at), ...args.slice(at + (isJoined ? 1 : 2))]
  const theirs = await readSettings(given ?? '')
  const env = {...toJsonObject(theirs['env']), ...toJsonObject(ours['env'])}
  return {args: rest, settings: {...theirs, ...ours, env}}
}

async function readSettings(given: string): Promise<JsonObject> {
  const text = given.trim().startsWith('{') ? given : await readFile(given, 'utf8').catch(() => '')
  const settings = parseJson(text)
  if (isJsonObject(settings)) return settings
  throw new CommandError('`--settings` of Claude Code names no settings.', {
    hint: 'Give it a file with JSON, or the JSON itself.',
  })
}
