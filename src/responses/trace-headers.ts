/**
 * What OpenAI's support asks for when somebody reports an answer.
 *
 * @module
 */
import type {AnswerHeaders} from '../http/send.ts'
import {toPlainText} from '../base/plain-text.ts'

const TRACE_HEADERS = ['x-request-id', 'x-oai-request-id', 'cf-ray'] as const

/** Ids of the request at OpenAI and at Cloudflare, for whoever asks about it. */
export type TraceHeaders = Readonly<Record<string, string>>

/** The ids in the headers of an answer. */
export function readTraceHeaders(headers: AnswerHeaders): TraceHeaders {
  const given = TRACE_HEADERS.filter((name) => headers.has(name))
  const found = given.map((name) => [name, toPlainText(headers.get(name) ?? '', 100)])
  return Object.fromEntries(found.filter(([, value]) => value !== ''))
}
