/**
 * Entry of the connector, for the back end of an application.
 *
 * @module
 */
import {homedir} from 'node:os'
import process from 'node:process'
import {delay} from './base/delay.ts'
import type {Log} from './base/log.ts'
import {
  createConnectorWith,
  type Connector,
  type ConnectorEffects,
  type ConnectorSettings,
} from './connector/create-connector.ts'

/** What an application sets, and, where it wants to, the effects. */
export type ConnectorOptions = ConnectorSettings & Partial<Pick<ConnectorEffects, 'fetch' | 'log'>>

const QUIET: Log = {debug() {}, info() {}, warn() {}, error() {}}

/**
 * Creates a connector. Nothing is read and nobody is asked yet.
 *
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export function createConnector(options: ConnectorOptions = {}): Connector {
  const {fetch = globalThis.fetch, log = QUIET, ...settings} = options
  const userHome = homedir()
  return createConnectorWith(settings, {process, userHome, fetch, log, now: Date.now, delay})
}
