/**
 * Remembering something as long as a task runs.
 *
 * @module
 */

/**
 * Keeps a value while `task` runs: who locked a login and spends its refresh token must be able to store
 * what it is traded for, though the login may be shared no more by then.
 */
export async function keepWhile<Value, Result>(
  kept: Map<string, Value>,
  [accountId, value]: readonly [string, Value],
  task: () => Promise<Result>,
): Promise<Result> {
  kept.set(accountId, value)
  try {
    return await task()
  } finally {
    kept.delete(accountId)
  }
}
