/**
 * The last body that a client sent, for a look at what it says: without secrets, and only for this user.
 *
 * @module
 */
import {rm} from 'node:fs/promises'
import {isJsonObject, parseJson} from '../../base/json-object.ts'
import type {Log} from '../../base/log.ts'
import {inBackground} from '../../base/in-background.ts'
import {writeFile} from '../../files/write-file.ts'

/** Fields that hold secrets, or what only OpenAI can read. */
const SECRET_FIELD = /token|secret|password|api_?key|authorization|encrypted_content/i

/** Texts that look like one: tokens, keys, and files as text. */
const SECRET_TEXT =
  /\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*|\b(?:sk|rt|at|sess)[-_][\w-]{12,}|data:[\w/+.-]{1,80};base64,[\w+/=]{20,}/g

/** Creates what writes each body to `file`, in the place of the one before. */
export function createBodyCapture(file: string, log: Log): (body: Buffer) => void {
  let last: Promise<void> = Promise.resolve()
  return (body) => {
    last = last.then(() =>
      inBackground(() => replace(file, redact(body)), log, 'A body could not be captured'),
    )
  }
}

/** A link in its place leads nowhere: it is replaced. */
async function replace(file: string, text: string): Promise<void> {
  await rm(file, {force: true})
  await writeFile(file, text)
}

function redact(body: Buffer): string {
  const parsed = parseJson(body.toString())
  if (!isJsonObject(parsed)) return `${body.byteLength} bytes that are no JSON object\n`
  const text = JSON.stringify(parsed, (name, value: unknown) => redactField(name, value), 2)
  return `${text}\n`
}

function redactField(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (SECRET_FIELD.test(name)) return '<redacted>'
  return value.replaceAll(SECRET_TEXT, '<redacted>')
}
