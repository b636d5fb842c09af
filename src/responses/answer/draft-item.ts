/**
 * One item of an answer while its events come.
 *
 * @module
 */
import {toJsonObject, toList, type JsonObject} from '../../base/json-object.ts'

/** Texts of messages and of reasoning are parts of a list; the others are fields of a call. */
const PART_KINDS = ['output_text', 'refusal', 'reasoning_text', 'summary_text'] as const
const FIELD_KINDS = ['arguments', 'code', 'input'] as const

/** What a text is. */
export type TextKind = (typeof FIELD_KINDS)[number] | (typeof PART_KINDS)[number]

/** The lists of parts. */
const LISTS = ['content', 'summary'] as const

/** Calls that mean nothing without the name of what they call. */
const NAMED_CALLS: ReadonlySet<string> = new Set(['custom_tool_call', 'function_call'])

/** One text of an item. */
export interface DraftText {
  readonly item: DraftItem
  readonly kind: TextKind
  /** Its place among the parts of its item. */
  readonly index: number
  /** Whether an event has said that place. Without it, all parts may have been told as one text. */
  readonly isPlaced: boolean
  text: string
  /** How many characters were told. */
  told: number
  /** Whether it was given whole; what deltas still say, it has already. */
  isWhole: boolean
  /** The part as it was given. */
  fields: JsonObject
  readonly annotations: unknown[]
}

/** The kind that a part's type names, if it is one. */
export function toTextKind(type: unknown): TextKind | undefined {
  return PART_KINDS.find((kind) => kind === type)
}

/** What an event says of the item that it is about; each of it may be missing. */
export interface ItemPlace {
  /** Its place in the output. */
  readonly index: number | undefined
  readonly id: string | undefined
  readonly type: string | undefined
}

/** An item, as far as it is known. */
export class DraftItem {
  #place: ItemPlace
  /** As it was announced, or as it is when it is done. Empty when only its texts have come. */
  fields: JsonObject = {}
  isDone = false
  readonly #texts = new Map<string, DraftText>()

  constructor(place: ItemPlace) {
    this.#place = place
  }

  /** Its place in the output, once an event has said it. */
  get index(): number | undefined {
    return this.#place.index
  }

  get id(): string | undefined {
    return this.#place.id
  }

  get type(): string | undefined {
    return this.#place.type
  }

  isOfType(type: string | undefined): boolean {
    return type === undefined || (this.#place.type ?? type) === type
  }

  /** Whether it has this place. Servers that give every item the same one give each its own id. */
  isAt({index, id = this.#place.id, type}: ItemPlace): boolean {
    const isOther = this.isDone && this.#place.id !== undefined && this.#place.id !== id
    return index !== undefined && this.index === index && this.isOfType(type) && !isOther
  }

  /** Whether it has this id. */
  isNamed({id, type}: ItemPlace): boolean {
    return id !== undefined && this.#place.id === id && this.isOfType(type)
  }

  /** Whether nothing speaks against its being the item of this place. */
  mayBe({index = this.index, id = this.#place.id, type}: ItemPlace): boolean {
    const {index: ownIndex = index, id: ownId = id} = this.#place
    if (this.isDone || type === undefined || !this.isOfType(type)) return false
    return ownIndex === index && ownId === id
  }

  /** Takes over what is new of a place. */
  locate({index, id, type}: ItemPlace): this {
    const {index: ownIndex = index, id: ownId = id, type: ownType = type} = this.#place
    this.#place = {index: ownIndex, id: ownId, type: ownType}
    return this
  }

  /** Takes over what was said of the whole item. */
  take(fields: JsonObject, isDone: boolean): void {
    if (this.isDone && !isDone) return
    this.fields = fields
    this.isDone = isDone
  }

  /** What is known of a text, and more of it may come. */
  text(kind: TextKind, place?: number): DraftText {
    const index = place ?? 0
    const key = `${kind} ${index}`
    const known = this.#texts.get(key)
    if (known) return known
    const state = {text: '', told: 0, isWhole: false, fields: {}, annotations: []}
    const text = {item: this, kind, index, isPlaced: place !== undefined, ...state}
    this.#texts.set(key, text)
    return text
  }

  /** The item with all of its texts; `undefined` when it is a call of which nobody has said what is called. */
  build(): JsonObject | undefined {
    const {id, type} = this.#place
    const given: JsonObject = {...(id !== undefined && {id}), type, ...this.fields}
    const missing = [...this.#texts.values()].filter(
      (text) => text.text !== '' && readText(given, text) === '',
    )
    if (this.isDone && missing.length === 0) return this.fields
    if (type === undefined || (NAMED_CALLS.has(type) && given['name'] === undefined))
      return undefined
    return {
      ...(type === 'message' && {role: 'assistant'}),
      ...(type === 'reasoning' && {summary: []}),
      ...given,
      ...((type !== 'reasoning' || 'status' in given) && {status: 'completed'}),
      ...Object.fromEntries(LISTS.flatMap((list) => fillList(list, given, missing))),
      ...Object.fromEntries(
        missing.filter(({kind}) => !toTextKind(kind)).map(({kind, text}) => [kind, text]),
      ),
    }
  }
}

/** The texts that stand in an item. */
export function textsOfItem(
  item: JsonObject,
): readonly Pick<DraftText, 'index' | 'kind' | 'text'>[] {
  const fields = FIELD_KINDS.map((kind) => ({kind, index: 0, text: toString(item[kind])}))
  const parts = LISTS.flatMap((list) =>
    toList(item[list]).flatMap((value, index) => {
      const part = toJsonObject(value)
      const kind = toTextKind(part['type'])
      return kind ? {kind, index, text: textOfPart(part)} : []
    }),
  )
  return [...fields, ...parts]
}

/** The text of a part, wherever in it that stands. */
export function textOfPart({text, refusal}: JsonObject): string {
  return toString(text) || toString(refusal)
}

function toString(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The list that a text is a part of; `undefined` for a field of a call. */
function listOf(kind: TextKind): (typeof LISTS)[number] | undefined {
  if (!toTextKind(kind)) return undefined
  return kind === 'summary_text' ? 'summary' : 'content'
}

function readText(item: JsonObject, {kind, index}: DraftText): string {
  const list = listOf(kind)
  return list ? textOfPart(toJsonObject(toList(item[list])[index])) : toString(item[kind])
}

/** A list of parts with those that are missing, if there are any. */
function fillList(
  list: (typeof LISTS)[number],
  item: JsonObject,
  missing: readonly DraftText[],
): [string, unknown][] {
  const texts = missing.filter(({kind}) => listOf(kind) === list)
  if (texts.length === 0) return []
  const parts = new Map<number, unknown>(toList(item[list]).entries())
  for (const {annotations, fields, index, kind, text} of texts) {
    parts.set(index, {
      type: kind,
      ...(kind === 'output_text' && {annotations}),
      ...fields,
      ...toJsonObject(parts.get(index)),
      [kind === 'refusal' ? 'refusal' : 'text']: text,
    })
  }
  return [[list, [...parts].toSorted(([one], [other]) => one - other).map(([, part]) => part)]]
}
