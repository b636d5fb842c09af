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
    const late = new AbortController()
    const stop = () => late.abort(new DOMException('There was no answer in time', 'TimeoutError'))
    const timer = setTimeout(stop, timeoutMs)
    const signals = init?.signal ? [init.signal, late.signal] : [late.signal]
    try {
      return await fetch(input, {...init, signal: AbortSignal.any(signals)})
    } finally {
      clearTimeout(timer)
    }
  }
}
