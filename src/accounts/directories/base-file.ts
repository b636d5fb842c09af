/**
 * A file about all accounts, which several processes change.
 *
 * @module
 */
import path from 'node:path'
import {withFileLock} from '../../files/file-lock.ts'
import {readText} from '../../files/read-file.ts'
import {createPrivateFolder} from '../../files/private-folder.ts'
import {setAside} from '../../files/set-aside.ts'
import {writeFile} from '../../files/write-file.ts'
import type {Clock} from '../../base/clock.ts'
import type {DamageListener} from './damaged-file.ts'

/** The most that such a file holds, in bytes: that is thousands of accounts. */
const MAX_BYTES = 4 * 1024 * 1024

/** How {@link BaseFile} reads and writes its content. */
export interface BaseFileOptions<Content> {
  /** The content; `undefined` when the text is damaged. */
  readonly parse: (text: string) => Content | undefined
  /** The content when there is no file. */
  readonly empty: Content
  /** What can be made of damaged text. */
  readonly repair: (text: string) => Promise<Content>
  readonly toText: (content: Content) => string
  readonly now: Clock
  readonly onDamage: DamageListener
}

/** A file whose readers never wait, and whose writers wait for one another. */
export class BaseFile<Content> {
  readonly file: string
  readonly #options: BaseFileOptions<Content>

  constructor(file: string, options: BaseFileOptions<Content>) {
    this.file = file
    this.#options = options
  }

  /**
   * What is in the file now.
   *
   * @throws {StorageError} It is there and cannot be read.
   */
  async read(): Promise<Content> {
    return (await this.#read()).content
  }

  /**
   * Changes the content, while nobody else does. A damaged file is set aside before.
   *
   * @returns The new content.
   * @throws {StorageError} It could not be written; the content before is kept.
   */
  async change(change: (content: Content) => Content | Promise<Content>): Promise<Content> {
    await createPrivateFolder(path.dirname(this.file))
    return withFileLock(`${this.file}.lock`, async () => {
      const {text, content, isDamaged} = await this.#read()
      if (isDamaged) {
        const copy = await setAside(this.file, this.#options.now())
        this.#options.onDamage({file: this.file, copy})
      }
      const changed = await change(content)
      const changedText = this.#options.toText(changed)
      if (changedText !== text) await writeFile(this.file, changedText)
      return changed
    })
  }

  async #read() {
    const {parse, empty, repair, onDamage} = this.#options
    const text = await readText(this.file, {maxBytes: MAX_BYTES})
    if (text === undefined) return {text, content: empty, isDamaged: false}
    const content = parse(text)
    if (content !== undefined) return {text, content, isDamaged: false}
    onDamage({file: this.file})
    return {text, content: await repair(text), isDamaged: true}
  }
}
