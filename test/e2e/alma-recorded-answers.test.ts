/**
 * Answers that were recorded once, handed on by the plugin as if it were not there.
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {serve, type RunningServer} from '../../src/http/serve.ts'
import {startSimulator, type Simulator} from '../../src/simulator/start-simulator.ts'
import {loadAiSdk, type AiSdkMajor, type LanguageModel} from '../support/alma/ai-sdk.ts'
import {startAlmaHost, type AlmaHost} from '../support/stories/alma-host.ts'

const OWN = path.resolve(import.meta.dirname, '../fixtures/responses')

/** Answers of the real service; they are not part of the project. */
const RECORDED = path.resolve(import.meta.dirname, '../../../shared/fixtures/responses')

const MODEL = 'gpt-5.2-codex'

interface RecordedEvent {
  readonly type: string
  readonly item?: unknown
}

interface Answer {
  readonly name: string
  /** The JSON of each event. */
  readonly lines: readonly string[]
}

/** How a stream is written: the bytes of its parts, and its line ending. */
const FORMS = [
  [1, '\n'],
  [7, '\r\n'],
  [64, '\n'],
  [64, '\r\n'],
  [1000, '\r\n'],
  [10_000_000, '\n'],
] as const

/** A part of one byte is a packet of its own; a few thousand are enough. */
const MAX_PARTS = 4000

/** A file may hold several answers, one after the other. */
function readAnswers(folder: string, ending: string): Answer[] {
  const files = existsSync(folder) ? readdirSync(folder) : []
  return files
    .filter((file) => file.endsWith(ending) && !file.includes('error'))
    .flatMap((file) => {
      const lines = readFileSync(path.join(folder, file), 'utf8').split('\n').filter(Boolean)
      const answers = Object.values(groupByAnswer(lines))
      return answers.map((part, index) => ({name: `${file} #${index + 1}`, lines: part}))
    })
}

function groupByAnswer(lines: readonly string[]): string[][] {
  const answers: string[][] = []
  for (const line of lines) {
    if (line.startsWith('{"type":"response.created"')) answers.push([])
    answers.at(-1)?.push(line)
  }
  return answers
}

function write({lines}: Answer, lineEnd: string): Buffer {
  const events = lines.map((line) => {
    const {type} = JSON.parse(line) as RecordedEvent
    return [`event: ${type}`, `data: ${line}`, '', ''].join(lineEnd)
  })
  return Buffer.from(events.join(''))
}

const current: {bytes: Buffer; partBytes: number} = {bytes: Buffer.alloc(0), partBytes: 1}

/** What the server answers from now on. */
function replay(answer: Answer, partBytes: number, lineEnd: string): void {
  const bytes = write(answer, lineEnd)
  Object.assign(current, {bytes, partBytes: Math.max(partBytes, bytes.length / MAX_PARTS)})
}

/** The backend: one answer for everybody, in parts, and nothing else. */
async function answerRequest(request: Request): Promise<Response> {
  await request.arrayBuffer()
  if (!request.url.endsWith('/codex/responses')) return new Response(null, {status: 404})
  const {bytes, partBytes} = current
  let start = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const end = start + Math.ceil(partBytes)
      controller.enqueue(bytes.subarray(start, end))
      start = end
      if (start >= bytes.length) controller.close()
    },
  })
  return new Response(body, {headers: {'content-type': 'text/event-stream'}})
}

/** Of this host, the clock and the way of the request, not of the answer. */
const OWN_FIELDS = new Set(['headers', 'performance', 'request', 'timestamp', 'warnings'])

function normalize(part: unknown): unknown {
  if (part instanceof Error || typeof part !== 'object' || part === null) return part
  if (Array.isArray(part)) return part.map(normalize)
  // The SDK makes up the id of a source.
  const isSource = 'type' in part && part.type === 'source'
  const fields = Object.entries(part).filter(
    ([name]) => !OWN_FIELDS.has(name) && !(isSource && name === 'id'),
  )
  return Object.fromEntries(fields.map(([name, value]) => [name, normalize(value)]))
}

let simulator: Simulator
let backend: RunningServer
let host: AlmaHost

