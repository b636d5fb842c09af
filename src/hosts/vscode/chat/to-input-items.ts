/**
 * The editor's messages as the items of the Responses API.
 *
 * @module
 */
import {createHash} from 'node:crypto'
import type * as vscode from 'vscode'
import {toText, type JsonObject} from '../../../base/json-object.ts'
import {toBareText, type AnswerMemory, type Place} from './answer-memory.ts'
import {createPartReader, type PartReader} from './content-parts.ts'
import {restoreAnswers, type Piece} from './restore-answers.ts'
import type {ChatParts} from '../vscode-api.ts'

/** The published roles, and that of a system prompt, which only the editor's own chat sends. */
const ROLES: Readonly<Record<number, string>> = {1: 'user', 2: 'assistant', 3: 'developer'}

/** What the conversion goes by. */
export interface InputOptions {
  readonly parts: ChatParts
  readonly answers: AnswerMemory
  /** The editor's name of the conversation, where it tells it. */
  readonly conversation?: string | undefined
}

/** Messages, converted. */
export interface Input {
  readonly items: JsonObject[]
  /** Where the answer to them stands. */
  readonly place: Place
}

/**
 * Converts messages. Answers of these models are put back as they were written, see `restore-answers.ts`.
 * Thoughts that the editor shows are left out: they are a summary, which no model reads.
 */
export function toInputItems(
  messages: readonly vscode.LanguageModelChatRequestMessage[],
  {parts, answers, conversation}: InputOptions,
): Input {
  const reader = createPartReader(parts)
  const items: JsonObject[] = []
  const used = new Set<JsonObject>()
  const before = createHash('sha256')
  let asked = ''
  let pieces: Piece[] = []
  const place = () => ({before: before.copy().digest('base64url'), asked, conversation})
  const restore = () => {
    if (pieces.length === 0) return
    items.push(...restoreAnswers(pieces, {answers, place: place(), used}))
    for (const piece of pieces) before.update(toTrace(piece))
    pieces = []
  }
  const readers = {parts, reader}
  for (const [message, {role, content}] of messages.entries()) {
    for (const entry of splitMessage(content, ROLES[role] ?? 'user', {message, ...readers})) {
      if ('kind' in entry) {
        pieces.push(entry)
        continue
      }
      restore()
      items.push(entry.item)
      const json = JSON.stringify(entry.item)
      before.update(json)
      asked = createHash('sha256').update(json).digest('base64url')
    }
  }
  restore()
  return {items, place: place()}
}

interface SplitOptions {
  readonly message: number
  readonly parts: ChatParts
  readonly reader: PartReader
}

/** Items of the user and of tools, and the pieces of answers. */
function splitMessage(
  content: readonly unknown[],
  role: string,
  {message, parts, reader}: SplitOptions,
): readonly (Piece | {readonly item: JsonObject})[] {
  const isAnswer = role === 'assistant'
  const entries: (Piece | {readonly item: JsonObject})[] = []
  let said: JsonObject[] = []
  const flush = () => {
    if (said.length === 0) return
    if (isAnswer) entries.push({kind: 'said', message, content: said})
    else entries.push({item: {type: 'message', role, content: said}})
    said = []
  }
  for (const part of content) {
    if (part instanceof parts.LanguageModelToolCallPart) {
      flush()
      const {callId, name, input} = part
      entries.push({kind: 'called', message, callId, name, input})
    } else if (part instanceof parts.LanguageModelToolResultPart) {
      flush()
      const output = reader.toToolOutput(part)
      entries.push({item: {type: 'function_call_output', call_id: part.callId, output}})
    } else {
      const converted = reader.toContent(part, isAnswer ? 'output' : 'input')
      // The editor writes empty texts between thoughts and calls.
      if (converted && converted['text'] !== '') said.push(converted)
    }
  }
  flush()
  return entries
}

/** What stays the same of a piece from one request to the next. */
function toTrace(piece: Piece): string {
  if (piece.kind === 'called') return piece.callId
  return toBareText(piece.content.map(({text}) => toText(text) ?? '').join(''))
}
