/**
 * Asking the gateway, with the key that `cao gateway open` puts behind the address.
 *
 * @module
 */
import {EventSourceParserStream} from 'eventsource-parser/stream'
import type {FinishedRequest} from '../history/finished-request.ts'
import type {PageHistory, PageKey, PageState} from '../management/page-state.ts'

const STORED_KEY = 'cao-operator-key'

/** What the gateway answers, by its path. */
export interface GatewayAnswers {
  readonly [path: `history?days=${number}`]: PageHistory
  /** Newest first. */
  readonly requests: {readonly requests: readonly FinishedRequest[]}
}

interface Done {
  readonly ok: true
}

/** What the gateway answers to a change, by its path. */
export interface GatewayChanges {
  readonly [path: `accounts/${string}`]: Done
  readonly [path: `keys/${string}`]: Done
  readonly [path: `login/${string}`]: Done
  /** With the key itself, which is never told again. */
  readonly keys: PageKey & {readonly key: string}
  readonly login: Done
  readonly reload: Done
}

/** What the gateway tells while the page is open. */
export type GatewayEvent =
  | {readonly type: 'ended'; readonly data: FinishedRequest}
  | {readonly type: 'state'; readonly data: PageState}

/** The gateway does not take the key: it was started again since. */
export class KeyRefusedError extends Error {
  override name = 'KeyRefusedError'
}

/** The gateway says no, in its words. */
export class GatewayRefusalError extends Error {
  override name = 'GatewayRefusalError'
}

/** Takes the key out of the address, where it would stay in the history of the browser; else the one of before. */
export function takeKey(): string | undefined {
  const [, key] = /^#key=([\w-]+)$/.exec(location.hash) ?? []
  if (key !== undefined) {
    keepKey(key)
    history.replaceState(null, '', location.pathname)
  }
  return key ?? sessionStorage.getItem(STORED_KEY) ?? undefined
}

/** Keeps a key for as long as the tab is open. */
export function keepKey(key: string): void {
  sessionStorage.setItem(STORED_KEY, key)
}

/** The gateway of this page. Its calls reject with the two errors above, or when it cannot be reached. */
export class GatewayApi {
  readonly #key: string

  constructor(key: string) {
    this.#key = key
  }

  /** What the key is sent in, for what asks the gateway by itself. */
  get headers(): Readonly<Record<string, string>> {
    return {authorization: `Bearer ${this.#key}`}
  }

  async get<Path extends keyof GatewayAnswers>(path: Path): Promise<GatewayAnswers[Path]> {
    return readJson(await this.#ask(path))
  }

  async post<Path extends keyof GatewayChanges>(
    path: Path,
    body: unknown = {},
  ): Promise<GatewayChanges[Path]> {
    return readJson(await this.#ask(path, {method: 'POST', body: JSON.stringify(body)}))
  }

  /** Gives each event as it comes; ends when the connection does. */
  async *events(signal: AbortSignal): AsyncGenerator<GatewayEvent> {
    const {body} = await this.#ask('events', {signal})
    if (!body) return
    const events = body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
    const reader = events.getReader()
    for (;;) {
      const {done, value} = await reader.read()
      if (done) return
      if (value.event === 'state')
        yield {type: 'state', data: await readJson(new Response(value.data))}
      if (value.event === 'ended')
        yield {type: 'ended', data: await readJson(new Response(value.data))}
    }
  }

  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {...this.headers, 'content-type': 'application/json'}
    // The page has no other way to its own gateway, and nothing to be given one by.
    const response = await window.fetch(`/gateway/page/${path}`, {...init, headers})
    if (response.ok) return response
    const {error} = await readJson<{error?: {message?: string}}>(response).catch(() => ({
      error: undefined,
    }))
    const message = error?.message ?? `The gateway answered with status ${response.status}.`
    const isAboutKey = response.status === 401 || response.status === 403
    throw isAboutKey ? new KeyRefusedError(message) : new GatewayRefusalError(message)
  }
}

/** Page and gateway are of the same version, so what comes is what was sent. */
async function readJson<Answer>(response: Response): Promise<Answer> {
  return response.json()
}
