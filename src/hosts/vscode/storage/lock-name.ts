/**
 * What the files of an account are called, beside the sealed secrets.
 *
 * @module
 */
import {createHash} from 'node:crypto'

/** A name without an ending. An account's id holds characters that no file name may have. */
export function toLockName(accountId: string): string {
  return createHash('sha256').update(accountId).digest('hex').slice(0, 16)
}
