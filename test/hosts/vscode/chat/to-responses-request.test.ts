import {expect, test} from 'vitest'
import {createAnswerMemory} from '../../../../src/hosts/vscode/chat/answer-memory.ts'
import {toResponsesRequest} from '../../../../src/hosts/vscode/chat/to-responses-request.ts'
import type {ChatRequestOptions} from '../../../../src/hosts/vscode/vscode-api.ts'
import {chatParts} from '../../../support/editor/chat-parts.ts'

const {LanguageModelTextPart: Text} = chatParts
const USER = 1
const AUTO = 1
const REQUIRED = 2
const INPUT = [{type: 'message', role: 'user', content: [{type: 'input_text', text: 'hello'}]}]

function convert(options: Partial<ChatRequestOptions> = {}) {
  const message = {role: USER, name: undefined, content: [new Text('hello')]}
  const {request, ignored} = toResponsesRequest(
    {
      model: 'gpt-5.2-codex',
      messages: [message],
      options: {toolMode: AUTO, ...options},
    },
    {parts: chatParts, answers: createAnswerMemory()},
  )
  return {request, ignored}
}

test('a question is a request for a stream, and nothing more', () => {
  expect(convert()).toEqual({
    request: {model: 'gpt-5.2-codex', input: INPUT, stream: true},
    ignored: [],
  })
})

const LOOK = {name: 'look', description: 'Looks.', inputSchema: {type: 'object', properties: {}}}

test.each([
  [AUTO, 'auto'],
  [REQUIRED, 'required'],
])('tools are offered, and in mode %i their use is %s', (toolMode, choice) => {
  const {request} = convert({tools: [LOOK], toolMode})
  expect(request).toMatchObject({
    tools: [
      {
        type: 'function',
        name: 'look',
        description: 'Looks.',
        parameters: {type: 'object', properties: {}},
        strict: false,
      },
    ],
    tool_choice: choice,
  })
})

test('a tool without a schema takes nothing, and no tools are no choice', () => {
  const {request} = convert({tools: [{name: 'now', description: 'Says the time.'}]})
  expect(request['tools']).toMatchObject([{parameters: {type: 'object', properties: {}}}])
  expect(convert({tools: [], toolMode: REQUIRED}).request).not.toHaveProperty('tool_choice')
})

test('the effort that the user chose is asked for', () => {
  const {request} = convert({modelConfiguration: {reasoningEffort: 'high', other: 1}})
  expect(request).toMatchObject({reasoningEffort: 'high'})
  expect(request).not.toHaveProperty('other')
})

test.each([{reasoning: {effort: 'low'}}, {reasoningEffort: 'low'}, {reasoning_effort: 'low'}])(
  'the effort that an extension asks for wins: %j',
  (modelOptions) => {
    const {request} = convert({modelOptions, modelConfiguration: {reasoningEffort: 'high'}})
    expect(request).toEqual({model: 'gpt-5.2-codex', input: INPUT, stream: true, ...modelOptions})
  },
)

test('what is meant for the inside of the editor is not passed on, and the rest is named', () => {
  const {request, ignored} = convert({
    modelOptions: {
      _otelTraceContext: {traceId: 't-1'},
      _conversationId: 'conversation-1',
      temperature: 0.1,
      verbosity: 'low',
    },
  })
  expect(request).toEqual({
    model: 'gpt-5.2-codex',
    input: INPUT,
    stream: true,
    prompt_cache_key: 'conversation-1',
    verbosity: 'low',
  })
  expect(ignored).toEqual(['_otelTraceContext', 'temperature'])
})

test('an extension may name the conversation itself', () => {
  const modelOptions = {_conversationId: 'conversation-1', prompt_cache_key: 'mine'}
  expect(convert({modelOptions}).request).toMatchObject({prompt_cache_key: 'mine'})
})

test('an extension cannot take the place of what the editor asks', () => {
  const modelOptions = {model: 'gpt-9', input: 'other', stream: false, tools: [], store: true}
  expect(convert({modelOptions})).toEqual({
    request: {model: 'gpt-5.2-codex', input: INPUT, stream: true},
    ignored: ['model', 'input', 'stream', 'tools', 'store'],
  })
})
