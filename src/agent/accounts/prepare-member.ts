/**
 * What the CLI is given for one of those who can answer: the login, the settings and the environment.
 *
 * @module
 */
import type {AgentOptions} from '../agent-options.ts'
import {RUN_VARIABLE, toAgentEnvironment} from '../exec/agent-environment.ts'
import type {CodexTurn} from '../exec/run-codex.ts'
import {ensureCodexConfig} from '../home/codex-config.ts'
import {findPayment, toLoginCommand, type Payment} from '../home/login.ts'
import type {ContainerInput} from '../protocol/container-input.ts'
import type {SandboxSettings} from '../protocol/policy.ts'
import type {Member} from './member.ts'

/** What is the same for all of them. */
export interface PrepareOptions {
  readonly input: ContainerInput
  readonly options: AgentOptions
  /** Identity of the run. */
  readonly runId: string
  readonly sandbox: SandboxSettings
}

/** What is its own for each. */
export type Prepared = Pick<CodexTurn, 'addresses' | 'env' | 'loginAdvice'>

/** A proxy of the host would not find the gateway, which listens on this machine. */
const LOOPBACK = '127.0.0.1,localhost,::1'

/**
 * Prepares the CODEX_HOME of the group.
 *
 * @throws {AgentError} There is nothing to pay with, or the settings would end the CLI.
 * @throws {StorageError} A file could not be written.
 */
export async function prepareMember(
  {input, options, runId, sandbox}: PrepareOptions,
  member: Member,
): Promise<Prepared> {
  const {env, folders, keepEnv = []} = options
  const payment = await findPayment({
    codexHome: folders.codexHome,
    authMethod: input.providerConfig.codex?.authMethod,
    loginFolder: member.kind === 'own' ? folders.login : member.account.home,
    apiKey: input.secrets['OPENAI_API_KEY'] ?? env['OPENAI_API_KEY'],
  })
  await ensureCodexConfig(folders.codexHome, {sandbox, auth: toAuth(payment)})
  const own = {
    CAO_AGENT_IPC_DIR: folders.ipc,
    CAO_AGENT_CHAT: input.chatJid,
    CAO_AGENT_GROUP: input.groupFolder,
    [RUN_VARIABLE]: runId,
  }
  const given = toAgentEnvironment(env, {
    codexHome: folders.codexHome,
    keep: keepEnv,
    apiKey: payment.kind === 'api_key' ? payment.apiKey : undefined,
    own,
  })
  return {
    ...(member.kind === 'gateway'
      ? {env: withoutProxy(given), addresses: toGatewayAddresses(member.gateway.origin)}
      : {env: given, addresses: {openai: options.baseUrl}}),
    loginAdvice: toLoginAdvice(payment, folders.codexHome, member),
  }
}

/** With the path of the backend, the CLI would ask ChatGPT itself, past the gateway. */
function toGatewayAddresses(origin: string): CodexTurn['addresses'] {
  return {openai: `${origin}/v1`, chatgpt: `${origin}/backend-api/`}
}

function withoutProxy(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const past = [env['NO_PROXY'] ?? env['no_proxy'], LOOPBACK].filter(Boolean).join(',')
  return {...env, NO_PROXY: past, no_proxy: past}
}

/** What helps where OpenAI refuses what pays, as a sentence for the chat. */
export function toLoginAdvice(payment: Payment, codexHome: string, member: Member): string {
  if (toAuth(payment) === 'api') {
    return 'OpenAI refuses the API key of this group. Set another OPENAI_API_KEY in the .env of the host, then ask again.'
  }
  const command =
    member.kind === 'own' ? toLoginCommand(codexHome) : `cao add ${member.account.name}`
  return `The Codex login of this group no longer works. Log in again on the host: ${command}`
}

function toAuth(payment: Payment): 'api' | 'chatgpt' {
  return payment.kind === 'api_key' || payment.login === 'api_key' ? 'api' : 'chatgpt'
}
