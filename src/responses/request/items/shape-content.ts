/**
 * The parts of a message, or of a tool's output, as the backend takes them.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import {MAX_FILE_CHARACTERS, MAX_TEXT_CHARACTERS, shortenText, toShownJson} from '../bounds.ts'
import {readImageUrl, refuseImage} from './check-image.ts'
import {leaveOut, toNote, type Direction, type Place} from '../place.ts'

/** The fields of each part. Any other is refused. */
const FIELDS: ReadonlyMap<unknown, ReadonlySet<string>> = new Map(
  Object.entries({
    input_text: new Set(['type', 'text']),
    output_text: new Set(['type', 'text', 'annotations', 'logprobs']),
    refusal: new Set(['type', 'refusal']),
    input_image: new Set(['type', 'image_url', 'file_id', 'detail']),
    input_file: new Set(['type', 'file_data', 'file_id', 'file_url', 'filename', 'detail']),
  }),
)

/** What holds a text, whoever wrote it. */
const TEXTS: ReadonlySet<unknown> = new Set([
  'input_text',
  'output_text',
  'reasoning_text',
  'summary_text',
  'text',
])

const DETAILS: readonly unknown[] = ['auto', 'low', 'high', 'original']

/**
 * Renames parts that the backend knows by another name. What it does not know becomes a note.
 *
 * @param place Where the list of parts is, for example `input[3].content`.
 * @returns `parts` itself when nothing had to change.
 * @throws {RequestInvalidError} The newest user message holds what the backend cannot read.
 */
export function shapeContent(
  parts: readonly unknown[],
  direction: Direction,
  place: Place,
): readonly unknown[] {
  let shaped: unknown[] | undefined
  for (const [index, part] of parts.entries()) {
    const replacement = isPlainText(part, direction)
      ? part
      : shapePart(part, direction, {...place, field: `${place.field}[${index}]`})
    if (replacement !== part) shaped ??= parts.slice(0, index)
    if (replacement !== undefined) shaped?.push(replacement)
  }
  return shaped ?? parts
}

/** Nearly every part, so that it costs nothing. */
function isPlainText(part: unknown, direction: Direction): boolean {
  if (!isJsonObject(part) || part['type'] !== `${direction}_text`) return false
  const {text} = part
  return (
    typeof text === 'string' && text.length <= MAX_TEXT_CHARACTERS && Object.keys(part).length === 2
  )
}

function shapePart(part: unknown, direction: Direction, place: Place): JsonObject | undefined {
  const {field, report} = place
  if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') {
    report(field, 'replaced', 'A text in a list of parts has to be a part')
    return shapeText({text: String(part)}, direction, place)
  }
  if (!isJsonObject(part)) {
    report(field, 'dropped', 'A part has to be an object')
    return undefined
  }
  const shaped = shapeKnownPart(part, direction, place)
  return shaped && withKnownFields(shaped, place)
}

function shapeKnownPart(
  part: JsonObject,
  direction: Direction,
  place: Place,
): JsonObject | undefined {
  const {field, report} = place
  const {type, file, refusal, text} = part
  switch (type) {
    case 'input_image':
      return shapeImage(part, direction, place)
    case 'input_file':
      return shapeFile(part, direction, place)
    case 'refusal':
      if (direction === 'output' && typeof refusal === 'string') return part
      report(field, 'replaced', 'Only the model refuses; the words are kept as text')
      return shapeText({text: refusal}, direction, place)
    case 'file':
      return isJsonObject(file)
        ? shapeChatFile(file, direction, place)
        : shapeForeignPart(part, direction, place)
    default:
      return TEXTS.has(type) || (type === undefined && typeof text === 'string')
        ? shapeText(part, direction, place)
        : shapeForeignPart(part, direction, place)
  }
}

function shapeText(
  part: JsonObject,
  direction: Direction,
  {field, report}: Place,
): JsonObject | undefined {
  const {text: given} = part
  if (given === undefined || given === null) {
    report(field, 'dropped', 'A part without a text says nothing')
    return undefined
  }
  const written = typeof given === 'string' ? given : JSON.stringify(given)
  const text = shortenText(written, MAX_TEXT_CHARACTERS)
  if (text !== written) report(`${field}.text`, 'clamped', 'The backend takes no longer text')
  else if (text !== given) report(`${field}.text`, 'replaced', 'The backend takes a text here')
  const type = `${direction}_text`
  if (part['type'] === type) return text === given ? part : {...part, text}
  // A part that was no object is told of already.
  if ('type' in part) report(`${field}.type`, 'renamed', `The parts here are called ${type}`)
  return {type, text}
}

