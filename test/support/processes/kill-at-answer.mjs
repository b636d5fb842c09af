/**
 * Loaded before a program, kills it around the answer to its first question to the token endpoint: `KILL_AFTER_MS`
 * after the head of the answer has arrived in the process, or, where that is negative, so long after the question was
 * sent. It writes `<arrived>` to its standard error before it does the former.
 */
import {subscribe} from 'node:diagnostics_channel'
import {isMainThread, Worker, workerData} from 'node:worker_threads'

const afterMs = Number(process.env['KILL_AFTER_MS'])

if (isMainThread) {
  const moment = new Int32Array(new SharedArrayBuffer(4))
  // A thread of its own, which waits for nothing that the program does.
  new Worker(new URL(import.meta.url), {workerData: moment}).unref()
  const begin = (/** @type {unknown} */ message) => {
    const {request} = /** @type {{request: {path: string}}} */ (message)
    if (request.path !== '/oauth/token') return
    Atomics.store(moment, 0, 1)
    Atomics.notify(moment, 0)
  }
  subscribe(afterMs < 0 ? 'undici:client:sendHeaders' : 'undici:request:headers', begin)
} else {
  const {writeSync} = await import('node:fs')
  const moment = /** @type {Int32Array} */ (workerData)
  const never = new Int32Array(new SharedArrayBuffer(4))
  Atomics.wait(moment, 0, 0)
  Atomics.wait(never, 0, 0, Math.abs(afterMs))
  if (afterMs >= 0) writeSync(2, '<arrived>')
  process.kill(process.pid, 'SIGKILL')
}
