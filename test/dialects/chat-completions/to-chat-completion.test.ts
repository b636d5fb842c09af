import {expect, test} from 'vitest'
import {toChatCompletion} from '../../../src/dialects/chat-completions/to-chat-completion.ts'

const OPTIONS = {model: 'gpt-5.2-high', askedAtMs: 1_795_176_000_000}

const REASONING = {
  type: 'reasoning',
  summary: [
    {type: 'summary_text', text: 'Let me see.'},
    {type: 'summary_text', text: 'Yes.'},
  ],
}
const MESSAGE = {
  type: 'message',
  content: [
    {type: 'output_text', text: 'Hello, '},
    {type: 'output_text', text: 'wörld'},
  ],
}
const CALL = {type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":1}'}
const CUSTOM = {type: 'custom_tool_call', call_id: 'call_2', name: 'sql', input: 'SELECT 1'}

function choiceOf(response: object): unknown {
  return (toChatCompletion({...response}, OPTIONS) as {choices: unknown[]}).choices[0]
}

test('a response is one choice, with its thoughts and its usage', () => {
  const response = {
    id: 'resp_1',
    created_at: 1_795_176_007,
    model: 'gpt-5.2',
    status: 'completed',
    output: [REASONING, MESSAGE],
    usage: {
      input_tokens: 100,
      input_tokens_details: {cached_tokens: 64},
      output_tokens: 20,
      output_tokens_details: {reasoning_tokens: 12},
      total_tokens: 120,
    },
  }

  expect(toChatCompletion(response, OPTIONS)).toEqual({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_795_176_007,
    model: 'gpt-5.2-high',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hello, wörld',
          refusal: null,
          reasoning_content: 'Let me see.\n\nYes.',
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: {cached_tokens: 64},
      completion_tokens_details: {reasoning_tokens: 12},
    },
  })
})

test('calls are calls, and nothing is said', () => {
  expect(choiceOf({output: [CALL, CUSTOM]})).toEqual({
    index: 0,
    message: {
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [
        {id: 'call_1', type: 'function', function: {name: 'look', arguments: '{"at":1}'}},
        {id: 'call_2', type: 'custom', custom: {name: 'sql', input: 'SELECT 1'}},
      ],
    },
    logprobs: null,
    finish_reason: 'tool_calls',
  })
})

test('a refusal takes the place of the content', () => {
  const content = [{type: 'refusal', refusal: 'No.'}]

  expect(choiceOf({output: [{type: 'message', content}]})).toMatchObject({
    message: {content: null, refusal: 'No.'},
    finish_reason: 'stop',
  })
})

test.each([
  [{status: 'incomplete', incomplete_details: {reason: 'max_output_tokens'}}, 'length'],
  [{status: 'incomplete', incomplete_details: {reason: 'content_filter'}}, 'content_filter'],
  [{status: 'incomplete'}, 'length'],
  [{incomplete_details: {reason: 'max_output_tokens'}}, 'length'],
])('%j is over for the reason %s', (fields, reason) => {
  expect(choiceOf({...fields, output: [MESSAGE, CALL]})).toMatchObject({finish_reason: reason})
})

test.each([{}, {output: null, usage: null}, {output: [null, {type: 'message', content: 'x'}]}])(
  'a response of the form %j is an empty answer, not a crash',
  (response) => {
    expect(toChatCompletion(response, OPTIONS)).toMatchObject({
      id: 'chatcmpl-1795176000000',
      created: 1_795_176_000,
      choices: [{message: {content: ''}}],
    })
  },
)
