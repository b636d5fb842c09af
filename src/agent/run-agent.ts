/**
 * The agent of a chat group: one message in, one answer out.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import path from 'node:path'
import {parseJson, toJsonObject, toText} from '../base/json-object.ts'
import type {Log} from '../base/log.ts'
import {StorageError} from '../errors.ts'
import {withFileLock} from '../files/file-lock.ts'
import {createPrivateFolder} from '../files/private-folder.ts'
import {AgentError} from './agent-error.ts'
import type {AgentOptions} from './agent-options.ts'
import {answerGroup} from './answer-group.ts'
import {endLeftover} from './home/leftover.ts'
import {forgetTold, isTold, rememberTold} from './home/incident.ts'
import {createIpcFolder} from './ipc/ipc-folder.ts'
import {parseContainerInput, type ContainerInput} from './protocol/container-input.ts'
import type {ContainerOutput} from './protocol/container-output.ts'
import {isGroupFolder} from './protocol/group-folder.ts'

/**
 * Answers one message. Whatever goes wrong, it is in the output, as a sentence for the chat.
 *
 * @param text The document of the host, see {@link parseContainerInput}.
 */
export async function runAgent(text: string, options: AgentOptions): Promise<ContainerOutput> {
  let input: ContainerInput | undefined
  try {
    input = parseContainerInput(text)
    const output = await runInHome(input, options)
    await forgetTold(options.folders.codexHome)
    return output
  } catch (error) {
    return toErrorOutput(toAgentError(error, options.log), input ?? readAddress(text), options)
  }
}

async function runInHome(input: ContainerInput, options: AgentOptions): Promise<ContainerOutput> {
  if (input.provider !== 'codex') {
    throw new AgentError(
      'provider_unknown',
      `This group uses “${input.provider}”, and its agent was started for Codex. Name its program after two hyphens: cao agent run -- <command>.`,
    )
  }
  const {codexHome} = options.folders
  await createPrivateFolder(codexHome)
  const runId = randomUUID()
  const lock = path.join(codexHome, 'cao-agent.lock')
  const run = async () => {
    if (await endLeftover(codexHome)) {
      options.log.warn('ended what a killed run had left running')
    }
    return answerGroup(input, {...options, runId})
  }
  return withFileLock(lock, run, {
    timeoutMs: options.timeoutMs,
    ...(options.signal && {signal: options.signal}),
  })
}

/** Whom to tell of trouble. */
type Address = Pick<ContainerInput, 'chatJid' | 'groupFolder'>

/** Whom to tell where a setting of the group is wrong: hosts of that protocol drop errors without a word to the chat. */
function readAddress(text: string): Address | undefined {
  const file = toJsonObject(parseJson(text))
  const [chatJid, groupFolder] = [toText(file['chatJid']), toText(file['groupFolder'])]
  return chatJid !== undefined && isGroupFolder(groupFolder) ? {chatJid, groupFolder} : undefined
}

/** The error for a host: none of them is without a sentence. */
function toAgentError(error: unknown, log: Log): AgentError {
  if (error instanceof AgentError) return error
  if (error instanceof StorageError) {
    return new AgentError('storage', error.message, {cause: error})
  }
  const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  log.error('the agent failed', {error: name})
  return new AgentError('crashed', 'The agent has failed. Ask again, and look at its log.', {
    cause: error,
  })
}

async function toErrorOutput(
  {code, detail, message, untilMs}: AgentError,
  address: Address | undefined,
  options: AgentOptions,
): Promise<ContainerOutput> {
  options.log.error(message, {code, ...(detail !== undefined && {detail})})
  return {
    status: 'error',
    result: null,
    error: message,
    code,
    ...(untilMs !== undefined && {untilMs}),
    notice: await notify({code, message}, address, options),
  }
}

/** Tells the chat, once for each incident. */
async function notify(
  {code, message}: {readonly code: string; readonly message: string},
  address: Address | undefined,
  {doesNotify = true, folders, now}: AgentOptions,
): Promise<NonNullable<ContainerOutput['notice']>> {
  if (!address) return 'unsent'
  const incident = {code}
  if (await isTold(folders.codexHome, incident, now())) return 'repeated'
  if (doesNotify) {
    const channel = createIpcFolder({folder: folders.ipc, now})
    const {chatJid, groupFolder} = address
    const timestamp = new Date(now()).toISOString()
    const request = {type: 'message', chatJid, text: message, groupFolder, timestamp}
    try {
      await channel.send('messages', request)
    } catch (error) {
      if (error instanceof StorageError) return 'unsent'
      throw error
    }
  }
  await rememberTold(folders.codexHome, incident, now())
  return doesNotify ? 'sent' : 'unsent'
}
