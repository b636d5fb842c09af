/**
 * The host's events.
 *
 * @module
 */
import type {Disposable, Event} from 'alma-plugin-api'

/** An event together with the way to fire it. */
export interface Emitter<T> {
  readonly event: Event<T>
  fire(value: T): void
}

/** Creates an event that nobody listens to yet. */
export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    event: (listener): Disposable => {
      listeners.add(listener)
      return {dispose: () => void listeners.delete(listener)}
    },
    fire: (value) => {
      for (const listener of listeners) listener(value)
    },
  }
}
