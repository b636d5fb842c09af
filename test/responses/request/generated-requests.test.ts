/**
 * Requests that nobody thought of. They take the place of the many that callers of all kinds send.
 */
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {toResponsesRequest} from '../../../src/dialects/chat-completions/to-responses-request.ts'
import {toBackendImageRequest} from '../../../src/dialects/images/to-backend-image-request.ts'
import {RequestInvalidError} from '../../../src/errors.ts'
import type {JsonObject} from '../../../src/base/json-object.ts'
import {createStaticCatalogue} from '../../../src/models/model-catalogue.ts'
import type {ModelCatalogue} from '../../../src/models/model-info.ts'
import {createItemMemory} from '../../../src/responses/request/memory/item-memory.ts'
import {
  prepareRequest,
  type PreparedRequest,
} from '../../../src/responses/request/prepare-request.ts'
import type {RequestPreferences} from '../../../src/responses/request/request-preferences.ts'
import {readCallerRequest} from '../../../src/responses/read-caller-request.ts'
import {repairSchema} from '../../../src/responses/schema/repair-schema.ts'
import {createModel} from '../../support/engine/create-model.ts'
import {anyJson, anyText, toWire} from '../../support/generated/any-json.ts'
import {
  anyChatBody,
  anyImageBody,
  anyItem,
  anyResponsesBody,
  anySchema,
  anyToolHistory,
} from '../../support/generated/any-request.ts'
import {checkMany, TEST_TIMEOUT_MS} from '../../support/generated/check-many.ts'
import {checkParameters, checkPrepared} from '../../support/generated/check-prepared.ts'

const PREFERENCES: RequestPreferences = {
  reasoningSummary: 'auto',
  textVerbosity: 'medium',
  fastMode: true,
}

const LIVE = [
  createModel({id: 'gpt-lite', lite: true, defaultEffort: 'low'}),
  createModel({id: 'gpt-plain', verbosity: false, fast: false}),
]

/** Models in the classic and in the lite form, and those of the table. */
function createCatalogue(): ModelCatalogue {
  const table = createStaticCatalogue()
  const find = (id: string) => LIVE.find((model) => model.id === id) ?? table.find(id)
  return {...table, live: true, find}
}

const catalogue = createCatalogue()

