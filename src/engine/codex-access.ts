/**
 * The accounts of a store at OpenAI: where it is, who asks, and with which access tokens.
 *
 * @module
 */
import {homedir} from 'node:os'
import type {Account, AccountStore} from '../accounts/account.ts'
import {AccessTokens, type AccessTokensOptions} from '../accounts/tokens/access-token.ts'
import type {Rotation} from '../accounts/tokens/refresh-account.ts'
import {readCodexClient, type CodexClient} from '../codex/codex-client.ts'
import {readEndpoints} from '../codex/endpoints.ts'
import type {TokenRequestOptions} from '../oauth/token-request.ts'

/** Whose accounts they are, and the effects. */
export interface CodexAccessOptions extends Pick<
  AccessTokensOptions,
  'delay' | 'fetch' | 'now' | 'onFailure' | 'rehearse' | 'underWay'
> {
  /** The process that all of it runs in. Its environment may name other endpoints and another client version. */
  readonly process: Pick<NodeJS.Process, 'arch' | 'env' | 'platform'>
  readonly store: AccountStore
  /** Where other programs may have newer tokens. Default: the home folder of the user. */
  readonly userHome?: string
}

/** What every request to the backend needs. */
export interface CodexAccess extends CodexClient {
  /** Base URL of the backend, without a slash at its end. */
  readonly url: string
  /** Base URL of the API for apps, without a slash at its end. */
  readonly appUrl: string
  /** There must be one per store and process. */
  readonly accessTokens: AccessTokens
  /** For requests to the authorization server. */
  readonly tokenRequest: TokenRequestOptions
}

/**
 * Nothing is read and nobody is asked yet.
 *
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export function createCodexAccess({
  process,
  store,
  userHome,
  ...options
}: CodexAccessOptions): CodexAccess {
  const {appUrl, server, url} = readEndpoints(process.env)
  const {fetch, now} = options
  const accessTokens = new AccessTokens(store, {
    server,
    findRotation: (account) => findLoginRotation(account, userHome),
    ...options,
  })
  const tokenRequest = {server, fetch, now}
  return {url, appUrl, accessTokens, tokenRequest, ...readCodexClient(process)}
}

/** Loaded when somebody else has used a login up. */
async function findLoginRotation(
  account: Account,
  userHome = homedir(),
): Promise<Rotation | undefined> {
  const {findRotation} = await import('../accounts/shared/find-rotation.ts')
  return findRotation(account, {userHome})
}
