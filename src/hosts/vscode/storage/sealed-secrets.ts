/**
 * Secrets that all windows of the editor share.
 *
 * The editor's own secret storage is not enough for that: in a browser, every window keeps the copy
 * that it read when it was opened, so a refresh in one window would make the others spend a refresh
 * token that is used up. So the values are in a file, which every window reads anew, and the secret
 * storage holds the key that the file is sealed with (AES-256-GCM), which never changes.
 *
 * @module
 */
import {rename, stat} from 'node:fs/promises'
import path from 'node:path'
import type {AccountJournal} from '../../../storage/account-journal.ts'
import type {SecretStorage} from '../../../storage/key-value-storage.ts'
import {StorageError} from '../../../errors.ts'
import {withFileLock} from '../../../files/file-lock.ts'
import {createPrivateFolder} from '../../../files/private-folder.ts'
import {readBytes} from '../../../files/read-file.ts'
import {findFreeName} from '../../../files/set-aside.ts'
import {hasErrorCode, toStorageError} from '../../../files/storage-failure.ts'
import {writeFile} from '../../../files/write-file.ts'
import {isJsonObject, parseJson, toText} from '../../../base/json-object.ts'
import type {Log} from '../../../base/log.ts'

const KEY_NAME = 'vaultKey'
/** The most that the file holds, in bytes: a login has 5 kB. */
const MAX_BYTES = 4 * 1024 * 1024

/** How long a window may take from reading its copy of the secrets to starting extensions. */
const OPENING_MS = 15_000

/** Where the values and their key are. */
export interface SealedSecretsOptions {
  /** The file with the values. Its folder is made when it is needed. */
  readonly file: string
  /** Where the key is: the editor's secret storage. */
  readonly keys: {
    get(name: string): PromiseLike<string | undefined>
    store(name: string, value: string): PromiseLike<void>
  }
  readonly log: Log
  /** When this window was opened (milliseconds since the Unix epoch). */
  readonly openedAtMs: number
}

type Values = Readonly<Record<string, string>>

/** A storage on a sealed file. */
export interface SealedSecrets extends SecretStorage {
  /** Makes the key, if there is none: windows that are opened later have to find it. */
  prepare(): Promise<void>
  /**
   * Opens a journal beside the file, sealed with the same key.
   *
   * @throws {StorageError} There is no key, and none can be made.
   */
  openJournal(journal: string): Promise<AccountJournal>
}

/** Creates a storage on a sealed file. Every method throws a `StorageError` when the file system fails. */
export function createSealedSecrets(options: SealedSecretsOptions): SealedSecrets {
  const {file, log} = options
  const keys = createKeys(options)

  /** The values; `undefined` when they cannot be opened with the key of this window. */
  async function read(key: Buffer | undefined): Promise<Values | undefined> {
    const sealed = await readBytes(file, {maxBytes: MAX_BYTES, isOurs: true})
    if (sealed === undefined) return {}
    const {openText} = await loadSeal()
    const values = key && parseValues(openText(sealed, key))
    if (!values) {
      log.warn('The logins in the file cannot be opened here; another window may have them')
    }
    return values
  }

  function locked<Result>(task: () => Promise<Result>): Promise<Result> {
    return withStorage(file, () => withFileLock(`${file}.lock`, task, {isOurs: true}))
  }

  function change(edit: (values: Values) => Values): Promise<void> {
    return locked(async () => {
      const key = (await keys.read()) ?? (await keys.make())
      const values = await read(key)
      // Whatever cannot be read is kept, since it may be all that is left of a login.
      if (!values) await rename(file, await findFreeName(`${file}.unreadable`))
      const {sealText} = await loadSeal()
      await writeFile(file, sealText(JSON.stringify(edit(values ?? {})), key))
    })
  }

  /** The key, made if there is none. */
  async function prepare(): Promise<Buffer> {
    const readOrMake = async () => (await keys.read()) ?? keys.make()
    return (await keys.read()) ?? locked(readOrMake)
  }

  return {
    prepare: async () => void (await prepare()),
    async openJournal(journal) {
      const [key, {SealedJournal}] = await Promise.all([prepare(), import('./sealed-journal.ts')])
      return new SealedJournal(journal, key)
    },
    get: (name) => withStorage(file, async () => (await read(await keys.read()))?.[name]),
    set: (name, value) => change((values) => ({...values, [name]: value})),
    delete: (name) =>
      change((values) =>
        Object.fromEntries(Object.entries(values).filter(([key]) => key !== name)),
      ),
  }
}

/** Loaded when there is something to seal or to open. */
function loadSeal() {
  return import('./seal.ts')
}

/** The key that the file is sealed with. */
function createKeys({file, keys, openedAtMs}: SealedSecretsOptions) {
  return {
    async read(): Promise<Buffer | undefined> {
      const text = await keys.get(KEY_NAME)
      if (text === undefined) return undefined
      const {parseKey} = await loadSeal()
      return parseKey(text)
    },
    /** Called under the lock. */
    async make(): Promise<Buffer> {
      const mark = `${file}.key`
      if ((await readTimeMs(mark)) > openedAtMs - OPENING_MS) {
        throw new StorageError(
          'Another window has begun to keep logins since this one was opened. Reload this window, then try again.',
        )
      }
      const {makeKey} = await loadSeal()
      const key = makeKey()
      await writeFile(mark, '')
      await keys.store(KEY_NAME, key.toString('base64'))
      return key
    },
  }
}

/** Runs `task` with the file's folder there; its failures are `StorageError`s. */
async function withStorage<Value>(file: string, task: () => Promise<Value>): Promise<Value> {
  try {
    await createPrivateFolder(path.dirname(file))
    return await task()
  } catch (error) {
    throw toStorageError(file, error)
  }
}

/** When the file was written; before everything else if there is none. */
async function readTimeMs(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return -Infinity
    throw error
  }
}

function parseValues(text: string | undefined): Values | undefined {
  const values = parseJson(text)
  if (!isJsonObject(values)) return undefined
  const texts = Object.entries(values).map(([name, value]) => [name, toText(value) ?? ''])
  return Object.fromEntries(texts)
}
