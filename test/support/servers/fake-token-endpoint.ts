import type {FetchFunction} from '../../../src/http/fetch.ts'

/** What a fake endpoint says next: a status with a JSON value or a text, or a failure to connect. */
export type ScriptedAnswer = Error | {status?: number; json?: unknown; text?: string}

/** A request that a fake endpoint received. */
export interface ReceivedRequest {
  readonly url: string
  readonly contentType: string | null
  readonly body: string
}

/** A `fetch` that gives these answers, one for each request, and remembers the requests. */
export function createFakeEndpoint(...answers: ScriptedAnswer[]) {
  const requests: ReceivedRequest[] = []
  const fetch: FetchFunction = async (input, init) => {
    const request = new Request(input, init)
    request.signal.throwIfAborted()
    requests.push({
      url: request.url,
      contentType: request.headers.get('content-type'),
      body: await request.text(),
    })
    const answer = answers.shift()
    if (answer === undefined) throw new TypeError('The endpoint was not expected to be asked')
    if (answer instanceof Error) throw answer
    const headers = {'x-request-id': 'req-1'}
    const {status = 200, json, text = JSON.stringify(json)} = answer
    return new Response(text, {status, headers})
  }
  return {fetch, requests}
}

/** An unsigned JWT with these claims. */
export function toJwt(claims: Record<string, unknown>): string {
  return `${encode({alg: 'none'})}.${encode(claims)}.c2ln`
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