beforeAll(async () => {
  simulator = await startSimulator()
  backend = await serve(answerRequest, 0)
  host = await startAlmaHost({
    environment: {
      CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
      CODEX_BACKEND_URL: new URL('/backend-api', backend.url).href,
    },
    user: {browse: async (url) => simulator.approve(url)},
  })
  await host.connect()
})

afterAll(async () => {
  host.stop()
  await backend.close()
  await simulator.close()
})

/** The same server, asked without the plugin. */
async function createPlainModel(major: AiSdkMajor): Promise<LanguageModel> {
  const sdk = await loadAiSdk(major)
  const baseURL = new URL('/backend-api/codex', backend.url).href
  const config = {apiKey: 'none', baseURL, fetch: globalThis.fetch, useResponsesAPI: true}
  return sdk.createModel({...(await host.provider().getSDKConfig()), ...config}, MODEL)
}

async function collect(major: AiSdkMajor, model: LanguageModel): Promise<unknown[]> {
  const {ai} = await loadAiSdk(major)
  const parts: unknown[] = []
  const {fullStream} = ai.streamText({model, prompt: 'Hello', onError: () => {}})
  for await (const part of fullStream) parts.push(normalize(part))
  return parts
}

function describeAnswers(name: string, answers: readonly Answer[]): void {
  describe.each([5, 6, 7] as const)(`${name}, AI SDK %i`, (major) => {
    test.each(answers)('$name has the same parts as without the plugin', async (recorded) => {
      replay(recorded, 10_000_000, '\n')
      const expected = await collect(major, await createPlainModel(major))
      expect(expected.length).toBeGreaterThanOrEqual(4)

      const model = await host.languageModel(major, MODEL)
      for (const [partBytes, lineEnd] of FORMS) {
        replay(recorded, partBytes, lineEnd)
        const parts = await collect(major, model)
        expect(parts, `parts of ${partBytes} bytes, lines in ${lineEnd.length}`).toEqual(expected)
      }
    })
  })
}

/** Asks without `stream`. */
async function askWhole(): Promise<{readonly output: unknown}> {
  const {baseURL, fetch} = await host.provider().getSDKConfig()
  const body = JSON.stringify({model: MODEL, input: 'Hello'})
  const response = await fetch(`${baseURL}/responses`, {method: 'POST', body})
  return (await response.json()) as {readonly output: unknown}
}

/** The items that came one by one. */
function itemsOf({lines}: Answer): unknown[] {
  const events = lines.map((line) => JSON.parse(line) as RecordedEvent)
  return events.filter(({type}) => type === 'response.output_item.done').map(({item}) => item)
}

/** A whole response as the backend would have sent it: item by item, with nothing at the end. */
function toAnswer(name: string, response: {readonly output: readonly unknown[]}): Answer {
  const items = response.output.map((item, index) => ({
    type: 'response.output_item.done',
    output_index: index,
    item,
  }))
  const frame = {...response, output: []}
  const events = [
    {type: 'response.created', response: frame},
    ...items,
    {type: 'response.completed', response: frame},
  ]
  return {name, lines: events.map((event) => JSON.stringify(event))}
}

const own = readAnswers(OWN, '.jsonl')
const recordings = readAnswers(RECORDED, '.chunks.txt')

describeAnswers('our answers', own)

test.each(own)('$name is one object with all of its items', async (recorded) => {
  replay(recorded, 64, '\n')

  expect((await askWhole()).output).toEqual(itemsOf(recorded))
})

describe.skipIf(recordings.length === 0)('recordings (skipped where there are none)', () => {
  test('there are some with text, and some with calls of tools', () => {
    const types = recordings.flatMap(itemsOf).map((item) => (item as {type: string}).type)

    expect(types).toEqual(expect.arrayContaining(['message', 'function_call', 'custom_tool_call']))
  })

  describeAnswers('recorded', recordings)

  const wholes = (existsSync(RECORDED) ? readdirSync(RECORDED) : [])
    .filter((file) => file.endsWith('.json') && !file.includes('error'))
    .map((file) => {
      const text = readFileSync(path.join(RECORDED, file), 'utf8')
      return [file, JSON.parse(text) as {readonly output: readonly unknown[]}] as const
    })

  test.each(wholes)('%s is one object again', async (name, response) => {
    replay(toAnswer(name, response), 1000, '\r\n')

    expect(await askWhole()).toEqual(response)
  })
})
