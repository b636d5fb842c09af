/**
 * `input` as a backend takes it that stores nothing.
 *
 * @module
 */
import {RequestInvalidError} from '../errors.ts'
import {isJsonObject} from '../http/json-object.ts'
import type {Item, ItemMemory} from './item-memory.ts'
import {pairToolCalls} from './pair-tool-calls.ts'

/** What {@link shapeInput} needs from outside. */
export interface ShapeInputOptions {
  readonly items: ItemMemory
  /** Told the name of each change that loses or adds something. */
  readonly onChange: (change: string) => void
}

/**
 * Makes a list of whole items: a string becomes a message, references are replaced by the items that
 * were seen before, system messages become developer messages, and ids are left out.
 *
 * @throws {RequestInvalidError} `input` is neither text nor a list of objects.
 */
export function shapeInput(input: unknown, options: ShapeInputOptions): readonly Item[] {
  if (typeof input === 'string') {
    return [{type: 'message', role: 'user', content: [{type: 'input_text', text: input}]}]
  }
  if (!Array.isArray(input)) {
    throw new RequestInvalidError('`input` must be a text or a list of items')
  }
  const items = input.map((item, index) => {
    if (isJsonObject(item)) return shapeItem(item, options)
    throw new RequestInvalidError(`\`input[${index}]\` must be an object`)
  })
  return pairToolCalls(
    items.filter((item) => item !== undefined),
    options.onChange,
  )
}

function shapeItem(item: Item, options: ShapeInputOptions): Item | undefined {
  if (item['type'] === 'item_reference') {
    const remembered = options.items.recall(String(item['id']))
    if (remembered) return shapeItem(remembered, options)
    options.onChange('input: item_reference to an item that is gone was dropped')
    return undefined
  }
  if (item['type'] === 'reasoning' && typeof item['encrypted_content'] !== 'string') {
    options.onChange('input: reasoning without encrypted_content was dropped')
    return undefined
  }
  if (item['role'] === 'system') return shapeItem({...item, role: 'developer'}, options)
  if (!('id' in item)) return item
  // The backend looks an id up among stored items, finds none, and refuses the request.
  const {id: _id, ...rest} = item
  return rest
}
