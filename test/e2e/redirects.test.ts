/** Whatever is asked of a server that sends on to another one, the other one never hears of it. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {fetchUsage} from '../../src/accounts/usage/fetch-usage.ts'
import {createOpenAiFetch} from '../../src/dialects/create-openai-fetch.ts'
import {serve, type RunningServer} from '../../src/http/serve.ts'
import {fetchModels} from '../../src/models/fetch-models.ts'
import {post} from '../../src/oauth/post.ts'
import {ACCOUNT, createBackend} from '../support/engine/create-backend.ts'

const {fetch} = globalThis
const heard: string[] = []
const asked: string[] = []
let other: RunningServer
let redirecting: RunningServer
let status = 307

beforeAll(async () => {
  other = await serve(async (request) => {
    heard.push(`${request.method} ${request.url} ${await request.text()}`)
    return Response.json({models: [{slug: 'gpt-7'}], data: [{b64_json: 'AAAA'}]})
  }, 0)
  redirecting = await serve(async (request) => {
    asked.push(new URL(request.url).pathname)
    return new Response(null, {status, headers: {location: new URL('/elsewhere', other.url).href}})
  }, 0)
})

afterAll(async () => {
  await redirecting.close()
  await other.close()
})

function createCalls() {
  const url = redirecting.url.href.replace(/\/$/, '')
  const backend = {...createBackend(fetch), url}
  const openai = createOpenAiFetch(backend, {listModels: () => []})
  const send = (path: string, body: object) =>
    openai(`http://localhost${path}`, {method: 'POST', body: JSON.stringify(body)})
  const {userAgent, now, accessTokens} = backend
  const signal = AbortSignal.timeout(5000)
  const accessToken = 'at-1'
  return {
    responses: () => send('/responses', {model: 'gpt-5.5', input: 'Hi', stream: true}),
    chat: () =>
      send('/chat/completions', {model: 'gpt-5.5', messages: [{role: 'user', content: 'Hi'}]}),
    images: () => send('/images/generations', {prompt: 'A cat'}),
    models: () => fetchModels({url, account: ACCOUNT, accessToken, userAgent, fetch, signal}),
    usage: () => fetchUsage(ACCOUNT, {url, accessTokens, userAgent, fetch, now}),
    tokens: () => post(redirecting.url, new URLSearchParams('a=b'), {fetch, explain: String}),
  }
}

const STATUSES = [301, 302, 303, 307, 308]

test.each(STATUSES)('%i is followed by no call of ours', async (code) => {
  status = code
  const calls = createCalls()
  for (const call of Object.values(calls)) {
    await call()
  }

  expect(heard).toEqual([])
  expect(asked.splice(0)).toEqual([
    '/codex/responses',
    '/codex/responses',
    '/codex/images/generations',
    '/codex/models',
    '/wham/usage',
    '/codex/usage',
    '/',
  ])
})

test.each(['responses', 'chat', 'images'] as const)(
  '%s: a redirect is a refusal with a sentence, and asked once',
  async (name) => {
    status = 307
    asked.splice(0)

    const response = await createCalls()[name]()

    expect(await response.json()).toMatchObject({
      error: {
        code: 'redirected',
        message: expect.stringContaining(`sent the request on to ${other.url.origin}`) as string,
      },
    })
    expect(asked).toHaveLength(1)
  },
)
