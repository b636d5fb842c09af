import type {Answer} from '../../../src/responses/answer/answer.ts'
import {
  StreamedAnswer,
  type StreamedAnswerOptions,
} from '../../../src/responses/answer/streamed-answer.ts'

/** The answer in these bytes, nothing of which is held back. */
export function toAnswer(
  body: ReadableStream<Uint8Array>,
  options: Partial<StreamedAnswerOptions> = {},
): Answer {
  return new StreamedAnswer(body, {
    onItem: () => {},
    request: {label: 'ada@example.com', model: 'gpt-5.5'},
    now: () => 0,
    ...options,
  })
}
