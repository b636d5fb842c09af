/**
 * Where the description of the API is. It is put together when somebody asks.
 *
 * @module
 */
import type {GatewayRoute} from '../exchange/gateway-route.ts'

/** Creates `GET /openapi.json`. It holds nothing that is not in the documentation, so anybody may read it. */
export function createOpenApiRoute(version: string): GatewayRoute {
  return {
    access: 'public',
    matches: ({path}) => path === '/openapi.json',
    methods: ['GET'],
    answer: async () => Response.json((await import('./describe-api.ts')).describeApi(version)),
  }
}
