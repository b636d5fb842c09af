/**
 * Asking the backend which models an account has.
 *
 * @module
 */
import type {FetchFunction} from '../http/fetch.ts'
import {parseJson} from '../base/json-object.ts'
import {readWhole} from '../http/read-whole.ts'
import {toAccountHeaders, type AskingAccount} from '../codex/account-headers.ts'
import {CODEX_CLIENT_VERSION, ORIGINATOR} from '../codex/codex-client.ts'
import type {ModelInfo} from './model-info.ts'
import {parseModels} from './parse-models.ts'

/** The most that a list may have, in bytes: one of 20 models with their instructions has less than one million. */
const MAX_BYTES = 16_000_000

/** What {@link fetchModels} needs from outside. */
export interface FetchModelsOptions {
  /** Base URL of the backend. */
  readonly url: string
  readonly accessToken: string
  readonly account: AskingAccount
  readonly userAgent: string
  /** Default: that of this release. */
  readonly clientVersion?: string | undefined
  readonly fetch: FetchFunction
  readonly signal: AbortSignal
}

/** The models of an account, and the backend's tag of the list. */
export interface ModelList {
  /** In the order a selector shows them. */
  readonly models: readonly ModelInfo[]
  readonly etag?: string
}

/** What the backend said. */
export type FetchedModels =
  | {readonly kind: 'models'; readonly list: ModelList}
  /** It is no model list; that says nothing about the account. */
  | {readonly kind: 'failed'; readonly status: number}

/**
 * Asks for the models of an account. The backend leaves out what is too new for our client version
 * and what the plan does not have.
 *
 * It asks without `If-None-Match`, as the official client does: a list that did not change may still
 * be read differently by a newer version of this plugin.
 *
 * @throws What `fetch` throws.
 */
export async function fetchModels(options: FetchModelsOptions): Promise<FetchedModels> {
  const {url, account, accessToken, userAgent, fetch, signal} = options
  const {clientVersion = CODEX_CLIENT_VERSION} = options
  const response = await fetch(
    `${url}/codex/models?client_version=${encodeURIComponent(clientVersion)}`,
    {
      headers: {
        accept: 'application/json',
        ...toAccountHeaders(account, accessToken),
        originator: ORIGINATOR,
        'user-agent': userAgent,
        version: clientVersion,
      },
      redirect: 'manual',
      signal,
    },
  )
  const body = await readWhole(response, MAX_BYTES)
  const models = response.ok ? parseModels(parseJson(body)) : undefined
  if (!models) return {kind: 'failed', status: response.status}
  const etag = response.headers.get('etag')
  return {kind: 'models', list: {models, ...(etag !== null && {etag})}}
}
