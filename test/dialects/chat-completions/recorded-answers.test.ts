import {existsSync, readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {toChatStream} from '../../../src/dialects/chat-completions/to-chat-stream.ts'
import {toAnswer} from '../../support/answers/to-answer.ts'

/** Answers that were recorded from the real service; they are not part of the project. */
const FOLDER = path.resolve(import.meta.dirname, '../../../../shared/fixtures/responses')
const ENDING = '.chunks.txt'

interface RecordedEvent {
  readonly type: string
  readonly delta?: string
  readonly item?: {
    readonly type: string
    readonly call_id?: string
    readonly name?: string
    readonly arguments?: string
    readonly input?: string
    readonly content?: readonly {readonly text?: string}[]
  }
}

interface ToolCallDelta {
  readonly index: number
  readonly id?: string
  readonly function?: {readonly name?: string; readonly arguments?: string}
  readonly custom?: {readonly name?: string; readonly input?: string}
}

interface Chunk {
  readonly error?: unknown
  readonly choices?: readonly {
    readonly delta: {readonly content?: string; readonly tool_calls?: readonly ToolCallDelta[]}
    readonly finish_reason: string | null
  }[]
}

interface Answer {
  readonly text: string
  /** Name and arguments of each call, by its id. */
  readonly calls: Readonly<Record<string, readonly [name: string, input: string]>>
}

const recordings = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((file) => file.endsWith(ENDING) && !file.includes('error'))
  : []

/** A recording may hold several answers, one after the other. */
function readAnswers(file: string): string[][] {
  const answers: string[][] = []
  for (const line of readFileSync(path.join(FOLDER, file), 'utf8').split('\n').filter(Boolean)) {
    if (line.startsWith('{"type":"response.created"')) answers.push([])
    answers.at(-1)?.push(line)
  }
  return answers
}

const recorded = recordings.flatMap((file) =>
  readAnswers(file).map((lines, index) => [`${file} #${index + 1}`, lines] as const),
)

/**
 * The answer as the events of the Responses API say it: its finished items, as a recording may have been
 * thinned out and lack some of the deltas; the deltas, where no item was finished.
 */
function readDirectly(lines: readonly string[]): Answer {
  const events = lines.map((line) => JSON.parse(line) as RecordedEvent)
  const deltas = events.filter(({type}) => type === 'response.output_text.delta')
  const items = events.flatMap(({type, item}) =>
    type === 'response.output_item.done' && item ? [item] : [],
  )
  const messages = items.filter(({type}) => type === 'message')
  const finished = messages.flatMap(({content = []}) => content.map(({text = ''}) => text))
  const calls = items.filter(({type}) => ['function_call', 'custom_tool_call'].includes(type))
  return {
    text: (messages.length > 0 ? finished : deltas.map(({delta}) => delta)).join(''),
    calls: Object.fromEntries(
      calls.map(({call_id: id, name, arguments: args, input}) => [id!, [name!, (args ?? input)!]]),
    ),
  }
}

/** The same answer as the chunks of the Chat Completions API say it. */
function readChunks(stream: string): Answer {
  const events = stream.split('\n\n').filter(Boolean)
  expect(events.pop()).toBe('data: [DONE]')
  const chunks = events.map((event) => JSON.parse(event.slice('data: '.length)) as Chunk)
  expect(chunks.filter(({error}) => error)).toEqual([])
  const deltas = chunks.flatMap(({choices = []}) => choices.map(({delta}) => delta))
  const calls = new Map<number, {id: string; name: string; input: string}>()
  for (const {index, id, ...call} of deltas.flatMap(({tool_calls: list = []}) => list)) {
    const name = call.function?.name ?? call.custom?.name
    if (id !== undefined) calls.set(index, {id, name: name!, input: ''})
    calls.get(index)!.input += call.function?.arguments ?? call.custom?.input ?? ''
  }
  return {
    text: deltas.map(({content = ''}) => content).join(''),
    calls: Object.fromEntries([...calls.values()].map(({id, name, input}) => [id, [name, input]])),
  }
}

async function convert(stream: string, chunkBytes: number): Promise<string> {
  const bytes = Buffer.from(stream)
  let start = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytes.subarray(start, start + chunkBytes))
      start += chunkBytes
      if (start >= bytes.length) controller.close()
    },
  })
  const options = {model: 'gpt-5.2', askedAtMs: 0, includeUsage: true}
  return new Response(toChatStream(toAnswer(body), options)).text()
}

describe.skipIf(recordings.length === 0)('recorded answers', () => {
  test('there are some with text, with calls of functions and with calls of custom tools', () => {
    const answers = recorded.map(([, lines]) => readDirectly(lines))

    expect(answers.some(({text}) => text.length > 100)).toBe(true)
    expect(answers.some(({calls}) => 'call_custom_sql_001' in calls)).toBe(true)
  })

  test.each(recorded)('%s says the same as chunks, however it arrives', async (_name, lines) => {
    const expected = readDirectly(lines)

    for (const lineEnd of ['\n\n', '\r\n\r\n']) {
      const stream = lines.map((line) => `data: ${line}${lineEnd}`).join('')
      for (const chunkBytes of [3, 17, 1024, 1_000_000]) {
        expect(readChunks(await convert(stream, chunkBytes))).toEqual(expected)
      }
    }
  })
})
