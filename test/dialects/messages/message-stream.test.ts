import {expect, test} from 'vitest'
import {MessageWriter} from '../../../src/dialects/messages/answer/message-writer.ts'

/** Events of the Responses API, as events of the Messages API. */

const CREATED = {type: 'response.created', response: {id: 'resp_1'}}
const COMPLETED = {
  type: 'response.completed',
  response: {
    status: 'completed',
    usage: {
      input_tokens: 100,
      input_tokens_details: {cached_tokens: 64},
      output_tokens: 20,
    },
  },
}

const added = (output_index: number, item: object) => ({
  type: 'response.output_item.added',
  output_index,
  item,
})
const done = (output_index: number, item: object) => ({
  type: 'response.output_item.done',
  output_index,
  item,
})
const text = (output_index: number, delta: string) => ({
  type: 'response.output_text.delta',
  output_index,
  content_index: 0,
  delta,
})
const callArguments = (output_index: number, delta: string) => ({
  type: 'response.function_call_arguments.delta',
  output_index,
  delta,
})
const thought = (summary_index: number, delta: string) => ({
  type: 'response.reasoning_summary_text.delta',
  output_index: 0,
  summary_index,
  delta,
})
const call = (name: string, call_id: string, more: object = {}) => ({
  type: 'function_call',
  id: `fc_${call_id}`,
  call_id,
  name,
  arguments: '',
  ...more,
})

function write(events: readonly object[], stopSequences: readonly string[] = []) {
  const written: Record<string, unknown>[] = []
  const writer = new MessageWriter((event) => void written.push(event), {
    model: 'claude-sonnet-4-5',
    stopSequences,
    askedAtMs: 1_795_176_000_000,
  })
  for (const event of events) writer.take({...event})
  return written
}

/** An event of the Messages API, as far as the tests look at it. */
interface Told {
  readonly type?: string
  readonly index?: number
  readonly content_block?: {readonly type: string}
  readonly delta?: Readonly<Record<string, unknown>>
}

/** What the blocks are and say, and how it ended. */
function told(events: readonly object[], stopSequences?: readonly string[]): unknown[] {
  return write(events, stopSequences).flatMap((event): unknown[] => {
    const {content_block: block, delta = {}, index, type} = event as Told
    const {type: _type, ...says} = delta
    switch (type ?? '') {
      case 'content_block_start':
        return [`${index} ${block?.type}`]
      case 'content_block_delta':
        return Object.values(says)
      case 'content_block_stop':
        return [`${index} stop`]
      case 'message_delta':
        return [delta['stop_reason']]
      default:
        return []
    }
  })
}

test('an answer is told in the order of the protocol', () => {
  const item = {type: 'message', id: 'msg_1', content: [{type: 'output_text', text: 'Hello'}]}

  expect(
    write([
      CREATED,
      added(0, {type: 'message', id: 'msg_1', content: []}),
      text(0, 'Hel'),
      text(0, 'lo'),
      done(0, item),
      COMPLETED,
    ]),
  ).toEqual([
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {
          input_tokens: 0,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          output_tokens: 1,
        },
      },
    },
    {type: 'content_block_start', index: 0, content_block: {type: 'text', text: ''}},
    {type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: 'Hel'}},
    {type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: 'lo'}},
    {type: 'content_block_stop', index: 0},
    {
      type: 'message_delta',
      delta: {stop_reason: 'end_turn', stop_sequence: null},
      usage: {
        input_tokens: 36,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 64,
        output_tokens: 20,
      },
    },
    {type: 'message_stop'},
  ])
})

test('calls that are written at the same time come one after the other', () => {
  expect(
    told([
      CREATED,
      added(0, call('Bash', 'call_1')),
      added(1, call('Grep', 'call_2')),
      callArguments(0, '{"a":'),
      callArguments(1, '{"b":2}'),
      callArguments(0, '1}'),
      done(1, call('Grep', 'call_2', {arguments: '{"b":2}'})),
      done(0, call('Bash', 'call_1', {arguments: '{"a":1}'})),
      COMPLETED,
    ]),
  ).toEqual(['0 tool_use', '{"a":', '1}', '0 stop', '1 tool_use', '{"b":2}', '1 stop', 'tool_use'])
})

