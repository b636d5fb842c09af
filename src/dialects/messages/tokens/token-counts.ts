/**
 * Answers how many tokens a request is. What the backend counts is known after each answer, and corrects the next count.
 *
 * @module
 */
import {CodexError} from '../../../errors.ts'
import {toJsonObject, toNumber, type JsonObject} from '../../../base/json-object.ts'
import type {ModelCatalogue} from '../../../models/model-info.ts'
import {toErrorResponse} from '../../../responses/refusal/error-response.ts'
import type {CallerRequest} from '../../../responses/read-caller-request.ts'
import {countRequestTokens, type CountOptions} from './count-request-tokens.ts'
import {toMessagesErrorResponse} from '../messages-error.ts'
import {toResponsesRequest} from '../request/to-responses-request.ts'

/** Sessions whose correction is remembered. */
const MAX_SESSIONS = 200

/** A correction beyond this is no matter of counting. */
const BOUNDS = [0.5, 2] as const

/** What counts are made with. */
export interface TokenCountsOptions {
  /** Loads the tokenizer. */
  readonly loadTokenizer: () => Promise<CountOptions['countText']>
  readonly pause: CountOptions['pause']
}

/** Who asks for a count. */
export interface CountCaller extends Pick<CallerRequest, 'readBody'> {
  readonly sessionId?: string | undefined
  readonly catalogue: ModelCatalogue
}

/** Counts of one gateway. */
export class TokenCounts {
  readonly #options: TokenCountsOptions
  readonly #corrections = new Map<string, number>()
  #countText: CountOptions['countText'] | undefined

  constructor(options: TokenCountsOptions) {
    this.#options = options
  }

  /** Answers `count_tokens`. A failure is an answer with an `error`. */
  async answer({catalogue, readBody, sessionId}: CountCaller): Promise<Response> {
    try {
      const {request} = toResponsesRequest(await readBody(), {catalogue, sessionId})
      this.#countText ??= await this.#options.loadTokenizer()
      const counted = await this.#count(request, this.#countText)
      const correction = this.#corrections.get(sessionId ?? '') ?? 1
      return Response.json({input_tokens: Math.ceil(counted * correction)})
    } catch (error) {
      if (!(error instanceof CodexError)) throw error
      return toMessagesErrorResponse(toErrorResponse(error))
    }
  }

  /**
   * Learns from an answer of the session. As long as nobody asked for a count, nothing is learned: it would be in vain.
   *
   * @param response The response of the last event.
   */
  async learn(sessionId: string, request: JsonObject, response: JsonObject): Promise<void> {
    const tokens = toNumber(toJsonObject(response['usage'])['input_tokens'])
    if (!this.#countText || tokens === undefined) return
    const counted = await this.#count(request, this.#countText)
    const [least, most] = BOUNDS
    const correction = Math.min(most, Math.max(least, tokens / Math.max(1, counted)))
    this.#corrections.delete(sessionId)
    this.#corrections.set(sessionId, correction)
    for (const oldest of this.#corrections.keys()) {
      if (this.#corrections.size <= MAX_SESSIONS) break
      this.#corrections.delete(oldest)
    }
  }

  #count(request: JsonObject, countText: CountOptions['countText']): Promise<number> {
    return countRequestTokens(request, {countText, pause: this.#options.pause})
  }
}
