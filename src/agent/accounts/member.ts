/**
 * Who can answer a group, and in which order they are tried.
 *
 * @module
 */
import {lstat} from 'node:fs/promises'
import {
  createAccountDirectories,
  type AccountDirectories,
} from '../../accounts/directories/account-directories.ts'
import {toAuthFile} from '../../accounts/directories/codex/codex-home.ts'
import {AgentError} from '../agent-error.ts'
import type {AgentGateway, AgentOptions} from '../agent-options.ts'
import type {ContainerInput} from '../protocol/container-input.ts'
import {orderPool, type PooledAccount} from './account-pool.ts'

/** Who answers. */
export type Member =
  /** The login of the group itself, or its key. */
  | {readonly kind: 'own'}
  | {readonly kind: 'account'; readonly account: PooledAccount}
  /** The gateway, which chooses the account; it knows its client by the login of one of them. */
  | {readonly kind: 'gateway'; readonly account: PooledAccount; readonly gateway: AgentGateway}

/** The members, and where their accounts are. */
export interface Members {
  readonly members: readonly Member[]
  readonly directories?: AccountDirectories
}

/** What the choice depends on. */
export interface MemberOptions {
  readonly input: ContainerInput
  readonly options: Pick<AgentOptions, 'baseUrl' | 'findGateway' | 'folders' | 'log' | 'now'>
}

const OWN: Members = {members: [{kind: 'own'}]}

/**
 * The members to try, best first: the gateway of the accounts when it runs, then the accounts themselves. A group that names
 * its accounts gets these and no gateway, which would choose from all. Without accounts, the group itself.
 *
 * @throws {AgentError} `config_invalid`: it names accounts, and has a login of its own, which is never overwritten.
 * @throws {StorageError} The accounts cannot be read.
 */
export async function findMembers({input, options}: MemberOptions): Promise<Members> {
  const {baseUrl, findGateway, folders, log, now} = options
  const {authMethod, accounts: names} = input.providerConfig.codex ?? {}
  if (folders.accounts === undefined || authMethod === 'api_key') return OWN
  if (await hasOwnLogin(folders.codexHome)) {
    if (names === undefined) return OWN
    throw new AgentError('config_invalid', toBothSentence(toAuthFile(folders.codexHome)))
  }
  const directories = createAccountDirectories({base: folders.accounts, now, log})
  const pool = await orderPool(directories, {names, nowMs: now()})
  // A group that names no account may have a login that it shares, or a key.
  if (pool.length === 0 && names === undefined) return OWN
  const gateway = names === undefined && baseUrl === undefined ? findGateway : undefined
  const first = await findGatewayMember(pool, gateway)
  return {members: [...first, ...toAccountMembers(pool)], directories}
}

async function findGatewayMember(
  pool: readonly PooledAccount[],
  findGateway: AgentOptions['findGateway'],
): Promise<readonly Member[]> {
  const account = pool.find(({loginKind}) => loginKind === 'chatgpt')
  const gateway = account && (await findGateway?.())
  return account && gateway ? [{kind: 'gateway', account, gateway}] : []
}

/** Where all of them rest, the first one that is back may be back already. */
function toAccountMembers(pool: readonly PooledAccount[]): readonly Member[] {
  const ready = pool.filter(({restsUntilMs}) => restsUntilMs === 0)
  return (ready.length > 0 ? ready : pool.slice(0, 1)).map((account) => ({
    kind: 'account',
    account,
  }))
}

function toBothSentence(file: string): string {
  return `This group names accounts of cao, and has a login of its own. Remove one of the two: the accounts in its settings, or ${file}.`
}

/** A link leads to the login of somebody else, and is changed with the account. */
async function hasOwnLogin(codexHome: string): Promise<boolean> {
  const stats = await lstat(toAuthFile(codexHome)).catch(() => undefined)
  return stats !== undefined && !stats.isSymbolicLink()
}
