import {expect, test} from 'vitest'
import {BackendResponseError, EventInvalidError} from '../../../../src/errors.ts'
import {toJsonObject, type JsonObject} from '../../../../src/base/json-object.ts'
import type {Output} from '../../../../src/hosts/vscode/chat/answer-memory.ts'
import {reportAnswer} from '../../../../src/hosts/vscode/chat/report-answer.ts'
import type {AnswerSink} from '../../../../src/responses/answer/answer.ts'
import type {ChatParts} from '../../../../src/hosts/vscode/vscode-api.ts'
import {rejectionOf} from '../../../support/rejection.ts'
import {chatParts, isFiller} from '../../../support/editor/chat-parts.ts'

interface ReportOptions {
  readonly parts?: ChatParts
  readonly result?: JsonObject
  readonly reported?: unknown[]
}

async function report(
  events: readonly JsonObject[],
  {parts = chatParts, result = {}, reported = []}: ReportOptions = {},
) {
  let output: Output = []
  const remember = (written: Output) => void (output = written)
  // As the backend does: it says the result in the last event.
  const last = {type: 'response.completed', response: result}
  const chunks = [...events, last].map((event) =>
    Buffer.from(`event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`),
  )
  const answer = {
    async pull(sink: AnswerSink) {
      const chunk = chunks.shift()
      if (chunk) sink.write(chunk)
      else sink.end()
    },
    result: () => result,
  }
  const progress = {report: (part: unknown) => void reported.push({...Object(part)})}
  const end = await reportAnswer(answer, {parts, progress, remember})
  return {reported: reported.filter((part) => !isFiller(part)), output, end}
}

const done = (item: JsonObject, index = 0) => ({
  type: 'response.output_item.done',
  output_index: index,
  item,
})
const delta = (text: string, index = 0) => ({
  type: 'response.output_text.delta',
  output_index: index,
  delta: text,
})
const thinking = (text: string, part: number) => ({
  type: 'response.reasoning_summary_text.delta',
  item_id: 'rs_1',
  output_index: 0,
  summary_index: part,
  delta: text,
})
const says = (text: string) => ({type: 'message', content: [{type: 'output_text', text}]})
const THOUGHT = {type: 'reasoning', id: 'rs_1', encrypted_content: 'x', summary: []}

test('texts are reported as they come, and not again at their end', async () => {
  const message = {type: 'message', content: [{type: 'output_text', text: 'ab'}]}
  const {reported} = await report([delta('a'), delta('b'), done(message)])
  expect(reported).toEqual([{value: 'a'}, {value: 'b'}])
})

test('a text that had no deltas is reported whole, and so is a refusal', async () => {
  const content = [
    {type: 'output_text', text: 'ab'},
    {type: 'refusal', refusal: 'no'},
  ]
  const {reported} = await report([done({type: 'message', content})])
  expect(reported).toEqual([{value: 'ab'}, {value: 'no'}])
})

test('thoughts are parts of their own, with an end', async () => {
  const {reported} = await report([thinking('one', 0), thinking('two', 1), done(THOUGHT)])
  expect(reported).toEqual([
    {value: 'one', id: 'rs_1', metadata: undefined},
    {value: '\n\ntwo', id: 'rs_1', metadata: undefined},
    {value: '', id: 'rs_1', metadata: {vscode_reasoning_done: true}},
  ])
})

test('an editor without a part for thoughts is shown none', async () => {
  const {LanguageModelThinkingPart: _none, ...parts} = chatParts
  const {reported} = await report([thinking('one', 0), done(THOUGHT), delta('a', 1)], {parts})
  expect(reported).toEqual([{value: 'a'}])
})

test('a call is reported once it is whole, and is remembered with its thoughts', async () => {
  const call = {type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}'}
  const {reported, output} = await report([done(THOUGHT), done(call, 1)])
  expect(reported.at(-1)).toEqual({callId: 'c1', name: 'look', input: {at: 1}})
  expect(output).toEqual([THOUGHT, call])
})

