/**
 * Asking OpenAI's API with a key of the user's, which costs money: only when every account has reached its usage limit.
 *
 * @module
 */
import {stat} from 'node:fs/promises'
import {isJsonObject, parseJson, toJsonObject, toList} from '../../base/json-object.ts'
import {ConfigurationError} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import type {FetchFunction} from '../../http/fetch.ts'
import type {ModelAndEffort, TokenUse} from '../exchange/exchange.ts'
import type {Overflow} from '../rules/rules.ts'
import {countTokens} from './count-tokens.ts'

/** A request that no account could answer. */
export interface OverflowCall {
  /** For example `/v1/responses`. */
  readonly path: string
  /** JSON, as the client sent it. */
  readonly body: Buffer
  /** The model that would have been asked. */
  readonly sent: ModelAndEffort
  readonly signal: AbortSignal
}

/** How it is asked. */
export interface OverflowOptions {
  readonly fetch: FetchFunction
  readonly env: NodeJS.ProcessEnv
  /** Told what the answer used, once it has ended. Must not throw. */
  readonly onTokens: (tokens: TokenUse) => void
}

/** What OpenAI's API and ours have in common, by the end of a path. */
const ENDPOINT = /\/(responses|chat\/completions)$/

/** Whether a key of OpenAI's API can answer this path. */
export function canOverflow(path: string): boolean {
  return ENDPOINT.test(path)
}

/** What other users may do with a file. */
const OTHERS = 0o077

/**
 * Asks with the key.
 *
 * @returns The answer; `undefined` when the API has no such endpoint or has refused.
 * @throws {ConfigurationError} There is no key where it should be, or others can read it.
 * @throws {StorageError} Its file cannot be read.
 * @throws What `fetch` throws.
 */
export async function askWithKey(
  {baseUrl, keyFrom}: Overflow,
  {body, path, sent, signal}: OverflowCall,
  {env, fetch, onTokens}: OverflowOptions,
): Promise<Response | undefined> {
  const [, endpoint] = ENDPOINT.exec(path) ?? []
  if (endpoint === undefined) return undefined
  const key = await readKey(keyFrom, env)
  const response = await fetch(`${baseUrl}/${endpoint}`, {
    method: 'POST',
    headers: {authorization: `Bearer ${key}`, 'content-type': 'application/json'},
    body: toApiBody(body, sent, endpoint),
    redirect: 'manual',
    signal,
  })
  if (!response.ok || !response.body) {
    await response.body?.cancel()
    return undefined
  }
  const type = response.headers.get('content-type') ?? 'application/json'
  // Its encoding was taken off on the way.
  return new Response(response.body.pipeThrough(countTokens(onTokens)), {
    headers: {'content-type': type},
  })
}

/** @throws {ConfigurationError} There is none, or others can read it. */
async function readKey(keyFrom: Overflow['keyFrom'], env: NodeJS.ProcessEnv): Promise<string> {
  const key = keyFrom.kind === 'file' ? await readKeyFile(keyFrom.path) : env[keyFrom.name]
  if (key !== undefined && /^[\x21-\x7e]+$/.test(key.trim())) return key.trim()
  throw new ConfigurationError(
    'There is no API key where the overflow of the gateway looks for it.',
  )
}

async function readKeyFile(file: string): Promise<string | undefined> {
  const text = await readText(file, {maxBytes: 4096})
  if (text === undefined || process.platform === 'win32') return text
  const {mode} = await stat(file)
  if ((mode & OTHERS) === 0) return text
  throw new ConfigurationError(
    'Other users can read the file of the API key. Run `chmod 600` on it.',
  )
}

/** The API knows models without an effort in their name, and cannot read the reasoning of an account. */
function toApiBody(body: Buffer, {effort, model}: ModelAndEffort, endpoint: string): string {
  const request = toJsonObject(parseJson(body.toString()))
  if (endpoint !== 'responses') {
    return JSON.stringify({
      ...request,
      model,
      ...(effort !== undefined && {reasoning_effort: effort}),
    })
  }
  const {input, reasoning} = request
  const items = toList(input).filter(
    (item) => !isJsonObject(item) || !('encrypted_content' in item),
  )
  return JSON.stringify({
    ...request,
    model,
    ...(Array.isArray(input) && {input: items}),
    ...(effort !== undefined && {reasoning: {...toJsonObject(reasoning), effort}}),
  })
}
