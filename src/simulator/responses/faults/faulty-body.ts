/**
 * What a fault makes of the bytes of a body.
 *
 * @module
 */
import {cut} from '../event-stream.ts'

/**
 * Drops the connection after so many bytes of the body.
 *
 * @param signal The client is gone.
 */
export function truncateBody(response: Response, bytes: number, signal: AbortSignal): Response {
  const source: ReadableStream<Uint8Array> | null = response.body
  const reader = source?.getReader()
  let left = bytes
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next = left > 0 ? await reader?.read() : undefined
      if (!next?.value) return cut(controller, signal)
      controller.enqueue(next.value.subarray(0, left))
      left -= next.value.byteLength
    },
    cancel: (reason) => reader?.cancel(reason),
  })
  return new Response(body, {headers: response.headers, status: response.status})
}

/** Sends every byte as a chunk of its own. */
export function splitBody(response: Response): Response {
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        for (const byte of chunk) controller.enqueue(Uint8Array.of(byte))
      },
    }),
  )
  return new Response(body ?? null, {headers: response.headers, status: response.status})
}
