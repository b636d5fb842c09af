/**
 * The beginning of a streamed answer.
 *
 * @module
 */
import {createEndedEarlyError, isFailure, toEventError} from './backend-error.ts'
import {createEventScanner} from './event-scanner.ts'
import {createEventWatcher} from './event-watcher.ts'
import {toJsonObject} from '../http/json-object.ts'
import type {ItemMemory} from './item-memory.ts'

/** Events that come before any output; until then a failure can still become an error answer. */
const HANDSHAKE = new Set([
  'codex.rate_limits',
  'codex.response.metadata',
  'keepalive',
  'response.created',
  'response.in_progress',
  'response.metadata',
  'response.queued',
])

/** What {@link openAnswer} needs from outside. */
export interface OpenAnswerOptions {
  /** Remembers the finished items as they pass by. */
  readonly items: ItemMemory
  /** How the user knows the account that answers. */
  readonly label: string
}

/**
 * Waits for the first output, then hands on every byte as it came.
 *
 * @throws {CodexError} The answer failed, or ended, before any output.
 */
export async function openAnswer(
  body: ReadableStream<Uint8Array>,
  {items, label}: OpenAnswerOptions,
): Promise<ReadableStream<Uint8Array>> {
  const progress = {started: false}
  const opening = createEventScanner((event) => {
    if (isFailure(event.type)) throw toEventError(event.read(), label)
    progress.started = !HANDSHAKE.has(event.type)
    return progress.started ? 'stop' : undefined
  })
  const watcher = createEventWatcher(['response.output_item.done'], (event) =>
    items.remember(toJsonObject(event.read()['item']), event.characters),
  )
  const reader = body.getReader()
  const held: Uint8Array[] = []
  try {
    while (!progress.started) {
      // One after the other: the next part is only of interest when this one brought no output.
      // oxlint-disable-next-line no-await-in-loop
      const {done, value} = await reader.read()
      if (done) throw createEndedEarlyError()
      opening.push(value)
      watcher.push(value)
      held.push(value)
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {})
    throw error
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        for (const chunk of held) controller.enqueue(chunk)
      },
      async pull(controller) {
        const {done, value} = await reader.read()
        if (done) {
          watcher.end()
          controller.close()
          return
        }
        watcher.push(value)
        controller.enqueue(value)
      },
      cancel(reason) {
        watcher.end()
        return reader.cancel(reason)
      },
    },
    {highWaterMark: 0},
  )
}
