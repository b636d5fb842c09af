/**
 * From the body of an answer to one that has begun.
 *
 * @module
 */
import type {ByteBody} from '../../http/send.ts'
import type {Answer} from './answer.ts'
import {StreamedAnswer, type StreamedAnswerOptions} from './streamed-answer.ts'

/**
 * Waits for the first word. Until then nobody has read anything, and a failure can be asked again; but no
 * caller is kept waiting for long: after a while, the answer begins as it is.
 *
 * @throws {CodexError} The answer failed, fell silent or ended before any word.
 * @throws The signal's reason, when it is aborted.
 */
export async function openAnswer(
  body: Pick<ByteBody, 'getReader'>,
  options: StreamedAnswerOptions,
): Promise<Answer> {
  const answer = new StreamedAnswer(body, options)
  try {
    await answer.open()
    return answer
  } catch (error) {
    await answer.cancel(error).catch(() => {})
    throw error
  }
}