test('an item that is never said to be done is closed with the answer', () => {
  expect(told([CREATED, text(0, 'Half'), added(1, call('Bash', 'call_1')), COMPLETED])).toEqual([
    '0 text',
    'Half',
    '0 stop',
    '1 tool_use',
    '1 stop',
    'tool_use',
  ])
})

test('reasoning is thinking with a signature, parts with a blank line between them', () => {
  const item = {type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA=='}

  expect(
    told([
      CREATED,
      added(0, {type: 'reasoning', id: 'rs_1', summary: []}),
      thought(0, 'First'),
      thought(1, 'Then'),
      done(0, item),
      text(1, 'Hi'),
      COMPLETED,
    ]),
  ).toEqual([
    '0 thinking',
    'First',
    '\n\nThen',
    'codex1.rs_1.gAAA==',
    '0 stop',
    '1 text',
    'Hi',
    '1 stop',
    'end_turn',
  ])
})

test('reasoning without a summary is a signature alone, and without either it is not told', () => {
  const encrypted = {type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA'}

  expect(told([CREATED, done(0, encrypted), COMPLETED])).toEqual([
    '0 thinking',
    'codex1.rs_1.gAAA',
    '0 stop',
    'end_turn',
  ])
  expect(told([CREATED, done(0, {type: 'reasoning', summary: []}), COMPLETED])).toEqual([
    'end_turn',
  ])
})

const incomplete = (reason: string) => ({
  type: 'response.incomplete',
  response: {status: 'incomplete', incomplete_details: {reason}},
})

test('an answer that was cut short does not say that it came to its end', () => {
  expect(told([CREATED, text(0, 'So'), incomplete('max_output_tokens')]).at(-1)).toBe('max_tokens')
  expect(told([CREATED, text(0, 'So'), incomplete('content_filter')]).at(-1)).toBe('refusal')
})

test('a text ends at a stop sequence, also at one that comes in parts', () => {
  const events = [CREATED, text(0, 'one ST'), text(0, 'OP two'), COMPLETED]

  expect(told(events, ['STOP', 'two'])).toEqual(['0 text', 'one ', '0 stop', 'stop_sequence'])
  expect(write(events, ['STOP']).at(-2)).toMatchObject({
    delta: {stop_reason: 'stop_sequence', stop_sequence: 'STOP'},
  })
  expect(told([CREATED, text(0, 'one ST'), text(0, 'ART'), COMPLETED], ['STOP'])).toEqual([
    '0 text',
    'one ',
    'START',
    '0 stop',
    'end_turn',
  ])
  expect(told([CREATED, text(0, 'at the end ST'), COMPLETED], ['STOP'])).toEqual([
    '0 text',
    'at the end ',
    'ST',
    '0 stop',
    'end_turn',
  ])
})

test('an empty field that one tool of Claude Code refuses is left out', () => {
  const filled = '{"file_path":"/a","pages":""}'

  expect(
    told([
      CREATED,
      added(0, call('Read', 'call_1')),
      callArguments(0, filled.slice(0, 9)),
      callArguments(0, filled.slice(9)),
      done(0, call('Read', 'call_1', {arguments: filled})),
      COMPLETED,
    ]),
  ).toEqual(['0 tool_use', '{"file_path":"/a"}', '0 stop', 'tool_use'])
})

test('a search of the web is a block that asks and one that found', () => {
  const search = {
    type: 'web_search_call',
    id: 'ws_1',
    status: 'completed',
    action: {type: 'search', query: 'codex'},
  }
  const annotations = [{type: 'url_citation', url: 'https://a.example/', title: 'A'}]
  const message = {
    type: 'message',
    content: [{type: 'output_text', text: 'See A.', annotations}],
  }

  const events = write([CREATED, done(0, search), text(1, 'See A.'), done(1, message), COMPLETED])

  expect(events.flatMap(({content_block: block}) => block ?? [])).toEqual([
    {type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {}},
    {type: 'text', text: ''},
    {
      type: 'web_search_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: [
        {
          type: 'web_search_result',
          url: 'https://a.example/',
          title: 'A',
          encrypted_content: '',
          page_age: null,
        },
      ],
    },
  ])
  expect(events.at(-2)).toMatchObject({
    delta: {stop_reason: 'end_turn'},
    usage: {server_tool_use: {web_search_requests: 1}},
  })
})
