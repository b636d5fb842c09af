/**
 * Entry of the connector's client, for pages and programs. It needs nothing of Node.
 *
 * @module
 */
import {
  createConnectorClient as createClient,
  type ConnectorClient,
  type ConnectorClientOptions,
} from './connector/client/connector-client.ts'

export {createAccountView} from './connector/client/account-view.ts'
export {ConnectorGoneError, ConnectorRequestError} from './connector/client/connector-client.ts'

/** Creates a client. Nobody is asked yet. */
export function createConnectorClient(
  options: Partial<ConnectorClientOptions> = {},
): ConnectorClient {
  return createClient({fetch: (input, init) => globalThis.fetch(input, init), ...options})
}
