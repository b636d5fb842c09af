/**
 * What the editor and the extension leave on the disk.
 *
 * @module
 */
import assert from 'node:assert/strict'
import {readdir, readFile} from 'node:fs/promises'
import path from 'node:path'
import {CHANNEL_FILE} from './logged-extension.ts'

/** A JWT, or a refresh token or code as the simulator makes them. */
const SECRET = /eyJ[\w-]{20,}\.eyJ|\brt_[\w-]{20,}|\bac_[\w-]{20,}/

/** What a log must not hold either: a code for another device, a query with a code, an address of a user. */
const PRIVATE = /\b[A-Z0-9]{4}-[A-Z0-9]{5}\b|[?&](?:code|state)=|@example\.com/

/** Fields of a request that hold what a user, a tool or the model said. */
const SAID_FIELDS = [
  'text',
  'arguments',
  'output',
  'image_url',
  'encrypted_content',
  'instructions',
]

/** Lines of every suite: a login, a request, an account at its limit, and a failure. */
const EXPECTED = [
  /^info An account was logged in \{"plan":"plus"\}$/m,
  /^debug Request was changed \{"changes":\[/m,
  /^info An account rests \{"reason":"usage_limit","another":true\}$/m,
  /^warn A chat request was not answered \{"name":"ERR_USAGE_LIMIT_REACHED"/m,
]

/** As much of a text as is looked for, in characters; what is shorter may stand anywhere. */
const HEAD_LENGTH = 12

/** A file below a folder. */
interface File {
  readonly name: string
  readonly text: string
}

/**
 * Looks into every file, the logs that are among them too.
 *
 * @param folder The profile, the logs and the opened folder.
 * @param requests Bodies of requests. Nothing that was said in them may be in the extension's log.
 * @throws {Error} One of them holds a token that can be read, or the log a message.
 */
export async function assertNoSecrets(
  folder: string,
  requests: readonly unknown[] = [],
): Promise<void> {
  const files = await readFiles(folder)
  assert.ok(files.some(({name}) => path.basename(name) === 'accounts.sealed'))
  assert.deepEqual(findLeaks(files, requests), [])
}

/** @throws {Error} What the extension has written to its output channel lacks something. */
export async function assertLogged(folder: string): Promise<void> {
  const files = await readFiles(folder)
  const text = files.flatMap((file) => (isChannel(file.name) ? file.text : [])).join('')
  for (const line of EXPECTED) assert.match(text, line)
}

/** The lines that give something away, behind the names of their files. */
export function findLeaks(files: readonly File[], requests: readonly unknown[]): string[] {
  const said = requests.flatMap(listSaid)
  const leaks = (line: string) => PRIVATE.test(line) || said.some((text) => line.includes(text))
  return files.flatMap(({name, text}) =>
    text
      .split('\n')
      .filter((line) => SECRET.test(line) || (isChannel(name) && leaks(line)))
      .map((line) => `${name}: ${line.slice(0, 200)}`),
  )
}

/** Reads every file below a folder, with names relative to it. */
export async function readFiles(folder: string): Promise<readonly File[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile())
  return Promise.all(
    files.map(async (file) => {
      const absolute = path.join(file.parentPath, file.name)
      // The editor is running: a file may have gone meanwhile.
      const text = await readFile(absolute, 'utf8').catch(() => '')
      return {name: path.relative(folder, absolute), text}
    }),
  )
}

function isChannel(name: string): boolean {
  return path.basename(name) === CHANNEL_FILE
}

/** How each thing that was said begins, as it would stand in a log: as it is, or as JSON. */
function listSaid(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([field, inner]: [string, unknown]) => {
    if (typeof inner !== 'string') return listSaid(inner)
    if (!SAID_FIELDS.includes(field) || inner.length < HEAD_LENGTH) return []
    const head = inner.slice(0, HEAD_LENGTH)
    return [head, JSON.stringify(head).slice(1, -1)]
  })
}
