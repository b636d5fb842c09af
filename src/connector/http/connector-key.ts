/**
 * The key of a connector whose application does not say who asks.
 *
 * The host and the page that a request names keep other web pages away, and nobody else: every program of every user of
 * the machine can name them.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import {isSameSecret, readBearer} from '../../http/bearer.ts'
import {ConfigurationError} from '../../errors.ts'
import {ConnectorError} from '../connector-error.ts'
import type {ConnectorUser} from '../operations/connector-hooks.ts'

const BYTES = 32

/** Shorter ones can be guessed. */
const MIN_LENGTH = 16

/** Makes a key. */
export function createConnectorKey(): string {
  return randomBytes(BYTES).toString('base64url')
}

/**
 * Creates the check of a request: whoever sends the key is the one user.
 *
 * @throws {ConfigurationError} The key is short, or cannot stand in a header.
 */
export function createKeyCheck(key: string): (request: Request) => Promise<ConnectorUser> {
  if (key.length < MIN_LENGTH || !/^[\w.~+/=-]+$/.test(key)) {
    throw new ConfigurationError(
      `The key of a connector has at least ${MIN_LENGTH} letters, digits and . _ ~ + / = -.`,
    )
  }
  return async ({headers}) => {
    const given = readBearer(headers.get('authorization'))
    if (given === undefined || !isSameSecret(given, key)) throw new ConnectorError('key_required')
    return {id: 'local'}
  }
}
