/**
 * Reading the document of a host from standard input.
 *
 * @module
 */
import {MAX_INPUT_BYTES} from '../../agent/protocol/container-input.ts'
import {isJsonObject, parseJson} from '../../base/json-object.ts'

/** How long nothing has come when a document is taken as whole though its input is still open, in milliseconds. */
const QUIET_MS = 150

/** How long a host that begins and does not end is waited for, in milliseconds. */
const PATIENCE_MS = 30_000

const BRACE = '}'.charCodeAt(0)
const SPACE = 32

/** How long is waited. */
export interface ReadInputOptions {
  readonly quietMs?: number
  readonly patienceMs?: number
}

/**
 * Reads it. Some hosts leave the input open: then a document that is whole is taken as soon as nothing more comes.
 *
 * @returns All that came; a blank text when it is more than an agent takes.
 */
export function readInput(
  stream: NodeJS.ReadableStream,
  {patienceMs = PATIENCE_MS, quietMs = QUIET_MS}: ReadInputOptions = {},
): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  const toInput = () => (length <= MAX_INPUT_BYTES ? Buffer.concat(chunks).toString() : '')
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(quiet)
      clearTimeout(patience)
      stream.off('data', take).off('end', finish).off('error', finish).off('close', finish)
      stream.pause()
      resolve(toInput())
    }
    const quiet = setTimeout(() => {
      if (endsWithBrace(chunks.at(-1)) && isJsonObject(parseJson(toInput()))) finish()
    }, quietMs)
    const patience = setTimeout(finish, patienceMs)
    const take = (chunk: Buffer | string) => {
      const bytes = Buffer.from(chunk)
      length += bytes.length
      if (length <= MAX_INPUT_BYTES) chunks.push(bytes)
      quiet.refresh()
      patience.refresh()
    }
    stream.on('data', take).on('end', finish).on('error', finish).on('close', finish)
  })
}

/** So that a long document is not parsed again and again while it comes. */
function endsWithBrace(chunk: Buffer | undefined): boolean {
  return chunk?.findLast((byte) => byte > SPACE) === BRACE
}
