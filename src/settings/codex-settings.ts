/**
 * The settings that every host offers, under the same keys: see `configuration` in manifest.json.
 *
 * @module
 */
import {homedir} from 'node:os'
import path from 'node:path'
import type {AccountStrategy} from '../accounts/account-preferences.ts'
import type {Log} from '../base/log.ts'
import type {RequestPreferences} from '../responses/request/request-preferences.ts'

const SUMMARIES = ['auto', 'concise', 'detailed', 'none'] as const
const VERBOSITIES = ['model', 'low', 'medium', 'high'] as const
const MODEL_CHOICES = ['live', 'all'] as const
/** Which models are listed: those the account has, or also the 22 variants and image models. */
export type ModelChoice = (typeof MODEL_CHOICES)[number]

const SOCKET_CHOICES = ['off', 'auto'] as const

const STRATEGY_CHOICES = ['order', 'mostLeft', 'roundRobin'] as const

const STRATEGIES: Readonly<Record<(typeof STRATEGY_CHOICES)[number], AccountStrategy>> = {
  order: 'order',
  mostLeft: 'most-left',
  roundRobin: 'round-robin',
}

/** Where settings are read, and where a wrong one is reported. */
export interface CodexSettingsOptions {
  /** The host's settings, by key; `undefined` or empty where nobody has set one. */
  readonly settings: {get(key: string): unknown}
  readonly log: Log
}

/**
 * The settings as they are when they are asked for. A value of the wrong type counts as not set, with
 * one warning.
 */
export interface CodexSettings {
  /** What is asked of the model. */
  readonly preferences: () => RequestPreferences
  /** What the selector lists. */
  readonly modelChoice: () => ModelChoice
  /** How much is left of a limit when the user is warned, in percent. */
  readonly warningThresholds: () => readonly number[]
  /** The folder of accounts to share with other programs; `undefined` when none are. */
  readonly sharedAccounts: () => string | undefined
  /** Whether requests go to the backend on WebSockets where that pays. */
  readonly webSocket: () => 'auto' | 'off'
  /** How a new conversation finds its account. */
  readonly accountStrategy: () => AccountStrategy
}

/** Creates a reader of the host's settings. */
export function createCodexSettings({settings, log}: CodexSettingsOptions): CodexSettings {
  const warned = new Set<string>()
  const read: Read = ({key, fits, expected}) => {
    const value = settings.get(key)
    if (fits(value)) return value
    const occasion = `${key} ${JSON.stringify(value)}`
    if (isSet(value) && !warned.has(occasion)) {
      warned.add(occasion)
      log.warn(`The setting ${key} is ignored: it must be ${expected}`)
    }
    return undefined
  }
  return {
    preferences: () => readPreferences(read),
    modelChoice: () => readChoice('openaiCodex.models', MODEL_CHOICES, read),
    warningThresholds: () => parseThresholds(read(WARN_AT) ?? DEFAULT_THRESHOLDS),
    sharedAccounts: () => toFolder(read(SHARED_ACCOUNTS)),
    webSocket: () => readChoice('openaiCodex.webSocket', SOCKET_CHOICES, read),
    accountStrategy: () =>
      STRATEGIES[readChoice('openaiCodex.accountStrategy', STRATEGY_CHOICES, read)],
  }
}

const DEFAULT_THRESHOLDS = '25, 10, 5'

const WARN_AT = {
  key: 'openaiCodex.warnAt',
  fits: isThresholds,
  expected: 'numbers from 1 to 99 with commas between them, or empty',
}

const SHARED_ACCOUNTS = {
  key: 'openaiCodex.sharedAccounts',
  fits: isFolder,
  expected: 'empty, true, or the absolute path of a folder',
}

/** Where the command line keeps its accounts, below the home folder. */
const SHARED_FOLDER = '.codex-account-orchestrator'

interface Setting<Value> {
  readonly key: string
  readonly fits: (value: unknown) => value is Value
  /** What it must be, for the warning. */
  readonly expected: string
}

type Read = <Value>(setting: Setting<Value>) => Value | undefined

function readPreferences(read: Read): RequestPreferences {
  const reasoningSummary = readChoice('openaiCodex.reasoningSummary', SUMMARIES, read)
  const textVerbosity = readChoice('openaiCodex.textVerbosity', VERBOSITIES, read)
  const instructions = read({key: 'openaiCodex.instructions', fits: isText, expected: 'a text'})
  const fastMode = read({key: 'openaiCodex.fastMode', fits: isSwitch, expected: 'true or false'})
  return {
    reasoningSummary,
    ...(textVerbosity !== 'model' && {textVerbosity}),
    ...(instructions?.trim() && {instructions: instructions.trim()}),
    ...(fastMode && {fastMode}),
  }
}

function readChoice<Choice extends string>(
  key: string,
  choices: readonly [Choice, ...Choice[]],
  read: Read,
): Choice {
  const fits = (value: unknown): value is Choice => choices.some((choice) => choice === value)
  return read({key, fits, expected: `one of ${choices.join(', ')}`}) ?? choices[0]
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isSwitch(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

/** Empty turns the warnings off. */
function isThresholds(value: unknown): value is string {
  return typeof value === 'string' && parseThresholds(value).every((one) => one > 0 && one < 100)
}

function parseThresholds(value: string): readonly number[] {
  return value.split(',').flatMap((one) => (one.trim() === '' ? [] : Number(one)))
}

function isFolder(value: unknown): value is boolean | string {
  if (typeof value === 'boolean') return true
  return typeof value === 'string' && (/^(true|false|)$/.test(value) || isAbsolutePath(value))
}

function isAbsolutePath(value: string): boolean {
  return path.isAbsolute(value) || /^~[/\\]/.test(value)
}

/** `true` is the folder of the command line. */
function toFolder(value: boolean | string | undefined): string | undefined {
  if (String(value) === 'true') return path.join(homedir(), SHARED_FOLDER)
  if (typeof value !== 'string' || !isAbsolutePath(value)) return undefined
  return path.resolve(value.replace(/^~/, homedir()))
}

/** The host cannot tell a setting that was never touched from one that is empty. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}
