import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {connectAccount, startConnector} from '../../support/stories/start-connector.ts'

const aTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)

test('without an account, the status says so', async () => {
  const {ask} = await startConnector()
  expect(await ask('GET /connectors/codex/auth-status')).toMatchObject({
    status: 200,
    body: {authenticated: false, method: null, detail: 'Not logged in', verified: false},
  })
})

test('a connected account is shown with its email, its plan and what is left', async () => {
  const story = await startConnector()
  await connectAccount(story)
  story.simulator.changeAccount('ada@example.com', {primary: {usedPercent: 38}})
  const quick = await story.ask('GET /connectors/codex/auth-status')
  expect(quick.body).toEqual({
    authenticated: true,
    method: 'chatgpt',
    detail: 'Logged in using ChatGPT (ada@example.com)',
    verified: true,
    email: 'ada@example.com',
    plan: 'pro',
    auth_ref: 'account:ada',
  })
  const asked = await story.ask('GET /connectors/codex/auth-status?verify=true')
  expect(asked.body['usage']).toContainEqual({window: '5 h', left_percent: 62, resets_at: aTime})
})

test('a login that was not asked about counts as not verified, and one that ended as none', async () => {
  const first = await startConnector()
  await connectAccount(first)
  const second = await startConnector({folder: first.folder})
  expect((await second.ask('GET /connectors/codex/auth-status')).body).toMatchObject({
    authenticated: true,
    verified: false,
  })
  const asked = await second.ask('GET /connectors/codex/auth-status?verify=true')
  expect(asked.body).toMatchObject({
    authenticated: false,
    verified: false,
    method: 'chatgpt',
    code: 'login_required',
    action: 'Connect the account again.',
  })
})

test('a logout ends the login here and at the server', async () => {
  const story = await startConnector()
  await connectAccount(story)
  const headers = {'accept-language': 'es'}
  expect((await story.ask('POST /connectors/codex/logout', {headers})).body).toEqual({
    status: 'ok',
    message: 'Sesión cerrada',
  })
  expect(story.simulator.counts['revoke']).toEqual({'200': 1})
  await expect(readFile(path.join(story.folder, 'ada', 'auth.json'))).rejects.toThrow('ENOENT')
  expect((await story.ask('GET /connectors/codex/auth-status')).body['authenticated']).toBe(false)
  expect((await story.ask('POST /connectors/codex/logout')).body).toEqual({
    status: 'ok',
    message: 'Not logged in',
  })
})

test('a logout of account mode also ends a login that is under way', async () => {
  const {ask} = await startConnector()
  const {body} = await ask('POST /connectors/codex/login')
  expect(
    (await ask('POST /connectors/account/logout', {body: {provider_id: 'codex'}})).body,
  ).toEqual({
    provider_id: 'codex',
    status: 'PROVIDER_AUTH_REVOKED',
    auth_mode: 'none',
    auth_ref: null,
  })
  const flow = await ask(`GET /connectors/codex/login/${String(body['poll_id'])}`)
  expect(flow.body['status']).toBe('cancelled')
})

test('a refresh brings new tokens, and only then says approved', async () => {
  const story = await startConnector()
  expect(
    await story.ask('POST /connectors/account/refresh', {body: {provider_id: 'codex'}}),
  ).toMatchObject({
    status: 409,
    body: {status: 'error', code: 'account_required', action: 'Connect an account first.'},
  })
  await connectAccount(story)
  const file = path.join(story.folder, 'ada', 'auth.json')
  const before = await readFile(file, 'utf8')
  expect(
    (await story.ask('POST /connectors/account/refresh', {body: {provider_id: 'codex'}})).body,
  ).toEqual({
    provider_id: 'codex',
    status: 'PROVIDER_AUTH_APPROVED',
    auth_mode: 'account',
    auth_ref: 'account:ada',
  })
  expect(await readFile(file, 'utf8')).not.toBe(before)

  story.simulator.changeAccount('ada@example.com', {refreshTokens: 'revoke'})
  const other = await startConnector(
    {folder: story.folder},
    {env: {CODEX_AUTH_ISSUER_URL: story.simulator.issuer.href}},
  )
  expect(await other.ask('POST /connectors/account/refresh')).toMatchObject({
    status: 409,
    body: {code: 'login_required'},
  })
})

test('a token from a page is not taken', async () => {
  const story = await startConnector()
  await connectAccount(story)
  const body = {provider_id: 'codex', account_token: 'codex-device-session'}
  expect(await story.ask('POST /connectors/account/refresh', {body})).toMatchObject({status: 400})
})

const OFF = {
  auth_modes_supported: ['api_key'],
  can_install: true,
  install_method: 'cli',
  supports_account_mode: false,
  supports_recommended_models: true,
  requires_remote_api: true,
}

