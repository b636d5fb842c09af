/**
 * An answer as a stream of bytes.
 *
 * @module
 */
import type {Answer} from './open-answer.ts'

/** Hands on every byte as it came. An answer that does not end well ends the stream with an error. */
export function streamAnswer(answer: Answer): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await answer.read()
        if (bytes) controller.enqueue(bytes)
        else controller.close()
      },
      cancel: (reason) => answer.cancel(reason),
    },
    {highWaterMark: 0},
  )
}
