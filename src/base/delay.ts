/**
 * Waiting.
 *
 * @module
 */

/**
 * Waits for `milliseconds`.
 *
 * @throws The signal's reason, when it is aborted before.
 */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, {once: true})
  })
}

/** Waits for `milliseconds`, without keeping the process alive. */
export function delayUnnoticed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds).unref())
}
