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
import {createStreams, type Scenario, type Streams} from './replay-streams.ts'

interface Counts {
  /** Requests to the backend. */
  requests: number
  /** Requests for tokens. */
  refreshes: number
  /** When the last answer without an end was closed by its client (`process.hrtime`, nanoseconds). */
  closedAtNs: Promise<bigint>
}

/** Long enough for every waiting request to find the refresh under way. */
const REFRESH_MS = 50

/** Serves until the parent process goes away, and tells it the port. */
export async function runReplayServer(): Promise<void> {
  const counts: Counts = {requests: 0, refreshes: 0, closedAtNs: Promise.resolve(0n)}
  const streams = createStreams()
  const server = createServer((request, response) => {
    void answer(request, response, {counts, streams})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.once('disconnect', () => process.exit())
  process.send?.(server.address())
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  {counts, streams}: {readonly counts: Counts; readonly streams: Streams},
): Promise<void> {
  const body = await text(request)
  switch (new URL(request.url ?? '/', 'http://localhost').pathname) {
    case '/backend-api/codex/responses':
      counts.requests++
      counts.closedAtNs = noteClose(response)
      return await streams[findScenario(body)](response)
    case '/oauth/token':
      counts.refreshes++
      await setTimeout(REFRESH_MS)
      return json(response, buildTokens(`renewed-${counts.refreshes}`))
    case '/bench/counts':
      return json(response, {requests: counts.requests, refreshes: counts.refreshes})
    case '/bench/closed-at':
      return json(response, String(await counts.closedAtNs))
    default:
      response.statusCode = 404
      return json(response, {detail: 'Not Found'})
  }
}

async function noteClose(response: ServerResponse): Promise<bigint> {
  await once(response, 'close')
  return process.hrtime.bigint()
}

function findScenario(body: string): Scenario {
  return (/scenario:([a-z-]+)/.exec(body)?.[1] ?? 'short') as Scenario
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(value))
}
