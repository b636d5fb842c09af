import {once} from 'node:events'
import {createServer} from 'node:net'
import {expect, onTestFinished, test} from 'vitest'
import {LoginFailedError, RedirectInvalidError} from '../../src/errors.ts'
import {openLoopbackRedirect, type LoopbackRedirect} from '../../src/oauth/loopback-redirect.ts'
import {serve} from '../../src/http/serve.ts'
import {rejectionOf} from '../support/rejection.ts'

/** A port that is free now. */
async function findFreePort(): Promise<number> {
  const server = await serve(async () => new Response(), 0)
  await server.close()
  return Number(server.url.port)
}

async function listen(...ports: number[]): Promise<LoopbackRedirect> {
  const redirect = await openLoopbackRedirect({fetch, appName: 'the editor', ports})
  if (redirect.kind !== 'listening') throw new Error(redirect.reason)
  onTestFinished(() => redirect.close())
  return redirect
}

function visit(port: number, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`)
}

test('the code is traded, and the browser is told that the person is signed in', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const received = redirect.receive('state-1', async (code) => `tokens of ${code}`)
  const page = await visit(port, '/auth/callback?code=code-123&state=state-1')
  expect(redirect.redirectUri).toBe(`http://localhost:${port}/auth/callback`)
  expect(await received).toBe('tokens of code-123')
  expect(await page.text()).toContain('You are signed in')
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

test('a page that is visited twice trades its code once', async () => {
  const port = await findFreePort()
  const redirect = await listen(port)
  const received = redirect.receive('state-1', async (code) => code)
  await visit(port, '/auth/callback?code=code-123&state=state-1')
  expect((await visit(port, '/auth/callback?code=code-123&state=state-1')).status).toBe(400)
  expect(await received).toBe('code-123')
})

test('a person who refuses ends the login, and reads it in the browser too', async () => {
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
