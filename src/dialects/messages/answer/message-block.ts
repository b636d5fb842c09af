/**
 * One block of an answer while it is written.
 *
 * @module
 */
import {isJsonObject, parseJson, toText, type JsonObject} from '../../../base/json-object.ts'
import type {DraftItem, DraftText} from '../../../responses/answer/draft-item.ts'
import {toSignature} from '../thinking-signature.ts'
import {toSearchCall} from './web-search-blocks.ts'

/** What stands between two thoughts that the model wrote one by one. */
const BETWEEN_THOUGHTS = '\n\n'

/** A block, from what is known of its item. */
export interface Block {
  /** Whether a client has been told of it. */
  readonly hasStarted: boolean
  /** Whether nothing more will be known of it. */
  readonly isDone: boolean
  /** Whether the client has to run a tool. */
  readonly isCall: boolean
  add(more: string, text?: DraftText): void
  /** More is known of the item than its texts. */
  know(item: DraftItem): void
  /** Nothing more comes, also when the item was not said to be done. */
  finish(): void
  /** How it begins, once, as soon as that is known. */
  takeStart(): JsonObject | undefined
  /** What was not told before. Nothing, before it has begun. */
  takeDeltas(): readonly JsonObject[]
}

/** Creates the block of an item; `undefined` when items of this type are none. */
export function createBlock(itemType: string): Block | undefined {
  switch (itemType) {
    case 'message':
      return new TextBlock()
    case 'reasoning':
      return new ThinkingBlock()
    case 'function_call':
    case 'custom_tool_call':
      return new CallBlock()
    case 'web_search_call':
      return new SearchBlock()
    default:
      return undefined
  }
}

abstract class WrittenBlock implements Block {
  readonly isCall: boolean = false
  hasStarted = false
  isDone = false
  /** What was not told yet. */
  protected pending = ''

  add(more: string, _text?: DraftText): void {
    this.pending += more
  }

  know(item: DraftItem): void {
    this.isDone = item.isDone
  }

  finish(): void {
    this.isDone = true
  }

  takeStart(): JsonObject | undefined {
    if (this.hasStarted) return undefined
    const start = this.toStart()
    this.hasStarted = start !== undefined
    return start
  }

  takeDeltas(): readonly JsonObject[] {
    if (!this.hasStarted) return []
    const deltas = this.toDeltas(this.pending)
    this.pending = ''
    return deltas
  }

  protected abstract toStart(): JsonObject | undefined
  protected abstract toDeltas(more: string): readonly JsonObject[]
}

class TextBlock extends WrittenBlock {
  protected toStart(): JsonObject | undefined {
    return this.pending === '' ? undefined : {type: 'text', text: ''}
  }

  protected toDeltas(text: string): readonly JsonObject[] {
    return text === '' ? [] : [{type: 'text_delta', text}]
  }
}

class ThinkingBlock extends WrittenBlock {
  #part: DraftText | undefined
  #signature: string | undefined

  override add(more: string, text?: DraftText): void {
    const isNext = this.#part !== undefined && this.#part !== text
    this.#part = text
    super.add(isNext ? BETWEEN_THOUGHTS + more : more)
  }

  override know(item: DraftItem): void {
    super.know(item)
    if (item.isDone) this.#signature = toSignature(item.fields)
  }

  /** Reasoning without a summary is a signature alone; without either, there is nothing to give back. */
  protected toStart(): JsonObject | undefined {
    const hasAny = this.pending !== '' || this.#signature !== undefined
    return hasAny ? {type: 'thinking', thinking: '', signature: ''} : undefined
  }

  protected toDeltas(thinking: string): readonly JsonObject[] {
    const signature = this.#signature
    this.#signature = undefined
    return [
      ...(thinking === '' ? [] : [{type: 'thinking_delta', thinking}]),
      ...(signature === undefined ? [] : [{type: 'signature_delta', signature}]),
    ]
  }
}

class CallBlock extends WrittenBlock {
  override readonly isCall = true
  #name: string | undefined
  #id: string | undefined
  #isFreeForm = false

  override know(item: DraftItem): void {
    super.know(item)
    const {call_id: id, name} = item.build() ?? {}
    this.#name = toText(name)
    this.#id = toText(id)
    this.#isFreeForm = item.type === 'custom_tool_call'
  }

  protected toStart(): JsonObject | undefined {
    if (this.#name === undefined || this.#id === undefined) return undefined
    return {type: 'tool_use', id: this.#id, name: this.#name, input: {}}
  }

  override takeDeltas(): readonly JsonObject[] {
    // These are mended as a whole.
    return this.#isWhole() && !this.isDone ? [] : super.takeDeltas()
  }

  protected toDeltas(text: string): readonly JsonObject[] {
    const json = this.#isWhole() ? this.#mend(text) : text
    return json === '' ? [] : [{type: 'input_json_delta', partial_json: json}]
  }

  #isWhole(): boolean {
    return this.#isFreeForm || this.#name === 'Read'
  }

  /** Models fill a field that one tool wants left out; a text without a form is what the only field holds. */
  #mend(text: string): string {
    if (text === '') return text
    if (this.#isFreeForm) return JSON.stringify({input: text})
    const input = parseJson(text)
    if (!isJsonObject(input) || input['pages'] !== '') return text
    const {pages: _empty, ...rest} = input
    return JSON.stringify(rest)
  }
}

/** A search that the backend has run. */
class SearchBlock extends WrittenBlock {
  #call: ReturnType<typeof toSearchCall>

  override know(item: DraftItem): void {
    super.know(item)
    if (item.isDone) this.#call = toSearchCall(item.fields)
  }

  protected toStart(): JsonObject | undefined {
    return this.#call && {...this.#call, input: {}}
  }

  protected toDeltas(): readonly JsonObject[] {
    const call = this.#call
    this.#call = undefined
    return call ? [{type: 'input_json_delta', partial_json: JSON.stringify(call.input)}] : []
  }
}
