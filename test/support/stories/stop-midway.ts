/**
 * A user who presses Stop while an answer is written.
 *
 * @module
 */
import type * as AiV6 from 'ai-v6'

/** The AI SDK, and the model that it asks. */
export interface AskedSdk {
  readonly ai: Pick<typeof AiV6, 'streamText'>
  readonly model: AiV6.LanguageModel
}

/** Stops after the first words. @returns Whether the SDK says that it was aborted. */
export async function stopMidway({ai, model}: AskedSdk): Promise<boolean> {
  const stop = new AbortController()
  const {fullStream} = ai.streamText({
    model,
    prompt: 'Hello [simulator deltas=1000 delay-ms=20]',
    abortSignal: stop.signal,
  })
  let aborted = false
  for await (const part of fullStream) {
    if (part.type === 'text-delta') stop.abort()
    if (part.type === 'abort') aborted = true
  }
  return aborted
}
