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
import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto'
import {rename, stat} from 'node:fs/promises'
import path from 'node:path'
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
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** The most that the file holds, in bytes: a login has 5 kB. */
const MAX_BYTES = 4 * 1024 * 1024
const ALGORITHM = 'aes-256-gcm'

/** How long a window may take from reading its copy of the secrets to starting extensions. */
const OPENING_MS = 15_000

/** What {@link createSealedSecrets} needs from outside. */
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
}

/** Creates a storage on a sealed file. Every method throws a `StorageError` when the file system fails. */
export function createSealedSecrets(options: SealedSecretsOptions): SealedSecrets {
  const {file, log} = options
  const keys = createKeys(options)

  /** The values; `undefined` when they cannot be opened with the key of this window. */
  async function read(key: Buffer | undefined): Promise<Values | undefined> {
    const sealed = await readBytes(file, {maxBytes: MAX_BYTES, isOurs: true})
    if (sealed === undefined) return {}
    const values = key && open(sealed, key)
    if (!values) {
      log.warn('The logins in the file cannot be opened here; another window may have them')
    }
    return values
  }

  function change(edit: (values: Values) => Values): Promise<void> {
    return withStorage(file, () =>
      withFileLock(`${file}.lock`, async () => {
        const key = (await keys.read()) ?? (await keys.make())
        const values = await read(key)
        // Whatever cannot be read is kept, since it may be all that is left of a login.
        if (!values) await rename(file, await findFreeName(`${file}.unreadable`))
        await writeFile(file, seal(edit(values ?? {}), key))
      }),
    )
  }

  return {
    async prepare() {
      if (await keys.read()) return
      await withStorage(file, () =>
        withFileLock(`${file}.lock`, async () => void ((await keys.read()) ?? (await keys.make()))),
      )
    },
    get: (name) => withStorage(file, async () => (await read(await keys.read()))?.[name]),
    set: (name, value) => change((values) => ({...values, [name]: value})),
    delete: (name) =>
      change((values) =>
        Object.fromEntries(Object.entries(values).filter(([key]) => key !== name)),
      ),
  }
}

/** The key that the file is sealed with. */
function createKeys({file, keys, openedAtMs}: SealedSecretsOptions) {
  return {
    async read(): Promise<Buffer | undefined> {
      const key = Buffer.from((await keys.get(KEY_NAME)) ?? '', 'base64')
      return key.length === KEY_BYTES ? key : undefined
    },
    /** Called under the lock. */
    async make(): Promise<Buffer> {
      const mark = `${file}.key`
      if ((await readTimeMs(mark)) > openedAtMs - OPENING_MS) {
        throw new StorageError(
          'Another window has begun to keep logins since this one was opened. Reload this window, then try again.',
        )
      }
      const key = randomBytes(KEY_BYTES)
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

function seal(values: Values, key: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce)
  const body = Buffer.concat([cipher.update(JSON.stringify(values)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

function open(sealed: Buffer, key: Buffer): Values | undefined {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES))
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    const body = sealed.subarray(NONCE_BYTES + TAG_BYTES)
    const values = parseJson(`${decipher.update(body).toString()}${decipher.final().toString()}`)
    if (!isJsonObject(values)) return undefined
    const texts = Object.entries(values).map(([name, value]) => [name, toText(value) ?? ''])
    return Object.fromEntries(texts)
  } catch {
    // Another key, or a damaged file: GCM tells them apart from what it sealed, not from each other.
    return undefined
  }
}
