/**
 * Requests of the Responses API, of the Chat Completions API and for images: right, half right and
 * wrong.
 *
 * @module
 */
import * as fc from 'fast-check'
import {anyJson, anyOf, anyText, mostly} from './any-json.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAA'
const JPEG = '/9j/4AAQSkZJRgABAQAAAQAB'

/** Addresses of images: good, repairable and hopeless. */
const anyImageUrl = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'https://example.com/a.png',
      `data:image/png;base64,${PNG}`,
      `data:image/jpeg;base64,${JPEG}`,
      `data:image;base64,${PNG}`,
      `data:image/jpg;base64,${JPEG}`,
      `data:application/octet-stream;base64,${PNG.slice(0, -1)}`,
      `DATA:IMAGE/PNG;BASE64,${PNG}\n`,
      PNG,
    ),
  },
  fc.constantFrom(
    'data:image/svg+xml;utf8,<svg/>',
    'data:image/svg+xml;base64,PHN2Zy8+',
    'data:image/heic;base64,AAAAGGZ0eXBoZWlj',
    'data:image/png;base64,',
    'data:,',
    'file:///a.png',
    '',
  ),
  fc.base64String({maxLength: 12}).map((data) => `data:image/png;base64,${data}`),
  anyText,
)

const anyPart = fc.oneof(
  {
    weight: 8,
    arbitrary: anyOf({
      type: fc.constantFrom('input_text', 'output_text', 'text', 'refusal', 'summary_text'),
      text: mostly(anyText),
      refusal: anyText,
      cache_control: anyJson,
    }),
  },
  fc.record({type: fc.constantFrom('input_image', 'image_url'), image_url: mostly(anyImageUrl)}),
  fc.record({type: fc.constant('image_url'), image_url: fc.record({url: anyImageUrl})}),
  fc.record({
    type: fc.constantFrom('image', 'input_file', 'file'),
    data: fc.constantFrom(PNG, 'x'),
    mimeType: anyText,
    file: anyJson,
  }),
  anyJson,
)

const anyContent = fc.oneof(anyText, fc.array(anyPart, {maxLength: 3}), anyJson)

/** Few, so that they meet: with a double, a long one and none that can be used. */
const anyCallId = mostly(
  fc.constantFrom('call_1', 'call_2', 'call_3', 'c'.repeat(64), 'c'.repeat(65), 'd'.repeat(500)),
)

const CALLS = [
  'function_call',
  'custom_tool_call',
  'local_shell_call',
  'tool_search_call',
  'computer_call',
  'shell_call',
  'apply_patch_call',
]

const OUTPUTS = [
  'function_call_output',
  'custom_tool_call_output',
  'local_shell_call_output',
  'tool_search_output',
  'computer_call_output',
  'shell_call_output',
  'apply_patch_call_output',
]

const OTHERS = [
  'reasoning',
  'web_search_call',
  'image_generation_call',
  'file_search_call',
  'mcp_call',
  'mcp_approval_request',
  'mcp_approval_response',
  'compaction',
  'context_compaction',
  'compaction_trigger',
  'additional_tools',
  'agent_message',
  'configuration_update',
  'item_reference',
]

const anyId = mostly(fc.constantFrom('rs_1', 'msg_1', 'fc_1', 'ref_1', 'gone', 'i'.repeat(1000)))

const anyMessage = fc.record(
  {
    type: mostly(fc.constantFrom('message', 'message', 'agent_message')),
    role: mostly(fc.constantFrom('user', 'assistant', 'system', 'developer', 'tool', 'function')),
    content: anyContent,
    id: anyId,
    name: mostly(anyText),
    tool_call_id: anyCallId,
    tool_calls: mostly(
      fc.array(
        fc.record({
          id: anyCallId,
          function: anyOf({name: mostly(anyText), arguments: mostly(anyText)}),
        }),
        {maxLength: 2},
      ),
    ),
    refusal: anyText,
  },
  {requiredKeys: ['role', 'content']},
)

const anyToolItem = fc.record(
  {
    type: fc.constantFrom(...CALLS, ...OUTPUTS),
    call_id: anyCallId,
    id: anyId,
    name: mostly(anyText),
    arguments: mostly(anyText),
    input: mostly(anyText),
    output: anyContent,
    execution: fc.constantFrom('client', 'server'),
  },
  {requiredKeys: ['type', 'call_id']},
)

