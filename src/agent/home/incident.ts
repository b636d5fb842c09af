/**
 * One message for one incident, however often it is run into.
 *
 * @module
 */
import {rm} from 'node:fs/promises'
import path from 'node:path'
import {parseJson, toJsonObject, toNumber, toText} from '../../base/json-object.ts'
import {readText} from '../../files/read-file.ts'
import {writeFile} from '../../files/write-file.ts'

/** After this time a chat is told again of what still goes on, in milliseconds. */
const AGAIN_MS = 3_600_000

/** What a chat may have to be told of. */
export interface Incident {
  readonly code: string
  /** What makes it another incident of the same kind, for example the account. */
  readonly subject?: string
}

/**
 * Whether the chat has been told of it within the last hour.
 *
 * @param folder Where it is remembered.
 */
export async function isTold(folder: string, incident: Incident, nowMs: number): Promise<boolean> {
  const atMs = await readTold(folder, incident)
  return atMs !== undefined && nowMs >= atMs && nowMs - atMs < AGAIN_MS
}

/** When the chat was told of it, if that was the last trouble and no run has ended well since (milliseconds since the Unix epoch). */
export async function readTold(folder: string, incident: Incident): Promise<number | undefined> {
  const told = toJsonObject(parseJson(await readText(toFile(folder)).catch(() => undefined)))
  return toText(told['key']) === toKey(incident) ? toNumber(told['toldAtMs']) : undefined
}

/** Remembers that the chat has been told. Never rejects: to be told twice is better than not at all. */
export async function rememberTold(
  folder: string,
  incident: Incident,
  nowMs: number,
): Promise<void> {
  const text = JSON.stringify({key: toKey(incident), toldAtMs: nowMs})
  await writeFile(toFile(folder), text).catch(nothing)
}

/** The incident is over. */
export async function forgetTold(folder: string): Promise<void> {
  await rm(toFile(folder), {force: true}).catch(nothing)
}

function toKey({code, subject = ''}: Incident): string {
  return `${code} ${subject}`
}

function toFile(folder: string): string {
  return path.join(folder, 'cao-agent-incident.json')
}

function nothing(): void {}
