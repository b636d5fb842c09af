import {expect, test} from 'vitest'
import type {RequestHead} from '../../../src/gateway/exchange/exchange.ts'
import {createClientCheck, createMetricsCheck} from '../../../src/gateway/keys/check-client.ts'
import {createKey, findKey, type KeyWish} from '../../../src/gateway/keys/client-key.ts'

const NOW_MS = 1_800_000_000_000

function createCheck(wish: Partial<KeyWish> = {}) {
  const {key, record} = createKey(
    {name: 'laptop', class: 'background', scopes: ['answers'], ...wish},
    NOW_MS,
  )
  const check = createClientCheck({
    keys: {find: async (text) => findKey([record], text)},
    logins: {isKnown: async (token) => token === 'h.known.s'},
    now: () => NOW_MS,
  })
  const ask = (headers: RequestHead['headers'], path = '/v1/responses', method = 'POST') =>
    check({method, path, query: '', headers, remoteAddress: '127.0.0.1'})
  return {key, record, ask, check}
}

const bearer = (secret: string) => ({authorization: `Bearer ${secret}`})

test('a client shows its key in the header of its API', async () => {
  const {key, record, ask} = createCheck()
  const client = {kind: 'client', client: {id: record.id, name: 'laptop', class: 'background'}}

  expect(await ask(bearer(key))).toEqual(client)
  expect(await ask({'x-api-key': key})).toEqual(client)
  expect(await ask({'api-key': key})).toEqual(client)
})

test('the official client shows a login of one of the accounts', async () => {
  const {ask} = createCheck()

  expect(await ask(bearer('h.known.s'))).toEqual({
    kind: 'client',
    client: {id: 'codex', name: 'Codex', class: 'interactive'},
  })
  expect(await ask(bearer('h.other.s'))).toMatchObject({
    status: 401,
    message: expect.stringContaining('none of the accounts of the gateway') as string,
  })
})

test.each([
  ['nothing', {}],
  ['an empty key', {authorization: 'Bearer '}],
  ['another way to show one', {authorization: 'Basic Y2FvXzE='}],
  ['a key of somebody else', bearer(`cao_${'a'.repeat(43)}`)],
  ['a key of OpenAI', bearer('sk-proj-123')],
])('%s is refused, with what to do', async (_, headers) => {
  const {ask} = createCheck()
  const answer = await ask(headers)

  expect(answer).toMatchObject({kind: 'refused', status: 401})
  expect(JSON.stringify(answer)).toContain('cao gateway keys add')
  expect(JSON.stringify(answer)).not.toContain('sk-proj')
})

test('a key ends when it expires', async () => {
  const over = createCheck({expiresAtMs: NOW_MS})
  const valid = createCheck({expiresAtMs: NOW_MS + 1})

  expect(await over.ask(bearer(over.key))).toMatchObject({
    status: 401,
    message: 'The client key laptop has expired. Make one with `cao gateway keys add`.',
  })
  expect(await valid.ask(bearer(valid.key))).toMatchObject({kind: 'client'})
})

test.each([
  ['/v1/responses', 'answers'],
  ['/responses/compact', 'answers'],
  ['/backend-api/codex/responses', 'answers'],
  ['/v1/chat/completions', 'answers'],
  ['/v1/images/edits', 'images'],
  ['/backend-api/wham/accounts/check', 'codex'],
  ['/backend-api/codex/analytics-events/events', 'codex'],
  ['/backend-api/wham/usage', 'codex'],
] as const)('%s is for keys that are good for %s', async (path, scope) => {
  const good = createCheck({scopes: [scope]})
  const other = createCheck({
    scopes: (['answers', 'images', 'codex'] as const).filter((one) => one !== scope),
  })

  expect(await good.ask(bearer(good.key), path)).toMatchObject({kind: 'client'})
  expect(await other.ask(bearer(other.key), path)).toEqual({
    kind: 'refused',
    status: 403,
    message: `The client key laptop is not for ${scope}.`,
  })
})

test('what is passed on for the official client alone needs its scope by any path, and what is not there needs none', async () => {
  const {key, ask} = createCheck()
  const asCodex = {...bearer(key), originator: 'codex_exec'}

  expect(await ask(asCodex, '/v1/alpha/search')).toMatchObject({kind: 'refused', status: 403})
  expect(await ask(asCodex, '/alpha/search')).toMatchObject({kind: 'refused', status: 403})
  expect(await ask(asCodex, '/metrics')).toMatchObject({kind: 'client'})
  expect(await ask(bearer(key), '/v1/audio/speech')).toMatchObject({kind: 'client'})
})

test('a key for answers is good for the upgrade that the official client tries first', async () => {
  const {key, ask} = createCheck({scopes: ['answers']})
  const headers = {...bearer(key), upgrade: 'websocket', 'user-agent': 'codex_exec/0.171.0'}

  expect(await ask(headers, '/v1/responses', 'GET')).toMatchObject({kind: 'client'})
})

test('any key may ask for the list of models', async () => {
  const {key, ask} = createCheck({scopes: []})

  expect(await ask(bearer(key), '/v1/models')).toMatchObject({kind: 'client'})
  expect(await ask(bearer(key), '/models/gpt-5.5')).toMatchObject({kind: 'client'})
})

test('a gateway that hands on the login of its clients shows its metrics to whoever has a key', async () => {
  const {key, check} = createCheck()
  const somebody = {id: 'local', name: 'this machine', class: 'interactive'} as const
  const ask = createMetricsCheck(check, somebody)
  const head = {method: 'GET', query: '', remoteAddress: '127.0.0.1'}

  expect(await ask({...head, path: '/metrics', headers: {}})).toMatchObject({status: 401})
  expect(await ask({...head, path: '/metrics', headers: bearer(key)})).toMatchObject({
    client: {name: 'laptop'},
  })
  expect(await ask({...head, path: '/v1/models', headers: bearer('h.other.s')})).toEqual({
    kind: 'client',
    client: somebody,
  })
})

test('an address that takes another method wants the same scope as with that method', async () => {
  const {key, ask} = createCheck({scopes: ['images']})

  for (const [method, path] of [
    ['POST', '/backend-api/wham/usage'],
    ['OPTIONS', '/v1/responses'],
    ['GET', '/v1/messages'],
  ] as const) {
    expect(await ask(bearer(key), path, method)).toMatchObject({kind: 'refused', status: 403})
  }
})
