import {expect, test} from 'vitest'
import {createOpenAiFetch} from '../../../src/dialects/create-openai-fetch.ts'
import type {FetchFunction} from '../../../src/http/fetch.ts'
import {createBackend} from '../../support/engine/create-backend.ts'

const PIXEL_BYTES =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
const PIXEL = `data:image/png;base64,${PIXEL_BYTES}`
const ANSWER = {created: 7, data: [{b64_json: PIXEL_BYTES}], account: 'secret'}

interface Sent {
  readonly url: string
  readonly headers: Headers
  readonly body: unknown
}

function start(...answers: (() => Response)[]) {
  const sent: Sent[] = []
  const fetch: FetchFunction = async (input, init) => {
    const request = new Request(input, init)
    sent.push({url: request.url, headers: request.headers, body: await request.json()})
    return (answers[sent.length - 1] ?? answers.at(-1) ?? (() => Response.json(ANSWER)))()
  }
  const backend = createBackend(fetch)
  const openAiFetch = createOpenAiFetch(backend, {listModels: () => []})
  const ask = (endpoint: string, body: FormData | string, init: RequestInit = {}) =>
    openAiFetch(`https://host.example/v1/images/${endpoint}`, {method: 'POST', body, ...init})
  const draw = (fields: object) => ask('generations', JSON.stringify({prompt: 'A cat', ...fields}))
  const edit = (fields: object) => ask('edits', JSON.stringify({prompt: 'A cat', ...fields}))
  return {ask, backend, draw, edit, sent}
}

async function errorOf(response: Response) {
  const {error} = (await response.json()) as {error: {message: string; code: string}}
  return {status: response.status, ...error}
}

test('an image is drawn as the account, and comes back as base64', async () => {
  const {draw, sent} = start()

  const response = await draw({model: 'gpt-image-2', response_format: 'b64_json'})

  expect(await response.json()).toEqual({created: 7, data: [{b64_json: PIXEL_BYTES}]})
  const [{url, body, headers}] = sent as [Sent]
  expect(url).toBe('https://backend.example/backend-api/codex/images/generations')
  expect(body).toEqual({model: 'gpt-image-2', prompt: 'A cat'})
  expect(headers.get('authorization')).toBe('Bearer at-1')
  expect(headers.get('chatgpt-account-id')).toBe('account-1')
})

test('the ids that support asks for come with the image', async () => {
  const headers = {'x-request-id': 'req_1', 'cf-ray': '8f2-FRA', 'x-other': 'no'}
  const {draw} = start(() => Response.json(ANSWER, {headers}))

  const {headers: given} = await draw({})

  expect([given.get('x-request-id'), given.get('cf-ray'), given.get('x-other')]).toEqual([
    'req_1',
    '8f2-FRA',
    null,
  ])
})

test.each([
  [{}, {model: 'gpt-image-2'}],
  [{model: 'openai-codex-auth:openai-codex:gpt-image-1.5'}, {model: 'gpt-image-1.5'}],
  [{aspect_ratio: '16:9'}, {model: 'gpt-image-2', size: '2048x1152'}],
  [
    {size: '1024x1536', n: 1},
    {model: 'gpt-image-2', size: '1024x1536'},
  ],
])('%j is asked as %j', async (fields, expected) => {
  const {draw, sent} = start()

  await draw(fields)

  expect(sent[0]?.body).toEqual({prompt: 'A cat', ...expected})
})

test.each([
  ['a host that sends `images`', {images: [{url: PIXEL}, {url: PIXEL}]}, 2],
  ["OpenAI's API", {images: [{image_url: PIXEL}]}, 1],
  ['one image alone', {image: PIXEL}, 1],
])('an edit brings its images, as %s writes them', async (_name, fields, count) => {
  const {edit, sent} = start()

  await edit(fields)

  expect(sent[0]?.url).toBe('https://backend.example/backend-api/codex/images/edits')
  expect(sent[0]?.body).toEqual({
    model: 'gpt-image-2',
    prompt: 'A cat',
    images: Array.from({length: count}, () => ({image_url: PIXEL})),
  })
})

test('a drawing that brings images is an edit', async () => {
  const {draw, sent} = start()

  await draw({images: [{url: PIXEL}]})

  expect(sent[0]?.url).toMatch(/\/codex\/images\/edits$/)
})

test('an edit may be a form, whatever its files are called', async () => {
  const {ask, sent} = start()
  const form = new FormData()
  form.set('prompt', 'A cat')
  form.set('n', '1')
  form.set('size', '1024x1024')
  form.append('image[]', new Blob([Buffer.from(PIXEL_BYTES, 'base64')]), 'upload')

  const response = await ask('edits', form)

  expect(response.status).toBe(200)
  expect(sent[0]?.body).toEqual({
    model: 'gpt-image-2',
    prompt: 'A cat',
    size: '1024x1024',
    images: [{image_url: PIXEL}],
  })
})

