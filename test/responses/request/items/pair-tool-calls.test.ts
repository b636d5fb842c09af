import {expect, test} from 'vitest'
import type {Item} from '../../../../src/responses/request/memory/item-memory.ts'
import {pairToolCalls} from '../../../../src/responses/request/items/pair-tool-calls.ts'
import {createChangeList} from '../../../../src/responses/request-change.ts'

function pair(items: readonly Item[]) {
  const {changes, report} = createChangeList()
  return {paired: pairToolCalls(items, report), actions: changes.map(({action}) => action)}
}

const call = {type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}'}
const output = {type: 'function_call_output', call_id: 'call_1', output: 'text'}
const go = {role: 'user', content: 'Go on'}

function toMessage(callId: string, ...parts: object[]) {
  const heading = {type: 'input_text', text: `Output of tool call ${callId}:`}
  return {type: 'message', role: 'user', content: [heading, ...parts]}
}

test('a history in which nothing is missing is handed on without a copy', () => {
  const items = [
    call,
    {type: 'custom_tool_call', call_id: 'call_2', name: 'exec', input: 'ls'},
    output,
    {type: 'custom_tool_call_output', call_id: 'call_2', output: 'done'},
    {type: 'local_shell_call', call_id: 'call_3', action: {}},
    {type: 'function_call_output', call_id: 'call_3', output: 'as the official client answers'},
    {type: 'local_shell_call', call_id: 'call_4', action: {}},
    {type: 'local_shell_call_output', call_id: 'call_4', output: 'as the API says'},
    {type: 'tool_search_call', call_id: 'call_5', execution: 'client', arguments: {}},
    {type: 'tool_search_output', call_id: 'call_5', execution: 'client', tools: []},
    {type: 'tool_search_call', call_id: 'call_6', execution: 'server', arguments: {}},
    {type: 'tool_search_call', call_id: null, execution: 'server', arguments: {}},
    {type: 'tool_search_output', call_id: null, execution: 'server', tools: []},
    {type: 'web_search_call', status: 'completed', action: {}},
    {type: 'mcp_call', call_id: 'call_7', name: 'x', arguments: '{}', output: 'y'},
  ]

  expect(pair(items).paired).toBe(items)
})

test('a call that was never answered is answered right behind it', () => {
  const calls = [
    call,
    {type: 'custom_tool_call', call_id: 'call_2', name: 'exec', input: 'x'},
    {type: 'local_shell_call', call_id: 'call_3', action: {}},
    {type: 'tool_search_call', call_id: 'call_4', arguments: {}},
    {type: 'apply_patch_call', call_id: 'call_5', operation: {}},
    {type: 'shell_call', call_id: 'call_6', action: {}},
  ]
  const {paired, actions} = pair([...calls, go])

  expect(paired.filter((item) => !calls.includes(item as (typeof calls)[number]))).toEqual([
    {type: 'function_call_output', call_id: 'call_1', output: 'aborted'},
    {type: 'custom_tool_call_output', call_id: 'call_2', output: 'aborted'},
    {type: 'function_call_output', call_id: 'call_3', output: 'aborted'},
    {
      type: 'tool_search_output',
      call_id: 'call_4',
      status: 'completed',
      execution: 'client',
      tools: [],
    },
    {type: 'apply_patch_call_output', call_id: 'call_5', status: 'failed', output: 'aborted'},
    {
      type: 'shell_call_output',
      call_id: 'call_6',
      output: [{stdout: '', stderr: 'aborted', outcome: {type: 'exit', exit_code: 1}}],
    },
    go,
  ])
  expect(paired.slice(0, 2)).toEqual([
    call,
    {type: 'function_call_output', call_id: 'call_1', output: 'aborted'},
  ])
  expect(actions).toEqual(Array.from({length: 6}, () => 'added'))
})

test('a call that nobody can answer becomes something the model said', () => {
  const {paired, actions} = pair([
    {type: 'computer_call', call_id: 'call_1', action: {type: 'click'}},
  ])

  expect(paired).toEqual([
    {
      type: 'message',
      role: 'assistant',
      content: [
        {
          type: 'output_text',
          text: 'Tool call call_1 (computer_call) was not answered: {"action":{"type":"click"}}',
        },
      ],
    },
  ])
  expect(actions).toEqual(['replaced'])
})

test('"No tool call found for function call output": it becomes a message, with its images', () => {
  const image = {type: 'input_image', image_url: 'data:image/png;base64,AA=='}
  const screenshot = {type: 'computer_screenshot', image_url: 'data:image/png;base64,AA=='}
  const {paired, actions} = pair([
    {type: 'function_call_output', call_id: 'call_1', output: 'forty-two'},
    {type: 'custom_tool_call_output', call_id: 'call_2', output: [image, {type: 'x'}]},
    {type: 'computer_call_output', call_id: 'call_3', output: screenshot},
    {type: 'tool_search_output', call_id: 'call_4', tools: ['a']},
  ])

  expect(paired).toEqual([
    toMessage('call_1', {type: 'input_text', text: 'forty-two'}),
    toMessage('call_2', image, {type: 'input_text', text: '{"type":"x"}'}),
    toMessage('call_3', image),
    toMessage('call_4', {type: 'input_text', text: '["a"]'}),
  ])
  expect(actions).toEqual(['replaced', 'replaced', 'replaced', 'replaced'])
})

test('an output that came before its call is moved behind it', () => {
  expect(pair([output, go, call])).toEqual({paired: [go, call, output], actions: ['moved']})
})

test('an output gets the type of its call', () => {
  const custom = {type: 'custom_tool_call', call_id: 'call_1', name: 'exec', input: 'ls'}

  expect(pair([custom, output])).toEqual({
    paired: [custom, {type: 'custom_tool_call_output', call_id: 'call_1', output: 'text'}],
    actions: ['replaced'],
  })
})

test('"Duplicate function_call_output": ids that come again are numbered, in pairs', () => {
  const again = {...call, name: 'write'}
  const {paired} = pair([call, output, again, {...output, output: 'second'}])

  expect(paired).toEqual([
    call,
    output,
    {...again, call_id: 'call_1_1'},
    {...output, call_id: 'call_1_1', output: 'second'},
  ])
})

test('numbers stay the same as the history grows, so that the cache stays warm', () => {
  const turn = [call, output]
  const short = pair([...turn, ...turn]).paired
  const long = pair([...turn, ...turn, ...turn]).paired

  expect(long.slice(0, 4)).toEqual(short)
  expect(new Set(long.map((item) => item['call_id'])).size).toBe(3)
})

test('a second output of the same call becomes a message', () => {
  const {paired} = pair([call, output, {...output, output: 'again'}])

  expect(paired).toEqual([
    call,
    output,
    expect.objectContaining({type: 'message', role: 'user'}) as object,
  ])
})

test('"string too long": an id over 64 characters is shortened on both sides', () => {
  const long = `call_${'x'.repeat(80)}`
  const other = `call_${'x'.repeat(81)}`
  const {paired} = pair([
    {...call, call_id: long},
    {...call, call_id: other},
    {...output, call_id: other},
    {...output, call_id: long},
  ])

  const [first, second, third, fourth] = paired.map((item) => String(item['call_id']))
  expect(first).toHaveLength(50)
  expect([third, fourth]).toEqual([second, first])
  expect(second).not.toBe(first)
})

test('thousands of calls with one id take no quadratic time', () => {
  const items = Array.from({length: 20_000}, () => [call, output]).flat()

  const {paired} = pair(items)

  expect(new Set(paired.map((item) => item['call_id'])).size).toBe(20_000)
})
