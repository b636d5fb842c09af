/**
 * A tool call, or its output, as the backend takes it.
 *
 * @module
 */
import {parseJson, isJsonObject, toJsonObject, toText} from '../../../base/json-object.ts'
import {
  MAX_ARGUMENTS_CHARACTERS,
  MAX_TEXT_CHARACTERS,
  shortenArguments,
  shortenText,
} from '../bounds.ts'
import {readImageUrl} from './check-image.ts'
import type {Item} from '../memory/item-memory.ts'
import type {Place} from '../place.ts'
import {shapeContent} from './shape-content.ts'
import {shapeTools} from '../tools/shape-tools.ts'
import {toOutputMessage} from './tool-output.ts'

/** Outputs that are a text or a list of parts. */
const TEXT_OUTPUTS: ReadonlySet<unknown> = new Set([
  'custom_tool_call_output',
  'function_call_output',
  'local_shell_call_output',
])

/** Outputs that are told in another way, unless somebody writes parts. */
const OTHER_OUTPUTS: ReadonlySet<unknown> = new Set([
  'apply_patch_call_output',
  'computer_call_output',
  'shell_call_output',
])

/**
 * Makes arguments and outputs texts that are not too long, gives calls a name that the backend takes,
 * and checks images in outputs. Items that are neither a call nor an output are left alone.
 *
 * @returns `item` itself when nothing had to change.
 */
export function shapeToolItem(given: Item, place: Place): Item {
  const item = withKindOfItsTool(given, place)
  const {type, output} = item
  switch (type) {
    case 'function_call':
    case 'custom_tool_call': {
      const call = withName(withCallId(item, place), place)
      return withText(call, type === 'function_call' ? 'arguments' : 'input', place)
    }
    case 'additional_tools':
    case 'tool_search_output':
      return shapeToolList(item, place)
    case 'image_generation_call':
      return place.vision || item['result'] === '' ? item : withoutResult(item, place)
    default:
      if (TEXT_OUTPUTS.has(type)) return shapeOutput(item, place)
      if (!OTHER_OUTPUTS.has(type)) return item
      return Array.isArray(output) ? shapeOutput(item, place) : shapeScreenshot(item, place)
  }
}

/** Some clients know one kind of call only, and write the calls of all tools as that. */
function withKindOfItsTool(item: Item, {field, names, report}: Place): Item {
  const {type, name, arguments: given, input, ...rest} = item
  const kind = typeof name === 'string' ? names.kindOf(name) : undefined
  if (type === 'function_call' && kind === 'custom') {
    report(`${field}.type`, 'replaced', 'The tool is a custom one')
    const {input: wrapped} = toJsonObject(typeof given === 'string' ? parseJson(given) : given)
    return {...rest, type: 'custom_tool_call', name, input: wrapped ?? given}
  }
  if (type === 'custom_tool_call' && kind === 'function') {
    report(`${field}.type`, 'replaced', 'The tool is a function')
    const isJson = isJsonObject(parseJson(input))
    const written = isJson ? input : JSON.stringify({input})
    return {...rest, type: 'function_call', name, arguments: written}
  }
  return item
}

/** Some clients know a call by the id of its item alone. */
function withCallId(item: Item, {field, report}: Place): Item {
  if (toText(item['call_id']) !== undefined || toText(item['id']) === undefined) return item
  report(`${field}.call_id`, 'added', 'A call needs one; the id of its item is taken')
  return {...item, call_id: item['id']}
}

function withName(item: Item, {field, names, report}: Place): Item {
  const {name: given, namespace} = item
  const name = names.toBackend(typeof given === 'string' ? given : '')
  if (name !== given) report(`${field}.name`, 'replaced', 'The backend refuses this name of a tool')
  const isKnown = namespace === undefined || namespace === null || names.hasNamespace(namespace)
  if (isKnown) return name === given ? item : {...item, name}
  report(`${field}.namespace`, 'dropped', 'No tools of this request are in it')
  return {...item, name, namespace: undefined}
}

function shapeOutput(item: Item, place: Place): Item {
  const {output} = item
  if (!Array.isArray(output)) return withText(item, 'output', place)
  if (output.length === 0) return {...item, output: ''}
  // What a shell wrote is told in objects of another kind.
  if (item['type'] === 'shell_call_output' && output.every(isShellOutput)) return item
  // Whatever a tool gave, the user cannot take it out.
  const inner = {...place, field: `${place.field}.output`, isNewest: false}
  const shaped = shapeContent(output, 'input', inner)
  if (shaped === output) return item
  return {...item, output: shaped.length === 0 ? '' : shaped}
}

function isShellOutput(part: unknown): boolean {
  return isJsonObject(part) && toText(part['type']) === undefined
}

function shapeScreenshot(item: Item, {field, report, vision}: Place): Item {
  const screenshot = toJsonObject(item['output'])
  const {image_url: url} = screenshot
  if (typeof url !== 'string') return item
  const read = vision ? readImageUrl(url) : {fault: 'cannot be read by this model'}
  if (read.fault !== undefined) {
    report(`${field}.output`, 'replaced', 'A screenshot that cannot be sent became a note')
    return toOutputMessage({...item, output: `[An image was left out, because it ${read.fault}]`})
  }
  if (read.url === url) return item
  report(`${field}.output.image_url`, 'repaired', 'The data URL misnamed its image')
  return {...item, output: {...screenshot, image_url: read.url}}
}

function shapeToolList(item: Item, {field, names, report}: Place): Item {
  const {tools} = item
  if (!Array.isArray(tools)) return item
  const shaped = shapeTools(tools, {field: `${field}.tools`, names, report})
  return shaped === tools ? item : {...item, tools: shaped}
}

/** As the official client does it. */
function withoutResult(item: Item, {field, report}: Place): Item {
  report(`${field}.result`, 'dropped', 'This model does not read images')
  return {...item, result: ''}
}

function withText(item: Item, name: string, {field, report}: Place): Item {
  const value = item[name]
  const isArguments = name === 'arguments'
  const isNothing = value === undefined || value === null
  const nothing = isArguments ? '{}' : ''
  const written = typeof value === 'string' ? value : isNothing ? nothing : JSON.stringify(value)
  if (written !== value) report(`${field}.${name}`, 'replaced', 'The backend takes a text here')
  const text = isArguments
    ? shortenArguments(written)
    : shortenText(written, name === 'input' ? MAX_ARGUMENTS_CHARACTERS : MAX_TEXT_CHARACTERS)
  if (text !== written) report(`${field}.${name}`, 'clamped', 'The backend takes no longer text')
  return text === value ? item : {...item, [name]: text}
}
