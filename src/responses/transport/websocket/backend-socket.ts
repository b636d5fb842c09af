/**
 * An open WebSocket to the backend, whatever library carries it.
 *
 * @module
 */
import type {AnswerHeaders} from '../../../http/send.ts'

/** Told what comes. */
export interface SocketListener {
  /** A message; a binary one is none that is understood. */
  onMessage(data: Uint8Array, isBinary: boolean): void
  /** Called once. Nothing comes after it. */
  onClose(code: number): void
}

/** An open WebSocket. */
export interface BackendSocket {
  /** Of the answer to the upgrade. */
  readonly headers: AnswerHeaders
  send(text: string): void
  /** Who is told from now on. */
  listen(listener: SocketListener): void
  /** Whether more is read; what is not read, the backend keeps. */
  flow(isFlowing: boolean): void
  /** Whether the process stays for it. */
  hold(isHeld: boolean): void
  close(): void
}

/** What opening one came to. */
export type OpenedSocket =
  | {readonly kind: 'open'; readonly socket: BackendSocket}
  /** The backend has answered something else. */
  | {readonly kind: 'refused'; readonly status: number}

/**
 * Opens one. Rejects when there is no connection, or none in time.
 *
 * @param url Begins with `http`.
 */
export type OpenSocket = (
  url: string,
  headers: Readonly<Record<string, string>>,
) => Promise<OpenedSocket>
