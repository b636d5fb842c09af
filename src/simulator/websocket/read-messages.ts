/**
 * The events of a stream, one by one.
 *
 * @module
 */

/** One event: its name, and what a message holds of it. */
export interface StreamedMessage {
  readonly name: string
  readonly data: string
}

/** Reads a stream of events to its end. */
export async function* readMessages(response: Response): AsyncGenerator<StreamedMessage> {
  const decoder = new TextDecoder()
  let held = ''
  const body: AsyncIterable<Uint8Array> | null = response.body
  for await (const chunk of body ?? []) {
    // Messages have no lines, so it does not matter how lines would have ended.
    held += decoder.decode(chunk, {stream: true}).replaceAll(/\r\n?/g, '\n')
    const frames = held.split('\n\n')
    held = frames.pop() ?? ''
    for (const frame of frames) {
      const [, name = '', data] = /^\n*event: (.*)\n+data: (.*)$/.exec(frame) ?? []
      if (data !== undefined) yield {name, data}
    }
  }
}