test.each(['[1]', '"at"', '', ' '])(
  'arguments that are no object, %j, reach the tool as one',
  async (text) => {
    const call = {type: 'function_call', call_id: 'c1', name: 'look', arguments: text}
    const {reported} = await report([done(call)])
    expect(reported).toEqual([{callId: 'c1', name: 'look', input: {}}])
  },
)

const LOOK = {type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}'}
const CUT = {incomplete_details: {reason: 'max_output_tokens'}}
const begun = (item: JsonObject, index = 0) => ({
  type: 'response.output_item.added',
  output_index: index,
  item,
})

test.each([
  ['whose arguments are no JSON', [done({...LOOK, arguments: '{"at":'})], {}],
  ['that is marked as incomplete', [done({...LOOK, status: 'incomplete'})], CUT],
  [
    'that is marked as incomplete, and empty',
    [done({...LOOK, status: 'incomplete', arguments: ''})],
    CUT,
  ],
  ['that was never finished', [begun({...LOOK, arguments: ''})], CUT],
  ['that the last event alone has', [], {...CUT, output: [{...LOOK, status: 'incomplete'}]}],
])(
  'a call %s is not handed on, and the answer says that it was cut off',
  async (_, events, result) => {
    const reported: unknown[] = []
    const other = {...LOOK, call_id: 'c0'}
    const all = [...(events.length === 0 ? [] : [done(other, 9)]), ...events]
    const error = await rejectionOf(report(all, {result, reported}))
    expect(error).toBeInstanceOf(BackendResponseError)
    expect(error.message).toBe(
      'The answer was cut off in the middle of a call to look, so the tool was not run. Ask to go on in smaller steps.',
    )
    const calls = reported.map((part) => toJsonObject(part)['callId']).filter(Boolean)
    expect(calls).toEqual(events.length === 0 ? [] : ['c0'])
  },
)

test('a call that is whole is handed on, although the answer was cut off behind it', async () => {
  const {reported} = await report([done(LOOK), delta('and', 1)], {result: CUT})
  expect(reported).toEqual([{callId: 'c1', name: 'look', input: {at: 1}}, {value: 'and'}])
})

test.each([
  ['texts', [{type: 'response.output_text.done', output_index: 0, text: 'ab'}], {}],
  ['the rest of a text', [delta('a'), done(says('ab'))], {}],
  ['items of the last event', [], {output: [says('ab')]}],
])('%s that came in no other way are reported', async (_, events, result) => {
  const {reported} = await report(events, {result})
  expect(reported.map((part) => toJsonObject(part)['value']).join('')).toBe('ab')
})

test('a call whose arguments are finished, but not itself, is reported', async () => {
  const finished = {
    type: 'response.function_call_arguments.done',
    output_index: 0,
    arguments: '{"at":1}',
  }
  const {reported} = await report([begun({...LOOK, arguments: ''}), finished])
  expect(reported).toEqual([{callId: 'c1', name: 'look', input: {at: 1}}])
})

const told = (type: string, id: string, fields: JsonObject) => ({
  type: `response.${type}`,
  item_id: id,
  ...fields,
})

test('items that came in deltas alone are reported, and remembered in their places', async () => {
  const {reported, output} = await report([
    begun({...THOUGHT, summary: []}),
    thinking('Look first', 0),
    begun({type: 'message', id: 'msg_1', role: 'assistant', phase: 'commentary', content: []}, 1),
    told('output_text.delta', 'msg_1', {output_index: 1, content_index: 0, delta: 'I will '}),
    told('output_text.delta', 'msg_1', {output_index: 1, content_index: 0, delta: 'look.'}),
    begun({...LOOK, id: 'fc_1', arguments: ''}, 2),
    told('function_call_arguments.delta', 'fc_1', {output_index: 2, delta: '{"at":'}),
    told('function_call_arguments.delta', 'fc_1', {output_index: 2, delta: '1}'}),
  ])

  expect(reported).toEqual([
    {value: 'Look first', id: 'rs_1', metadata: undefined},
    {value: 'I will '},
    {value: 'look.'},
    {value: '', id: 'rs_1', metadata: {vscode_reasoning_done: true}},
    {callId: 'c1', name: 'look', input: {at: 1}},
  ])
  expect(output).toMatchObject([
    {type: 'reasoning', encrypted_content: 'x', summary: [{text: 'Look first'}]},
    {type: 'message', phase: 'commentary', content: [{type: 'output_text', text: 'I will look.'}]},
    {type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}'},
  ])
})

