/**
 * Puts an answer together from whatever events carry it, each text once.
 *
 * The protocol says everything several times: in deltas, at the end of a text, of its part, of its item, and
 * in the response that ends the answer. Not every server says all of it every time.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/api-reference/responses-streaming}
 */
import {EventInvalidError} from '../../errors.ts'
import {toJsonObject, toList, toText, type JsonObject} from '../../base/json-object.ts'
import {
  DraftItem,
  textOfPart,
  textsOfItem,
  toTextKind,
  type DraftText,
  type ItemPlace,
  type TextKind,
} from './draft-item.ts'

/** The most characters of an answer that are put together. */
const MAX_CHARACTERS = 128_000_000

/** Told what is new. */
export interface DraftListener {
  /** @param more What of `text` was not told before; never empty. */
  onText?(more: string, text: DraftText): void
  /** More is known of the item than its texts, which were told before: it was announced, or is done. */
  onItem?(item: DraftItem): void
}

/** An answer while its events come. */
export interface AnswerDraft {
  /**
   * Takes the next event.
   *
   * @throws {EventInvalidError} The answer is too large.
   */
  take(event: JsonObject): void
  /** The items so far, in the order of their places. */
  drafts(): readonly DraftItem[]
  /** The same, each as complete as it is known, without those that mean nothing yet. */
  items(): readonly JsonObject[]
}

/** Which text an event of a family carries: of which type of item, of which kind, in which field. */
interface Family {
  readonly item: string
  readonly kind: TextKind
  readonly field: string
}

const FAMILIES: Readonly<Record<string, Family>> = {
  code_interpreter_call_code: {item: 'code_interpreter_call', kind: 'code', field: 'code'},
  custom_tool_call_input: {item: 'custom_tool_call', kind: 'input', field: 'input'},
  function_call_arguments: {item: 'function_call', kind: 'arguments', field: 'arguments'},
  mcp_call_arguments: {item: 'mcp_call', kind: 'arguments', field: 'arguments'},
  output_text: {item: 'message', kind: 'output_text', field: 'text'},
  reasoning_summary_text: {item: 'reasoning', kind: 'summary_text', field: 'text'},
  reasoning_text: {item: 'reasoning', kind: 'reasoning_text', field: 'text'},
  refusal: {item: 'message', kind: 'refusal', field: 'refusal'},
}

type Handler = (draft: Draft, event: JsonObject) => void

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['response.output_item.added', (draft, event) => draft.settle(event, false)],
  ['response.output_item.done', (draft, event) => draft.settle(event, true)],
  ['response.content_part.added', (draft, event) => draft.takePart(event)],
  ['response.content_part.done', (draft, event) => draft.takePart(event)],
  ['response.reasoning_summary_part.added', (draft, event) => draft.takePart(event)],
  ['response.reasoning_summary_part.done', (draft, event) => draft.takePart(event)],
  ['response.output_text.annotation.added', (draft, event) => draft.annotate(event)],
  ['response.completed', (draft, event) => draft.end(event)],
  ['response.done', (draft, event) => draft.end(event)],
  ['response.incomplete', (draft, event) => draft.end(event)],
  ...Object.entries(FAMILIES).flatMap(([name, family]): [string, Handler][] => [
    [`response.${name}.delta`, (draft, event) => draft.append(event, family)],
    [`response.${name}.done`, (draft, event) => draft.complete(event, family)],
  ]),
])

/** Whether an event of this type can tell something new; another one need not be read. */
export function isDrafted(type: string): boolean {
  return HANDLERS.has(type)
}

/** Creates an empty draft. */
export function createAnswerDraft(listener: DraftListener = {}): AnswerDraft {
  const draft = new Draft(listener)
  return {
    take: (event) => HANDLERS.get(String(event['type']))?.(draft, event),
    drafts: () => draft.inOrder(),
    items: () =>
      draft
        .inOrder()
        .map((item) => item.build())
        .filter((item) => item !== undefined),
  }
}

class Draft {
  readonly #listener: DraftListener
  readonly #items: DraftItem[] = []
  #characters = 0

  constructor(listener: DraftListener) {
    this.#listener = listener
  }

  append(event: JsonObject, {item, kind}: Family): void {
    const {delta} = event
    if (typeof delta !== 'string' || delta === '') return
    const text = this.#find(event, item).text(kind, partOf(event))
    if (text.isWhole) return
    text.text += delta
    this.#tell(delta, text)
  }

