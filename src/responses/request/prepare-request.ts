/**
 * From what a caller asks to what the Codex backend takes.
 *
 * @module
 */
import {RequestInvalidError} from '../../errors.ts'
import {toText, type JsonObject} from '../../base/json-object.ts'
import type {ModelCatalogue} from '../../models/model-info.ts'
import {toWellFormedJson} from '../../base/to-well-formed-json.ts'
import {resolveModel} from '../../models/resolve-model.ts'
import {continuesTurn} from './continues-turn.ts'
import {findConversationId} from './conversation-id.ts'
import {findOwnKey, readThread, type Thread} from './items/earlier-turns.ts'
import {DEFAULT_INSTRUCTIONS} from './instructions.ts'
import type {Item, ItemMemory} from './memory/item-memory.ts'
import {createChangeList, type ReportChange, type RequestChange} from '../request-change.ts'
import type {RequestPreferences} from './request-preferences.ts'
import {shapeInput, type ShapeInputOptions} from './items/shape-input.ts'
import {findCodexNeed, shapeForApp} from './shape-for-app.ts'
import {shapeLite, type ShapedBody} from './shape-lite.ts'
import {findEffort, reportEffort} from './items/shape-reasoning.ts'
import {isNothing, shapeFields} from './shape-fields.ts'
import {shapeText} from './shape-text.ts'
import {shapeToolFields} from './tools/shape-tool-choice.ts'
import {createToolNames} from './tools/tool-names.ts'

/** What {@link prepareRequest} goes by. */
export interface PrepareOptions {
  readonly items: ItemMemory
  readonly preferences: RequestPreferences
  /** Default: the models we know without asking, and no knowledge of what else they take. */
  readonly catalogue?: ModelCatalogue | undefined
  /** Makes the ids of conversations unlike those of any other installation. Default: nothing. */
  readonly salt?: string | undefined
  /**
   * Whether the account that is asked can read reasoning and summaries that were encrypted for `owner`; nobody knows for
   * whom where that is `undefined`. What it cannot read is left out. Default: it can read all.
   */
  readonly canRead?: ((owner: string | undefined) => boolean) | undefined
  /** Whether an app asks ("Sign in with ChatGPT"), and not Codex. Default `false`. */
  readonly isForApp?: boolean
}

/** What the backend is asked. */
export interface PreparedRequest {
  /** The body, as JSON. */
  readonly body: string
  readonly model: string
  /** The model as the caller wrote it. */
  readonly askedModel: string | undefined
  /** The effort that the caller names in a field of its own. */
  readonly askedEffort: string | undefined
  /** The effort that is sent. */
  readonly effort: string | undefined
  /** Whether the body is shaped as Responses-Lite, which takes a header too. */
  readonly lite: boolean
  /** What of it only a login of Codex can do, as the end of a sentence; absent when any login can answer. */
  readonly needsCodexTo?: string | undefined
  /** Whether the caller wants events; otherwise one JSON object. */
  readonly stream: boolean
  /** The same through a conversation; sent as prompt cache key and session id. */
  readonly conversationId: string
  /** Whether it goes on with the turn of the request before. */
  readonly continuesTurn: boolean
  /**
   * From the names of tools that the backend is told to those that the caller knows; empty when they
   * are the same.
   */
  readonly renamedTools: ReadonlyMap<string, string>
  /** Told of the answer, so that a later request can refer to it. */
  readonly remember?: Thread['remember']
  /** The accounts that encrypted reasoning in it was made for; `undefined` where that is not known. */
  readonly owners: ReadonlySet<string | undefined>
  /** What of the request was dropped, renamed or repaired, by name. */
  readonly changes: readonly RequestChange[]
}

/** What the backend answers, and what is converted to that. Any other field is refused. */
const UNDERSTOOD_FIELDS = new Set([
  'client_metadata',
  'conversation',
  'function_call',
  'functions',
  'include',
  'input',
  'instructions',
  'model',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'promptCacheKey',
  'prompt_cache_key',
  'reasoning',
  'reasoningEffort',
  'reasoning_effort',
  'response_format',
  'service_tier',
  'store',
  'stream',
  'text',
  'textVerbosity',
  'tool_choice',
  'tools',
  'verbosity',
])

/** A field's name is the caller's own text. */
const MAX_NAME_CHARACTERS = 80

/**
 * Converts a caller's request to one for the backend.
 *
 * @throws {RequestInvalidError} It has no model, an input that is not one, an image that cannot be
 * read, or is nested too deeply to be written.
 */
