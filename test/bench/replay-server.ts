/**
 * The upstream of the benchmark: a bare server in a process of its own, so that its processor time
 * does not count. It answers from memory, the same bytes each time.
 *
 * @module
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import process from 'node:process'
import {text} from 'node:stream/consumers'
import {setTimeout} from 'node:timers/promises'
import {buildTokens} from './build-tokens.ts'
import {buildAnswer, buildOpening} from './replay-events.ts'

/** What a request's prompt names to say how it wants to be answered. */
export type Scenario = 'bulk' | 'endless' | 'one-by-one' | 'short'

const DELTAS = 2000
const EVENTS = buildAnswer(DELTAS)
const OPENING = buildOpening()
const SHORT = Buffer.concat(buildAnswer(1))
const BULK = Buffer.concat(EVENTS)
/** Bytes per write of the answer in bulk. */
const BULK_WRITE_BYTES = 16_384

interface Counts {
  refreshes: number
  /** When the last endless answer was closed by its client (`process.hrtime`, nanoseconds). */
  closedAtNs: Promise<bigint>
}

/** Serves until the parent process goes away, and tells it the port. */
export async function runReplayServer(): Promise<void> {
  const counts: Counts = {refreshes: 0, closedAtNs: Promise.resolve(0n)}
  const server = createServer((request, response) => void answer(counts, request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.once('disconnect', () => process.exit())
  process.send?.(server.address())
}

async function answer(
  counts: Counts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request)
  switch (new URL(request.url ?? '/', 'http://localhost').pathname) {
    case '/backend-api/codex/responses':
      return await stream(counts, body, response)
    case '/oauth/token':
      counts.refreshes++
      // Long enough for every waiting request to find the refresh under way.
      await setTimeout(50)
      return json(response, buildTokens('renewed'))
    case '/bench/refreshes':
      return json(response, counts.refreshes)
    case '/bench/closed-at':
      return json(response, String(await counts.closedAtNs))
    default:
      response.statusCode = 404
      return json(response, {detail: 'Not Found'})
  }
}

async function stream(counts: Counts, body: string, response: ServerResponse): Promise<void> {
  const scenario = /scenario:([a-z-]+)/.exec(body)?.[1] as Scenario | undefined
  response.setHeader('content-type', 'text/event-stream')
  response.flushHeaders()
  switch (scenario) {
    case 'bulk':
      for (let at = 0; at < BULK.length; at += BULK_WRITE_BYTES) {
        await write(response, BULK.subarray(at, at + BULK_WRITE_BYTES))
      }
      return void response.end()
    case 'one-by-one':
      for (const event of EVENTS) await write(response, event)
      return void response.end()
    case 'endless':
      counts.closedAtNs = once(response, 'close').then(() => process.hrtime.bigint())
      return void response.write(OPENING)
    case 'short':
    case undefined:
      return void response.end(SHORT)
  }
}

async function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  if (!response.write(bytes)) await once(response, 'drain')
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(value))
}
