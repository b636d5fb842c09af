/**
 * A tool call, or its output, as the backend takes it.
 *
 * @module
 */
import {toJsonObject, toText} from '../../http/json-object.ts'
import {checkImageUrl} from './check-image.ts'
import type {Item} from './item-memory.ts'
import type {ReportChange} from './request-change.ts'
import {shapeContent} from './shape-content.ts'

/** Where the item is, for example `input[3]`. */
export interface ShapeToolItemOptions {
  readonly field: string
  readonly report: ReportChange
}

/**
 * Makes arguments and outputs texts where they are something else, and checks images in outputs.
 * Items that are neither a call nor an output are left alone.
 *
 * @returns `item` itself when nothing had to change.
 * @throws {RequestInvalidError} An image is not one that the backend can read.
 */
export function shapeToolItem(item: Item, options: ShapeToolItemOptions): Item {
  switch (item['type']) {
    case 'function_call':
      return withText(withCallId(item, options), 'arguments', options)
    case 'custom_tool_call':
      return withText(withCallId(item, options), 'input', options)
    case 'function_call_output':
    case 'custom_tool_call_output':
    case 'local_shell_call_output':
      return shapeOutput(item, options)
    case 'apply_patch_call_output':
    case 'computer_call_output':
    case 'shell_call_output':
    case 'tool_search_output':
      return Array.isArray(item['output'])
        ? shapeOutput(item, options)
        : shapeScreenshot(item, options)
    default:
      return item
  }
}

/** Some clients know a call by the id of its item alone. */
function withCallId(item: Item, {field, report}: ShapeToolItemOptions): Item {
  if (toText(item['call_id']) !== undefined || toText(item['id']) === undefined) return item
  report(`${field}.call_id`, 'added', 'A call needs one; the id of its item is taken')
  return {...item, call_id: item['id']}
}

function shapeOutput(item: Item, options: ShapeToolItemOptions): Item {
  const {output} = item
  if (!Array.isArray(output)) return withText(item, 'output', options)
  const {field, report} = options
  const shaped = shapeContent(output, {direction: 'input', field: `${field}.output`, report})
  return shaped === output ? item : {...item, output: shaped}
}

function shapeScreenshot(item: Item, {field, report}: ShapeToolItemOptions): Item {
  const screenshot = toJsonObject(item['output'])
  const {image_url: url} = screenshot
  if (typeof url !== 'string') return item
  const checked = checkImageUrl(url, `${field}.output`)
  if (checked === url) return item
  report(`${field}.output.image_url`, 'repaired', 'The data URL misnamed its image')
  return {...item, output: {...screenshot, image_url: checked}}
}

function withText(item: Item, name: string, {field, report}: ShapeToolItemOptions): Item {
  const value = item[name]
  if (typeof value === 'string') return item
  report(`${field}.${name}`, 'replaced', 'The backend takes a text here')
  const isNothing = value === undefined || value === null
  const nothing = name === 'arguments' ? '{}' : ''
  return {...item, [name]: isNothing ? nothing : JSON.stringify(value)}
}
