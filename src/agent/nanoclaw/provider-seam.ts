/**
 * The shape of a provider in NanoClaw v2, as far as it is used here: what a container asks of whoever answers.
 *
 * Written after the documented seam (version 1). Hosts may know more fields. A host only logs `error` and `progress`: what the user is to
 * read is a `result`, and one that is an error is shown as it is.
 *
 * @module
 */

/** What is asked. */
export interface QueryInput {
  readonly prompt: string
  /** The conversation to go on with. */
  readonly continuation?: string
  /** The folder to work in. */
  readonly cwd: string
  readonly systemContext?: {readonly instructions?: string}
}

/** What happens while it is answered. */
export type ProviderEvent =
  | {readonly type: 'activity'}
  | {
      readonly type: 'error'
      readonly message: string
      readonly retryable: boolean
      readonly classification?: string
      /** When it is worth trying again (milliseconds since the Unix epoch). Hosts do not know of it. */
      readonly untilMs?: number
    }
  | {readonly type: 'file'; readonly path: string}
  | {readonly type: 'init'; readonly continuation: string}
  | {readonly type: 'progress'; readonly message: string}
  | {readonly type: 'result'; readonly text: string | null; readonly isError?: boolean}
  | {readonly type: 'text'; readonly text: string}

/** An answer under way. */
export interface AgentQuery {
  /** Adds a message of the user. */
  push(message: string): void
  /** There are no further messages. */
  end(): void
  abort(): void
  readonly events: AsyncIterable<ProviderEvent>
}

/** Whoever answers. */
export interface AgentProvider {
  readonly supportsNativeSlashCommands: boolean
  readonly emitsMidTurnText?: boolean
  /** The memory of the host. */
  registerMemorySessionHook(hook: unknown): void
  query(input: QueryInput): AgentQuery
  /** Whether the conversation is gone, so that the host forgets it. */
  isSessionInvalid(error: unknown): boolean
}
