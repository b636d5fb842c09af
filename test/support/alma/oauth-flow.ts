/**
 * The host's login in the browser: `ui.startOAuthFlow`.
 *
 * @module
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {OAuthFlowOptions, OAuthFlowResult} from '../../../src/hosts/alma/alma-api.ts'
import type {User} from './user.ts'

/**
 * How the flow behaves. `loopback` catches the redirect on the real port; `direct` reads the
 * redirect URL without a socket, so that tests can run side by side; the rest is what goes wrong:
 * the host has no such function, the port is taken, the user gave up, or the host returned an
 * object without a code.
 */
export type OAuthFlowMode = 'busy' | 'cancelled' | 'direct' | 'loopback' | 'missing' | 'unusable'

type OAuthFlow = (options: OAuthFlowOptions) => Promise<OAuthFlowResult | null>

/** What the host does when a plugin calls `ui.startOAuthFlow`; `undefined` when it lacks it. */
export function createOAuthFlow(mode: OAuthFlowMode, user: User): OAuthFlow | undefined {
  const flows: Record<OAuthFlowMode, OAuthFlow | undefined> = {
    busy: async ({callbackPort}) => Promise.reject(portIsTaken(callbackPort)),
    cancelled: async () => null,
    direct: async ({authUrl}) => {
      const redirect = await user.browse?.(authUrl, new AbortController().signal)
      return redirect === undefined ? null : toResult(redirect)
    },
    loopback: async (options) => catchRedirect(options, user),
    missing: undefined,
    unusable: async () => ({}),
  }
  return flows[mode]
}

async function catchRedirect(
  {authUrl, callbackPort, callbackPath, timeout}: OAuthFlowOptions,
  user: User,
): Promise<OAuthFlowResult | null> {
  const server = createServer()
  server.listen(callbackPort, '127.0.0.1')
  await once(server, 'listening')
  const closed = once(server, 'close')
  const waiting = new AbortController()
  try {
    return await new Promise((resolve) => {
      setTimeout(() => resolve(null), timeout).unref()
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        const url = new URL(request.url ?? '/', `http://localhost:${callbackPort}`)
        const isRedirect = url.pathname === callbackPath
        response.writeHead(isRedirect ? 200 : 404, {connection: 'close'})
        response.end(isRedirect ? 'You can close this window.' : undefined)
        if (isRedirect) resolve(toResult(url))
      })
      followRedirect(authUrl, {callbackPort, user, signal: waiting.signal}).catch(() =>
        resolve(null),
      )
    })
  } finally {
    waiting.abort()
    server.close()
    await closed
  }
}

/** The browser's part: it logs in and requests whatever URL it is sent to. */
async function followRedirect(
  authUrl: string,
  {callbackPort, user, signal}: {callbackPort: number; user: User; signal: AbortSignal},
): Promise<void> {
  const url = await user.browse?.(authUrl, signal)
  if (url === undefined) return
  // `localhost` may be ::1 on this machine; the callback server listens on 127.0.0.1 alone.
  const page = await fetch(`http://127.0.0.1:${callbackPort}${url.pathname}${url.search}`)
  await page.text()
}

/** The host hands on what it finds and compares nothing. */
function toResult({searchParams}: URL): OAuthFlowResult | null {
  const code = searchParams.get('code')
  return code === null ? null : {code, state: searchParams.get('state') ?? undefined}
}

function portIsTaken(port: number): Error {
  const message = `listen EADDRINUSE: address already in use 127.0.0.1:${port}`
  return Object.assign(new Error(message), {code: 'EADDRINUSE', port})
}
