import {expect, test} from 'vitest'
import type {RichError} from '../../../src/simulator/backend-answer.ts'
import {
  ask,
  readEvents,
  startTestSimulator,
  userMessage,
} from '../../support/servers/ask-simulator.ts'

const CALL = {type: 'function_call', call_id: 'call_7', name: 'weather', arguments: '{}'}
const OUTPUT = {type: 'function_call_output', call_id: 'call_7', output: 'rain'}

test.each([
  ['stream that is not true', {stream: false}, 'Stream must be set to true'],
  ['stream that is left out', {stream: undefined}, 'Stream must be set to true'],
  ['store that is not false', {store: true}, 'Store must be set to false'],
  ['store that is left out', {store: undefined}, 'Store must be set to false'],
  ['no instructions', {instructions: undefined}, 'Instructions are required'],
  ['empty instructions', {instructions: ''}, 'Instructions are required'],
  ['input that is a string', {input: 'hello'}, 'Input must be a list'],
  ['max_output_tokens', {max_output_tokens: 5}, 'Unsupported parameter: max_output_tokens'],
  ['temperature', {temperature: 0}, 'Unsupported parameter: temperature'],
  ['top_p', {top_p: 1}, 'Unsupported parameter: top_p'],
  ['metadata', {metadata: {}}, 'Unsupported parameter: metadata'],
  ['user', {user: 'me'}, 'Unsupported parameter: user'],
  ['truncation', {truncation: 'auto'}, 'Unsupported parameter: truncation'],
  [
    'previous_response_id',
    {previous_response_id: 'resp_1'},
    'Unsupported parameter: previous_response_id',
  ],
  ['a tier it does not have', {service_tier: 'default'}, 'Unsupported service_tier: default'],
  [
    'a system message',
    {input: [{role: 'system', content: 'x'}]},
    'System messages are not allowed',
  ],
])('refuses %s', async (_, fields, detail) => {
  const simulator = await startTestSimulator()

  const response = await ask(simulator, fields)

  expect([response.status, await response.json()]).toEqual([400, {detail}])
})

test.each([
  [
    'an item reference',
    {input: [{type: 'item_reference', id: 'rs_1'}]},
    404,
    /^Item with id 'rs_1' not found\. Items are not persisted when `store` is set to false/,
  ],
  [
    'an input part in an assistant message',
    {input: [{role: 'assistant', content: [{type: 'input_text', text: 'x'}]}]},
    400,
    /^Invalid value: 'input_text'\. Supported values are: 'output_text' and 'refusal'\.$/,
  ],
  [
    'an output without its call',
    {input: [OUTPUT]},
    400,
    /^No tool call found for function call output with call_id call_7\.$/,
  ],
  [
    'a call without its output',
    {input: [CALL, userMessage('and?')]},
    400,
    /^No tool output found for function call call_7\.$/,
  ],
  [
    'an effort that the model lacks',
    {model: 'gpt-5.1-codex-mini', reasoning: {effort: 'low'}},
    400,
    /^Unsupported value: 'low' is not supported with the 'gpt-5\.1-codex-mini' model\. Supported values are: 'medium' and 'high'\.$/,
  ],
  [
    'an effort that does not exist on the wire',
    {model: 'gpt-6-sol', reasoning: {effort: 'ultra'}},
    400,
    /^Invalid value: 'ultra'\./,
  ],
  [
    'a tool that does not say of what type it is',
    {input: [{type: 'additional_tools', tools: [{name: 'read'}]}]},
    400,
    /^Missing required parameter: 'input\[0\]\.tools\[0\]\.type'\.$/,
  ],
  [
    'a name of a function that is too long',
    {input: [{...CALL, name: 'n'.repeat(65)}, OUTPUT]},
    400,
    /^Invalid 'input\[0\]\.name': string too long\./,
  ],
  ['an input item of a wrong shape', {input: [7]}, 400, /^Invalid value for 'input\[0\]'/],
])('refuses %s', async (_, fields, status, message) => {
  const simulator = await startTestSimulator()

  const response = await ask(simulator, fields)

  const {error} = (await response.json()) as {error: RichError}
  expect(response.status).toBe(status)
  expect(error.message).toMatch(message)
  expect(error.type).toBe('invalid_request_error')
})

