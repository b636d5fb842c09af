/**
 * The client keys in memory, as they are now: no request waits for the disk.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import {toErrorName} from '../../errors.ts'
import type {Log} from '../../base/log.ts'
import {watchFolders} from '../../files/watch-folders.ts'
import {findKey, type ClientKey} from './client-key.ts'
import {KEY_FILE, type KeyFile} from './key-file.ts'

/** What a ring is made of. */
export interface KeyRingOptions {
  readonly file: KeyFile
  /** The folder of the file. */
  readonly base: string
  readonly now: Clock
  readonly log: Log
  /** How often to look for changes that the system did not tell of, in milliseconds. Default 2,000. */
  readonly lookEveryMs?: number
}

/** The client keys as they are now. */
export interface KeyRing {
  /** The record of a key; `undefined` when there is none (any more). It counts as used. */
  find(key: string): Promise<ClientKey | undefined>
  /** Ends the watch, and keeps when keys were last used. Never rejects. */
  close(): Promise<void>
}

const LOOK_EVERY_MS = 2000

/** How much later a use has to be to be written down, in milliseconds. */
const NOTE_EVERY_MS = 60_000

/** Opens the ring. */
export function openKeyRing(options: KeyRingOptions): KeyRing {
  const {base, file, log, lookEveryMs = LOOK_EVERY_MS, now} = options
  const state = {keys: [] as readonly ClientKey[], version: '', notedAtMs: now()}
  const used = new Map<string, number>()
  const load = async () => {
    // Taken before: a change in between is then seen the next time.
    const version = await file.version()
    if (version === state.version) return
    state.keys = await file.list()
    state.version = version
  }
  const look = () =>
    load().catch((error: unknown) =>
      log.warn('The client keys could not be read; those before are used', {
        name: toErrorName(error),
      }),
    )
  const note = async () => {
    if (used.size === 0) return
    const noted = new Map(used)
    used.clear()
    state.notedAtMs = now()
    await file
      .noteUse(noted)
      .catch((error: unknown) =>
        log.warn('The last use of client keys could not be kept', {name: toErrorName(error)}),
      )
  }
  const loaded = look()
  const watch = watchFolders([KEY_FILE], () => void look())
  watch.follow([base])
  const timer = setInterval(() => {
    watch.follow([base])
    void look()
    if (now() - state.notedAtMs >= NOTE_EVERY_MS) void note()
  }, lookEveryMs)
  timer.unref()
  return {
    async find(key) {
      await loaded
      let found = findKey(state.keys, key)
      if (!found) {
        // It may have been added a moment ago.
        await look()
        found = findKey(state.keys, key)
      }
      if (found) used.set(found.id, now())
      return found
    },
    async close() {
      clearInterval(timer)
      watch.close()
      await note()
    },
  }
}