test('what cannot be asked is dropped, and named in the log', async () => {
  const {backend, draw} = start()

  await draw({
    model: 'gpt-image-1.5',
    aspect_ratio: '16:9',
    quality: 'high',
    stream: false,
    user: null,
  })

  const [line, ...others] = backend.lines
  expect(others).toEqual([])
  expect(JSON.parse(line!.replace('debug Image request was changed ', ''))).toEqual({
    changes: [
      {field: 'quality', action: 'dropped', reason: 'The backend has no such field'},
      {field: 'aspect_ratio', action: 'dropped', reason: 'The model has no size of that ratio'},
    ],
  })
})

test.each([
  ['generations', {prompt: ''}, '`prompt` must say what to draw'],
  ['generations', {prompt: ' \n'}, '`prompt` must say what to draw'],
  ['generations', {prompt: 7}, '`prompt` must say what to draw'],
  ['generations', {model: {}}, '`model` must name a model, for example gpt-image-2'],
  ['generations', {n: 2}, '`n` must be 1: Codex draws one image for a request'],
  ['generations', {stream: true}, '`stream` is nothing that Codex can do; leave it out'],
  ['generations', {aspect_ratio: '7:5'}, /^`aspect_ratio` must be one of 1:1, /],
  ['edits', {}, '`images` must hold the image to edit'],
  ['edits', {images: []}, '`images` must hold the image to edit'],
  ['edits', {mask: PIXEL, images: [PIXEL]}, '`mask` is nothing that Codex can do; leave it out'],
  [
    'edits',
    {images: [{url: PIXEL}, {url: 'https://example.com/cat.png'}]},
    '`images[1]` must hold the image itself, as a data URL',
  ],
  ['edits', {images: [7]}, '`images[0]` must hold the image itself, as a data URL'],
  ['edits', {images: [{url: 'data:image/svg+xml;base64,PHN2Zz4='}]}, /`images\[0\]` is an SVG/],
  [
    'edits',
    {images: [{url: `data:image/png;base64,${'A'.repeat(29_000_000)}`}]},
    /`images\[0\]` is larger than/,
  ],
  ['edits', {images: Array.from({length: 17}, () => PIXEL)}, '`images` must be at most 16'],
])('%s: a request that cannot be drawn is refused (%#)', async (endpoint, fields, message) => {
  const {ask, sent} = start()

  const response = await ask(endpoint, JSON.stringify({prompt: 'A cat', ...fields}))

  const {message: said, ...error} = await errorOf(response)
  expect(said).toMatch(message)
  expect(error).toMatchObject({status: 400, code: 'ERR_REQUEST_INVALID'})
  expect(sent).toEqual([])
})

test.each([
  ['nonsense', undefined, 'The body of the request must be a JSON object'],
  ['[]', undefined, 'The body of the request must be a JSON object'],
  ['x', 'multipart/form-data; boundary=b', 'The body of the request must be a form'],
])('the body %j is refused', async (body, type, message) => {
  const {ask} = start()

  const response = await ask('edits', body, {...(type && {headers: {'content-type': type}})})

  expect(await errorOf(response)).toMatchObject({status: 400, message})
})

test('a rejected token is renewed, and the image asked for once more', async () => {
  const {draw, sent} = start(
    () => Response.json({detail: 'Unauthorized'}, {status: 401}),
    () => Response.json({access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600}),
    () => Response.json(ANSWER),
  )

  const response = await draw({})

  expect(response.status).toBe(200)
  expect(sent.map(({url}) => new URL(url).pathname)).toEqual([
    '/backend-api/codex/images/generations',
    '/oauth/token',
    '/backend-api/codex/images/generations',
  ])
  expect(sent[2]?.headers.get('authorization')).toBe('Bearer at-2')
})

test('a backend that is busy is asked again', async () => {
  const {draw, sent} = start(
    () => Response.json({error: {message: 'Busy'}}, {status: 503}),
    () => Response.json(ANSWER),
  )

  expect((await draw({})).status).toBe(200)
  expect(sent).toHaveLength(2)
})

test('a refusal of the backend is an error with its sentence', async () => {
  const {draw} = start(() =>
    Response.json({error: {message: 'Your prompt is against our rules.'}}, {status: 400}),
  )

  expect(await errorOf(await draw({}))).toMatchObject({
    status: 400,
    message: 'Your prompt is against our rules.',
  })
})

test.each([{}, {data: []}, {data: [{b64_json: ''}]}, []])(
  'the answer %j is an error, not an image that is empty',
  async (answer) => {
    const {draw} = start(() => Response.json(answer))

    expect(await errorOf(await draw({}))).toMatchObject({
      status: 502,
      message: 'ChatGPT answered without an image. Ask again.',
    })
  },
)

test('a connection that is lost on the way is an error, and nothing is drawn twice', async () => {
  const {draw, sent} = start(
    () =>
      new Response(
        new ReadableStream({pull: (controller) => controller.error(new TypeError('terminated'))}),
      ),
  )

  expect(await errorOf(await draw({}))).toMatchObject({
    status: 503,
    message: 'The connection to ChatGPT was lost before the image was here. Ask again.',
  })
  expect(sent).toHaveLength(1)
})