test('the flag adds account mode to the six capabilities', async () => {
  const {ask, connector} = await startConnector()
  const on = {...OFF, auth_modes_supported: ['api_key', 'account'], supports_account_mode: true}
  expect((await ask('GET /provider/capabilities')).body).toEqual({items: {codex: on}})
  expect(await connector.capabilities()).toEqual(on)
})

test('without the flag there are capabilities and no account routes', async () => {
  const env = {ORCH_CODEX_ACCOUNT_MODE_ENABLED: 'false'}
  const {ask, simulator} = await startConnector({}, {env})
  expect((await ask('GET /provider/capabilities')).body).toEqual({items: {codex: OFF}})
  const calls = [
    'POST /connectors/codex/login',
    'POST /provider/codex/device-login',
    'GET /connectors/codex/login/x',
    'POST /connectors/codex/login/x/cancel',
    'GET /connectors/codex/auth-status',
    'POST /connectors/codex/logout',
    'POST /connectors/account/login/start',
    'GET /connectors/account/login/x',
    'POST /connectors/account/refresh',
    'POST /connectors/account/logout',
    'POST /connectors/codex/validate',
  ]
  for (const call of calls) {
    expect({call, ...(await ask(call))}).toMatchObject({
      call,
      status: 404,
      body: {code: 'feature_disabled'},
    })
  }
  expect(simulator.requests).toEqual([])
})

test('an account is valid once the server has answered for it', async () => {
  const story = await startConnector()
  const validate = async () => (await story.ask('POST /connectors/codex/validate')).body
  expect(await validate()).toEqual({
    valid: false,
    health: 'down',
    warnings: [],
    error_actionable: 'No account is connected. Connect an account first.',
  })
  await connectAccount(story)
  story.simulator.addFault({endpoint: 'usage', kind: 'status', status: 503, times: 2})
  expect(await validate()).toMatchObject({valid: false, health: 'degraded'})
  story.simulator.clearFaults()
  expect(await validate()).toEqual({valid: true, health: 'ok', warnings: []})
})

test('an account without quota is valid and degraded', async () => {
  const story = await startConnector()
  await connectAccount(story)
  story.simulator.changeAccount('ada@example.com', {primary: {usedPercent: 100}})
  expect((await story.ask('POST /connectors/codex/validate')).body).toEqual({
    valid: true,
    health: 'degraded',
    warnings: ['The usage limit (5 h) is used up.'],
  })
})

test.each([
  [200, {valid: true, health: 'ok'}],
  [
    401,
    {
      valid: false,
      health: 'down',
      error_actionable: 'OpenAI does not accept this API key. Check the key and enter it again.',
    },
  ],
  [500, {valid: false, health: 'degraded'}],
])('an API key is tried at OpenAI, which answers with %i', async (status, expected) => {
  const urls: string[] = []
  const fetch: typeof globalThis.fetch = async (input) => {
    urls.push(new Request(input).url)
    return new Response('{}', {status})
  }
  const {ask} = await startConnector({}, {fetch})
  const answer = await ask('POST /connectors/codex/validate', {body: {api_key: 'sk-test-12345678'}})
  expect(answer.body).toMatchObject(expected)
  const foreign = {api_key: 'sk-test-12345678', base_url: 'http://169.254.169.254/latest'}
  expect((await ask('POST /connectors/codex/validate', {body: foreign})).status).toBe(400)
  expect(urls).toEqual(['https://api.openai.com/v1/models'])
})

test('API keys go to the vault of the application, or nowhere', async () => {
  const stored: unknown[] = []
  const body = {api_key: 'sk-test-12345678'}
  const none = await startConnector()
  expect(await none.ask('POST /connectors/codex/credentials', {body})).toMatchObject({
    status: 400,
    body: {code: 'api_key_unsupported'},
  })
  const vault = {
    store: async (_: unknown, entry: unknown) => stored.push(entry) > 0,
    has: async () => stored.length > 0,
  }
  const {ask} = await startConnector({vault})
  expect((await ask('POST /connectors/codex/credentials', {body})).body).toEqual({
    provider_id: 'codex',
    status: 'stored',
    active: true,
  })
  expect(stored).toEqual([{providerId: 'codex', apiKey: 'sk-test-12345678'}])
  expect((await ask('GET /connectors/codex/auth-status')).body).toMatchObject({
    authenticated: true,
    method: 'api_key',
  })
})

test('a provider with an account is saved only while the account is connected', async () => {
  const saved: unknown[] = []
  const providers = {
    read: async () => ({active: saved.at(-1) ?? null}),
    save: async (_: unknown, choice: unknown) => void saved.push(choice),
  }
  const story = await startConnector({providers})
  const body = {provider_type: 'codex', auth_mode: 'account'}
  expect((await story.ask('PUT /provider', {body})).status).toBe(409)
  expect((await story.ask('GET /provider')).body).toEqual({active: null})
  await connectAccount(story)
  const active = {...body, auth_ref: 'account:ada'}
  expect((await story.ask('PUT /provider', {body})).body).toEqual({active})
  expect(saved).toEqual([active])
})
