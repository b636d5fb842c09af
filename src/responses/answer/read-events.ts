/**
 * An answer as its events, for those who do not hand its bytes on.
 *
 * @module
 */
import type {Answer} from './answer.ts'
import {EventFramer, type FrameListener} from './events/event-framer.ts'

/**
 * Reads the answer to its end, and tells of the events that are wanted.
 *
 * @throws {CodexError} The answer did not end well.
 */
export async function readEvents(
  answer: Pick<Answer, 'pull'>,
  listener: Pick<FrameListener, 'onEvent' | 'wants'>,
): Promise<void> {
  const framer = new EventFramer(listener)
  const progress = {isOver: false}
  const sink = {
    write: (events: Uint8Array) => framer.push(events),
    end: () => void (progress.isOver = true),
    fail(error: Error) {
      throw error
    },
  }
  while (!progress.isOver) await answer.pull(sink)
  framer.end()
}
