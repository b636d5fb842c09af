/**
 * Entry of the connector, for the back end of an application.
 *
 * @module
 */
import {readFile} from 'node:fs/promises'
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

export {createFileFlowStore} from './connector/flow/file-flow-store.ts'
export {toFastifyHandler, toNodeListener} from './connector/mounts/to-node-listener.ts'

/** What an application sets, and, where it wants to, the effects. */
export type ConnectorOptions = ConnectorSettings & Partial<Pick<ConnectorEffects, 'fetch' | 'log'>>

const QUIET: Log = {debug() {}, info() {}, warn() {}, error() {}}

/**
 * Creates a connector. Nothing is read and nobody is asked yet.
 *
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to, or the key is none.
 */
export function createConnector(options: ConnectorOptions = {}): Connector {
  const {fetch = globalThis.fetch, log = QUIET, ...settings} = options
  return createConnectorWith(settings, {
    process,
    userHome: homedir(),
    fetch,
    log,
    now: Date.now,
    delay,
    // Beside the bundle.
    readCardScript: () => readFile(new URL('codex-account-card.js', import.meta.url), 'utf8'),
  })
}
