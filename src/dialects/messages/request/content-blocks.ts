/**
 * What a block of the Messages API says, as content of the Responses API.
 *
 * @module
 * @see {@link https://docs.anthropic.com/en/api/messages}
 */
import {
  isJsonObject,
  toJsonObject,
  toList,
  toText,
  type JsonObject,
} from '../../../base/json-object.ts'
import {RequestInvalidError} from '../../../errors.ts'

/** Where a value stands in the caller's request, for example `messages[0].content`. */
export type FieldPath = string

/** A block, and where it stands. */
export interface PlacedBlock {
  readonly block: JsonObject
  readonly path: FieldPath
}

/**
 * The blocks of a content, which may be a text alone.
 *
 * @throws {RequestInvalidError} It is neither a text nor a list of blocks; the error names the place.
 */
export function readBlocks(content: unknown, path: FieldPath): readonly PlacedBlock[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{block: {type: 'text', text: content}, path}]
  if (!Array.isArray(content)) {
    throw new RequestInvalidError(`\`${path}\` must be a text or a list of blocks`)
  }
  return content.map((value: unknown, index) => {
    const block = typeof value === 'string' ? {type: 'text', text: value} : value
    if (isJsonObject(block)) return {block, path: `${path}[${index}]`}
    throw new RequestInvalidError(`\`${path}[${index}]\` must be an object`)
  })
}

/** Converts a block that the model reads; `undefined` for one that says nothing to it. */
export function toInputPart({block, path}: PlacedBlock): JsonObject | undefined {
  switch (block['type']) {
    case 'text':
      return {type: 'input_text', text: block['text']}
    case 'image':
      return {type: 'input_image', image_url: toUrl(block['source'], `${path}.source`)}
    case 'document':
      return toDocument(block, path)
    case 'search_result':
      return toSearchResult(block)
    case 'tool_reference':
      return toNote(`The tool ${toText(block['tool_name']) ?? ''} can be called now.`)
    case 'container_upload':
      throw new RequestInvalidError(
        `\`${path}\` is a file of Anthropic's own storage, which Codex models cannot read. Send the file itself.`,
      )
    default:
      // Whoever shapes the content says in words what it was.
      return block
  }
}

/** An address of the data: where it is, or all of it. */
function toUrl(value: unknown, path: FieldPath): string {
  const {type, media_type: mediaType, data, url} = toJsonObject(value)
  if (typeof url === 'string') return url
  if (typeof data === 'string') return `data:${toText(mediaType) ?? ''};base64,${data}`
  const isFile = type === 'file'
  throw new RequestInvalidError(
    isFile
      ? `\`${path}\` is a file of Anthropic's own storage, which Codex models cannot read. Send the file itself.`
      : `\`${path}\` must hold its data, or a URL`,
  )
}

function toDocument({source, title}: JsonObject, path: FieldPath): JsonObject {
  const {type, data, content} = toJsonObject(source)
  const name = toText(title)
  if (type === 'text') return toNote(titled(name, toText(data) ?? ''))
  if (type === 'content') {
    const texts = readBlocks(content, `${path}.source.content`).map(({block}) => block['text'])
    return toNote(titled(name, texts.filter((text) => typeof text === 'string').join('\n')))
  }
  const url = toUrl(source, `${path}.source`)
  const filename = name ?? 'document.pdf'
  return url.startsWith('data:')
    ? {type: 'input_file', filename, file_data: url}
    : {type: 'input_file', file_url: url}
}

function toSearchResult({title, source, content}: JsonObject): JsonObject {
  const texts = toList(content).map((part) => toText(toJsonObject(part)['text']) ?? '')
  return toNote([toText(title), toText(source), ...texts].filter(Boolean).join('\n'))
}

function titled(title: string | undefined, text: string): string {
  return title === undefined ? text : `${title}\n\n${text}`
}

function toNote(text: string): JsonObject {
  return {type: 'input_text', text}
}
