/**
 * What a fault makes of the bytes of a body.
 *
 * @module
 */

/** Drops the connection after so many bytes of the body. */
export function truncateBody(response: Response, bytes: number): Response {
  let left = bytes
  return withBody(
    response,
    new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => {
        if (left === 0) controller.error(new Error('Cut by a fault'))
      },
      transform: (chunk, controller) => {
        controller.enqueue(chunk.subarray(0, left))
        left -= chunk.byteLength
        if (left <= 0) controller.error(new Error('Cut by a fault'))
      },
    }),
  )
}

/** Sends every byte as a chunk of its own. */
export function splitBody(response: Response): Response {
  return withBody(
    response,
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        for (const byte of chunk) controller.enqueue(Uint8Array.of(byte))
      },
    }),
  )
}

function withBody(
  {body, headers, status}: Response,
  transform: TransformStream<Uint8Array, Uint8Array>,
): Response {
  const piped = body?.pipeThrough(transform) ?? null
  return new Response(piped, {headers, status})
}
