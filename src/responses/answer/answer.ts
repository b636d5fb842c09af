/**
 * An answer that has begun.
 *
 * @module
 */
import type {CodexError} from '../../errors.ts'
import type {JsonObject} from '../../base/json-object.ts'

/** Where an answer goes. After `end` or `fail` nothing more comes. */
export interface AnswerSink {
  /** @param events The next whole events, byte for byte as they came. */
  write(events: Uint8Array): void
  /** The answer is complete. */
  end(): void
  /** The answer did not end well. */
  fail(error: CodexError): void
  /** Whether something of the events that were given last goes to the caller. Default: all of it does. */
  hasWritten?(): boolean
  /** Called now and then while the sink waits for more, and nothing goes to the caller. */
  onSilence?(): void
}

/** An answer of which a first word has come, or which was held back long enough. */
export interface Answer {
  /**
   * Gives `sink` what comes next.
   *
   * @returns Resolves once the sink was called; `undefined` when that was at once.
   * @throws The signal's reason, when it is aborted.
   */
  pull(sink: AnswerSink): Promise<void> | undefined
  /** Closes the connection. */
  cancel(reason?: unknown): Promise<void>
  /** The response in the last event, once the answer is complete. */
  result(): JsonObject
  /** How many items of the output were finished one by one. */
  itemCount(): number
}
