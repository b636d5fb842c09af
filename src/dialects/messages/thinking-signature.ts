/**
 * Encrypted reasoning as the signature of a thinking block: clients of the Messages API give both back byte for byte.
 *
 * @module
 */
import {toText, type JsonObject} from '../../base/json-object.ts'

/** In front of what we have signed, so that a block of another server is told apart. */
const MARK = 'codex1'

/** The id is of letters, digits and `_`; the rest is the encrypted content. */
const SIGNATURE = new RegExp(String.raw`^${MARK}\.(\w{0,128})\.(.+)$`, 's')

/** What of an item of reasoning has to come back. */
export interface SignedReasoning {
  readonly id?: string
  readonly encryptedContent: string
}

/** Signs an item of reasoning; `undefined` for one that nobody could use again. */
export function toSignature({id, encrypted_content: encrypted}: JsonObject): string | undefined {
  const content = toText(encrypted)
  if (content === undefined) return undefined
  return `${MARK}.${toText(id)?.replaceAll(/\W/g, '') ?? ''}.${content}`
}

/** Reads a signature; `undefined` when another server has made it. */
export function readSignature(signature: unknown): SignedReasoning | undefined {
  const [, id = '', encryptedContent] = SIGNATURE.exec(toText(signature) ?? '') ?? []
  if (encryptedContent === undefined) return undefined
  return {encryptedContent, ...(id !== '' && {id})}
}
