import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {createFileFlowStore} from '../../../src/connector/flow/file-flow-store.ts'
import type {AuditEntry} from '../../../src/connector/operations/connector-hooks.ts'
import {connectAccount, startConnector} from '../../support/stories/start-connector.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const LOGIN = 'POST /connectors/codex/login'

test.each([
  ['a page of another server', {origin: 'https://evil.example'}],
  ['a page without an address', {origin: 'null'}],
  ['a page of the same name without TLS', {origin: 'http://app.example:8080'}],
  ['a form of another server', {'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate'}],
  ['a page of a neighbour', {'sec-fetch-site': 'same-site'}],
])('%s cannot start a login', async (_, headers) => {
  const {ask, simulator} = await startConnector()
  expect(await ask(LOGIN, {headers})).toMatchObject({status: 403, body: {code: 'origin_refused'}})
  expect(simulator.requests).toEqual([])
})

test.each([
  ['its own page', {origin: 'http://app.example', 'sec-fetch-site': 'same-origin'}],
  ['its own page behind a proxy with TLS', {origin: 'https://app.example'}],
  ['a program', {}],
])('%s can start a login', async (_, headers) => {
  const {ask} = await startConnector()
  const answer = await ask(LOGIN, {headers})
  expect(answer.body['status']).toBe('pending')
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})

test('a page of a server that is named can, and reads the answer', async () => {
  const origin = 'https://front.example'
  const {ask} = await startConnector({allowedOrigins: [origin]})
  const preflight = await ask('OPTIONS /connectors/codex/login', {headers: {origin}})
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
  const answer = await ask(LOGIN, {headers: {origin}})
  expect(answer.body['status']).toBe('pending')
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
  const evil = await ask('OPTIONS /connectors/codex/login', {
    headers: {origin: 'https://e.example'},
  })
  expect(evil.status).toBe(403)
})

test.each([
  ['text that claims to be none', 'text/plain', '{}', 415, 'body_not_json'],
  ['a form', 'application/x-www-form-urlencoded', 'provider_id=codex', 415, 'body_not_json'],
  ['a list', 'application/json', '[]', 400, 'bad_request'],
  ['half an object', 'application/json', '{"a":', 400, 'bad_request'],
  ['too much', 'application/json', JSON.stringify({a: 'x'.repeat(70_000)}), 413, 'body_too_large'],
])('%s is no request', async (_, type, body, status, code) => {
  const {ask} = await startConnector()
  const answer = await ask(LOGIN, {body, headers: {'content-type': type}})
  expect(answer).toMatchObject({status, body: {code, detail: answer.body['message']}})
})

test('whoever is not logged in to the application gets nothing', async () => {
  const {ask} = await startConnector({authenticate: async () => undefined})
  expect(await ask(LOGIN)).toMatchObject({status: 401, body: {code: 'unauthorized'}})
})

test('without an application that knows its users, the key of the connector is what opens it', async () => {
  const {connector} = await startConnector({authenticate: undefined as never})
  const url = 'http://localhost:3000/ops/connectors/codex/auth-status'
  const ask = (headers: Record<string, string>) => connector.handler(new Request(url, {headers}))
  const own = {origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin'}

  expect(connector.key).toMatch(/^[\w-]{43}$/)
  expect((await ask({authorization: `Bearer ${connector.key}`})).status).toBe(200)
  for (const headers of [{}, own, {authorization: `Bearer ${connector.key.slice(0, -1)}`}]) {
    const answer = await ask(headers)
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({code: 'key_required'})
  }
})

test('a key of its own is taken where it cannot be guessed', async () => {
  const key = 'sixteen-letters-'
  const {connector} = await startConnector({authenticate: undefined as never, key})
  expect(connector.key).toBe(key)
  const short = startConnector({authenticate: undefined as never, key: 'secret'})
  await expect(short).rejects.toThrow('The key of a connector has at least 16 ')
})

test('the application decides who may do what, and how often, and hears of it', async () => {
  const entries: AuditEntry[] = []
  const {ask} = await startConnector({
    authorize: async (user, action) => action !== 'log_out' || user.id === 'root',
    rateLimit: async (_, action) => action !== 'validate',
    audit: (entry) => void entries.push(entry),
  })
  expect((await ask('POST /connectors/codex/logout')).status).toBe(403)
  expect((await ask('POST /connectors/codex/validate')).status).toBe(429)
  const {body} = await ask(LOGIN)
  await ask(`POST /connectors/codex/login/${String(body['poll_id'])}/cancel`)
  expect(entries).toMatchObject([
    {action: 'log_out', userId: 'ada', outcome: 'forbidden', status: 403},
    {action: 'validate', userId: 'ada', outcome: 'too_many_requests', status: 429},
    {action: 'start_login', userId: 'ada', outcome: 'ok', status: 200},
    {action: 'cancel_login', userId: 'ada', outcome: 'ok', status: 200},
  ])
})

test('a user starts ten logins in ten minutes, and no more', async () => {
  const clock = {nowMs: Date.now()}
  const {ask} = await startConnector({login: 'simulated'}, {now: () => clock.nowMs})
  const start = async () => (await ask(LOGIN)).status
  for (let count = 0; count < 10; count += 1) expect(await start()).toBe(200)
  expect(await start()).toBe(429)
  clock.nowMs += 11 * 60_000
  expect(await start()).toBe(200)
})

test.each([
  ['GET /connectors/codex/login', 405, 'method_not_allowed'],
  ['POST /connectors/codex/elsewhere', 404, 'not_found'],
  ['GET /connectors/codex/login/unknown', 404, 'not_found'],
  ['GET /connectors/ollama/auth-status', 400, 'provider_unsupported'],
])('%s is answered with %i', async (call, status, code) => {
  const {ask} = await startConnector()
  expect(await ask(call)).toMatchObject({status, body: {status: 'error', code}})
})

test('no token and no stored code ever leaves the process', async () => {
  const flows = path.join(makeTemporaryFolder(), 'flows.json')
  const store = createFileFlowStore({file: flows, now: Date.now})
  const story = await startConnector({store})
  const started = await story.ask('POST /connectors/account/login/start')
  const code = String(started.body['user_code'])
  await connectAccount(story)
  await story.ask('GET /connectors/codex/auth-status?verify=true')
  await story.ask('POST /connectors/account/refresh')
  await story.ask('POST /connectors/codex/validate')
  await story.connector.close()

  const file = await readFile(path.join(story.folder, 'ada', 'auth.json'), 'utf8')
  const tokens = [...file.matchAll(/"\w+_token": "([^"]+)"/g)].map(([, token = '']) => token)
  expect(tokens).toHaveLength(3)
  const said = [...story.answers, ...story.lines, await readFile(flows, 'utf8')].join('\n')
  for (const token of tokens) expect(said).not.toContain(token)
  expect(await readFile(flows, 'utf8')).not.toContain(code)
  expect(story.lines.join('\n')).not.toContain(code)
})

test('an answer sends nobody anywhere', async () => {
  const {ask} = await startConnector()
  const answer = await ask('GET /connectors/codex/auth-status?next=https://evil.example')
  expect(answer.headers.get('location')).toBeNull()
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
})