/** What was seen before: items of every kind, and one that is itself a reference. */
const items = createItemMemory()
items.remember({type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA'}, 80)
items.remember({type: 'message', id: 'msg_1', role: 'assistant', content: 'Hi'}, 80)
items.remember({type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f'}, 80)
items.remember({type: 'item_reference', id: 'ref_1'}, 80)

/** The request for the backend; `undefined` when the caller is told that there is none. */
async function prepare(
  make: () => JsonObject | Promise<JsonObject>,
  preferences: RequestPreferences = PREFERENCES,
) {
  try {
    return prepareRequest(await make(), {items, catalogue, preferences})
  } catch (error) {
    // Not `toBeInstanceOf`, which would hide the stack of any other error.
    if (!(error instanceof RequestInvalidError)) throw error
    return undefined
  }
}

/** A prepared request has nothing left to change; effort `none` alone is said by leaving it out. */
async function checkPreparedTwice(first: PreparedRequest): Promise<void> {
  const body = JSON.parse(first.body) as JsonObject
  const second = await prepare(() => toWire(body), {reasoningSummary: 'none'})
  const again = JSON.parse(second?.body ?? 'null') as JsonObject
  expect({reasoning: {}, ...again}).toEqual({reasoning: {}, ...body})
  expect(second?.changes).toEqual([])
  expect(second?.conversationId).toBe(first.conversationId)
}

test(
  'whatever a body is, it is a request or refused with a sentence',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    const anyBody = fc.oneof(
      anyJson.map((value) => JSON.stringify(value)),
      anyText,
    )
    let refused = 0
    const runs = await checkMany(
      'Bodies of any kind',
      20_000,
      fc.asyncProperty(anyBody, async (body) => {
        const caller = readCallerRequest('http://localhost/responses', {method: 'POST', body})
        const prepared = await prepare(caller.readBody)
        if (prepared) checkPrepared(prepared)
        else refused += 1
      }),
    )
    expect(refused / runs).toBeGreaterThan(0.2)
  },
)

test(
  'whatever a request says, the backend is asked for what it takes',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    let taken = 0
    const runs = await checkMany(
      'Requests of the Responses API',
      15_000,
      fc.asyncProperty(anyResponsesBody, async (body) => {
        const prepared = await prepare(() => toWire(body))
        if (!prepared) return
        taken += 1
        checkPrepared(prepared)
        await checkPreparedTwice(prepared)
      }),
    )
    expect(taken / runs).toBeGreaterThan(0.2)
  },
)

test(
  'whatever history of calls there is, every call has its output',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    await checkMany(
      'Histories of tool calls',
      15_000,
      fc.asyncProperty(anyToolHistory, async (input) => {
        const prepared = await prepare(() => toWire({model: 'gpt-5.2', input}))
        const body = checkPrepared(prepared!)
        expect((body['input'] as unknown[]).length).toBeGreaterThanOrEqual(input.length && 1)
        await checkPreparedTwice(prepared!)
      }),
    )
  },
)

test('a conversation keeps its id as turns are added', {timeout: TEST_TIMEOUT_MS}, async () => {
  const anyStart = fc.array(anyItem, {maxLength: 3})
  await checkMany(
    'Conversations that grow',
    10_000,
    fc.asyncProperty(anyStart, anyText, anyText, async (start, question, answer) => {
      const first = [...start, {role: 'user', content: `Hi ${question}`}]
      const turn = [
        {role: 'assistant', content: [{type: 'output_text', text: answer}]},
        {type: 'function_call', call_id: 'new', name: 'f', arguments: '{}'},
        {type: 'function_call_output', call_id: 'new', output: 'done'},
        {role: 'user', content: 'And now?'},
      ]
      const before = await prepare(() => toWire({model: 'gpt-5.2', input: first}))
      const after = await prepare(() => toWire({model: 'gpt-5.2', input: [...first, ...turn]}))
      expect(after?.conversationId).toBe(before?.conversationId)
    }),
  )
})

test(
  'whatever schema a tool has, it becomes one that the backend takes',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    await checkMany(
      'Schemas of tools',
      15_000,
      fc.asyncProperty(anySchema, async (schema) => {
        const given = toWire([schema])[0]
        const {schema: repaired, reasons} = repairSchema(given)
        checkParameters(repaired)
        expect(repaired === given).toBe(reasons.length === 0)
        expect(repairSchema(toWire(repaired))).toEqual({schema: repaired, reasons: []})
      }),
    )
  },
)

test(
  'whatever a chat says, the backend is asked for what it takes',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    let taken = 0
    const runs = await checkMany(
      'Requests of the Chat Completions API',
      15_000,
      fc.asyncProperty(anyChatBody, async (body) => {
        const prepared = await prepare(() => toResponsesRequest(toWire(body)).request)
        if (!prepared) return
        taken += 1
        checkPrepared(prepared)
      }),
    )
    expect(taken / runs).toBeGreaterThan(0.2)
  },
)

test(
  'whatever image is asked for, the backend is asked for one it can draw',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    let taken = 0
    const runs = await checkMany(
      'Requests for images',
      10_000,
      fc.asyncProperty(anyImageBody, fc.boolean(), async (body, isEdit) => {
        try {
          const request = toBackendImageRequest(toWire(body), {isEdit})
          taken += 1
          const {model, prompt, images = [], size, ...rest} = request.body
          expect([typeof model, typeof prompt, rest]).toEqual(['string', 'string', {}])
          expect(size ?? '16x16').toMatch(/^\d+x\d+$/)
          expect(request.path.endsWith('/edits')).toBe((images as unknown[]).length > 0)
        } catch (error) {
          if (!(error instanceof RequestInvalidError)) throw error
        }
      }),
    )
    expect(taken / runs).toBeGreaterThan(0.1)
  },
)