const anyOtherItem = fc.record(
  {
    type: fc.constantFrom(...OTHERS),
    id: anyId,
    call_id: anyCallId,
    role: fc.constantFrom('user', 'developer'),
    content: anyContent,
    summary: mostly(fc.constant([])),
    encrypted_content: mostly(fc.constantFrom('gAAA', '')),
    tools: anyJson,
  },
  {requiredKeys: ['type']},
)

/** An element of `input`. One in a hundred is no item at all. */
export const anyItem: fc.Arbitrary<unknown> = fc.oneof(
  {weight: 40, arbitrary: anyMessage},
  {weight: 40, arbitrary: anyToolItem},
  {weight: 30, arbitrary: anyOtherItem},
  {weight: 5, arbitrary: fc.record({id: anyId})},
  {weight: 1, arbitrary: anyJson},
)

/** A history of calls and outputs alone, with few ids. */
export const anyToolHistory = fc.array(
  fc.record(
    {
      type: fc.constantFrom(...CALLS, ...OUTPUTS),
      call_id: fc.constantFrom('call_1', 'call_2', 'c'.repeat(65), 'c'.repeat(66)),
      output: anyText,
    },
    {requiredKeys: ['type', 'call_id']},
  ),
  {minLength: 1, maxLength: 8},
)

const INNER_LIST = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const INNER_MAP = ['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas']
const INNER_SCHEMA = ['items', 'not', 'if', 'then', 'additionalProperties', 'contains']

function pairs(names: readonly string[], value: fc.Arbitrary<unknown>) {
  return fc.tuple(fc.constantFrom(...names), value)
}

/** JSON Schemas, and what looks like them: tuples, booleans, references to themselves, nonsense. */
export const anySchema: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  keyword: fc.oneof(
    pairs(['type'], fc.constantFrom('object', 'array', 'string', ['object', 'null'], ['array'])),
    pairs(['$ref'], fc.constantFrom('#', '#/$defs/a', '#/definitions/a', 'https://example.com')),
    pairs(['required', 'enum'], mostly(fc.array(fc.constantFrom('a', 'b'), {maxLength: 2}))),
    pairs(INNER_LIST, mostly(fc.array(tie('schema'), {maxLength: 2}))),
    pairs(['items'], fc.array(tie('schema'), {maxLength: 2})),
    pairs(INNER_MAP, mostly(fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('schema')))),
    pairs(INNER_SCHEMA, tie('schema')),
    pairs(['description', 'default', 'const', 'title'], anyJson),
  ),
  schema: fc.oneof(
    {maxDepth: 5, withCrossShrink: true},
    {weight: 1, arbitrary: fc.constantFrom<unknown>({}, true, false, {type: 'string'}, null, 7)},
    {
      weight: 4,
      arbitrary: fc
        .array(tie('keyword') as fc.Arbitrary<[string, unknown]>, {
          maxLength: 4,
        })
        .map((keywords) => Object.fromEntries(keywords)),
    },
  ),
})).schema

const anyFunction = fc.record(
  {name: mostly(anyText), parameters: mostly(anySchema), strict: mostly(fc.boolean())},
  {requiredKeys: ['name']},
)

/** A tool, flat or nested, of any type. */
export const anyTool: fc.Arbitrary<unknown> = fc.oneof(
  {weight: 4, arbitrary: anyFunction.map((tool) => ({type: 'function', ...tool}))},
  fc.record({type: fc.constant('function'), function: anyFunction}),
  fc.record({type: fc.constant('custom'), custom: anyOf({name: anyText, format: anyJson})}),
  fc.record({type: fc.constant('namespace'), name: anyText, tools: fc.array(anyFunction)}),
  fc.record({type: fc.constantFrom('web_search', 'tool_search', 'image_generation')}),
  anyJson,
)

const anyModel = fc.constantFrom(
  'gpt-5.2-codex-high',
  'gpt-5.2-none',
  'openai-codex:gpt-5.1-codex-max',
  'gpt-5.1-codex-mini-xhigh',
  'gpt-lite-high',
  'gpt-plain',
  'gpt-unknown',
)

const anyEffort = fc.constantFrom('none', 'off', 'minimal', 'low', 'high', 'max', 'ultra', '?')