  complete(event: JsonObject, {item, kind, field}: Family): void {
    this.#learn(this.#find(event, item).text(kind, partOf(event)), event[field])
  }

  takePart(event: JsonObject): void {
    const part = toJsonObject(event['part'])
    const kind = toTextKind(part['type'])
    if (!kind) return
    const owner = kind === 'output_text' || kind === 'refusal' ? 'message' : 'reasoning'
    const text = this.#find(event, owner).text(kind, partOf(event))
    text.fields = part
    this.#learn(text, textOfPart(part))
  }

  annotate(event: JsonObject): void {
    const {annotation} = event
    if (annotation !== undefined) {
      this.#find(event, 'message').text('output_text', partOf(event)).annotations.push(annotation)
    }
  }

  settle(event: JsonObject, isDone: boolean): void {
    const fields = toJsonObject(event['item'])
    this.#settle(this.#find(event, toText(fields['type'])), fields, isDone)
  }

  end(event: JsonObject): void {
    const output = toList(toJsonObject(event['response'])['output']).map(toJsonObject)
    const open = new Set(this.#items)
    for (const [index, fields] of output.entries()) {
      const place = {index, id: toText(fields['id']), type: toText(fields['type'])}
      const item = this.#findFinal(place, open)
      open.delete(item)
      this.#settle(item, fields, true)
    }
  }

  inOrder(): readonly DraftItem[] {
    return this.#items.toSorted(
      (one, other) => (one.index ?? Infinity) - (other.index ?? Infinity) || 0,
    )
  }

  #settle(item: DraftItem, fields: JsonObject, isDone: boolean): void {
    item.take(fields, isDone)
    let surplus = 0
    for (const {kind, index, text: whole} of textsOfItem(fields)) {
      if (whole === '') continue
      const text = item.text(kind, index)
      // Deltas that did not say to which part they belong were taken for the first.
      if (!text.isPlaced) surplus = Math.max(0, text.told - whole.length)
      const room = Math.max(0, whole.length - text.told)
      const moved = text.isPlaced ? Math.min(surplus, room) : -surplus
      text.told += moved
      if (moved > 0) surplus -= moved
      this.#learn(text, whole)
    }
    this.#listener.onItem?.(item)
  }

  /** Takes a text that is whole. An empty one says nothing: what came in deltas may stand nowhere else. */
  #learn(text: DraftText, whole: unknown): void {
    if (typeof whole !== 'string' || whole === '') return
    const more = whole.slice(text.told)
    text.text = whole
    text.isWhole = true
    if (more !== '') this.#tell(more, text)
  }

  #tell(more: string, text: DraftText): void {
    text.told += more.length
    this.#characters += more.length
    if (this.#characters > MAX_CHARACTERS) {
      throw new EventInvalidError(
        'The answer is too large to be put together. Ask for less at once.',
      )
    }
    this.#listener.onText?.(more, text)
  }

  /** The item that an event is about: by its place, else by its id, else the one that is being written. */
  #find(event: JsonObject, type: string | undefined): DraftItem {
    const item = toJsonObject(event['item'])
    const id = toText(event['item_id']) ?? toText(item['id'])
    const place = {index: toIndex(event['output_index']), id, type}
    const last = this.#items.at(-1)
    // Nearly always: the next delta of the same item.
    const found = last?.isAt(place) === true ? last : this.#search(place)
    return found ? found.locate(place) : this.#add(place)
  }

  #search(place: ItemPlace): DraftItem | undefined {
    return (
      this.#items.find((item) => item.isAt(place)) ??
      this.#items.find((item) => item.isNamed(place)) ??
      this.#items.findLast((item) => item.mayBe(place))
    )
  }

  #findFinal(place: ItemPlace, open: ReadonlySet<DraftItem>): DraftItem {
    const items = [...open].filter((item) => item.isOfType(place.type))
    return (
      items.find((item) => item.isNamed(place)) ??
      items.find(({index}) => index === place.index) ??
      items[0] ??
      this.#add(place)
    )
  }

  #add(place: ItemPlace): DraftItem {
    const item = new DraftItem(place)
    this.#items.push(item)
    return item
  }
}

/** Which part of its item a text is. */
function partOf({content_index: content, summary_index: summary}: JsonObject): number | undefined {
  return toIndex(content) ?? toIndex(summary)
}

/** A place in a list that could be one. */
function toIndex(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
