/**
 * What a message of the Chat Completions API says, as content of the Responses API.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/api-reference/chat/create}
 */
import {RequestInvalidError} from '../../errors.ts'
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import {checkImageUrl} from '../../responses/request/items/check-image.ts'

/** Where a value stands in the caller's request, for example `messages[0].content`. */
export type FieldPath = string

/** The content of a user, system or tool message: text, images and files. */
export function toInputParts(content: unknown, path: FieldPath): JsonObject[] {
  return readParts(content, path).map(({part, path: partPath}) => toInputPart(part, partPath))
}

/** The content of an assistant message: text and refusals. Empty when it says nothing. */
export function toOutputParts(content: unknown, path: FieldPath): JsonObject[] {
  if (content === undefined || content === null || content === '') return []
  return readParts(content, path).map(({part, path: partPath}) => {
    if (part['type'] === 'refusal') {
      return {type: 'refusal', refusal: readString(part['refusal'], `${partPath}.refusal`)}
    }
    if (part['type'] === 'text' || part['type'] === 'output_text') {
      return {type: 'output_text', text: readString(part['text'], `${partPath}.text`)}
    }
    throw new RequestInvalidError(
      `\`${partPath}.type\` is ${describe(part['type'])}; an assistant message has text or refusal`,
    )
  })
}

/**
 * A value that has to be a string.
 *
 * @throws {RequestInvalidError} It is not.
 */
export function readString(value: unknown, path: FieldPath): string {
  if (typeof value === 'string') return value
  throw new RequestInvalidError(`\`${path}\` must be a text`)
}

/** A value as a message to the caller shows it: its name if it is one, never its content. */
export function describe(value: unknown): string {
  return typeof value === 'string' && /^[\w.-]{1,40}$/.test(value) ? `"${value}"` : 'something else'
}

function readParts(content: unknown, path: FieldPath): {part: JsonObject; path: FieldPath}[] {
  if (typeof content === 'string') return [{part: {type: 'text', text: content}, path}]
  if (!Array.isArray(content)) {
    throw new RequestInvalidError(`\`${path}\` must be a text or a list of parts`)
  }
  return content.map((part: unknown, index) => {
    const partPath = `${path}[${index}]`
    if (typeof part === 'string') return {part: {type: 'text', text: part}, path: partPath}
    if (isJsonObject(part)) return {part, path: partPath}
    throw new RequestInvalidError(`\`${partPath}\` must be an object`)
  })
}

function toInputPart(part: JsonObject, path: FieldPath): JsonObject {
  switch (part['type']) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return {type: 'input_text', text: readString(part['text'], `${path}.text`)}
    case 'image_url':
      return toInputImage(part['image_url'], `${path}.image_url`)
    case 'input_image':
      return toInputImage(part['image_url'], `${path}.image_url`, part['detail'])
    case 'input_file':
      return toInputFile(part, path)
    case 'file':
      return toInputFile(part['file'], `${path}.file`)
    case 'input_audio':
      throw new RequestInvalidError(
        `\`${path}\` is audio, which Codex models cannot hear. Send what was said as text.`,
      )
    default:
      throw new RequestInvalidError(
        `\`${path}.type\` is ${describe(part['type'])}; it must be text, image_url or file`,
      )
  }
}

/** Clients write the image as `{url, detail?}`, and some as the URL alone. */
function toInputImage(image: unknown, path: FieldPath, besides?: unknown): JsonObject {
  const {url, detail = besides} = typeof image === 'string' ? {url: image} : toJsonObject(image)
  const urlPath = typeof image === 'string' ? path : `${path}.url`
  const imageUrl = checkImageUrl(readString(url, urlPath), urlPath)
  return {type: 'input_image', image_url: imageUrl, ...(toText(detail) && {detail})}
}

function toInputFile(file: unknown, path: FieldPath): JsonObject {
  const {file_data: data, file_id: id, filename} = toJsonObject(file)
  if (toText(data) === undefined && toText(id) === undefined) {
    throw new RequestInvalidError(`\`${path}.file_data\` must hold the file as a data URL`)
  }
  return {
    type: 'input_file',
    ...(toText(filename) && {filename}),
    ...(toText(data) ? {file_data: data} : {file_id: id}),
  }
}
