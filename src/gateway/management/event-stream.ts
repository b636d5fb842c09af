/**
 * Server-sent events for whoever looks on.
 *
 * @module
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html}
 */
import {delay} from '../../base/delay.ts'

/** What becomes an event. */
export interface PageEvent {
  readonly type: string
  readonly data: unknown
}

/** How the events come about. */
export interface EventStreamOptions {
  /** Ends the stream. */
  readonly signal: AbortSignal
  /**
   * Tells of each event from now on, beginning with what is so already.
   *
   * @returns Ends that.
   */
  readonly follow: (tell: (event: PageEvent) => void) => () => void
}

/** How long nothing may be said before a comment shows that the gateway is still there, in milliseconds. */
const SILENCE_MS = 15_000

/** What a page may be behind before it is left: it loads everything again when it comes back. In characters. */
const MAX_BEHIND = 8_000_000

/** Answers with a stream of events, until the reader goes away. */
export function answerWithEvents({follow, signal}: EventStreamOptions): Response {
  const ended = new AbortController()
  const cancelled = {isCancelled: false}
  const isOver = AbortSignal.any([signal, ended.signal])
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const encoder = new TextEncoder()
        const write = (text: string) => {
          if (isOver.aborted) return
          if ((controller.desiredSize ?? 0) < -MAX_BEHIND) ended.abort()
          else controller.enqueue(encoder.encode(text))
        }
        const unfollow = follow(({data, type}) =>
          write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`),
        )
        isOver.addEventListener('abort', () => {
          unfollow()
          if (!cancelled.isCancelled) controller.close()
        })
        void saySomething(write, isOver)
      },
      cancel() {
        cancelled.isCancelled = true
        ended.abort()
      },
    },
    new ByteLengthQueuingStrategy({highWaterMark: 0}),
  )
  return new Response(body, {
    headers: {'content-type': 'text/event-stream', 'cache-control': 'no-store'},
  })
}

async function saySomething(write: (text: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(SILENCE_MS, signal).catch(() => undefined)
    write(': here\n\n')
  }
}
