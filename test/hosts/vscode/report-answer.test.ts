import {expect, test} from 'vitest'
import type {JsonObject} from '../../../src/http/json-object.ts'
import {createCallMemory} from '../../../src/hosts/vscode/call-memory.ts'
import {reportAnswer} from '../../../src/hosts/vscode/report-answer.ts'
import type {ChatParts} from '../../../src/hosts/vscode/vscode-api.ts'
import {chatParts, isFiller} from '../../support/chat-parts.ts'

async function report(
  events: readonly JsonObject[],
  {parts = chatParts, result = {}}: {parts?: ChatParts; result?: JsonObject} = {},
) {
  const reported: unknown[] = []
  const calls = createCallMemory()
  const chunks = events.map((event) =>
    Buffer.from(`event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`),
  )
  const answer = {
    read: async () => chunks.shift(),
    cancel: async () => {},
    result: () => result,
  }
  const progress = {report: (part: unknown) => void reported.push({...Object(part)})}
  const end = await reportAnswer(answer, {parts, calls, progress})
  return {reported: reported.filter((part) => !isFiller(part)), calls, end}
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

test('a call is reported once it is whole, and its thoughts are remembered with it', async () => {
  const call = {type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}'}
  const {reported, calls} = await report([done(THOUGHT), done(call, 1)])
  expect(reported.at(-1)).toEqual({callId: 'c1', name: 'look', input: {at: 1}})
  expect(calls.recall('c1')).toEqual([THOUGHT, call])
})

test('arguments that are no object reach the tool as an empty one', async () => {
  const call = {type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":'}
  const {reported} = await report([done(call)])
  expect(reported).toEqual([{callId: 'c1', name: 'look', input: {}}])
})

test('an answer that was cut off says why', async () => {
  const result = {incomplete_details: {reason: 'max_output_tokens'}}
  const {end} = await report([delta('a')], {result})
  expect(end).toEqual({incompleteBecause: 'max_output_tokens'})
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
    read: async () => chunks.shift() ?? Promise.reject(new Error('broken off')),
    cancel: async () => {},
    result: () => ({}),
  }
  const progress = {report: (part: unknown) => void reported.push({...Object(part)})}
  const options = {parts: chatParts, calls: createCallMemory(), progress}
  await expect(reportAnswer(answer, options)).rejects.toThrow('broken off')
  expect(reported.filter((part) => !isFiller(part))).toEqual([{value: 'a'}, {value: 'b'}])
})
