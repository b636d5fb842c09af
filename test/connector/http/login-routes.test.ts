import {readFile, stat} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {parseAuthFile} from '../../../src/accounts/directories/codex/auth-file.ts'
import {connectAccount, startConnector, waitForEnd} from '../../support/stories/start-connector.ts'

const aCode: unknown = expect.stringMatching(/^[B-Z2-9]{4}-[B-Z2-9]{5}$/)
const anId: unknown = expect.stringMatching(/^[\w-]{32}$/)
const aTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)

const AT_ONCE = {delay: async () => {}}

test('a login goes from its code to a stored account', async () => {
  const story = await startConnector()
  const {ask, simulator, folder} = story

  const started = await ask('POST /connectors/codex/login')
  const {poll_id: id, user_code: code} = started.body
  expect(started.status).toBe(200)
  expect(started.body).toEqual({
    status: 'pending',
    state: 'pending',
    verification_url: new URL('/codex/device', simulator.url).href,
    user_code: aCode,
    message: 'Please open the URL and enter the code to authenticate.',
    poll_id: anId,
    flow_id: id,
    version: 2,
    created_at: aTime,
    updated_at: aTime,
    expires_in: 900,
    expires_at: aTime,
  })
  expect((await ask(`GET /connectors/codex/login/${String(id)}`)).body).toEqual(started.body)
  expect((await ask('GET /connectors/codex/auth-status')).body['authenticated']).toBe(false)

  await simulator.approveDevice(String(code), {email: 'ada@example.com'})
  const ended = await waitForEnd(ask, String(id))
  expect(ended.body).toEqual({
    status: 'succeeded',
    state: 'completed',
    message: 'The account is connected.',
    poll_id: id,
    flow_id: id,
    version: 3,
    created_at: aTime,
    updated_at: aTime,
    email: 'ada@example.com',
    plan: 'pro',
    auth_ref: 'account:ada',
  })

  const file = path.join(folder, 'ada', 'auth.json')
  expect(parseAuthFile(await readFile(file, 'utf8'))).toMatchObject({
    kind: 'chatgpt',
    account: {email: 'ada@example.com'},
  })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('the older address starts the same kind of login', async () => {
  const {ask} = await startConnector()
  const {body} = await ask('POST /provider/codex/device-login')
  expect(body).toMatchObject({status: 'pending', user_code: aCode})
  expect((await ask('POST /connectors/codex/login')).body).toEqual(body)
})

test('an account login has the shapes of account mode', async () => {
  const {ask, simulator} = await startConnector()
  const started = await ask('POST /connectors/account/login/start', {body: {provider_id: 'codex'}})
  const {flow_id: id, user_code: code} = started.body
  expect(started.body).toMatchObject({
    status: 'PROVIDER_AUTH_PENDING',
    flow_id: anId,
    provider_id: 'codex',
    verification_url: new URL('/codex/device', simulator.url).href,
    user_code: aCode,
    poll_id: id,
  })
  const flow = {
    flow_id: id,
    poll_id: id,
    provider_id: 'codex',
    created_at: aTime,
    updated_at: aTime,
  }
  expect((await ask(`GET /connectors/account/login/${String(id)}`)).body).toMatchObject({
    ...flow,
    status: 'pending',
    state: 'pending',
    user_code: code,
    auth_ref: null,
  })

  await simulator.approveDevice(String(code), {email: 'bob@example.com'})
  await waitForEnd(ask, String(id))
  expect((await ask(`GET /connectors/account/login/${String(id)}`)).body).toMatchObject({
    ...flow,
    status: 'approved',
    state: 'completed',
    user_code: null,
    verification_url: null,
    auth_ref: 'account:bob',
  })
})

test.each([
  ['ghost', 404, 'provider_unknown'],
  ['claude', 400, 'provider_unsupported'],
  [5, 400, 'bad_request'],
])('an account login for %s is refused', async (provider_id, status, code) => {
  const {ask, simulator} = await startConnector()
  const answer = await ask('POST /connectors/account/login/start', {body: {provider_id}})
  expect(answer).toMatchObject({status, body: {status: 'error', code}})
  expect(simulator.requests).toEqual([])
})

test('a cancelled login is asked for no more, and its code is worth nothing', async () => {
  const story = await startConnector()
  const {ask, folder, simulator} = story
  const {body} = await ask('POST /connectors/codex/login')
  const id = String(body['poll_id'])

  const cancelled = await ask(`POST /connectors/codex/login/${id}/cancel`)
  expect(cancelled.body).toMatchObject({
    status: 'cancelled',
    state: 'failed',
    cancel: 'canceled',
    code: 'cancelled',
    message: 'The login was cancelled.',
    action: 'Start the login again.',
  })
  expect(cancelled.body).not.toHaveProperty('user_code')

  await simulator.approveDevice(String(body['user_code']), {email: 'ada@example.com'})
  expect((await ask(`POST /connectors/codex/login/${id}/cancel`)).body['cancel']).toBe('notFound')
  const next = await connectAccount(story, {email: 'bob@example.com'})
  expect(next.body).toMatchObject({status: 'succeeded', email: 'bob@example.com'})
  expect(simulator.counts['token']).toEqual({exchanged: 1})
  await expect(readFile(path.join(folder, 'ada', 'auth.json'))).rejects.toThrow('ENOENT')
})

test.each([
  [429, 'rate_limited', 'Wait one or two minutes, then try again.'],
  [404, 'device_auth_disabled', 'Turn on device code login in the security settings of ChatGPT'],
  [500, 'server_error', 'Try again in a moment.'],
])('a server that answers a start with %i is explained', async (status, code, action) => {
  const {ask, simulator} = await startConnector()
  simulator.addFault({endpoint: 'device-user-code', kind: 'status', status})
  const answer = await ask('POST /connectors/codex/login')
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    status: 'error',
    state: 'failed',
    login_status: 'failed',
    code,
    poll_id: anId,
  })
  expect(answer.body['action']).toContain(action)
})

