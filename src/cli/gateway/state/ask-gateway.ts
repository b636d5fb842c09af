/**
 * Asking the gateway that runs.
 *
 * @module
 */
import {parseJson, toJsonObject, type JsonObject} from '../../../base/json-object.ts'
import {readWhole} from '../../../http/read-whole.ts'
import type {FetchFunction} from '../../../http/fetch.ts'
import type {GatewayState} from './gateway-state.ts'

/** How long an answer may take, in milliseconds. */
const TIMEOUT_MS = 5000

/** The most that an answer may have, in bytes. */
const MAX_BYTES = 16_000_000

/** What is asked. */
export interface GatewayQuestion {
  /** For example `/gateway/status`. */
  readonly path: string
  /** Default `GET`. */
  readonly method?: 'GET' | 'POST'
}

/** @returns What it says; `undefined` when nobody answers, or somebody else does. */
export async function askGateway(
  {url, operatorKey}: Pick<GatewayState, 'operatorKey' | 'url'>,
  {path, method = 'GET'}: GatewayQuestion,
  fetch: FetchFunction,
): Promise<JsonObject | undefined> {
  try {
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: {authorization: `Bearer ${operatorKey}`},
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = await readWhole(response, MAX_BYTES)
    return response.ok ? toJsonObject(parseJson(text ?? '')) : undefined
  } catch {
    // Nothing listens there, or it is stuck: both mean that it cannot be asked.
    return undefined
  }
}
