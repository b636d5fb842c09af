import {once} from 'node:events'
import {get} from 'node:http'
import {createServer} from 'node:net'
import {expect, onTestFinished, test} from 'vitest'
import {LoginFailedError, RedirectInvalidError} from '../../../src/errors.ts'
import {
  openLoopbackRedirect,
  type LoopbackRedirect,
} from '../../../src/oauth/redirect/loopback-redirect.ts'
import {serve} from '../../../src/http/serve.ts'
import {findFreePort} from '../../support/processes/find-free-port.ts'
import {rejectionOf} from '../../support/rejection.ts'

async function listen(...ports: number[]): Promise<LoopbackRedirect> {
  const redirect = await openLoopbackRedirect({fetch, appName: 'the editor', ports})
  if (redirect.kind !== 'listening') throw new Error(redirect.reason)
  onTestFinished(() => redirect.close())
  return redirect
}

function visit(port: number, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`)
}

test('the code is traded, and the browser is told that the user is signed in', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const received = redirect.receive('state-1', async (code) => `tokens of ${code}`)
  const page = await visit(port, '/auth/callback?code=code-123&state=state-1')
  expect(redirect.redirectUri).toBe(`http://localhost:${port}/auth/callback`)
  expect(await received).toBe('tokens of code-123')
  expect(await page.text()).toContain('You are logged in')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('an answer with another state is turned away, and the wait goes on', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const received = redirect.receive('state-1', async (code) => code)
  expect((await visit(port, '/auth/callback?code=evil-1&state=other')).status).toBe(400)
  expect((await visit(port, '/auth/callback?code=evil-2')).status).toBe(400)
  await visit(port, '/auth/callback?code=code-123&state=state-1')
  expect(await received).toBe('code-123')
})

test('a page that is loaded again shows how the login ended, and trades its code once', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const codes: string[] = []
  const received = redirect.receive('state-1', async (code) => codes.push(code))
  const path = '/auth/callback?code=code-123&state=state-1'
  const visits = await Promise.all([visit(port, path), visit(port, path)])
  await received
  await redirect.close()
  const pages = [...visits, await visit(port, path)]
  expect(pages.map(({status}) => status)).toEqual([200, 200, 200])
  for (const page of pages) expect(await page.text()).toContain('You are logged in')
  expect(codes).toEqual(['code-123'])
})

test('a login that failed stays failed when its page is loaded again', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const rejected = rejectionOf(redirect.receive('state-1', async (code) => code))
  const path = '/auth/callback?error=access_denied&state=state-1'
  const first = await visit(port, path)
  await rejected
  const second = await visit(port, path)
  expect([first.status, second.status]).toEqual([400, 400])
  expect(await second.text()).toBe(await first.text())
})

test('the page of the last login gives way to the next login', async () => {
  const port = await findFreePort()
  const older = await listen(port)
  const received = older.receive('state-1', async (code) => code)
  await visit(port, '/auth/callback?code=code-123&state=state-1')
  await received
  await older.close()
  const newer = await listen(port)
  const next = newer.receive('state-2', async (code) => code)
  expect((await visit(port, '/auth/callback?code=code-123&state=state-1')).status).toBe(400)
  await visit(port, '/auth/callback?code=code-456&state=state-2')
  expect(await next).toBe('code-456')
})

test.each([
  ['HEAD', {method: 'HEAD'}],
  ['a prefetch', {headers: {'sec-purpose': 'prefetch'}}],
  ['a prerender', {headers: {'sec-purpose': 'prefetch;prerender'}}],
  ['a prefetch of other browsers', {headers: {purpose: 'prefetch'}}],
])('%s uses up no code', async (_, init) => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const received = redirect.receive('state-1', async (code) => code)
  const url = `http://127.0.0.1:${port}/auth/callback?code=code-123&state=state-1`
  expect((await fetch(url, init)).status).toBe(503)
  expect((await fetch(url)).status).toBe(200)
  expect(await received).toBe('code-123')
})

test('a flood of other states does not end the login', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const received = redirect.receive('state-1', async (code) => code)
  const flood = Array.from({length: 200}, (_, index) =>
    visit(
      port,
      `/auth/callback?${index % 2 === 0 ? 'code=evil' : 'error=access_denied'}&state=${index}`,
    ),
  )
  const statuses = (await Promise.all(flood)).map(({status}) => status)
  expect(new Set(statuses)).toEqual(new Set([400]))
  await visit(port, '/auth/callback?code=code-123&state=state-1')
  expect(await received).toBe('code-123')
})

/** As a program asks that is no browser: nothing but what HTTP needs, and `headers`. */
function askRaw(port: number, path: string, headers: Readonly<Record<string, string>> = {}) {
  return new Promise<number>((resolve, reject) => {
    const options = {host: '127.0.0.1', port, path, headers: {connection: 'close', ...headers}}
    get(options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    }).on('error', reject)
  })
}

