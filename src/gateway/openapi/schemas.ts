/**
 * What goes into the gateway and comes out of it, as far as it is described: the fields that are read here. Others are
 * handed on to the backend, or named among the changes of the request.
 *
 * @module
 */
import * as z from 'zod/mini'

const text = (description: string) => z.string().check(z.describe(description))

const model = text('For example gpt-5.5, or gpt-5.5-high with a reasoning effort.')
const stream = z.optional(z.boolean().check(z.describe('Whether the answer comes as events.')))

/** The body of `/v1/responses`. */
export const RESPONSE_REQUEST = z.looseObject({
  model,
  input: z.union([z.string(), z.array(z.looseObject({}))]),
  instructions: z.optional(z.nullable(z.string())),
  stream,
  tools: z.optional(z.array(z.looseObject({}))),
  reasoning: z.optional(z.nullable(z.looseObject({effort: z.optional(z.nullable(z.string()))}))),
  previous_response_id: z.optional(
    z.nullable(text('Only of an answer that this gateway gave, and only for a while.')),
  ),
  prompt_cache_key: z.optional(
    z.nullable(text('Names the conversation: it stays with its account while that can answer.')),
  ),
})

/** The body of `/v1/responses/compact`. */
export const COMPACT_REQUEST = z.looseObject({
  model,
  input: z.array(z.looseObject({})),
})

/** The body of `/v1/chat/completions`. */
export const CHAT_REQUEST = z.looseObject({
  model,
  messages: z.array(z.looseObject({role: z.string()})),
  stream,
  tools: z.optional(z.array(z.looseObject({}))),
  reasoning_effort: z.optional(z.nullable(z.string())),
})

/** The body of `/v1/messages`, and of the count of its tokens. */
export const MESSAGES_REQUEST = z.looseObject({
  model,
  messages: z.array(z.looseObject({role: z.string()})),
  system: z.optional(z.union([z.string(), z.array(z.looseObject({}))])),
  stream,
  tools: z.optional(z.array(z.looseObject({}))),
})

/** The body of `/v1/images/generations`. */
export const IMAGE_REQUEST = z.looseObject({
  prompt: z.string(),
  model: z.optional(z.string()),
  n: z.optional(z.int()),
  size: z.optional(z.string()),
})

/** An answer of `/v1/responses`. */
export const RESPONSE = z.looseObject({
  id: z.string(),
  object: z.literal('response'),
  status: z.string(),
  output: z.array(z.looseObject({type: z.string()})),
})

/** An answer of `/v1/chat/completions`. */
export const CHAT_COMPLETION = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion'),
  choices: z.array(z.looseObject({index: z.int(), message: z.looseObject({role: z.string()})})),
})

/** An answer of `/v1/messages`. */
export const MESSAGE = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  content: z.array(z.looseObject({type: z.string()})),
  stop_reason: z.string(),
})

/** An answer of `/v1/messages/count_tokens`. */
export const TOKEN_COUNT = z.object({input_tokens: z.int()})

/** An answer with images. */
export const IMAGES = z.looseObject({
  created: z.int(),
  data: z.array(z.looseObject({b64_json: text('The image, in base64.')})),
})

const MODEL_FIELDS = {
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
}

/** One model. */
export const MODEL = z.looseObject(MODEL_FIELDS)

/** All models. */
export const MODELS = z.looseObject({
  object: z.literal('list'),
  data: z.array(z.looseObject(MODEL_FIELDS)),
})

/** Whether the gateway runs, and whether anybody can answer. */
export const HEALTH = z.looseObject({
  status: z.enum(['ok', 'exhausted', 'no_accounts']),
  version: z.string(),
  accounts: z.looseObject({all: z.int(), ready: z.int()}),
  available_at: z.optional(text('When the first account can answer again, as ISO 8601.')),
})

/** Every error. */
export const ERROR = z.looseObject({
  error: z.looseObject({
    message: text('One sentence: what happened, and what to do.'),
    type: z.nullable(z.string()),
    code: z.optional(z.nullable(z.string())),
    resets_at: z.optional(
      z.number().check(z.describe('Of a usage limit, in seconds since the Unix epoch.')),
    ),
  }),
})
