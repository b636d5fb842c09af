/**
 * Which conversation a request belongs to. A stable id keeps the backend's prompt cache warm: without
 * one, most of a long conversation is read anew in every turn.
 *
 * @module
 */
import {hash} from 'node:crypto'
import {toJsonObject} from '../../base/json-object.ts'
import type {Item} from './memory/item-memory.ts'
import type {ReportChange} from '../request-change.ts'

/** Characters of the first message that tell conversations apart. */
const SAMPLE_CHARACTERS = 8192

/**
 * Dates and times, as programs write them in front of what somebody says: by day in figures, by the name
 * of the month, by the day of the week, by the clock with its zone, and in seconds or milliseconds.
 */
const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[ap]\.?m\b\.?)?(?:Z|[+-]\d{2}:?\d{2})?`

/** Each begins with a figure or a letter, and stands at the beginning of a word. */
const STAMP = new RegExp(
  String.raw`(?<![\p{L}\d])(?:${[
    String.raw`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]${CLOCK})?`,
    String.raw`\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}`,
    // As in 2026年11月21日. The bundle is to be ASCII.
    String.raw`\d{4}\u5e74\d{1,2}\u6708\d{1,2}\u65e5`,
    CLOCK,
    String.raw`(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?`,
    String.raw`\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?\p{L}{3,10}\.?,? \d{4}\b`,
    String.raw`\p{L}{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b`,
    String.raw`(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}(?:st|nd|rd|th)?\b`,
    String.raw`(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?\b,?`,
    String.raw`1\d{9}(?:\d{3})?\b`,
  ].join('|')})`,
  'giu',
)

/** Longer keys are refused, and what is not ASCII cannot be sent as a header. */
const USABLE_KEY = /^[\u0021-\u007E](?:[\u0020-\u007E]{0,62}[\u0021-\u007E])?$/

/** What {@link findConversationId} goes by. */
export interface ConversationOptions {
  readonly input: readonly Item[]
  /** Unlike that of any other installation. Default: nothing. */
  readonly salt?: string | undefined
  /**
   * Whether tools or a form of the answer are asked for. Hosts let a model name a conversation by its
   * first message alone; that is another conversation. A change of tools costs nothing here, because
   * the cache does not survive it anyway.
   */
  readonly purpose: string
  readonly report: ReportChange
}

/**
 * The caller's `prompt_cache_key`, else an id that stays the same as the conversation grows: it is
 * derived from the first user message, because hosts change their system prompt (date, memories) from
 * turn to turn. Dates and times in that message do not count either.
 *
 * @returns At most 64 characters that a header can hold; where it is not the caller's key, a UUID
 * (version 8, RFC 9562), as the official client's session ids look.
 */
export function findConversationId(
  key: unknown,
  {input, purpose, report, salt = ''}: ConversationOptions,
): string {
  if (typeof key === 'string' && USABLE_KEY.test(key)) return key
  if (typeof key === 'string' && key.trim() !== '') {
    report('prompt_cache_key', 'replaced', 'It is longer than 64 characters or not plain ASCII')
    return toUuid(key)
  }
  const first = input.find(({role}) => role === 'user') ?? input[0]
  return toUuid(`${salt}\n${purpose}\n${sampleOf(first?.['content'])}`)
}

/** A UUID that depends on every character of `text`. */
function toUuid(text: string): string {
  const hex = hash('sha256', text)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0b11) | 0b1000).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

function sampleOf(content: unknown): string {
  if (typeof content === 'string') return sampleOfText(content)
  if (!Array.isArray(content)) return ''
  return content.map(sampleOfPart).join('\n').slice(0, SAMPLE_CHARACTERS)
}

/** Twice as much is read, so that a date of another length does not move the end. */
function sampleOfText(text: string): string {
  return text
    .slice(0, 2 * SAMPLE_CHARACTERS)
    .replaceAll(STAMP, '')
    .slice(0, SAMPLE_CHARACTERS)
}

function sampleOfPart(part: unknown): string {
  const {text, image_url: imageUrl, file_data: fileData} = toJsonObject(part)
  if (typeof text === 'string') return sampleOfText(text)
  const value = [imageUrl, fileData].find((candidate) => typeof candidate === 'string')
  // The length tells images apart that begin with the same header.
  return value === undefined ? '' : `${value.length} ${value.slice(0, SAMPLE_CHARACTERS)}`
}
