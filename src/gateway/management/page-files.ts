/**
 * The files of the dashboard. They hold nothing of the user's: what is shown is asked for with the operator key.
 *
 * @module
 */
import type {GatewayRoute} from '../exchange/gateway-route.ts'

/** Reads a file of the page by its name. */
export type ReadPageFile = (name: string) => Promise<Uint8Array<ArrayBuffer>>

const TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'dashboard.js': 'text/javascript; charset=utf-8',
  'dashboard.css': 'text/css; charset=utf-8',
} as const

const HEADERS = {
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
}

/** Creates the route: the page is `/dashboard/`. */
export function createPageRoute(read: ReadPageFile): GatewayRoute {
  return {
    access: 'public',
    methods: ['GET'],
    matches: ({path}) => /^\/dashboard(?:\/|$)/.test(path),
    async answer({head: {path}}) {
      if (path === '/dashboard') {
        return new Response(null, {status: 308, headers: {location: '/dashboard/'}})
      }
      const name = path.slice('/dashboard/'.length) || 'index.html'
      const type = Object.entries(TYPES).find(([file]) => file === name)?.[1]
      if (type === undefined) return new Response('There is no such page.', {status: 404})
      return new Response(await read(name), {headers: {...HEADERS, 'content-type': type}})
    },
  }
}
