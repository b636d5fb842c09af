/**
 * The ports that a browser may come back to after a login.
 *
 * @module
 */
import {REDIRECT_PORTS} from '../../oauth/redirect/redirect-uri.ts'

/** Other ports than the registered ones, for a server that takes them: the simulator does. */
export function readRedirectPorts({
  CODEX_AUTH_REDIRECT_PORTS = '',
}: NodeJS.ProcessEnv): readonly number[] {
  const ports = CODEX_AUTH_REDIRECT_PORTS.split(',').map(Number)
  return ports.every((port) => Number.isInteger(port) && port > 0) ? ports : REDIRECT_PORTS
}