test('words without an announcement are remembered, and a call of which no argument came is not', async () => {
  const cut = await rejectionOf(report([begun({...LOOK, arguments: ''}, 1)]))
  const {output} = await report([delta('so f')])

  expect(cut.message).toContain('cut off in the middle of a call to look')
  expect(output).toMatchObject([
    {type: 'message', role: 'assistant', content: [{type: 'output_text', text: 'so f'}]},
  ])
})

test('an item that only the last event has is remembered beside those that came before', async () => {
  const second = {...LOOK, call_id: 'c2'}
  const {reported, output} = await report([delta('ab')], {result: {output: [says('ab'), second]}})
  expect(reported).toEqual([{value: 'ab'}, {callId: 'c2', name: 'look', input: {at: 1}}])
  expect(output).toEqual([says('ab'), second])
})

test('a message that was cut off is remembered as far as it came, with its phase', async () => {
  const started = {type: 'message', role: 'assistant', phase: 'commentary', content: []}
  const {output} = await report([done(THOUGHT), begun(started, 1), delta('so f', 1)], {result: CUT})
  expect(output).toEqual([
    THOUGHT,
    {
      ...started,
      status: undefined,
      content: [{type: 'output_text', annotations: [], text: 'so f'}],
    },
  ])
})

test.each([
  ['nothing', [], true],
  ['thoughts alone', [done(THOUGHT)], true],
  ['a word', [delta('a')], false],
  ['a call', [done(LOOK)], false],
])('an answer of %s is told to be empty or not', async (_, events, isEmpty) => {
  expect((await report(events)).end).toEqual({isEmpty})
})

test('an answer that was cut off says why', async () => {
  const result = {incomplete_details: {reason: 'max_output_tokens'}}
  const {end} = await report([delta('a')], {result})
  expect(end).toEqual({incompleteBecause: 'max_output_tokens', isEmpty: false})
})

test('the chat is told how many tokens it took', async () => {
  const usage = {
    input_tokens: 100,
    input_tokens_details: {cached_tokens: 60},
    output_tokens: 20,
    total_tokens: 120,
  }
  const {reported} = await report([delta('a')], {result: {usage}})
  const {data, mimeType} = reported.at(-1) as {data: Uint8Array; mimeType: string}
  expect(mimeType).toBe('usage')
  expect(JSON.parse(Buffer.from(data).toString())).toEqual({
    prompt_tokens: 100,
    completion_tokens: 20,
    total_tokens: 120,
    prompt_tokens_details: {cached_tokens: 60},
  })
})

test('an answer that does not say how many tokens it took tells the chat none', async () => {
  const {reported} = await report([delta('a')], {result: {usage: null}})
  expect(reported).toEqual([{value: 'a'}])
})

test('what came before an answer broke off is reported', async () => {
  const reported: unknown[] = []
  const chunks = ['a', 'b'].map((text) =>
    Buffer.from(`event: response.output_text.delta\ndata: ${JSON.stringify(delta(text))}\n\n`),
  )
  const answer = {
    async pull(sink: AnswerSink) {
      const chunk = chunks.shift()
      if (chunk) sink.write(chunk)
      else sink.fail(new EventInvalidError('broken off'))
    },
    result: () => ({}),
  }
  const progress = {report: (part: unknown) => void reported.push({...Object(part)})}
  const options = {parts: chatParts, progress, remember: () => {}}
  await expect(reportAnswer(answer, options)).rejects.toThrow('broken off')
  expect(reported.filter((part) => !isFiller(part))).toEqual([{value: 'a'}, {value: 'b'}])
})
