/**
 * Conversations of a CODEX_HOME.
 *
 * @module
 */
import {readdir} from 'node:fs/promises'
import path from 'node:path'

const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Whether the CLI can go on with a conversation. It cannot with one of another provider, or one whose file is gone,
 * and would end without a word of JSON.
 */
export async function hasThread(codexHome: string, threadId: string): Promise<boolean> {
  if (!ID.test(threadId)) return false
  const folder = path.join(codexHome, 'sessions')
  const files = await readdir(folder, {recursive: true}).catch(() => [])
  return files.some((file) => file.endsWith(`${threadId}.jsonl`))
}
