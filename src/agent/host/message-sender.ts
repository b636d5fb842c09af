/**
 * Handing messages on to their chats.
 *
 * @module
 */
import {delay} from '../../base/delay.ts'
import type {OutgoingMessage} from './task-store.ts'
import type {WatcherOptions} from './watcher-options.ts'

/** How many messages are handed over in one go. */
const MAX_MESSAGES = 200

/** How long a chat that takes no message waits, in milliseconds, and at most. */
const RETRY_MS = 1000
const MAX_RETRY_MS = 60_000

/** How long a message that is on its way is waited for at the end, in milliseconds. */
const PATIENCE_MS = 5000

/** What is known of a chat that took no message. */
interface Trouble {
  readonly failures: number
  readonly retryAtMs: number
}

/** Sends what waits, in its order for each chat. A chat that takes nothing holds up no other. */
export class MessageSender {
  readonly #options: WatcherOptions
  readonly #troubles = new Map<string, Trouble>()
  #sending: Promise<void> | undefined

  constructor(options: WatcherOptions) {
    this.#options = options
  }

  /** Begins to send, unless it is under way: a chat that is slow does not keep the watcher. */
  start(): void {
    this.#sending ??= this.#send()
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        this.#options.log.error('messages could not be read', {error: reason})
      })
      .finally(() => (this.#sending = undefined))
  }

  /** Every chat is tried again at once. */
  retry(): void {
    this.#troubles.clear()
  }

  async settled(): Promise<void> {
    const stop = new AbortController()
    const patience = delay(PATIENCE_MS, stop.signal).catch(() => undefined)
    await Promise.race([this.#sending, patience])
    stop.abort()
  }

  async #send(): Promise<void> {
    const {now, store} = this.#options
    for (;;) {
      const nowMs = now()
      const waiting = [...this.#troubles].filter(([, {retryAtMs}]) => retryAtMs > nowMs)
      const skipped = new Set(waiting.map(([chatJid]) => chatJid))
      const messages = store.listUndelivered(MAX_MESSAGES, [...skipped])
      if (messages.length === 0) return
      for (const message of messages) {
        if (skipped.has(message.chatJid)) continue
        if (!(await this.#sendOne(message))) skipped.add(message.chatJid)
      }
    }
  }

  async #sendOne(message: OutgoingMessage): Promise<boolean> {
    const {log, now, send, store} = this.#options
    const {chatJid, id} = message
    try {
      await send(message)
      store.markDelivered(id, now())
      this.#troubles.delete(chatJid)
      return true
    } catch (error) {
      const failures = this.#troubles.get(chatJid)?.failures ?? 0
      const waitMs = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** failures)
      this.#troubles.set(chatJid, {failures: failures + 1, retryAtMs: now() + waitMs})
      const reason = error instanceof Error ? error.message : String(error)
      log.error('a message could not be sent, and is tried again', {waitMs, error: reason})
      return false
    }
  }
}
