/**
 * What a start says about who may ask.
 *
 * @module
 */
import type {Cli} from '../../cli.ts'
import type {GatewaySettings} from '../settings/gateway-settings.ts'
import {openKeyFile} from './open-key-file.ts'

/** Of the one that the first start makes. */
const FIRST_NAME = 'first'

/** The first client key, where there is one to show. */
export interface FirstKey {
  /** Shows it: the gateway is ready. */
  show(): void
  /** Takes it away, unless it was shown: nobody has it then. */
  settle(): Promise<void>
}

/**
 * Makes the first client key, so that a client can be set up at once. Without a check of clients, it says what that means.
 *
 * @throws {StorageError} It could not be written.
 */
export async function prepareClients(
  cli: Cli,
  {bindAddress, clientAuth, overrideAuth, port}: GatewaySettings,
): Promise<FirstKey> {
  const {io} = cli
  if (!overrideAuth) return NO_KEY
  if (!clientAuth) {
    io.err(
      'Warning: Clients need no key. Every program of every user of this machine can use your accounts, and read what Codex reads of them. Only the dashboard and the connector still want a key.',
    )
    return NO_KEY
  }
  const file = openKeyFile(cli)
  // What enable makes for Codex is in its settings alone, and nobody else has it.
  if ((await file.list()).some(({name}) => name !== 'codex')) return NO_KEY
  const {key, record} = await file.add({
    name: FIRST_NAME,
    class: 'interactive',
    scopes: ['answers', 'images'],
  })
  const state = {isShown: false}
  return {
    show() {
      state.isShown = true
      io.out(`Base URL:   http://${bindAddress}:${port}/v1`)
      io.out(`Client key: ${key}`)
      io.out('The key is shown once. `cao gateway keys add <name>` makes others.')
    },
    async settle() {
      if (!state.isShown) await file.remove([record.id])
    },
  }
}

const NO_KEY: FirstKey = {show: () => {}, settle: async () => {}}
