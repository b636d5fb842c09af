/**
 * The files of agents, as a watcher takes them.
 *
 * Each request is carried out and noted in one transaction, then answered, then its file is removed. So a kill at any moment
 * loses none and doubles none: a file whose request is noted is not carried out again.
 *
 * @module
 */
import {parseJson, toJsonObject} from '../../base/json-object.ts'
import type {RegisterRequest} from '../ipc/ipc-request.ts'
import {IpcFormatError} from '../ipc/ipc-request.ts'
import type {HostGroup} from './authorize.ts'
import {handleRequest, type Handled} from './handle-request.ts'
import {toFileKey, type IpcFile} from './ipc-inbox.ts'
import {publishToGroup} from './publish-tasks.ts'
import type {WatcherOptions} from './watcher-options.ts'

/** How many files are worked on at once, and how much of their text is held, in characters. */
const AT_ONCE = 50
const MAX_TEXT = 8 * 1024 * 1024

/** How often the same trouble of a group is logged, in milliseconds. */
const LOG_EVERY_MS = 60_000

/** A file, and what is in it: an error when it cannot be a request. */
interface Found {
  readonly file: IpcFile
  readonly text: string | IpcFormatError
}

/** Takes the files of all groups. */
export class RequestFiles {
  readonly #options: WatcherOptions
  /** By folder, when its trouble was logged last. */
  readonly #loggedAtMs = new Map<string, number>()

  constructor(options: WatcherOptions) {
    this.#options = options
  }

  /** Forgets files that are gone, so that others may have their names. */
  async recover(): Promise<void> {
    const {inbox, store} = this.#options
    const gone = []
    for (const key of store.listHandled()) if (!(await inbox.has(key))) gone.push(key)
    store.forgetHandled(gone)
  }

  /** Takes what is there. @returns Whether there was something, so that there may be more. */
  async look(folders: readonly string[], groups: readonly HostGroup[]): Promise<boolean> {
    let isBusy = false
    for (const folder of folders) {
      try {
        isBusy = (await this.#lookAt(folder, groups)) || isBusy
        this.#loggedAtMs.delete(folder)
      } catch (error) {
        // The files of one group must not stop the others; they are tried again.
        this.#report(folder, error)
      }
    }
    return isBusy
  }

  #report(folder: string, error: unknown): void {
    const {log, now} = this.#options
    const nowMs = now()
    if (Math.abs(nowMs - (this.#loggedAtMs.get(folder) ?? -Infinity)) < LOG_EVERY_MS) return
    this.#loggedAtMs.set(folder, nowMs)
    const reason = error instanceof Error ? error.message : String(error)
    log.error('files of a group could not be handled', {folder, error: reason})
  }

  async #lookAt(folder: string, groups: readonly HostGroup[]): Promise<boolean> {
    const {inbox, register, store} = this.#options
    const found = await this.#read(await inbox.list(folder))
    if (found.length === 0) return false
    const registrations: RegisterRequest[] = []
    const handled = store.inTransaction(() =>
      found.map((one) => this.#handle(one, {groups, registrations})),
    )
    for (const request of registrations) await register?.(request)
    for (let index = 0; index < found.length; index += AT_ONCE) {
      const some = found.slice(index, index + AT_ONCE)
      await Promise.all(some.map(({file}, at) => this.#finish(file, handled[index + at])))
    }
    store.inTransaction(() => store.forgetHandled(found.map(({file}) => toFileKey(file))))
    if (found.some(({file}) => file.kind === 'tasks')) await publishToGroup(this.#options, folder)
    return true
  }

  /** As many as fit into the memory that they may take. */
  async #read(files: readonly IpcFile[]): Promise<readonly Found[]> {
    const found: Found[] = []
    let length = 0
    for (let index = 0; index < files.length && length < MAX_TEXT; index += AT_ONCE) {
      const some = files.slice(index, index + AT_ONCE)
      const texts = await Promise.all(some.map((file) => this.#readOne(file)))
      for (const [at, file] of some.entries()) {
        const text = texts[at]
        if (text !== undefined) found.push({file, text})
      }
      length += texts.reduce((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0)
    }
    return found
  }

  async #readOne(file: IpcFile): Promise<Found['text'] | undefined> {
    try {
      return await this.#options.inbox.read(file, this.#options.now())
    } catch (error) {
      if (error instanceof IpcFormatError) return error
      throw error
    }
  }

  #handle(
    {file, text}: Found,
    {
      groups,
      registrations,
    }: {
      readonly groups: readonly HostGroup[]
      readonly registrations: RegisterRequest[]
    },
  ): Handled {
    const {now, register, store, timeZone} = this.#options
    if (text instanceof IpcFormatError) {
      return {reply: {ok: false, error: text.message}, isBad: true}
    }
    const key = toFileKey(file)
    const before = store.findHandled(key)
    if (before !== undefined) {
      const reply = toJsonObject(parseJson(before))
      return {reply: {...reply, ok: reply['ok'] === true}, isBad: reply['ok'] !== true}
    }
    const known = registrations.length
    const handled = handleRequest(text, file.kind, {
      folder: file.folder,
      groups,
      store,
      timeZone,
      nowMs: now(),
      onRefresh: () => undefined,
      onRegister(request) {
        if (!register) throw new IpcFormatError('This host registers no groups.')
        registrations.push(request)
      },
    })
    // To register twice does no harm, and it happens outside of the transaction.
    if (registrations.length === known) store.addHandled(key, JSON.stringify(handled.reply))
    return handled
  }

  async #finish(file: IpcFile, handled: Handled | undefined): Promise<void> {
    if (!handled) return
    const {inbox, log} = this.#options
    await inbox.reply(file, handled.reply)
    if (handled.isBad) {
      const reason = handled.reply.error ?? ''
      log.warn('a file of an agent was set aside', {file: toFileKey(file), reason})
      await inbox.setAside(file, reason)
    } else {
      await inbox.remove(file)
    }
  }
}