/** Fields of both APIs, beside the conversation. */
const OPTIONS = {
  tools: mostly(fc.array(anyTool, {maxLength: 2})),
  tool_choice: mostly(fc.constantFrom('auto', {type: 'function', function: {name: 'a'}})),
  functions: mostly(fc.array(anyFunction, {maxLength: 2})),
  function_call: mostly(fc.constantFrom('auto', {name: 'a'})),
  parallel_tool_calls: mostly(fc.boolean()),
  reasoning_effort: mostly(anyEffort),
  response_format: mostly(fc.constantFrom({type: 'text'}, {type: 'json_schema', json_schema: {}})),
  service_tier: mostly(fc.constantFrom('fast', 'priority', 'flex', 'auto')),
  prompt_cache_key: mostly(fc.constantFrom('key-1', 'k'.repeat(65), 'ключ')),
  stream: mostly(fc.boolean()),
  verbosity: mostly(fc.constantFrom('low', 'high')),
}

/** Fields that the backend refuses. */
const REFUSED = {
  temperature: anyJson,
  max_output_tokens: anyJson,
  metadata: anyJson,
  user: anyJson,
  // Refused, unless it is null or names an answer that is remembered.
  previous_response_id: fc.oneof(fc.constant(null), anyJson),
  prompt_cache_retention: anyJson,
  constructor: anyJson,
}

/** Where almost every value is of the right type. */
export const anyResponsesBody = fc.record(
  {
    model: mostly(anyModel),
    input: mostly(fc.array(anyItem, {maxLength: 6})),
    instructions: mostly(anyText),
    include: mostly(fc.array(mostly(anyText), {maxLength: 2})),
    reasoning: mostly(
      anyOf({effort: anyEffort, summary: mostly(fc.constant('auto')), max_tokens: anyJson}),
    ),
    text: mostly(anyOf({verbosity: anyText, format: anyJson})),
    store: mostly(fc.boolean()),
    client_metadata: anyJson,
    ...OPTIONS,
    ...REFUSED,
  },
  {requiredKeys: ['model', 'input']},
)

/** A chat with a history, most of it right. */
export const anyChatBody = fc.record(
  {
    model: mostly(anyModel),
    messages: mostly(fc.array(anyChatMessage(), {minLength: 1, maxLength: 5})),
    n: mostly(fc.constant(1)),
    stream_options: mostly(fc.constant({include_usage: true})),
    reasoning: anyOf({effort: anyEffort}),
    max_tokens: anyJson,
    ...OPTIONS,
  },
  {requiredKeys: ['model', 'messages']},
)

function anyChatMessage(): fc.Arbitrary<unknown> {
  const id = fc.constantFrom('call_1', 'call_2', 'call_3', 'c'.repeat(65))
  const call = fc.record({
    id,
    type: fc.constantFrom('function', 'custom'),
    function: fc.record({name: anyText, arguments: anyText}),
    custom: fc.record({name: anyText, input: anyText}),
  })
  return fc.oneof(
    {weight: 20, arbitrary: fc.record({role: fc.constantFrom('user', 'system'), content: anyText})},
    {weight: 3, arbitrary: fc.record({role: fc.constant('user'), content: anyContent})},
    {
      weight: 12,
      arbitrary: fc.record(
        {
          role: fc.constant('assistant'),
          content: fc.oneof(anyText, fc.constant(null)),
          tool_calls: fc.array(call, {maxLength: 2}),
          refusal: anyText,
          reasoning_content: anyText,
          function_call: fc.record({name: fc.constantFrom('f', 'g'), arguments: anyText}),
        },
        {requiredKeys: ['role']},
      ),
    },
    {
      weight: 12,
      arbitrary: fc.record({role: fc.constant('tool'), tool_call_id: id, content: anyText}),
    },
    fc.record({role: fc.constant('function'), name: fc.constantFrom('f', 'g'), content: anyText}),
    {weight: 1, arbitrary: anyMessage},
  )
}

/** A request for an image, most of it right. */
export const anyImageBody = fc.record(
  {
    model: mostly(fc.constantFrom('gpt-image-2', 'a:gpt-image-1.5', 'gpt-image-1.5')),
    prompt: fc.oneof({weight: 9, arbitrary: fc.constant('A cat')}, anyJson),
    n: fc.oneof({weight: 9, arbitrary: fc.constant(1)}, anyJson),
    size: mostly(fc.constantFrom('auto', '1024x1024', '1536x1024', '3840x3840', '16x16', '1x1x1')),
    aspect_ratio: mostly(fc.constantFrom('auto', '1:1', '16:9', '7:5')),
    image: mostly(anyImageUrl),
    images: mostly(fc.array(fc.oneof(anyImageUrl, fc.record({url: anyImageUrl})), {maxLength: 3})),
    response_format: anyText,
    quality: anyJson,
  },
  {requiredKeys: ['prompt']},
)