test('accepts a call and its output', async () => {
  const simulator = await startTestSimulator()

  const response = await ask(simulator, {input: [CALL, OUTPUT]})

  expect(response.status).toBe(200)
})

test('accepts what an MCP server offered and did, and a search without an id of its call', async () => {
  const simulator = await startTestSimulator()
  const input = [
    {type: 'mcp_list_tools', id: 'mcpl_1', server_label: 's', tools: [{name: 'read'}]},
    {
      type: 'mcp_call',
      id: 'mcp_1',
      server_label: 's',
      name: 'n'.repeat(65),
      arguments: '{}',
      output: null,
    },
    {type: 'tool_search_call', call_id: null, execution: 'server', arguments: {}},
    {type: 'tool_search_output', call_id: null, execution: 'server', tools: []},
    userMessage('and?'),
  ]

  expect((await ask(simulator, {input})).status).toBe(200)
})

test.each([
  ['the lite header', {'x-openai-internal-codex-responses-lite': 'true'}],
  ['an official client that sends none', {'user-agent': 'codex_exec/0.169.0 (Debian 12; x86_64)'}],
])('does without instructions for %s', async (_, headers) => {
  const simulator = await startTestSimulator()
  const fields = {instructions: undefined, input: [{role: 'developer', content: 'Be brief.'}]}

  const response = await ask(simulator, fields, {headers})

  expect(response.status).toBe(200)
})

test('asks an older official client for instructions', async () => {
  const simulator = await startTestSimulator()
  const fields = {instructions: undefined, input: [{role: 'developer', content: 'Be brief.'}]}

  const response = await ask(simulator, fields, {headers: {version: '0.144.1'}})

  expect(await response.json()).toEqual({detail: 'Instructions are required'})
})

test('takes its own encrypted content back, and not that of another account', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
  })
  const events = await readEvents(
    await ask(simulator, {
      reasoning: {effort: 'high'},
      include: ['reasoning.encrypted_content'],
    }),
  )
  const item = events.find(({type}) => type === 'response.output_item.done')?.item
  const fields = {input: [item, userMessage('go on')]}
  const {access_token: token} = await simulator.issueTokens('bob@example.com')

  const own = await ask(simulator, fields)
  const foreign = await ask(simulator, fields, {token})

  expect(own.status).toBe(200)
  expect([foreign.status, await foreign.json()]).toMatchObject([
    400,
    {error: {code: 'invalid_encrypted_content'}},
  ])
})

test.each([
  ['it never heard of', 'gpt-9', {}, 404, 'Model not found gpt-9'],
  [
    'that was retired',
    'gpt-5.3-codex',
    {},
    400,
    "The 'gpt-5.3-codex' model is not supported when using Codex with a ChatGPT account.",
  ],
  [
    'that the plan does not have',
    'gpt-6-sol',
    {},
    400,
    "The 'gpt-6-sol' model is not supported when using Codex with a ChatGPT account.",
  ],
  [
    'that needs a newer client',
    'gpt-6-luna',
    {version: '0.100.0'},
    400,
    "The 'gpt-6-luna' model requires a newer version of Codex. " +
      'Please upgrade to the latest app or CLI and try again.',
  ],
  ['that it hides from other clients', 'gpt-5.6-luna', {}, 404, 'Model not found gpt-5.6-luna'],
])('refuses a model %s', async (_, model, headers, status, detail) => {
  const simulator = await startTestSimulator({accounts: [{email: 'a@example.com', plan: 'free'}]})

  const response = await ask(simulator, {model}, {headers: {'user-agent': 'other/1', ...headers}})

  expect([response.status, await response.json()]).toEqual([status, {detail}])
})

test('refuses the older models to an account that no longer has them', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'a@example.com', olderModels: false}],
  })

  const response = await ask(simulator, {model: 'gpt-5.2-codex'})

  expect(response.status).toBe(400)
})
