/**
 * Waiting no longer than somebody wants to.
 *
 * @module
 */

/**
 * Waits for `promise`, but no longer than until `signal` aborts. What was begun goes on.
 *
 * @throws What the promise rejects with, or the signal's reason.
 */
export function untilAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, {once: true})
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
