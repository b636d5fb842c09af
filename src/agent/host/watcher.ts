/**
 * The host's side of a chat host: takes what agents have written, hands messages on, and runs tasks when their time comes.
 *
 * @module
 */
import {delay} from '../../base/delay.ts'
import type {HostGroup} from './authorize.ts'
import {MessageSender} from './message-sender.ts'
import {RequestFiles} from './request-files.ts'
import {publishTasks} from './publish-tasks.ts'
import {TaskClock} from './task-clock.ts'
import type {WatcherOptions} from './watcher-options.ts'

/** How often the folders are looked at, in milliseconds. */
const LOOK_EVERY_MS = 500

/** A clock that goes back by less was only corrected, in milliseconds. */
const CORRECTION_MS = 2000

const HOUR_MS = 3_600_000

/** How long replies are kept, and messages that are done with, in milliseconds. */
const KEEP_REPLIES_MS = 24 * HOUR_MS
const KEEP_MESSAGES_MS = 7 * 24 * HOUR_MS

/** The watcher of one host. There must be only one for the same files. */
export class Watcher {
  readonly #options: WatcherOptions
  readonly #files: RequestFiles
  readonly #sender: MessageSender
  readonly #tasks: TaskClock
  #lookedAtMs: number
  /** What was logged of the groups, so that it is not logged with every look. */
  #groupTrouble: string | undefined
  #sweptAtMs = 0

  constructor(options: WatcherOptions) {
    this.#options = options
    this.#files = new RequestFiles(options)
    this.#sender = new MessageSender(options)
    this.#tasks = new TaskClock(options)
    this.#lookedAtMs = options.now()
  }

  /** Begins after a restart: forgets files that are gone, and tells of tasks that were interrupted. */
  async recover(): Promise<void> {
    await this.#files.recover()
    this.#tasks.recover()
    for (const folder of await this.#options.inbox.groups()) {
      await publishTasks(this.#options, folder)
    }
  }

  /** Works until the signal aborts, and lets tasks that run come to their end. */
  async run(signal: AbortSignal): Promise<void> {
    await this.recover()
    while (!signal.aborted) {
      const isBusy = await this.look()
      if (!isBusy) await delay(LOOK_EVERY_MS, signal).catch(() => undefined)
    }
    await this.settled()
  }

  /** Waits for the tasks that run, and a while for a message that is on its way. */
  async settled(): Promise<void> {
    await this.#tasks.settled()
    await this.#sender.settled()
  }

  /** Looks once at everything. @returns Whether there may be more at once. */
  async look(): Promise<boolean> {
    this.#noticeClock()
    const folders = await this.#options.inbox.groups()
    const groups = await this.#findGroups()
    const isBusy = groups !== undefined && (await this.#files.look(folders, groups))
    this.#sender.start()
    if (groups) this.#tasks.startDue(groups)
    await this.#sweep(folders)
    return isBusy
  }

  /** A host may be writing its list at this moment; who is in it is not known then. */
  async #findGroups(): Promise<readonly HostGroup[] | undefined> {
    try {
      const groups = await this.#options.groups()
      this.#groupTrouble = undefined
      return groups
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (reason !== this.#groupTrouble) {
        this.#options.log.warn('the groups cannot be read, so files wait', {reason})
      }
      this.#groupTrouble = reason
      return undefined
    }
  }

  /** What waits for a time would wait for long when the clock was set back. */
  #noticeClock(): void {
    const nowMs = this.#options.now()
    if (nowMs < this.#lookedAtMs - CORRECTION_MS) {
      this.#tasks.reschedule()
      this.#sender.retry()
      this.#sweptAtMs = nowMs
    }
    this.#lookedAtMs = nowMs
  }

  async #sweep(folders: readonly string[]): Promise<void> {
    const {inbox, now, store} = this.#options
    const nowMs = now()
    if (nowMs - this.#sweptAtMs < HOUR_MS) return
    this.#sweptAtMs = nowMs
    store.forgetDone(nowMs - KEEP_MESSAGES_MS)
    for (const folder of folders) await inbox.sweepReplies(folder, nowMs - KEEP_REPLIES_MS)
  }
}
