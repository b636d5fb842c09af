/**
 * What is known of a refresh from before its refresh token is sent until its outcome is stored.
 *
 * A refresh token works once. Between the answer and the store, whatever ends the process would end the login
 * too. So the answer is written down at once, in room that was made before anybody asked.
 *
 * @module
 */

/** The journal of one account. Its caller holds the account's lock. */
export interface RefreshJournal {
  /**
   * When this refresh token was sent before, and what became of it is not known (milliseconds since the Unix
   * epoch); `undefined` when it was not.
   *
   * @throws {StorageError} It cannot be read.
   */
  lastAsked(refreshToken: string): Promise<number | undefined>
  /**
   * Makes room for the answer, and notes that it is asked for.
   *
   * @param nowMs Milliseconds since the Unix epoch.
   * @throws {StorageError} There is no room, so the refresh token must not be sent.
   */
  begin(refreshToken: string, nowMs: number): Promise<void>
  /**
   * Writes the answer down, before it returns; the promise is for the disk. Never rejects.
   *
   * @param nowMs When it came (milliseconds since the Unix epoch).
   */
  keep(answer: string, nowMs: number): Promise<void>
  /**
   * Ends what {@link begin} began. Never rejects.
   *
   * @param isSettled Whether the outcome is known and stored. If not, it stays written down.
   */
  end(isSettled: boolean): Promise<void>
}

/** Where there is nothing to write to. */
export const NO_JOURNAL: RefreshJournal = {
  lastAsked: async () => undefined,
  begin: async () => {},
  keep: async () => {},
  end: async () => {},
}

/** Runs `task` with a journal, and ends what it has begun and not ended. That stays written down. */
export async function withJournal<Result>(
  journal: RefreshJournal,
  task: (journal: RefreshJournal) => Promise<Result>,
): Promise<Result> {
  try {
    return await task(journal)
  } finally {
    await journal.end(false)
  }
}
