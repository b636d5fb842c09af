/**
 * Requests whose signal is all that is left of them.
 *
 * @module
 */

/**
 * A `Request` that is collected as garbage stops passing aborts on to its signal, even while a handler
 * still listens to that (seen in Node 20.20). The listener ties the one to the other.
 */
export function keepSignal(request: Request): void {
  request.signal.addEventListener('abort', () => request)
}
