/**
 * What a host tells the agent of a group: one JSON document on standard input.
 *
 * @module
 */
import {isJsonObject, parseJson, toJsonObject, toText} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import {AgentError} from '../agent-error.ts'
import {parseGroupFolder} from './group-folder.ts'
import {
  parseProviderConfig,
  resolveProvider,
  type Provider,
  type ProviderConfig,
} from './provider.ts'

/** The most that is read, in bytes. */
export const MAX_INPUT_BYTES = 16 * 1024 * 1024

/** One message for the agent of a group, and who asks. */
export interface ContainerInput {
  readonly prompt: string
  /** The conversation to go on with. */
  readonly sessionId?: string
  readonly groupFolder: string
  readonly chatJid: string
  readonly isMain: boolean
  readonly isScheduledTask: boolean
  readonly assistantName?: string
  /** Values that must not stand in the environment of the container. */
  readonly secrets: Readonly<Record<string, string>>
  readonly provider: Provider
  readonly providerConfig: ProviderConfig
}

/**
 * Reads the document. Keys that are not known are left alone.
 *
 * @throws {AgentError} It cannot be read; the message says what is missing.
 */
export function parseContainerInput(text: string): ContainerInput {
  const input = parseJson(text)
  if (!isJsonObject(input)) throw toInputError('it is not a JSON object')
  const {prompt, chatJid, isMain, isScheduledTask, sessionId, assistantName} = input
  if (typeof prompt !== 'string' || prompt.trim() === '') throw toInputError('it has no prompt')
  if (typeof chatJid !== 'string' || chatJid === '') throw toInputError('it has no chatJid')
  const secrets = Object.entries(toJsonObject(input['secrets']))
  return withoutUndefined({
    prompt,
    groupFolder: parseGroupFolder(input['groupFolder']),
    chatJid,
    isMain: isMain === true,
    isScheduledTask: isScheduledTask === true,
    sessionId: toText(sessionId),
    assistantName: toText(assistantName),
    secrets: Object.fromEntries(
      secrets.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
    provider: resolveProvider({group: input['provider']}),
    providerConfig: parseProviderConfig(input['providerConfig']),
  })
}

function toInputError(reason: string): AgentError {
  return new AgentError(
    'input_invalid',
    `The host has sent something that is not a message for an agent: ${reason}. Update the host or the agent, so that both speak the same protocol.`,
  )
}
