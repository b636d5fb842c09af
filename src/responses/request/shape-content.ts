/**
 * The parts of a message, or of a tool's output, under the names that the backend takes.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../http/json-object.ts'
import {checkImageUrl} from './check-image.ts'
import type {ReportChange} from './request-change.ts'

/** Which way the parts go decides their types: `input_text` to the model, `output_text` from it. */
export interface ShapeContentOptions {
  readonly direction: 'input' | 'output'
  /** Where the list of parts is, for example `input[3].content`. */
  readonly field: string
  readonly report: ReportChange
}

/** Marks of other APIs that this backend refuses. */
const CACHE_MARKS = ['cache_control', 'prompt_cache_breakpoint']

/**
 * Renames parts that the backend knows by another name. Parts of unknown types are left alone.
 *
 * @returns `parts` itself when nothing had to change.
 * @throws {RequestInvalidError} An image is not one that the backend can read.
 */
export function shapeContent(
  parts: readonly unknown[],
  options: ShapeContentOptions,
): readonly unknown[] {
  let shaped: unknown[] | undefined
  for (const [index, part] of parts.entries()) {
    const replacement = shapePart(part, index, options)
    if (replacement !== part) shaped ??= parts.slice(0, index)
    if (replacement !== undefined) shaped?.push(replacement)
  }
  return shaped ?? parts
}

function shapePart(part: unknown, index: number, options: ShapeContentOptions): unknown {
  const {direction, field, report} = options
  if (typeof part === 'string') {
    report(`${field}[${index}]`, 'replaced', 'A text in a list of parts has to be a part')
    return {type: `${direction}_text`, text: part}
  }
  if (!isJsonObject(part)) {
    report(`${field}[${index}]`, 'dropped', 'A part has to be an object')
    return undefined
  }
  // Not a spread of the options: that costs ten times as much, and there are many parts.
  const place = {direction, field: `${field}[${index}]`, report}
  return shapeKnownPart(withoutCacheMarks(part, place), place)
}

function shapeKnownPart(part: JsonObject, options: ShapeContentOptions): JsonObject {
  const {direction, field, report} = options
  switch (part['type']) {
    case 'input_image':
      return shapeImage(part, options)
    case 'text':
    case 'input_text':
    case 'output_text':
      if (part['type'] === `${direction}_text`) return part
      report(`${field}.type`, 'renamed', `The parts of this item are called ${direction}_text`)
      return {type: `${direction}_text`, text: part['text']}
    case 'refusal':
      if (direction === 'output') return part
      report(field, 'replaced', 'Only the model refuses; the words are kept as text')
      return {type: 'input_text', text: part['refusal']}
    default:
      return shapeForeignPart(part, options)
  }
}

/** Parts of Chat Completions and of MCP. */
function shapeForeignPart(part: JsonObject, options: ShapeContentOptions): JsonObject {
  const {field, report} = options
  const {type, data, detail, file, image_url: imageUrl, mimeType} = part
  if (type === 'image_url') {
    report(`${field}.type`, 'renamed', 'Images are called input_image')
    const image = {type: 'input_image', image_url: imageUrl}
    return shapeImage(detail === undefined ? image : {...image, detail}, options)
  }
  if (type === 'image' && typeof data === 'string') {
    report(field, 'replaced', 'Images are called input_image and have a data URL')
    const url = `data:${toText(mimeType) ?? ''};base64,${data}`
    return shapeImage({type: 'input_image', image_url: url}, options)
  }
  if (type === 'file' && isJsonObject(file)) {
    report(`${field}.type`, 'renamed', 'Files are called input_file')
    return {type: 'input_file', ...file}
  }
  return part
}

function shapeImage(part: JsonObject, {field, report}: ShapeContentOptions): JsonObject {
  const {image_url: given} = part
  // The backend looks such an image up by its file.
  if ((given === undefined || given === null) && typeof part['file_id'] === 'string') return part
  const {url = given, detail} = toJsonObject(given)
  const checked = checkImageUrl(typeof url === 'string' ? url : '', field)
  if (checked === given) return part
  if (checked !== url) report(`${field}.image_url`, 'repaired', 'The data URL misnamed its image')
  if (url !== given) report(`${field}.image_url`, 'replaced', 'An image has its address as a text')
  return {...part, ...(detail !== undefined && {detail}), image_url: checked}
}

function withoutCacheMarks(part: JsonObject, {field, report}: ShapeContentOptions): JsonObject {
  if (!CACHE_MARKS.some((mark) => mark in part)) return part
  const marks = CACHE_MARKS.filter((mark) => mark in part)
  for (const mark of marks) report(`${field}.${mark}`, 'dropped', 'The backend refuses it')
  return Object.fromEntries(Object.entries(part).filter(([key]) => !marks.includes(key)))
}
