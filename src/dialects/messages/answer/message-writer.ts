/**
 * Events of the Responses API as events of the Messages API.
 *
 * In that API one block is written after the other, so what comes for a later one waits until the one before is closed.
 *
 * @module
 * @see {@link https://docs.anthropic.com/en/api/messages-streaming}
 */
import {toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import {
  createAnswerDraft,
  isDrafted,
  type AnswerDraft,
} from '../../../responses/answer/answer-draft.ts'
import {isResult} from '../../../responses/answer/answer-end.ts'
import type {DraftItem, DraftText} from '../../../responses/answer/draft-item.ts'
import {createBlock, type Block} from './message-block.ts'
import {toMessageUsage, toStopReason, type StopReason} from './message-usage.ts'
import {createStopFinder, type StopFinder} from './stop-finder.ts'
import {toSearchResults} from './web-search-blocks.ts'

/** What an answer is like. */
export interface MessageWriterOptions {
  /** As the caller calls it. */
  readonly model: string
  readonly stopSequences: readonly string[]
  /** For an answer that has no id of its own. */
  readonly askedAtMs: number
}

/** Events that say what the answer is called. */
const IDENTITIES = new Set(['response.created', 'response.in_progress'])

/** Whether an event of this type becomes part of the answer; another one need not be read. */
export function isWritten(type: string): boolean {
  return isDrafted(type) || IDENTITIES.has(type)
}

/** Writes one answer. */
export class MessageWriter {
  readonly #write: (event: JsonObject) => void
  readonly #options: MessageWriterOptions
  readonly #draft: AnswerDraft
  readonly #stops: StopFinder
  readonly #blocks = new Map<DraftItem, Block>()
  /** Blocks that are not closed yet, in the order in which they are written. */
  #waiting: Block[] = []
  #index = 0
  #hasStarted = false
  #isOver = false

  /** @param write Given each event, with its type. */
  constructor(write: (event: JsonObject) => void, options: MessageWriterOptions) {
    this.#write = write
    this.#options = options
    this.#stops = createStopFinder(options.stopSequences)
    this.#draft = createAnswerDraft({
      onText: (more, text) => this.#takeText(more, text),
      onItem: (item) => this.#takeItem(item),
    })
  }

  /** Whether a client has been told that there is an answer. */
  get hasStarted(): boolean {
    return this.#hasStarted
  }

  /** Whether nothing more is written. */
  get isOver(): boolean {
    return this.#isOver
  }

  /**
   * Takes the next event.
   *
   * @throws {EventInvalidError} The answer is too large.
   */
  take(event: JsonObject): void {
    if (this.#isOver) return
    const type = String(event['type'])
    if (IDENTITIES.has(type)) this.#start(toJsonObject(event['response']))
    this.#draft.take(event)
    if (!this.#isOver && isResult(type)) this.#finish(event)
  }

  #start(response: JsonObject): void {
    if (this.#hasStarted) return
    this.#hasStarted = true
    const id = toText(response['id'])?.replace(/^resp_/, '') ?? String(this.#options.askedAtMs)
    this.#write({
      type: 'message_start',
      message: {
        id: `msg_${id}`,
        type: 'message',
        role: 'assistant',
        model: this.#options.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {...toMessageUsage({}), output_tokens: 1},
      },
    })
  }

  #takeText(more: string, text: DraftText): void {
    if (this.#isOver) return
    this.#blockOf(text.item)?.add(text.kind === 'output_text' ? this.#stops.push(more) : more, text)
    this.#flush()
    if (this.#stops.found !== undefined) this.#end({})
  }

  #takeItem(item: DraftItem): void {
    if (this.#isOver) return
    this.#blockOf(item)?.know(item)
    this.#flush()
  }

  #blockOf(item: DraftItem): Block | undefined {
    const known = this.#blocks.get(item)
    if (known) return known
    const block = createBlock(item.type ?? '')
    if (!block) return undefined
    this.#blocks.set(item, block)
    this.#waiting.push(block)
    return block
  }

  /** Writes what is known of the first block that is not closed; behind it, those that can follow. */
  #flush(): void {
    for (let [first] = this.#waiting; first; [first] = this.#waiting) {
      this.#writeBlock(first)
      if (!first.isDone) return
      this.#close(first)
    }
  }

  #writeBlock(block: Block): void {
    const start = block.takeStart()
    if (start) {
      this.#start({})
      this.#write({type: 'content_block_start', index: this.#index, content_block: start})
    }
    for (const delta of block.takeDeltas()) {
      this.#write({type: 'content_block_delta', index: this.#index, delta})
    }
  }

  #close(block: Block): void {
    this.#waiting = this.#waiting.filter((other) => other !== block)
    if (!block.hasStarted) return
    this.#write({type: 'content_block_stop', index: this.#index})
    this.#index += 1
  }

  #finish(event: JsonObject): void {
    const response = toJsonObject(event['response'])
    const status = event['type'] === 'response.incomplete' ? 'incomplete' : response['status']
    this.#takeRest()
    this.#end({...response, status})
  }

  /** What looked like the beginning of a stop sequence was none. */
  #takeRest(): void {
    const rest = this.#stops.end()
    const texts = [...this.#blocks].findLast(([item]) => item.type === 'message')
    if (rest !== '' && texts) texts[1].add(rest)
  }

  #end(response: JsonObject): void {
    this.#start(response)
    for (const block of this.#waiting) {
      block.finish()
      this.#writeBlock(block)
      this.#close(block)
    }
    this.#isOver = true
    const items = this.#draft.items()
    const results = toSearchResults(items)
    for (const content of results) {
      this.#write({type: 'content_block_start', index: this.#index, content_block: content})
      this.#write({type: 'content_block_stop', index: this.#index})
      this.#index += 1
    }
    this.#write({
      type: 'message_delta',
      delta: {stop_reason: this.#toReason(response), stop_sequence: this.#stops.found ?? null},
      usage: toMessageUsage(response, results.length),
    })
    this.#write({type: 'message_stop'})
  }

  #toReason(response: JsonObject): StopReason {
    if (this.#stops.found !== undefined) return 'stop_sequence'
    const blocks = [...this.#blocks.values()]
    return toStopReason(
      response,
      blocks.some(({hasStarted, isCall}) => hasStarted && isCall),
    )
  }
}