export function prepareRequest(request: JsonObject, options: PrepareOptions): PreparedRequest {
  try {
    return prepare(request, options)
  } catch (error) {
    // The one thing that JSON.parse accepts and JSON.stringify does not.
    if (!(error instanceof RangeError)) throw error
    throw new RequestInvalidError('The request is nested too deeply, or too large, to be sent', {
      cause: error,
    })
  }
}

function prepare(
  request: JsonObject,
  {items, preferences, catalogue, salt, isForApp, canRead}: PrepareOptions,
): PreparedRequest {
  const {changes, report} = createChangeList()
  reportDropped(request, report)
  const requestedEffort = findEffort(request, report)
  const resolved = resolveModel(toText(request['model']) ?? '', requestedEffort, catalogue)
  if (resolved.model === '') {
    throw new RequestInvalidError('`model` must name a model, for example gpt-5.2-codex')
  }
  reportEffort(requestedEffort, resolved, report)
  const model = catalogue?.find(resolved.model)
  const said = {items, report, vision: model?.vision !== false, canRead}
  const {input, names, owners, remember} = shapeConversation(request, said)
  const shaping = {model, preferences, report}
  const text = shapeText(request, shaping)
  const {tools, tool_choice: toolChoice} = shapeToolFields(request, {names, report})
  const conversationId = findConversationId(findOwnKey(request), {
    input,
    salt,
    purpose: `${tools ? 'tools' : ''} ${text?.['format'] ? 'format' : ''}`,
    report,
  })
  const {effort, tier} = resolved
  const {instructions, ...fields} = shapeFields(request, {...shaping, effort, tier})
  const body = {
    model: resolved.model,
    stream: true,
    service_tier: fields.service_tier,
    instructions,
    input,
    tools,
    tool_choice: toolChoice,
    parallel_tool_calls: fields.parallel_tool_calls,
    reasoning: fields.reasoning,
    store: false,
    include: fields.include,
    prompt_cache_key: conversationId,
    text,
    client_metadata: fields.client_metadata,
  }
  const lite = model?.lite === true
  return {
    body: toWellFormedJson(isForApp ? shapeForApp(body, report) : shapeForCodex(body, lite)),
    model: resolved.model,
    askedModel: toText(request['model']),
    askedEffort: toText(requestedEffort),
    effort,
    lite,
    needsCodexTo: findCodexNeed({input, tools, toolChoice}),
    stream: request['stream'] === true,
    conversationId,
    continuesTurn: continuesTurn(input),
    renamedTools: names.renamed,
    ...(remember && {remember}),
    owners,
    changes,
  }
}

/** Everything that was said, and what the tools are called in it. */
function shapeConversation(
  request: JsonObject,
  {canRead, ...options}: Omit<ShapeInputOptions, 'canRead'> & Pick<PrepareOptions, 'canRead'>,
) {
  const thread = readThread(request, options)
  const names = createToolNames({...request, input: thread.input})
  const owners = new Set<string | undefined>()
  const said = shapeInput(thread.input, {
    ...options,
    names,
    canRead(encrypted) {
      const owner = options.items.ownerOf(encrypted)
      if (canRead?.(owner) === false) return false
      owners.add(owner)
      return true
    },
  })
  const instructions = toText(request['instructions'])
  const input = fillInput(said, {instructions, report: options.report})
  return {input, names, owners, remember: thread.remember}
}

/**
 * The backend refuses an empty list. Instructions can be followed without a word of the user; without
 * them, nothing is asked.
 *
 * @throws {RequestInvalidError} Nothing is asked.
 */
function fillInput(
  input: readonly Item[],
  {
    instructions,
    report,
  }: {readonly instructions: string | undefined; readonly report: ReportChange},
): readonly Item[] {
  if (input.length > 0) return input
  if (instructions === undefined) {
    throw new RequestInvalidError(
      'There is nothing to answer: no message of the request says anything. Write a message and send it again.',
    )
  }
  report('input', 'added', 'The backend asks for a message beside the instructions')
  const content = [{type: 'input_text', text: 'Follow the instructions.'}]
  return [{type: 'message', role: 'user', content}]
}

/** Outside Responses-Lite, the backend refuses a request without instructions. */
function shapeForCodex(body: ShapedBody, lite: boolean): JsonObject {
  if (lite) return shapeLite(body)
  return {...body, instructions: body.instructions ?? DEFAULT_INSTRUCTIONS}
}

function reportDropped(request: JsonObject, report: ReportChange): void {
  for (const field of Object.keys(request)) {
    if (UNDERSTOOD_FIELDS.has(field) || isNothing(request[field])) continue
    report(field.slice(0, MAX_NAME_CHARACTERS), 'dropped', 'The backend refuses it')
  }
  if (request['store'] === true) report('store', 'replaced', 'The backend stores nothing')
}
