/**
 * Asking the backend which models an account has.
 *
 * @module
 */
import {callJson, type JsonCall} from '../http/call-json.ts'
import {toBackendUrl, toCallHeaders, type AskingAccount} from '../codex/account-headers.ts'
import {CODEX_CLIENT_VERSION, ORIGINATOR} from '../codex/codex-client.ts'
import type {ModelInfo} from './model-info.ts'
import {parseModels} from './parse-models.ts'

/** The most that a list may have, in bytes: one of 20 models with their instructions has less than one million. */
const MAX_BYTES = 16_000_000

/** Whose models, and how to ask. */
export interface FetchModelsOptions extends Pick<JsonCall, 'fetch' | 'signal' | 'timeoutMs'> {
  /** Base URL of the backend. */
  readonly url: string
  /** Base URL of the API for apps. Default: that of OpenAI. */
  readonly appUrl?: string | undefined
  readonly accessToken: string
  readonly account: AskingAccount
  readonly userAgent: string
  /** Default: that of this release. */
  readonly clientVersion?: string | undefined
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
 * @throws What {@link callJson} throws.
 */
export async function fetchModels(options: FetchModelsOptions): Promise<FetchedModels> {
  const {account, accessToken, userAgent, clientVersion = CODEX_CLIENT_VERSION} = options
  const isApp = account.tokens?.app !== undefined
  const path = isApp ? 'models' : `codex/models?client_version=${encodeURIComponent(clientVersion)}`
  const {fetch, signal, timeoutMs} = options
  const {body, headers, ok, status} = await callJson(`${toBackendUrl(account, options)}/${path}`, {
    headers: toCallHeaders(account, accessToken, {
      originator: ORIGINATOR,
      'user-agent': userAgent,
      version: clientVersion,
    }),
    maxBytes: MAX_BYTES,
    fetch,
    signal,
    timeoutMs,
  })
  const models = ok ? parseModels(body, {isApp}) : undefined
  if (!models) return {kind: 'failed', status}
  const etag = headers.get('etag')
  return {kind: 'models', list: {models, ...(etag !== null && {etag})}}
}
