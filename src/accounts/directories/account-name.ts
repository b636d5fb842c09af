/**
 * What an account is called on the command line, and its folder.
 *
 * @module
 */
import {ConfigurationError} from '../../errors.ts'

const NAME = /^[a-zA-Z0-9_-]+$/

/**
 * Reads a name that somebody typed.
 *
 * @throws {ConfigurationError} It cannot be the name of a folder.
 */
export function parseAccountName(text: string): string {
  const name = text.trim()
  if (name === '') throw new ConfigurationError('Account name cannot be empty.')
  if (!NAME.test(name)) {
    throw new ConfigurationError(
      'Account name must use letters, numbers, underscores, or hyphens only.',
    )
  }
  return name
}

/** `value` as a name, if it can be one. */
export function toAccountName(value: unknown): string | undefined {
  const name = typeof value === 'string' ? value.trim() : ''
  return NAME.test(name) ? name : undefined
}

/** File systems allow 255 bytes. */
const MAX_NAME_CHARACTERS = 100

/**
 * A name for the account with this email: `ada.lovelace@example.com` becomes `ada-lovelace`, and
 * `ada-lovelace-2` when that is taken. Capitals do not tell names apart, as some file systems do not.
 */
export function chooseAccountName(email: string | undefined, taken: readonly string[]): string {
  const takenNames = new Set(taken.map((name) => name.toLowerCase()))
  const [user = ''] = (email ?? '').slice(0, MAX_NAME_CHARACTERS).toLowerCase().split('@')
  const name = user.replaceAll(/[^a-z0-9_-]+/g, '-').replaceAll(/^-+|(?<!-)-+$/g, '') || 'account'
  if (!takenNames.has(name)) return name
  let number = 2
  while (takenNames.has(`${name}-${number}`)) number += 1
  return `${name}-${number}`
}
