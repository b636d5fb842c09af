/**
 * Which conversation a request belongs to. A stable id keeps the backend's prompt cache warm: without
 * one, most of a long conversation is read anew in every turn.
 *
 * @module
 */
import {toJsonObject} from '../http/json-object.ts'
import type {Item} from './item-memory.ts'

/** Characters of the first message that tell conversations apart. */
const SAMPLE_CHARACTERS = 8192

/**
 * An id that stays the same as the conversation grows: it is derived from the first user message
 * alone, because hosts change their system prompt (date, memories) from turn to turn.
 *
 * @returns A UUID (version 8, RFC 9562), as the official client's session ids look.
 */
export async function deriveConversationId(input: readonly Item[]): Promise<string> {
  // Loaded when needed: an editor that starts should not wait for it.
  const {createHash} = await import('node:crypto')
  const first = input.find(({role}) => role === 'user') ?? input[0]
  const hash = createHash('sha256').update(sampleOf(first?.['content'])).digest('hex')
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0b11) | 0b1000).toString(16)
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-')
}

function sampleOf(content: unknown): string {
  if (typeof content === 'string') return content.slice(0, SAMPLE_CHARACTERS)
  if (!Array.isArray(content)) return ''
  return content.map(sampleOfPart).join('\n').slice(0, SAMPLE_CHARACTERS)
}

function sampleOfPart(part: unknown): string {
  const {text, image_url: imageUrl, file_data: fileData} = toJsonObject(part)
  const value = [text, imageUrl, fileData].find((candidate) => typeof candidate === 'string')
  // The length tells images apart that begin with the same header.
  return value === undefined ? '' : `${value.length} ${value.slice(0, SAMPLE_CHARACTERS)}`
}
