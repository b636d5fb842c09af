/**
 * Which provider answers a chat group, and what is set for it.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import {AgentError} from '../agent-error.ts'

/** Who answers a group. */
export type Provider = 'claude' | 'codex'

/** What the agent may do, in the words of the group's settings. */
export type ApprovalPolicy = 'auto' | 'full' | 'readonly'

/** How Codex is paid for: with a ChatGPT login, or with an API key. */
export type AuthMethod = 'api_key' | 'chatgpt'

/** What a group can set for Codex. */
export interface CodexProviderConfig {
  /** Default `auto`. */
  readonly approvalPolicy?: ApprovalPolicy
  /** Default: the login where there is one, else the API key. */
  readonly authMethod?: AuthMethod
  /** Accounts to use, by their names in `cao list`, best first. Default: all, in the usual order. */
  readonly accounts?: readonly string[]
  /** Default: that of the `config.toml`, else that of the CLI. */
  readonly model?: string
}

/** What a group can set for its provider. Keys that are not known stay. */
export interface ProviderConfig {
  readonly codex?: CodexProviderConfig
}

const PROVIDERS = ['claude', 'codex'] as const
const POLICIES = ['auto', 'readonly', 'full'] as const
const METHODS = ['chatgpt', 'api_key'] as const

/** Where the provider of a run can be set, the strongest first. */
export interface ProviderChoice {
  readonly session?: unknown
  readonly group?: unknown
  readonly instanceDefault?: unknown
}

/**
 * The provider of a run: what the session says, else the group, else the installation, else `claude`. An empty
 * text counts as not set.
 *
 * @throws {AgentError} `provider_unknown`: it names one that there is not.
 */
export function resolveProvider({session, group, instanceDefault}: ProviderChoice): Provider {
  const said = [session, group, instanceDefault].find(isSet)
  return said === undefined ? 'claude' : parseWord('provider', said, PROVIDERS)
}

/**
 * Reads what a group has set.
 *
 * @throws {AgentError} `config_invalid`: a word is none of those that there are; the message names them.
 */
export function parseProviderConfig(value: unknown): ProviderConfig {
  if (!isSet(value)) return {}
  if (!isJsonObject(value)) throw toConfigError('providerConfig', 'an object')
  const {codex} = value
  if (!isSet(codex)) return {...value, codex: {}}
  if (!isJsonObject(codex)) throw toConfigError('providerConfig.codex', 'an object')
  const {accounts, approvalPolicy, authMethod, model} = codex
  const name = 'providerConfig.codex'
  return {
    ...value,
    codex: {
      ...codex,
      ...(isSet(approvalPolicy) && {
        approvalPolicy: parseWord(`${name}.approvalPolicy`, approvalPolicy, POLICIES),
      }),
      ...(isSet(authMethod) && {
        authMethod: parseWord(`${name}.authMethod`, authMethod, METHODS),
      }),
      ...(isSet(accounts) && {accounts: parseNames(`${name}.accounts`, accounts)}),
      ...(isSet(model) && {model: parseModel(`${name}.model`, model)}),
    },
  }
}

/** A registered group: what is known of it, and whatever else its record holds. */
export type RegisteredGroup = JsonObject & {
  readonly provider: Provider
  readonly providerConfig?: ProviderConfig
}

/**
 * Reads the record of a group. Keys that are not known stay as they are.
 *
 * @throws {AgentError} The provider or its settings are none that there are.
 */
export function normalizeGroup(record: unknown): RegisteredGroup {
  const group = toJsonObject(record)
  const provider = resolveProvider({group: group['provider']})
  const {providerConfig} = group
  return isSet(providerConfig)
    ? {...group, provider, providerConfig: parseProviderConfig(providerConfig)}
    : {...withoutKey(group, 'providerConfig'), provider}
}

/**
 * The record of a group that is registered again: whatever the new one does not name stays, so that a
 * registration does not wipe the provider.
 *
 * @param before `undefined` when the group is new.
 * @throws {AgentError} The provider or its settings are none that there are.
 */
export function mergeGroup(before: unknown, registration: unknown): RegisteredGroup {
  const given = Object.entries(toJsonObject(registration)).filter(([, value]) => isSet(value))
  return normalizeGroup({...toJsonObject(before), ...Object.fromEntries(given)})
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function withoutKey(record: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
}

function parseWord<Word extends string>(
  name: string,
  value: unknown,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === value)
  if (found !== undefined) return found
  const code = name === 'provider' ? 'provider_unknown' : 'config_invalid'
  const said = typeof value === 'string' ? `“${value.slice(0, 40)}”` : 'no word'
  const choice = words.map((word) => `“${word}”`).join(', ')
  throw new AgentError(
    code,
    `The setting ${name} of this group is ${said}. It must be one of ${choice}.`,
  )
}

function parseNames(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw toConfigError(name, 'a list of names')
  return value.map((one: unknown) => {
    const text = toText(one)
    if (text === undefined) throw toConfigError(name, 'a list of names')
    return text
  })
}

function parseModel(name: string, value: unknown): string {
  if (typeof value === 'string' && /^[\w.:/-]{1,100}$/.test(value)) return value
  throw toConfigError(name, 'the name of a model')
}

function toConfigError(name: string, what: string): AgentError {
  return new AgentError('config_invalid', `The setting ${name} of this group must be ${what}.`)
}
