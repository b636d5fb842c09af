import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {createConnectorRoute} from '../../../src/cli/gateway/connector/create-connector-route.ts'
import {createConnectorClient} from '../../../src/connector/client/connector-client.ts'
import {createKey, findKey, type KeyWish} from '../../../src/gateway/keys/client-key.ts'
import {OPERATOR_KEY, startTestGateway} from '../../support/gateway/start-gateway.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {startTestSimulator} from '../../support/servers/ask-simulator.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const STATUS = '/ops/connectors/codex/auth-status'

/** Every address that changes or shows something of the user. */
const PERSONAL = [
  ['GET', STATUS],
  ['POST', '/ops/connectors/codex/login'],
  ['POST', '/ops/provider/codex/device-login'],
  ['POST', '/ops/connectors/account/login/start'],
  ['GET', '/ops/connectors/codex/login/some'],
  ['GET', '/ops/connectors/account/login/some'],
  ['POST', '/ops/connectors/codex/login/some/cancel'],
  ['POST', '/ops/connectors/codex/logout'],
  ['POST', '/ops/connectors/account/logout'],
  ['POST', '/ops/connectors/account/refresh'],
  ['POST', '/ops/connectors/codex/validate'],
  ['POST', '/ops/connectors/codex/credentials'],
  ['GET', '/ops/provider'],
  ['PUT', '/ops/provider'],
  ['GET', '/ops/provider/capabilities'],
] as const

function make(scopes: KeyWish['scopes'], expiresAtMs = Infinity) {
  return createKey({name: 'page', class: 'interactive', scopes, expiresAtMs}, Date.now())
}

async function startStory(flag: string) {
  const simulator = await startTestSimulator({
    deviceIntervalSeconds: 0.02,
    accounts: [{email: 'ada@example.com'}],
  })
  const base = makeTemporaryFolder()
  const {log} = createMemoryLog()
  const made = {
    accounts: make(['accounts']),
    answers: make(['answers', 'images', 'codex']),
    expired: make(['accounts'], Date.now() - 1),
  }
  const records = Object.values(made).map(({record}) => record)
  const route = await createConnectorRoute({
    base,
    env: {
      ORCH_CODEX_ACCOUNT_MODE_ENABLED: flag,
      CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
      CODEX_BACKEND_URL: simulator.backendUrl.href,
    },
    userHome: base,
    fetch: globalThis.fetch,
    now: Date.now,
    log,
    keys: {find: async (key) => findKey(records, key)},
    operatorKey: OPERATOR_KEY,
  })
  onTestFinished(() => route?.close())
  return {base, made, route, simulator}
}

function bearer(key: string) {
  return {headers: {authorization: `Bearer ${key}`}}
}

test('the gateway connects an account below /ops/, for whoever has a key for accounts', async () => {
  const {base, made, route, simulator} = await startStory('true')
  const {ask, gateway} = await startTestGateway({routes: route ? [route] : []})
  const baseUrl = new URL('/ops', gateway.url).href
  const {headers} = bearer(made.accounts.key)
  const client = createConnectorClient({baseUrl, fetch: globalThis.fetch, headers: () => headers})
  const login = await client.startLogin()
  const news = client.getLogin(login.poll_id, {version: login.version, waitSeconds: 20})
  await simulator.approveDevice(login.user_code ?? '')

  expect(await news).toMatchObject({status: 'succeeded', email: 'ada@example.com'})
  const choice = {provider_type: 'codex', auth_mode: 'account', model: 'gpt-5.5'}
  const saved = await client.saveProvider({...choice, api_key: 'sk-never'})
  const ofOperator = await ask('/ops/provider', bearer(OPERATOR_KEY))
  const kept = await readFile(path.join(base, 'connector-providers.json'), 'utf8')
  expect(saved).toEqual({...choice, auth_ref: expect.any(String) as string})
  expect(await ofOperator.json()).toEqual({})
  expect(kept).not.toContain('sk-never')
  expect(await readFile(path.join(base, 'ada', 'auth.json'), 'utf8')).toContain('refresh_token')
  expect(await (await ask('/ops/connect')).text()).toContain('<codex-account-card base-url="/ops"')
  const evil = {headers: {...headers, origin: 'https://evil.example'}}
  expect((await ask(STATUS, evil)).status).toBe(403)
  expect((await ask(STATUS, bearer(OPERATOR_KEY))).status).toBe(200)
})

// Nobody checks clients in this gateway: as with `--no-client-auth`.
test('nothing below /ops/ is shown or changed without such a key, wherever a request comes from', async () => {
  const {made, route, simulator} = await startStory('true')
  const {ask, engine, gateway} = await startTestGateway({routes: route ? [route] : []})
  const [account] = await engine.store.list()
  const own = {origin: gateway.url.origin, 'sec-fetch-site': 'same-origin'}

  const statuses = await Promise.all(
    PERSONAL.map(async ([method, at]) => (await ask(at, {method, headers: own})).status),
  )
  const missing = await ask(STATUS, {headers: {'accept-language': 'es'}})
  const codes = [
    bearer(`cao_${'x'.repeat(43)}`),
    bearer(made.expired.key),
    bearer(account!.tokens.accessToken),
    bearer(made.answers.key),
  ].map(async (init) => ((await (await ask(STATUS, init)).json()) as {code: string}).code)

  expect(new Set(statuses)).toEqual(new Set([401]))
  expect(missing.headers.get('www-authenticate')).toBe('Bearer')
  expect(await missing.json()).toMatchObject({
    code: 'key_required',
    message: 'Esto necesita una clave del servidor.',
  })
  expect(await Promise.all(codes)).toEqual([
    'key_required',
    'key_required',
    'key_required',
    'forbidden',
  ])
  expect(simulator.requests).toEqual([])
})

test('without account mode there is no such route', async () => {
  expect((await startStory('false')).route).toBeUndefined()
})