test.each([
  [
    'an image',
    {'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image'},
  ],
  ['another page of this machine', {'sec-fetch-site': 'same-site'}],
  ['an address bar', {'sec-fetch-site': 'none', 'sec-fetch-dest': 'document'}],
  ['a script', {origin: 'https://evil.example'}],
  ['a link', {referer: 'https://evil.example/'}],
  ['an older browser', {'user-agent': 'Mozilla/5.0 (Macintosh) Safari/600'}],
])('%s cannot end a login', async (_, headers) => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const received = redirect.receive('state-1', async (code) => code)
  expect(await askRaw(port, '/cancel', headers)).toBe(403)
  await visit(port, '/auth/callback?code=code-123&state=state-1')
  expect(await received).toBe('code-123')
})

test('a program that is no browser can end a login, as the official client does', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const rejected = rejectionOf(redirect.receive('state-1', async (code) => code))
  expect(await askRaw(port, '/cancel')).toBe(200)
  expect(await rejected).toBeInstanceOf(LoginFailedError)
})

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io'])(
  'a page that calls this machine %s gets nothing',
  async (name) => {
    const port = await findFreePort()
    const redirect = await listen(port)
    const received = redirect.receive('state-1', async (code) => code)
    const callback = '/auth/callback?code=code-123&state=state-1'
    const hosts = [`${name}:${port}`, name, `localhost:${port + 1}`]
    for (const host of hosts) {
      expect([await askRaw(port, '/cancel', {host}), await askRaw(port, callback, {host})]).toEqual(
        [403, 403],
      )
    }
    expect(await askRaw(port, callback, {host: `LocalHost:${port}`})).toBe(200)
    expect(await received).toBe('code-123')
  },
)

test('localhost leads to the login by both of its addresses', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const received = redirect.receive('state-1', async (code) => code)
  const page = await fetch(`http://[::1]:${port}/auth/callback?code=code-123&state=state-1`)
  expect(page.status).toBe(200)
  expect(await received).toBe('code-123')
})

test.each(['that closes every connection', 'that says that it is a login, and stays'])(
  'a program on the other address of localhost %s is left out of the redirect',
  async (kind) => {
    const port = await findFreePort()
    const other = kind.includes('login')
      ? await serve(async () => new Response('cancelled'), port, '::1')
      : await holdAddress(port)
    onTestFinished(() => other.close())
    const options = {fetch, appName: 'the editor', ports: [port], delay: async () => {}}
    const redirect = await openLoopbackRedirect(options)
    if (redirect.kind !== 'listening') throw new Error(redirect.reason)
    onTestFinished(() => redirect.close())
    expect(redirect.redirectUri).toBe(`http://127.0.0.1:${port}/auth/callback`)
    const received = redirect.receive('state-1', async (code) => code)
    await visit(port, '/auth/callback?code=code-123&state=state-1')
    expect(await received).toBe('code-123')
  },
)

async function holdAddress(port: number) {
  const server = createServer((socket) => void socket.destroy()).listen(port, '::1')
  await once(server, 'listening')
  return {close: async () => void server.close()}
}

test('a user who refuses ends the login, and reads it in the browser too', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const rejected = rejectionOf(redirect.receive('state-1', async (code) => code))
  const page = await visit(port, '/auth/callback?error=access_denied&state=state-1')
  expect(await rejected).toBeInstanceOf(RedirectInvalidError)
  expect(await page.text()).toContain('cancelled or refused')
})

test('a trade that fails is told in the browser, and markup in it stays text', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const failure = new LoginFailedError('The code was <b>not</b> accepted')
  const rejected = rejectionOf(redirect.receive('state-1', () => Promise.reject(failure)))
  const page = await visit(port, '/auth/callback?code=code-123&state=state-1')
  expect(await rejected).toBe(failure)
  expect(await page.text()).toContain('The code was &lt;b&gt;not&lt;/b&gt; accepted')
})

test('a newer login takes the port over, as the official client does', async () => {
  const port = await findFreePort()
  const older = await openLoopbackRedirect({fetch, appName: 'the editor', ports: [port]})
  if (older.kind !== 'listening') throw new Error(older.reason)
  const waiting = older.receive('state-1', async (code) => code)
  const ended = rejectionOf(waiting)
  void ended.then(() => older.close())
  const newer = await listen(port)
  expect((await ended).message).toContain('Another login was started')
  expect(newer.redirectUri).toBe(older.redirectUri)
})

test('where a program that knows no logins has the port, the second one is used', async () => {
  const other = createServer((socket) => void socket.destroy()).listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => {
    other.close()
  })
  const address = other.address()
  const busy = typeof address === 'object' && address ? address.port : 0
  const free = await findFreePort()
  const redirect = await listen(busy, free)
  expect(redirect.redirectUri).toBe(`http://localhost:${free}/auth/callback`)
  expect(await openLoopbackRedirect({fetch, appName: 'the editor', ports: [busy]})).toEqual({
    kind: 'unavailable',
    reason: 'busy',
  })
})

test('closing the listener ends the login', async () => {
  const redirect = await listen(await findFreePort())
  const rejected = rejectionOf(redirect.receive('state-1', async (code) => code))
  await redirect.close()
  expect(await rejected).toBeInstanceOf(LoginFailedError)
})

test('anything but the redirect is not found', async () => {
  const port = await findFreePort()
  await listen(port)
  expect((await visit(port, '/')).status).toBe(404)
  expect((await fetch(`http://127.0.0.1:${port}/auth/callback`, {method: 'POST'})).status).toBe(404)
})
