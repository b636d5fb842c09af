/**
 * Why an agent did not answer, as a code for programs and a sentence for a chat.
 *
 * @module
 */

/** Every way in which a run of an agent can fail. Switch on it; never match on a message. */
export type AgentErrorCode =
  /** The login no longer works. */
  | 'auth_expired'
  | 'cli_missing'
  | 'config_invalid'
  | 'crashed'
  /** The agent ended well and said nothing. */
  | 'empty_result'
  | 'input_invalid'
  | 'network'
  /** There is no login, and no API key. */
  | 'no_auth'
  | 'provider_unknown'
  | 'sandbox_unavailable'
  /** The conversation that was to be gone on with is not there any more. */
  | 'stale_thread'
  /** A file could not be written, for example because the disk is full. */
  | 'storage'
  | 'timeout'
  | 'untrusted_dir'
  | 'usage_limit'

/** More about an {@link AgentError}. */
export interface AgentErrorOptions extends ErrorOptions {
  /** When it is worth trying again (milliseconds since the Unix epoch), if that is known. */
  readonly untilMs?: number | undefined
  /** What the program said, for the log. */
  readonly detail?: string
}

/** A run that failed. The message is for the chat: what happened, and what to do next. It holds no secret. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
  readonly code: AgentErrorCode
  readonly untilMs: number | undefined
  readonly detail: string | undefined

  constructor(code: AgentErrorCode, message: string, options: AgentErrorOptions = {}) {
    const {untilMs, detail, ...rest} = options
    super(message, rest)
    this.code = code
    this.untilMs = untilMs
    this.detail = detail
  }
}
