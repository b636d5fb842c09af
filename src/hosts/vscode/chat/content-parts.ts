/**
 * The parts of the editor's messages as those of the Responses API.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {isJsonObject, parseJson, toList, type JsonObject} from '../../../base/json-object.ts'
import type {ChatParts} from '../vscode-api.ts'

/** Data that is meant for the editor itself, or for another provider. */
const MARKS = /^(?:cache_control|context_management|stateful_marker|thinking|usage)$/

const TEXT = /^(?:text\/|application\/(?:json|xml|x-yaml)\b)|\+(?:json|xml)\b/

/** Which way a part goes decides the type of its text. */
export type Direction = 'input' | 'output'

/** Reads parts. */
export interface PartReader {
  /** The part of a message; `undefined` for what no model reads. */
  toContent(part: unknown, direction: Direction): JsonObject | undefined
  /** What a tool gave back: a text, or parts where it is more than that. */
  toToolOutput(part: vscode.LanguageModelToolResultPart): string | readonly JsonObject[]
}

/** Creates a reader. */
export function createPartReader(parts: ChatParts): PartReader {
  function toContent(part: unknown, direction: Direction): JsonObject | undefined {
    if (part instanceof parts.LanguageModelTextPart) return toText(part.value, direction)
    if (part instanceof parts.LanguageModelDataPart) return toData(part, direction)
    if (part instanceof parts.LanguageModelPromptTsxPart) {
      return toText(readPromptText(part.value), direction)
    }
    return undefined
  }

  function toToolOutput({content}: vscode.LanguageModelToolResultPart) {
    const outputs = content.map((part) => toContent(part, 'input') ?? toJsonText(part))
    const texts = outputs.map(({text}) => text)
    return texts.every((text) => typeof text === 'string') ? texts.join('') : outputs
  }

  return {toContent, toToolOutput}
}

function toText(text: string, direction: Direction): JsonObject {
  return {type: `${direction}_text`, text}
}

/** A tool may give back anything; what is no part is shown to the model as JSON. */
function toJsonText(part: unknown): JsonObject {
  return toText(isJsonObject(part) ? JSON.stringify(part) : String(part), 'input')
}

function toData(
  {data, mimeType}: vscode.LanguageModelDataPart,
  direction: Direction,
): JsonObject | undefined {
  if (MARKS.test(mimeType)) return undefined
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (TEXT.test(mimeType)) return toText(buffer.toString(), direction)
  const url = `data:${mimeType};base64,${buffer.toString('base64')}`
  if (mimeType.startsWith('image/')) return {type: 'input_image', image_url: url}
  if (mimeType === 'application/pdf') {
    return {type: 'input_file', filename: 'document.pdf', file_data: url}
  }
  return toText(`[${buffer.length} bytes of ${mimeType}, which cannot be shown]`, direction)
}

/**
 * The text of a prompt that was made with `@vscode/prompt-tsx`: a tree whose leaves are its texts.
 *
 * @see {@link https://github.com/microsoft/vscode-prompt-tsx/blob/main/src/base/jsonTypes.ts}
 */
function readPromptText(value: unknown): string {
  const tree = typeof value === 'string' ? (parseJson(value) ?? value) : value
  if (typeof tree === 'string') return tree
  if (!isJsonObject(tree)) return ''
  const {children, lineBreakBefore, node, text} = tree
  const own = typeof text === 'string' ? text : ''
  const inner = [node, ...toList(children)].map(readPromptText).join('')
  return `${lineBreakBefore === true ? '\n' : ''}${own}${inner}`
}
