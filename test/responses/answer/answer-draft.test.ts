/** An answer is the same, whichever of the events that say the same have come. */
import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {toChatCompletion} from '../../../src/dialects/chat-completions/to-chat-completion.ts'
import {toChatStream} from '../../../src/dialects/chat-completions/to-chat-stream.ts'
import type {JsonObject} from '../../../src/base/json-object.ts'
import {collectResponse} from '../../../src/responses/answer/collect-response.ts'
import type {Answer} from '../../../src/responses/answer/answer.ts'
import {openAnswer} from '../../../src/responses/answer/open-answer.ts'
import {checkMany, TEST_TIMEOUT_MS} from '../../support/generated/check-many.ts'

const THOUGHTS = ['Let me see. ', 'Yes, that is it.']
const TEXT = 'Hello, wörld, here I am.'
const ARGUMENTS = '{"at":1,"to":2}'
const INPUT = 'SELECT 1'

const REASONING = {
  id: 'rs_1',
  type: 'reasoning',
  summary: THOUGHTS.map((text) => ({type: 'summary_text', text})),
}
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{type: 'output_text', annotations: [], text: TEXT}],
}
const CALL = {
  id: 'fc_1',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'look',
  arguments: ARGUMENTS,
}
const CUSTOM = {
  id: 'ctc_1',
  type: 'custom_tool_call',
  status: 'completed',
  call_id: 'call_2',
  name: 'sql',
  input: INPUT,
}
const OUTPUT = [REASONING, MESSAGE, CALL, CUSTOM]

const CREATED = {type: 'response.created', response: {id: 'resp_1', created_at: 7}}
const toEnd = (output: readonly object[]) => ({
  type: 'response.completed',
  response: {id: 'resp_1', object: 'response', created_at: 7, status: 'completed', output},
})

/** In what ways a text is said. */
interface Said {
  readonly deltas: boolean
  readonly texts: boolean
  readonly parts: boolean
  readonly announced: boolean
  readonly items: boolean
}

function* writeText(
  family: string,
  text: string,
  {said, place, field}: {readonly said: Said; readonly place: JsonObject; readonly field: string},
): Generator<object> {
  if (said.deltas) {
    const half = Math.floor(text.length / 2)
    for (const delta of [text.slice(0, half), text.slice(half)]) {
      yield {type: `response.${family}.delta`, ...place, delta}
    }
  }
  if (said.texts) yield {type: `response.${family}.done`, ...place, [field]: text}
}

/** The item as it is announced. */
function toEmpty(item: JsonObject): object {
  const fields = Object.entries(item).map(([name, value]) => {
    if (Array.isArray(value)) return [name, []] as const
    if (name === 'status') return [name, 'in_progress'] as const
    return [name, name === 'arguments' || name === 'input' ? '' : value] as const
  })
  return Object.fromEntries(fields)
}

function* writeItem(item: JsonObject, index: number, said: Said): Generator<object> {
  const place = {output_index: index, item_id: item['id']}
  const {content, summary} = item
  if (said.announced) yield {type: 'response.output_item.added', ...place, item: toEmpty(item)}
  for (const [summary_index, text] of (summary ? THOUGHTS : []).entries()) {
    const at = {said, place: {...place, summary_index}, field: 'text'}
    yield* writeText('reasoning_summary_text', text, at)
    const part = {type: 'summary_text', text}
    if (said.parts) yield {type: 'response.reasoning_summary_part.done', ...at.place, part}
  }
  if (content) {
    const at = {said, place: {...place, content_index: 0}, field: 'text'}
    yield* writeText('output_text', TEXT, at)
    const part = {type: 'output_text', annotations: [], text: TEXT}
    if (said.parts) yield {type: 'response.content_part.done', ...at.place, part}
  }
  if ('arguments' in item) {
    yield* writeText('function_call_arguments', ARGUMENTS, {said, place, field: 'arguments'})
  }
  if ('input' in item) {
    yield* writeText('custom_tool_call_input', INPUT, {said, place, field: 'input'})
  }
  if (said.items) yield {type: 'response.output_item.done', output_index: index, item}
}

/** Whether somebody who reads all of it knows the whole item. */
function isEnough(item: JsonObject, said: Said): boolean {
  if (said.items) return true
  const isCall = 'call_id' in item
  const isTextSaid = said.deltas || said.texts || (!isCall && said.parts)
  return isTextSaid && (!isCall || said.announced)
}

const anySaid: fc.Arbitrary<Said> = fc.record({
  deltas: fc.boolean(),
  texts: fc.boolean(),
  parts: fc.boolean(),
  announced: fc.boolean(),
  items: fc.boolean(),
})

/** An answer that says each item in some of the ways, in one at least. */
const anyAnswer = fc
  .tuple(fc.array(anySaid, {minLength: 4, maxLength: 4}), fc.boolean())
  .filter(([said, isRepeated]) => isRepeated || OUTPUT.every((item, i) => isEnough(item, said[i]!)))
  .map(([said, isRepeated]) => [
    CREATED,
    ...OUTPUT.flatMap((item, index) => [...writeItem(item, index, said[index]!)]),
    toEnd(isRepeated ? OUTPUT : []),
  ])

