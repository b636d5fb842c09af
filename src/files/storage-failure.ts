/**
 * What a file system says, as a sentence for the user.
 *
 * @module
 */
import {StorageError} from '../errors.ts'

const NO_SPACE = ['ENOSPC', 'EDQUOT', 'EFBIG']
const NOT_ALLOWED = ['EACCES', 'EPERM', 'EROFS']

/** Whether `error` is one of the system, with one of these codes. */
export function hasErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code)
}

/** The error for a file that could not be read or written; one that is explained already stays as it is. */
export function toStorageError(file: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error
  return new StorageError(explain(file, error), {cause: error})
}

function explain(file: string, error: unknown): string {
  if (hasErrorCode(error, ...NO_SPACE)) {
    return `There is no space left for ${file}. Nothing was changed. Free some space, then try again.`
  }
  if (hasErrorCode(error, ...NOT_ALLOWED)) {
    return `${file} cannot be used: this user may not read or write there. Nothing was changed. Check the permissions of the folder, then try again.`
  }
  return `${file} could not be read or written. Nothing was changed. Check the folder, then try again.`
}
