import {expect, test} from 'vitest'
import {createOpenApiRoute} from '../../src/gateway/openapi/openapi-route.ts'
import {countRequests} from '../../src/gateway/watch/count-requests.ts'
import {createOperatorRoutes} from '../../src/gateway/watch/operator-routes.ts'
import {startDashboard} from '../support/gateway/start-dashboard.ts'
import {OPERATOR_KEY, startTestGateway} from '../support/gateway/start-gateway.ts'

/** Every address of the gateway, asked with methods that it has and has not. */

const AS_OPERATOR = {authorization: `Bearer ${OPERATOR_KEY}`}

const READ = 'GET, HEAD, OPTIONS'
const POSTED = 'POST, OPTIONS'

const ADDRESSES = [
  ['/health', READ],
  ['/metrics', READ],
  ['/openapi.json', READ],
  ['/v1/models', READ],
  ['/models', READ],
  ['/v1/models/gpt-5.5', READ],
  ['/backend-api/codex/models', READ],
  ['/backend-api/wham/usage', READ],
  ['/v1/responses', POSTED],
  ['/backend-api/codex/responses', POSTED],
  ['/v1/responses/compact', POSTED],
  ['/v1/chat/completions', POSTED],
  ['/v1/images/generations', POSTED],
  ['/v1/images/edits', POSTED],
  ['/v1/messages', POSTED],
  ['/v1/messages/count_tokens', POSTED],
  ['/gateway/status', READ],
  ['/gateway/stop', POSTED],
] as const

async function start() {
  const stopped: true[] = []
  const started = await startTestGateway({
    plug: (engine) => ({
      routes: [
        countRequests(engine, (id) => id).route,
        createOpenApiRoute('1.0.0'),
        ...createOperatorRoutes({
          engine,
          toName: (id) => id,
          describe: () => ({}),
          stop: () => void stopped.push(true),
        }),
      ],
    }),
  })
  const call = (path: string, method: string) =>
    started.ask(path, {method, headers: {...AS_OPERATOR, originator: 'codex_exec'}})
  return {...started, call, stopped}
}

test('each address says which methods it takes, refuses others in words, and does nothing then', async () => {
  const {call, simulator, stopped} = await start()
  for (const [path, allow] of ADDRESSES) {
    const asked = await call(path, 'OPTIONS')
    const refused = await call(path, 'DELETE')
    const {error} = (await refused.json()) as {error: {code?: string; message: string}}
    const seen = [asked.status, asked.headers.get('allow'), await asked.text()]
    expect([path, ...seen]).toEqual([path, 204, allow, ''])
    expect([path, refused.status, refused.headers.get('allow')]).toEqual([path, 405, allow])
    // Errors of the Messages API have no code.
    const code = path.includes('/messages') ? undefined : 'method_not_allowed'
    expect(error.code).toBe(code)
    expect(error.message).toContain(`${path} takes `)
  }
  const read = await call('/v1/responses', 'GET')
  expect(read.status).toBe(405)
  expect(simulator.counts).toEqual({})
  expect(stopped).toEqual([])
})

test('a head is that of the whole answer', async () => {
  const {ask, call} = await start()
  for (const path of ['/health', '/metrics', '/openapi.json', '/v1/models/gpt-5.5']) {
    const [head, whole] = [await call(path, 'HEAD'), await call(path, 'GET')]
    expect([path, head.status, await head.text()]).toEqual([path, 200, ''])
    expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'))
    expect((await whole.text()).length).toBeGreaterThan(2)
  }
  const models = await ask('/v1/models', {method: 'HEAD'})
  expect([models.status, await models.text()]).toEqual([200, ''])
  expect(models.headers.get('content-type')).toBe('application/json')
  const unknown = await ask('/v1/models/none', {method: 'HEAD'})
  expect(unknown.status).toBe(404)
})

test('so do the addresses of the dashboard', async () => {
  const {ask} = await startDashboard()
  const call = (path: string, method: string) => ask(path, {method, headers: AS_OPERATOR})

  const state = await call('/gateway/page/state', 'HEAD')
  const allowed = await call('/gateway/page/accounts/some', 'GET')
  const options = await call('/gateway/page/state', 'OPTIONS')
  const page = await call('/dashboard/', 'POST')
  const unknown = await call('/gateway/page/elsewhere', 'GET')

  expect([state.status, await state.text()]).toEqual([200, ''])
  expect([allowed.status, allowed.headers.get('allow')]).toEqual([405, POSTED])
  expect([options.status, options.headers.get('allow')]).toEqual([204, READ])
  expect([page.status, page.headers.get('allow')]).toEqual([405, READ])
  expect(unknown.status).toBe(404)
})