async function open(events: readonly object[]): Promise<Answer> {
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  return openAnswer(new Blob([text]).stream(), {
    onItem: () => {},
    request: {label: 'ada@example.com', model: 'gpt-5.5'},
    now: () => 0,
  })
}

const OPTIONS = {model: 'gpt-5.5', askedAtMs: 0, includeUsage: false}

/** What the chunks of a chat add up to. */
async function readChat(events: readonly object[]): Promise<object> {
  const stream = toChatStream(await open(events), OPTIONS)
  const lines = (await new Response(stream).text()).split('\n\n').slice(0, -2)
  const sum = {thoughts: '', text: '', calls: [] as string[]}
  for (const line of lines) {
    const {choices} = JSON.parse(line.slice('data: '.length)) as {choices: [{delta: Delta}]}
    const {delta} = choices[0]
    sum.text += delta.content ?? ''
    sum.thoughts += delta.reasoning_content ?? ''
    for (const call of delta.tool_calls ?? []) {
      const more = call.function?.arguments ?? call.custom?.input ?? ''
      sum.calls[call.index] = (sum.calls[call.index] ?? '') + more
    }
  }
  return {...sum, calls: sum.calls.toSorted()}
}

interface Delta {
  readonly content?: string
  readonly reasoning_content?: string
  readonly tool_calls?: readonly {
    readonly index: number
    readonly function?: {readonly arguments?: string}
    readonly custom?: {readonly input?: string}
  }[]
}

test('whatever says it, one object holds it once', {timeout: TEST_TIMEOUT_MS}, async () => {
  await checkMany(
    'Answers, said in some ways, as one object',
    2000,
    fc.asyncProperty(anyAnswer, async (events) => {
      const response = await collectResponse(await open(events), {now: () => 0})

      expect(response['output']).toEqual(OUTPUT)
      expect(toChatCompletion(response, OPTIONS)).toMatchObject({
        choices: [{message: {content: TEXT, reasoning_content: THOUGHTS.join('\n\n')}}],
      })
    }),
  )
})

test('whatever says it, a chat is told it once', {timeout: TEST_TIMEOUT_MS}, async () => {
  await checkMany(
    'Answers, said in some ways, as a chat',
    2000,
    fc.asyncProperty(anyAnswer, async (events) => {
      expect(await readChat(events)).toEqual({
        thoughts: THOUGHTS.join('\n\n'),
        text: TEXT,
        calls: [INPUT, ARGUMENTS],
      })
    }),
  )
})

const delta = (text: string, fields: object = {}) => ({
  type: 'response.output_text.delta',
  delta: text,
  ...fields,
})
const collect = async (...events: object[]) =>
  (await collectResponse(await open(events), {now: () => 0}))['output']

describe('one object', () => {
  test('of deltas that do not say where they belong', async () => {
    expect(await collect(delta('Hello, '), delta('you'), toEnd([]))).toMatchObject([
      {type: 'message', role: 'assistant', content: [{type: 'output_text', text: 'Hello, you'}]},
    ])
  })

  test('of such deltas and a whole item', async () => {
    const done = {type: 'response.output_item.done', output_index: 3, item: MESSAGE}

    expect(await collect(delta(TEXT), done, toEnd([]))).toEqual([MESSAGE])
  })

  test('of an item whose id changes on the way', async () => {
    const done = {type: 'response.output_item.done', output_index: 0, item: MESSAGE}
    const other = {...MESSAGE, id: 'msg_2'}

    expect(await collect(delta(TEXT, {output_index: 0, item_id: 'x'}), done, toEnd([]))).toEqual([
      MESSAGE,
    ])
    expect(await collect(done, toEnd([other]))).toEqual([other])
  })

  test('of a response whose output has lost a call, or the text of a message', async () => {
    const done = {type: 'response.output_item.done', output_index: 1, item: CALL}
    const empty = {...MESSAGE, content: []}

    expect(await collect(delta(TEXT, {output_index: 0}), done, toEnd([empty]))).toEqual([
      MESSAGE,
      CALL,
    ])
  })

  test('of a refusal, and of reasoning in words of its own', async () => {
    const refusal = {type: 'response.refusal.done', output_index: 1, refusal: 'No.'}
    const thought = {type: 'response.reasoning_text.delta', output_index: 0, delta: 'Hm'}

    expect(await collect(thought, refusal, toEnd([]))).toMatchObject([
      {type: 'reasoning', summary: [], content: [{type: 'reasoning_text', text: 'Hm'}]},
      {type: 'message', content: [{type: 'refusal', refusal: 'No.'}]},
    ])
  })

  test('of a part in a place that no list should have', async () => {
    const far = {output_index: 0, content_index: 9_000_000_000}

    expect(await collect(delta('Hi', far), toEnd([]))).toMatchObject([{content: [{text: 'Hi'}]}])
  })
})
