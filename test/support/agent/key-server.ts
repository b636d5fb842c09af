import {onTestFinished} from 'vitest'
import {serve, type RunningServer} from '../../../src/http/serve.ts'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'

/** An API that takes one key, and answers as the simulator does. It ends with the test. */
export async function startKeyServer(simulator: Simulator, apiKey: string): Promise<RunningServer> {
  const {access_token} = await simulator.issueTokens()
  const server = await serve(async (request) => {
    if (request.headers.get('authorization') !== `Bearer ${apiKey}`) {
      return Response.json({error: {message: 'Incorrect API key provided.'}}, {status: 401})
    }
    if (request.method !== 'POST') return new Response(null, {status: 426})
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${access_token}`)
    headers.set('chatgpt-account-id', simulator.accounts[0]?.accountId ?? '')
    headers.delete('content-length')
    const answer = await fetch(new URL('/backend-api/codex/responses', simulator.url), {
      method: 'POST',
      headers,
      body: await request.arrayBuffer(),
    })
    return new Response(answer.body, {
      status: answer.status,
      headers: {'content-type': 'text/event-stream'},
    })
  }, 0)
  onTestFinished(() => server.close())
  return server
}
