/**
 * Events that one side gives and the other takes, each in its own time.
 *
 * @module
 */
import type {ProviderEvent} from './provider-seam.ts'

/** A queue of events. */
export interface EventQueue {
  push(event: ProviderEvent): void
  end(): void
  /** Can be walked through once. */
  readonly events: AsyncIterable<ProviderEvent>
}

/** Creates a queue. */
export function createEventQueue(): EventQueue {
  const waiting: ProviderEvent[] = []
  let isEnded = false
  let wake: (() => void) | undefined
  async function* walk() {
    for (;;) {
      yield* waiting.splice(0)
      if (waiting.length > 0) continue
      if (isEnded) return
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return {
    push(event) {
      waiting.push(event)
      wake?.()
    },
    end() {
      isEnded = true
      wake?.()
    },
    events: walk(),
  }
}
