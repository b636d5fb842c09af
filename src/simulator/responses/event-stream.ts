/**
 * Turns frames into bytes, no faster than they are read.
 *
 * @module
 */
import {setTimeout as delay} from 'node:timers/promises'
import type {Frame} from './response-frames.ts'

/** Frames are sent together up to this many characters, as a fast backend's arrive on a socket. */
const BATCH_CHARACTERS = 16_384

/** A client that sees an error throws away what it has not read yet. */
const MS_BEFORE_CUT = 20

/** A pause in a stream, or the end of its connection. */
export type StreamStep =
  /** A WebSocket is closed with the code, if there is one. */
  | {readonly kind: 'cut'; readonly closeCode?: number}
  | {readonly kind: 'frame'; readonly frame: Frame}
  | {readonly kind: 'pause'; readonly ms: number | undefined}

/** Why a body breaks off. */
export class CutError extends Error {
  /** What a WebSocket is closed with; `undefined` when its connection drops. */
  readonly closeCode: number | undefined

  constructor(closeCode: number | undefined) {
    super('Cut by a fault')
    this.closeCode = closeCode
  }
}

/** Told of each frame as it is sent. */
export type FrameListener = (frame: Frame) => void

/** Sends frames. Those that are ready at the same time travel together. */
export function streamFrames(
  frames: Iterator<Frame, void>,
  onSend?: FrameListener,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    pull: (controller) => {
      let batch = ''
      while (batch.length < BATCH_CHARACTERS) {
        const next = frames.next()
        if (next.done) {
          if (batch !== '') controller.enqueue(encoder.encode(batch))
          controller.close()
          return
        }
        onSend?.(next.value)
        batch += next.value
      }
      controller.enqueue(encoder.encode(batch))
    },
  })
}

/**
 * Sends frames one by one, with pauses, and cuts the connection where a step says so.
 *
 * @param options.signal Ends a pause: the client is gone.
 */
export function streamSteps(
  steps: Iterator<StreamStep, void>,
  {signal, onSend}: {readonly signal: AbortSignal; readonly onSend?: FrameListener},
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    pull: async (controller) => {
      for (;;) {
        const next = steps.next()
        if (next.done) return controller.close()
        const step = next.value
        if (step.kind === 'cut') return cut(controller, signal, step.closeCode)
        if (step.kind === 'pause') {
          await pause(step.ms, signal)
          continue
        }
        onSend?.(step.frame)
        return controller.enqueue(encoder.encode(step.frame))
      }
    },
  })
}

/** Breaks a body off, once the client has had the time to read what came before. */
export async function cut(
  controller: ReadableStreamDefaultController<Uint8Array>,
  signal: AbortSignal,
  closeCode?: number,
): Promise<void> {
  await pause(MS_BEFORE_CUT, signal)
  controller.error(new CutError(closeCode))
}

/**
 * Waits.
 *
 * @param ms How long; `undefined` until the client is gone.
 * @param signal Ends the wait: the client is gone.
 */
export async function pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
  // The longest delay a timer takes; a client gives up long before.
  await delay(ms ?? 2 ** 31 - 1, undefined, {signal}).catch(() => undefined)
}
