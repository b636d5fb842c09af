/**
 * A message as the backend takes it.
 *
 * @module
 */
import {isJsonObject} from '../../http/json-object.ts'
import type {Item} from './item-memory.ts'
import type {ReportChange} from './request-change.ts'
import {shapeContent} from './shape-content.ts'

/** Where the message is, for example `input[3]`. */
export interface ShapeMessageOptions {
  readonly field: string
  readonly report: ReportChange
}

/**
 * Makes a system message a developer message and renames the parts of its content. What the model
 * cannot have said, such as an image, becomes a user message right behind. Other items are left alone.
 *
 * @returns The message itself when nothing had to change, in a list; an empty list if it says nothing.
 * @throws {RequestInvalidError} An image is not one that the backend can read.
 */
export function shapeMessage(message: Item, options: ShapeMessageOptions): readonly Item[] {
  const {field, report} = options
  if (message['role'] === 'system') {
    report(`${field}.role`, 'replaced', 'System messages are called developer messages')
    return shapeMessage({...message, role: 'developer'}, options)
  }
  if (message['type'] !== undefined && message['type'] !== 'message') return [message]
  const {role, content} = message
  if (typeof content === 'string') return [message]
  if (content === undefined || content === null) {
    report(field, 'dropped', 'A message without content says nothing')
    return []
  }
  const parts = Array.isArray(content) ? content : [content]
  const direction = role === 'assistant' ? 'output' : 'input'
  const shaped = shapeContent(parts, {direction, field: `${field}.content`, report})
  if (direction === 'output' && shaped.some(isInput)) return splitMessage(message, shaped, options)
  return shaped === content ? [message] : [{...message, content: shaped}]
}

function splitMessage(
  message: Item,
  parts: readonly unknown[],
  {field, report}: ShapeMessageOptions,
): readonly Item[] {
  report(field, 'moved', 'Images and files of an assistant become a user message behind it')
  const said = parts.filter((part) => !isInput(part))
  const shown = {type: 'message', role: 'user', content: parts.filter(isInput)}
  return said.length === 0 ? [shown] : [{...message, content: said}, shown]
}

function isInput(part: unknown): boolean {
  return isJsonObject(part) && (part['type'] === 'input_image' || part['type'] === 'input_file')
}
