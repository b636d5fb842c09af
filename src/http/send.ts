/**
 * One request to a server whose answer is read as it comes. `fetch` is one way to send it; whatever serves many
 * streams at once may have a cheaper one.
 *
 * @module
 */

/** The headers of an answer, by their names in lower case. */
export type AnswerHeaders = Pick<Headers, 'get' | 'has' | 'keys'>

/** Reads a body, part by part. */
export interface ByteReader {
  /** The next part. One call at a time. Rejects when the connection breaks off. */
  read(): ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>
  /** Closes the connection, unless all has come. A read that waits ends with `done`. */
  cancel(reason?: unknown): Promise<void>
}

/** A body that has not been read yet. */
export interface ByteBody {
  getReader(): ByteReader
  cancel(reason?: unknown): Promise<void>
}

/** An answer whose head has come. */
export interface ReceivedAnswer extends Pick<Response, 'ok' | 'status' | 'type'> {
  readonly headers: AnswerHeaders
  readonly body: ByteBody | null
}

/** What is sent. */
export interface SentRequest {
  readonly method: 'POST'
  readonly redirect: 'manual'
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly signal?: AbortSignal
}

/**
 * Sends it, and resolves once the head of the answer is here. No redirect is followed.
 *
 * It rejects with the reason of the signal, with a `TimeoutError` when the server does not begin to answer in time, else
 * with what went wrong on the way.
 */
export type Send<Answer extends ReceivedAnswer = ReceivedAnswer> = (
  url: string,
  request: SentRequest,
) => Promise<Answer>
