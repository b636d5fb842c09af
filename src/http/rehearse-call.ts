/**
 * An exchange with ourselves, before one whose answer must be kept at once.
 *
 * Code that runs for the first time takes several times as long. In a process that has just begun, the way from the
 * head of an answer to the first byte that is kept took 10 ms of the processor, and takes 3 after a rehearsal
 * (medians of 15 runs of `cao status` on 2026-11-30, on a busy machine).
 *
 * @module
 */
import {once} from 'node:events'
import {createServer} from 'node:http'
import {callJson} from './call-json.ts'
import type {FetchFunction} from './fetch.ts'

/** As long as tokens are. */
const ANSWER = JSON.stringify({access_token: ' '.repeat(4000)})

/** The longest that it may take, in milliseconds. */
const TIMEOUT_MS = 1000

/** Asks a server of our own, which is there for this one question and on this machine only. Never rejects. */
export async function rehearseCall(fetch: FetchFunction): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end(ANSWER)
    })
  })
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const url = `http://127.0.0.1:${port}/`
    await callJson(url, {fetch, body: {}, timeoutMs: TIMEOUT_MS, keep: async () => {}})
  } catch {
    // Whatever is wrong, the call itself will tell.
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
