/**
 * Items whose fields are there, but of types that the backend does not take.
 */
import {expect, test} from 'vitest'
import {createItemMemory, type Item} from '../../../../src/responses/request/memory/item-memory.ts'
import {shapeInput} from '../../../../src/responses/request/items/shape-input.ts'

function shape(input: readonly Item[]): readonly Item[] {
  return shapeInput(input, {items: createItemMemory(), report: () => {}})
}

const MCP_CALL = {type: 'mcp_call', id: 'mcp_1', server_label: 's', name: 'n', arguments: '{}'}

test.each<Item>([
  {...MCP_CALL, name: 7},
  {...MCP_CALL, server_label: {}},
  {...MCP_CALL, arguments: {}},
  {type: 'web_search_call', id: 'ws_1', action: 'search'},
  {type: 'mcp_list_tools', id: 'mcpl_1', server_label: 's', tools: {}},
  {type: 'file_search_call', id: 'fs_1', queries: 'q'},
  {type: 'image_generation_call', id: 'ig_1', result: {}},
  {type: 'mcp_approval_request', id: 'i'.repeat(65), name: 'n', arguments: '{}'},
  {type: 'program', id: 'p', call_id: 'c'.repeat(65), code: '', fingerprint: 'f'},
])('an item becomes a note when a field it needs is of another type: %j', (item) => {
  expect(shape([item])).toEqual([
    {
      type: 'message',
      role: 'assistant',
      content: [
        {
          type: 'output_text',
          text: expect.stringMatching(/^\[An item that ChatGPT does not take: /) as string,
        },
      ],
    },
  ])
})

test.each<readonly [Item, string]>([
  [{type: 'tool_search_call', call_id: 'c'.repeat(65), execution: 'server'}, 'call_id'],
  [{type: 'tool_search_call', call_id: '', execution: 'server'}, 'call_id'],
  [{type: 'tool_search_output', call_id: 7, execution: 'server', tools: []}, 'call_id'],
  [{...MCP_CALL, approval_request_id: 7}, 'approval_request_id'],
  [{type: 'additional_tools', role: {}, tools: []}, 'role'],
])('of %j, a field of another type is left out that may be missing: %s', (item, field) => {
  expect(shape([item])).toEqual([{...item, [field]: undefined}])
})

test('what may be null, and the untyped tools of an MCP server, stay as the backend wrote them', () => {
  const items = [
    {type: 'tool_search_call', call_id: null, execution: 'server', arguments: {query: 'q'}},
    {type: 'tool_search_output', call_id: null, execution: 'server', tools: []},
    {...MCP_CALL, output: null, error: null},
    {type: 'mcp_list_tools', id: 'mcpl_1', server_label: 's', tools: [{name: 'n'}]},
    {type: 'mcp_approval_request', id: 'mcpr_1', name: 'n', arguments: '{}'},
  ]

  expect(shape(items)).toEqual(items)
})

test('of two requests for approval with one id, the second becomes a note', () => {
  const request = {type: 'mcp_approval_request', id: 'mcpr_1', name: 'n', arguments: '{}'}

  expect(shape([request, request]).map(({type}) => type)).toEqual([
    'mcp_approval_request',
    'message',
  ])
})

test('an id that is made up is unlike those that others have', () => {
  const search = {type: 'web_search_call', action: {type: 'search'}}

  expect(shape([{...search, id: 'ws_input_1_'}, search]).map(({id}) => id)).toEqual([
    'ws_input_1_',
    'ws_input_1__',
  ])
})

test('texts in a list, which a shell does not give, are parts', () => {
  const call = {type: 'shell_call', call_id: 'call_1', action: {commands: ['ls']}}
  const output = {type: 'shell_call_output', call_id: 'call_1', output: ['a']}

  expect(shape([call, output])[1]?.['output']).toEqual([{type: 'input_text', text: 'a'}])
})
