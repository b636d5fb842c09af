/**
 * A refusal, as a message of a WebSocket.
 *
 * @module
 */
import * as z from 'zod'
import {parseJson} from '../parse-json.ts'

const bodySchema = z.looseObject({error: z.unknown(), detail: z.unknown()}).partial()

/** Headers that a client reads as if it had asked by HTTP. */
const TOLD = /^(?:retry-after|x-codex-.*|x-request-id)$/

/** The message in which the backend refuses what it would answer with this status. */
export async function toErrorMessage(response: Response): Promise<object> {
  const text = await response.text()
  const {error, detail = text} = bodySchema.safeParse(parseJson(Buffer.from(text))).data ?? {}
  const headers = Object.fromEntries([...response.headers].filter(([name]) => TOLD.test(name)))
  return {type: 'error', status: response.status, error: error ?? {message: detail}, headers}
}