/** Parts of Chat Completions, of MCP, and of nobody we know. */
function shapeForeignPart(part: JsonObject, direction: Direction, place: Place): JsonObject {
  const {field, report} = place
  const {type, data, detail, image_url: imageUrl, mimeType} = part
  if (type === 'image_url') {
    report(`${field}.type`, 'renamed', 'Images are called input_image')
    const image = {type: 'input_image', image_url: imageUrl}
    return shapeImage(detail === undefined ? image : {...image, detail}, direction, place)
  }
  if (type === 'image' && typeof data === 'string') {
    report(field, 'replaced', 'Images are called input_image and have a data URL')
    const url = `data:${toText(mimeType) ?? ''};base64,${data}`
    return shapeImage({type: 'input_image', image_url: url}, direction, place)
  }
  const [what] = /audio|video/.exec(toText(type) ?? '') ?? []
  if (what !== undefined) {
    return leaveOut(place, direction, {
      refusal: `\`${field}\` is ${what}, which Codex models cannot take. Send what it says as text.`,
      note: `A part with ${what} was left out, because this model cannot take it`,
    })
  }
  report(field, 'replaced', 'A part of a type that the backend does not know became a note')
  return toNote(`A part of a type that ChatGPT does not take: ${toShownJson(part)}`, direction)
}

function shapeImage(part: JsonObject, direction: Direction, place: Place): JsonObject {
  const {field, report, vision} = place
  if (!vision) {
    report(field, 'replaced', 'This model does not read images')
    return toNote('An image was left out, because this model does not read images', direction)
  }
  const {image_url: given} = part
  // The backend looks such an image up by its file.
  if ((given === undefined || given === null) && typeof part['file_id'] === 'string') return part
  const {url = given, detail} = toJsonObject(given)
  const read = readImageUrl(typeof url === 'string' ? url : '')
  if (read.fault !== undefined) {
    const note = `An image was left out, because it ${read.fault}`
    return leaveOut(place, direction, {refusal: refuseImage(field, read.fault), note})
  }
  if (read.url === given) return part
  if (read.url !== url) report(`${field}.image_url`, 'repaired', 'The data URL misnamed its image')
  if (url !== given) report(`${field}.image_url`, 'replaced', 'An image has its address as a text')
  return {...part, ...(detail !== undefined && {detail}), image_url: read.url}
}

/** Chat Completions nests it. */
function shapeChatFile(file: JsonObject, direction: Direction, place: Place): JsonObject {
  place.report(`${place.field}.type`, 'renamed', 'Files are called input_file')
  return shapeFile({type: 'input_file', ...file}, direction, place)
}

function shapeFile(part: JsonObject, direction: Direction, place: Place): JsonObject {
  const {field} = place
  const {file_data: data, file_id: id, file_url: url} = part
  const name = toText(part['filename']) ?? 'without a name'
  if (typeof data === 'string' && data.length > MAX_FILE_CHARACTERS) {
    return leaveOut(place, direction, {
      refusal: `The file in \`${field}\` is larger than 50 MB. Attach a smaller one, or its text.`,
      note: `The file ${name} was left out, because it is larger than 50 MB`,
    })
  }
  if ([data, id, url].some((value) => toText(value) !== undefined)) return part
  return leaveOut(place, direction, {
    refusal: `\`${field}.file_data\` must hold the file as a data URL`,
    note: `The file ${name} was left out, because nothing of it was there`,
  })
}

function withKnownFields(part: JsonObject, {field, report}: Place): JsonObject {
  const known = FIELDS.get(part['type'])
  const foreign = Object.keys(part).filter((name) => known?.has(name) === false)
  const {detail} = part
  if (detail !== undefined && !DETAILS.includes(detail)) foreign.push('detail')
  if (foreign.length === 0) return part
  for (const name of new Set(foreign)) {
    if (part[name] === null) continue
    report(`${field}.${name.slice(0, 80)}`, 'dropped', 'The backend refuses it')
  }
  return Object.fromEntries(Object.entries(part).filter(([name]) => !foreign.includes(name)))
}
