import {crc32, inflateSync} from 'node:zlib'
import {expect, test} from 'vitest'
import type {Simulator, SimulatorOptions} from '../../../src/simulator/start-simulator.ts'
import {startTestSimulator} from '../../support/servers/ask-simulator.ts'

const PIXEL = 'data:image/png;base64,iVBORw0KGgo='

async function ask(simulator: Simulator, endpoint: string, body: object): Promise<Response> {
  const {access_token: token} = await simulator.issueTokens()
  return fetch(new URL(`/backend-api/codex/images/${endpoint}`, simulator.url), {
    method: 'POST',
    headers: {authorization: `Bearer ${token}`, 'content-type': 'application/json'},
    body: JSON.stringify(body),
  })
}

async function draw(body: object, endpoint = 'generations'): Promise<Buffer> {
  const response = await ask(await startTestSimulator(), endpoint, {model: 'gpt-image-2', ...body})
  expect(response.status).toBe(200)
  const {data} = (await response.json()) as {data: [{b64_json: string}]}
  return Buffer.from(data[0].b64_json, 'base64')
}

interface Chunk {
  readonly type: string
  readonly data: Buffer
}

/** Takes a PNG file apart, and checks it as it does so. */
function readChunks(png: Buffer): readonly Chunk[] {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n')
  const chunks: Chunk[] = []
  for (let at = 8; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at)
    expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)))
    chunks.push({type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end)})
    at = end + 4
  }
  return chunks
}

test('an image is a whole PNG file of the size asked for', async () => {
  const chunks = readChunks(await draw({prompt: 'A cat', size: '640x480'}))

  expect(chunks.map(({type}) => type)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND'])
  const [header, , pixels] = chunks as [Chunk, Chunk, Chunk]
  expect([header.data.readUInt32BE(0), header.data.readUInt32BE(4)]).toEqual([640, 480])
  expect(inflateSync(pixels.data)).toHaveLength(641 * 480)
})

test('another prompt gives another image, and the same one the same', async () => {
  const [cat, dog, again] = await Promise.all([
    draw({prompt: 'A cat'}),
    draw({prompt: 'A dog'}),
    draw({prompt: 'A cat'}),
  ])

  expect(cat.equals(dog)).toBe(false)
  expect(cat.equals(again)).toBe(true)
})

test('an edit takes images', async () => {
  const png = await draw({prompt: 'A cat', images: [{image_url: PIXEL}]}, 'edits')

  expect(readChunks(png)).toHaveLength(4)
})

test.each([
  ['generations', {prompt: ''}, {error: {param: 'prompt'}}],
  ['generations', {prompt: 'A cat', model: 'gpt-5.5'}, {error: {param: 'model'}}],
  ['generations', {prompt: 'A cat', size: 'auto'}, {error: {param: 'size'}}],
  ['generations', {prompt: 'A cat', n: 1}, {detail: 'Unsupported parameter: n'}],
  ['edits', {prompt: 'A cat'}, {error: {param: 'images'}}],
  [
    'edits',
    {prompt: 'A cat', images: [{image_url: 'https://example.com/cat.png'}]},
    {error: {param: 'images.0.image_url'}},
  ],
])('%s refuses %j', async (endpoint, body, refusal) => {
  const simulator = await startTestSimulator()

  const response = await ask(simulator, endpoint, {model: 'gpt-image-2', ...body})

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject(refusal)
})

test('an image counts, and needs quota', async () => {
  const options: SimulatorOptions = {
    accounts: [{email: 'ada@example.com', windows: [{minutes: 300, usedPercent: 100}]}],
  }
  const simulator = await startTestSimulator(options)

  const response = await ask(simulator, 'generations', {model: 'gpt-image-2', prompt: 'A cat'})

  expect(response.status).toBe(429)
  expect(await response.json()).toMatchObject({error: {type: 'usage_limit_reached'}})
})

test('nobody draws without a login', async () => {
  const simulator = await startTestSimulator()

  const response = await fetch(new URL('/backend-api/codex/images/generations', simulator.url), {
    method: 'POST',
    body: '{}',
  })

  expect(response.status).toBe(401)
})