test('without a network, the login says so in the language of the user', async () => {
  const {ask} = await startConnector({}, {fetch: () => Promise.reject(new TypeError('offline'))})
  const headers = {'accept-language': 'es-ES,es;q=0.9,en;q=0.8'}
  const answer = await ask('POST /connectors/codex/login', {headers})
  expect(answer.headers.get('content-language')).toBe('es')
  expect(answer.body).toMatchObject({
    status: 'error',
    code: 'network',
    message: 'No se pudo contactar con OpenAI.',
    action: 'Comprueba la red del servidor e inténtalo de nuevo.',
  })
})

test('a code that nobody types expires', async () => {
  const clock = {nowMs: Date.now()}
  const delay = async () => void (clock.nowMs += 5 * 60_000)
  const {ask} = await startConnector({}, {now: () => clock.nowMs, delay})
  const {body} = await ask('POST /connectors/codex/login')
  expect((await waitForEnd(ask, String(body['poll_id']))).body).toMatchObject({
    status: 'expired',
    state: 'failed',
    code: 'expired',
    message: 'The code has expired.',
  })
})

test('a login is visible only to the user who has started it', async () => {
  const {ask} = await startConnector()
  const {body} = await ask('POST /connectors/codex/login')
  const login = `/connectors/codex/login/${String(body['poll_id'])}`
  for (const call of [`GET ${login}`, `GET ${login}?wait=1`, `POST ${login}/cancel`]) {
    const answer = await ask(call, {user: 'eve'})
    expect(answer).toMatchObject({status: 404, body: {code: 'not_found'}})
  }
  const other = await ask('POST /connectors/codex/login', {user: 'eve'})
  expect(other).toMatchObject({status: 409, body: {status: 'error', code: 'busy'}})
  expect((await ask(`GET ${login}`)).body['status']).toBe('pending')
})

test('users with folders of their own log in side by side', async () => {
  const root = (await startConnector()).folder
  const story = await startConnector({folder: ({id}) => path.join(root, id)})
  const [ada, bob] = await Promise.all([
    connectAccount(story),
    connectAccount(story, {user: 'bob', email: 'bob@example.com'}),
  ])
  expect([ada.body['email'], bob.body['email']]).toEqual(['ada@example.com', 'bob@example.com'])
  const status = await story.ask('GET /connectors/codex/auth-status', {user: 'bob'})
  expect(status.body['email']).toBe('bob@example.com')
})

test('a simulation says so in every answer, and connects nobody', async () => {
  const saved: unknown[] = []
  const providers = {read: async () => ({}), save: async () => void saved.push('saved')}
  const {ask, simulator} = await startConnector({login: 'simulated', providers}, AT_ONCE)
  const {body} = await ask('POST /connectors/codex/login')
  expect(body).toMatchObject({simulated: true, poll_id: anId})
  const id = String(body['poll_id'])
  expect((await waitForEnd(ask, id)).body).toMatchObject({
    simulated: true,
    status: 'simulated',
    state: 'failed',
    message: 'The simulation is over. No account is connected.',
  })
  const status = await ask('GET /connectors/codex/auth-status')
  expect(status.body).toMatchObject({simulated: true, authenticated: false, method: null})
  const provider = {provider_type: 'codex', auth_mode: 'account'}
  expect(await ask('PUT /provider', {body: provider})).toMatchObject({
    status: 409,
    body: {simulated: true, code: 'account_required'},
  })
  expect(await ask('POST /connectors/account/refresh')).toMatchObject({
    status: 409,
    body: {simulated: true},
  })
  expect(saved).toEqual([])
  expect(simulator.requests).toEqual([])
})
