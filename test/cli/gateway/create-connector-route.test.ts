import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {createConnectorRoute} from '../../../src/cli/gateway/connector/create-connector-route.ts'
import {createConnectorClient} from '../../../src/connector/client/connector-client.ts'
import {startTestGateway} from '../../support/gateway/start-gateway.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {startTestSimulator} from '../../support/servers/ask-simulator.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

async function startStory(flag: string) {
  const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
  const base = makeTemporaryFolder()
  const {log} = createMemoryLog()
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
  })
  onTestFinished(() => route?.close())
  return {base, route, simulator}
}

test('the gateway connects an account below /ops/, for pages of its own', async () => {
  const {base, route, simulator} = await startStory('true')
  const {ask, gateway} = await startTestGateway({routes: route ? [route] : []})
  const baseUrl = new URL('/ops', gateway.url).href
  const client = createConnectorClient({baseUrl, fetch: globalThis.fetch})
  const login = await client.startLogin()
  const news = client.getLogin(login.poll_id, {version: login.version, waitSeconds: 20})
  await simulator.approveDevice(login.user_code ?? '')
  expect(await news).toMatchObject({status: 'succeeded', email: 'ada@example.com'})
  expect(await readFile(path.join(base, 'ada', 'auth.json'), 'utf8')).toContain('refresh_token')
  expect(await (await ask('/ops/connect')).text()).toContain('<codex-account-card base-url="/ops"')
  const evil = {headers: {origin: 'https://evil.example'}}
  expect((await ask('/ops/connectors/codex/auth-status', evil)).status).toBe(403)
})

test('without account mode there is no such route', async () => {
  expect((await startStory('false')).route).toBeUndefined()
})
