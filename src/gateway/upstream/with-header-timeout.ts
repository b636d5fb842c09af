/**
 * Giving up on a server that does not begin to answer.
 *
 * @module
 */
import type {FetchFunction} from '../../http/fetch.ts'

/**
 * A `fetch` that rejects with a `TimeoutError` when there is no head of an answer in time. Once there is one, its body
 * may take as long as it takes.
 */
export function withHeaderTimeout(fetch: FetchFunction, timeoutMs: number): FetchFunction {
  return async (input, init) => {
    // One signal of our own: to combine two costs each request more than all else here.
    const call = new AbortController()
    const signal = init?.signal
    const leave = () => call.abort(signal?.reason)
    const stop = () => call.abort(new DOMException('There was no answer in time', 'TimeoutError'))
    if (signal?.aborted === true) leave()
    signal?.addEventListener('abort', leave, {once: true})
    const timer = setTimeout(stop, timeoutMs)
    try {
      return await fetch(input, {...init, signal: call.signal})
    } finally {
      clearTimeout(timer)
    }
  }
}
