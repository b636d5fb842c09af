/**
 * How many tokens answers took: one file for each day, to which every window adds its lines. Nothing of what was said
 * is in them.
 *
 * @module
 */
import path from 'node:path'
import type {Clock} from '../../../base/clock.ts'

/** How many days are kept. */
export const KEPT_DAYS = 14

/** What one answer took. */
export interface AnswerTokens {
  /** The editor's id of the conversation; absent where an extension has asked. */
  readonly conversation?: string
  /** The id of the model, as it was chosen. */
  readonly model: string
  /** Tokens that were read, those of the cache among them. */
  readonly input: number
  /** Tokens of the input that were in the cache. */
  readonly cached: number
  /** Tokens that were written. */
  readonly output: number
}

/** Where it is kept. */
export interface TokenHistoryOptions {
  readonly folder: string
  readonly now: Clock
}

/** Notes answers. */
export interface TokenHistory {
  /** @throws {Error} It cannot be written. */
  note(tokens: AnswerTokens): Promise<void>
}

/** Creates a history. It loads what it needs with the first answer, and then removes the files of days long past. */
export function createTokenHistory({folder, now}: TokenHistoryOptions): TokenHistory {
  let opening: Promise<void> | undefined
  const open = async () => {
    const {createPrivateFolder} = await import('../../../files/private-folder.ts')
    const {readdir, rm} = await import('node:fs/promises')
    await createPrivateFolder(folder)
    const oldest = toDayFile(now() - KEPT_DAYS * 86_400_000)
    const old = (await readdir(folder)).filter((name) => isDayFile(name) && name < oldest)
    await Promise.all(old.map((name) => rm(path.join(folder, name), {force: true})))
  }
  return {
    async note(tokens) {
      opening ??= open()
      await opening
      const {appendFile} = await import('node:fs/promises')
      const atMs = now()
      const line = `${JSON.stringify({atMs, ...tokens})}\n`
      // A line that short is written at once, whoever else writes.
      await appendFile(path.join(folder, toDayFile(atMs)), line, {mode: 0o600})
    },
  }
}

/** The name of the file of a day (UTC), for example `2026-11-30.jsonl`. Sorted by name they are in order. */
export function toDayFile(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 10)}.jsonl`
}

/** Whether a file holds a day. */
export function isDayFile(name: string): boolean {
  return /^\d{4}-\d\d-\d\d\.jsonl$/.test(name)
}
