/**
 * Looking requests up in the history of a gateway, whether it runs or not.
 *
 * @module
 */
import {fromRequestLine, type FinishedRequest} from './finished-request.ts'
import {listParts} from './part-files.ts'
import {PartyNames} from './party-names.ts'
import {readPart} from './read-part.ts'

/** Characters of an id that are enough to tell requests apart. */
const MIN_ID_CHARACTERS = 4

/**
 * The requests whose id begins so, newest file first.
 *
 * @throws {StorageError} The history cannot be read.
 */
export async function findRequest(folder: string, id: string): Promise<readonly FinishedRequest[]> {
  if (id.length < MIN_ID_CHARACTERS) return []
  for (const {file} of (await listParts(folder)).toReversed()) {
    const requests = await readRequests(file)
    const found = requests.filter((request) => request.id.startsWith(id))
    if (found.length > 0) return found
  }
  return []
}

/**
 * The last requests, oldest first.
 *
 * @throws {StorageError} The history cannot be read.
 */
export async function readLastRequests(
  folder: string,
  count: number,
): Promise<readonly FinishedRequest[]> {
  let found: readonly FinishedRequest[] = []
  for (const {file} of (await listParts(folder)).toReversed()) {
    if (found.length >= count) break
    found = [...(await readRequests(file)), ...found]
  }
  return found.slice(-count)
}

async function readRequests(file: string): Promise<readonly FinishedRequest[]> {
  const {names, requests} = await readPart(file)
  const parties = new PartyNames()
  for (const name of names) parties.learn(name)
  return requests.map((line) => fromRequestLine(line, (key) => parties.partyOf(key)))
}
