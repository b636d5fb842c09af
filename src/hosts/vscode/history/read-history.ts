/**
 * Reading how many tokens the answers of the last days took.
 *
 * @module
 */
import {readdir} from 'node:fs/promises'
import path from 'node:path'
import {parseJson, toJsonObject, toNumber, toText} from '../../../base/json-object.ts'
import {hasErrorCode} from '../../../files/storage-failure.ts'
import {readText} from '../../../files/read-file.ts'
import {isDayFile, type AnswerTokens} from './token-history.ts'

/** What one answer took, and when it came (milliseconds since the Unix epoch). */
export interface NotedAnswer extends AnswerTokens {
  readonly atMs: number
}

/** What several answers took together. */
export interface TokenSum {
  readonly answers: number
  readonly input: number
  readonly cached: number
  readonly output: number
}

/** The most that is read of one day, in bytes: some 8,000 answers, the newest. */
const MAX_DAY_BYTES = 1024 * 1024

/**
 * Every answer that was noted, oldest first. A line that was not written to its end is left out.
 *
 * @throws {StorageError} A file is there and cannot be read.
 */
export async function readHistory(folder: string): Promise<readonly NotedAnswer[]> {
  const names = (await listFolder(folder)).filter(isDayFile).toSorted()
  const options = {isOurs: true, maxBytes: MAX_DAY_BYTES, onlyEnd: true}
  const texts = await Promise.all(names.map((name) => readText(path.join(folder, name), options)))
  return texts.flatMap((text) => (text ?? '').split('\n').flatMap(parseLine))
}

/** Sums up answers by what `toKey` says of each, in the order in which the keys come first. */
export function sumBy(
  answers: readonly NotedAnswer[],
  toKey: (answer: NotedAnswer) => string,
): ReadonlyMap<string, TokenSum> {
  const sums = new Map<string, TokenSum>()
  for (const answer of answers) {
    const key = toKey(answer)
    const before = sums.get(key) ?? {answers: 0, input: 0, cached: 0, output: 0}
    sums.set(key, {
      answers: before.answers + 1,
      input: before.input + answer.input,
      cached: before.cached + answer.cached,
      output: before.output + answer.output,
    })
  }
  return sums
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return []
    throw error
  }
}

function parseLine(line: string): NotedAnswer[] {
  const fields = toJsonObject(parseJson(line))
  const [atMs, input, cached, output] = ['atMs', 'input', 'cached', 'output'].map((name) =>
    toNumber(fields[name]),
  )
  const model = toText(fields['model'])
  const conversation = toText(fields['conversation'])
  if (atMs === undefined || input === undefined || output === undefined || !model) return []
  return [{atMs, model, input, cached: cached ?? 0, output, ...(conversation && {conversation})}]
}
