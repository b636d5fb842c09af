/**
 * A journal of refreshes that gives back what was written down before the process ended.
 *
 * @module
 */
import type {RefreshJournal} from '../accounts/refresh-journal.ts'

/** An answer that was written down, and is not stored as far as is known. */
export interface KeptAnswer {
  readonly answer: string
  /** Milliseconds since the Unix epoch. */
  readonly receivedAtMs: number
}

/** The journal of one account of ours. */
export interface AccountJournal extends RefreshJournal {
  /**
   * The answer to this refresh token; `undefined` when there is none that can be read.
   *
   * @throws {StorageError} It is there and cannot be read.
   */
  findKept(refreshToken: string): Promise<KeptAnswer | undefined>
}
