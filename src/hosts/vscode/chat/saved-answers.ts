/**
 * Answers that are remembered when the window is opened again.
 *
 * @module
 */
import path from 'node:path'
import type {Log} from '../../../base/log.ts'
import {createAnswerMemory, type AnswerMemory} from './answer-memory.ts'

/** Beside the chats themselves, which the editor keeps in a file of this folder's parent. */
const FILE = 'answers.json'

/** Where the answers are kept. */
export interface SavedAnswersOptions {
  /** The extension's folder of this workspace; a window without a workspace has none, and saves nothing. */
  readonly folder: string | undefined
  readonly log: Log
}

/** Answers that are read when they are needed. */
export interface SavedAnswers {
  /** Never rejects: what cannot be read is not remembered. */
  open(): Promise<AnswerMemory>
  /** Saves what is new. Never rejects. */
  close(): Promise<void>
}

/** Reads and writes nothing before the first use. At most 2 MB are saved, the newest. */
export function createSavedAnswers({folder, log}: SavedAnswersOptions): SavedAnswers {
  let loading: ReturnType<typeof load> | undefined
  async function load() {
    if (folder === undefined) return {answers: createAnswerMemory(), flush: async () => {}}
    const {createSavedItemMemory} =
      await import('../../../responses/request/memory/saved-item-memory.ts')
    const items = createSavedItemMemory({storage: createStorage(folder), log})
    await items.load()
    return {answers: createAnswerMemory(items), flush: () => items.flush()}
  }
  return {
    open: async () => (await (loading ??= load())).answers,
    close: async () => (await loading)?.flush(),
  }
}

function createStorage(folder: string) {
  const file = path.join(folder, FILE)
  return {
    async read() {
      const {readText} = await import('../../../files/read-file.ts')
      return readText(file)
    },
    async write(saved: string) {
      const {createPrivateFolder} = await import('../../../files/private-folder.ts')
      const {writeFile} = await import('../../../files/write-file.ts')
      await createPrivateFolder(folder)
      await writeFile(file, saved)
    },
  }
}
