/**
 * What answers of the gateway are made with.
 *
 * @module
 */
import type {ListedModel} from '../../dialects/to-model-list.ts'
import type {Engine} from '../../engine/create-engine.ts'
import type {RequestScope} from '../../responses/backend.ts'
import type {Describe} from '../../responses/refusal/error-response.ts'
import type {Exchange} from '../exchange/exchange.ts'

/** What answers are made with. */
export interface AnswererOptions {
  readonly engine: Engine
  /** What a list of models shows, other than to the official client. */
  readonly listModels: () => readonly ListedModel[]
  /**
   * Answers in place of accounts that could not, given the decoded body of a request that ended with 429; `undefined`
   * leaves it at that. Must not reject while the signal of the exchange is not aborted. Default: nobody does.
   */
  readonly overflow?: (exchange: Exchange, body: Buffer) => Promise<Response | undefined>
  /** Words errors for the user of the gateway. */
  readonly describe?: Describe
  /** The largest body that is taken, in bytes, before and after it is decoded. */
  readonly maxBodyBytes: number
  /**
   * What a policy wants of one request and is told of it: which accounts to keep from it, the choice, the words of an
   * error. Called before the request is prepared.
   */
  readonly toScope?: (exchange: Exchange) => RequestScope
  /** How often all accounts are gone through once more when none could answer for now. Default 0. */
  readonly maxRetryPasses?: number
  /** Given the body of each request of OpenAI's API, decoded. Must not throw, nor change it. Default: nobody is. */
  readonly onBody?: (body: Buffer) => void
  /** Whether requests go on with the login of the client, and none of ours. Default no. */
  readonly isPassthrough?: boolean
}
