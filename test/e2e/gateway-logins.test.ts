import {existsSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {expect, onTestFinished, test, vi} from 'vitest'
import {createConnectorClient} from '../../src/connector/client/connector-client.ts'
import type {PageState} from '../../src/gateway/management/page-state.ts'
import {eventually} from '../support/eventually.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {findBarriers, HAS_BROWSER, openBrowser} from '../support/servers/open-browser.ts'

/** Users log in to a gateway that runs, by the connector and by the dashboard, and are answered without a new start. */

vi.setConfig({testTimeout: 60_000})

/** Where pictures of the page go, for whoever wants to look at them. */
const PICTURES = process.env['PICTURES']

/** A gateway without an account, in a process of its own, with account mode on. */
async function startGateway() {
  const simulator = await startTestSimulator({
    deviceIntervalSeconds: 0.02,
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
  })
  const cao = makeCaoHome(simulator)
  const port = String(await findFreePort())
  const start = ['gateway', 'start', '--detach', '--no-client-auth', '--port', port]
  await cao.run(start, {env: {ORCH_CODEX_ACCOUNT_MODE_ENABLED: '1'}})
  const page = new URL((await cao.run(['gateway', 'open', '--print'])).stdout.trim())
  const headers = {authorization: `Bearer ${page.hash.slice('#key='.length)}`}
  const prompt = async () => {
    const response = await fetch(new URL('/v1/responses', page), {
      method: 'POST',
      body: JSON.stringify({model: 'gpt-5.5', input: 'hello'}),
    })
    await response.text()
    return `${response.status} ${response.headers.get('x-cao-account')}`
  }
  const post = (name: string, wish: object = {}) =>
    fetch(new URL(`/gateway/page/${name}`, page), {
      method: 'POST',
      headers,
      body: JSON.stringify(wish),
    })
  const readState = async () => {
    const response = await fetch(new URL('/gateway/page/state', page), {headers})
    return (await response.json()) as PageState
  }
  const stop = () => cao.run(['gateway', 'stop'])
  return {cao, headers, page, post, prompt, readState, simulator, stop}
}

test('an account that was logged in under /ops/, or on the page, answers the next request', async () => {
  const {cao, headers, page, post, prompt, readState, simulator, stop} = await startGateway()
  const baseUrl = new URL('/ops', page).href
  const client = createConnectorClient({baseUrl, fetch, headers: () => headers})

  const nobody = await prompt()
  const login = await client.startLogin()
  const news = client.getLogin(login.poll_id, {version: login.version, waitSeconds: 20})
  await simulator.approveDevice(login.user_code ?? '', {email: 'ada@example.com'})
  const {status, email} = await news
  const byAda = await prompt()
  await post('login', {way: 'code'})
  const waiting = await eventually(async () => {
    const {userCode} = (await readState()).login ?? {}
    expect(userCode).toBeDefined()
    return userCode ?? ''
  })
  await simulator.approveDevice(waiting, {email: 'bob@example.com'})
  await eventually(async () => expect((await readState()).login?.status).toBe('succeeded'))
  const {accounts, login: ended} = await readState()
  await post(`accounts/${encodeURIComponent(accounts[0]!.id)}`, {isPaused: true})
  const byBob = await prompt()
  const loggedOut = await post(`accounts/${encodeURIComponent(accounts[1]!.id)}/logout`)
  const paused = await prompt()
  await client.logOut()
  const nobodyLeft = await prompt()
  await stop()

  expect([status, email]).toEqual(['succeeded', 'ada@example.com'])
  expect(ended?.account).toBe('bob')
  expect(loggedOut.status).toBe(200)
  expect({nobody, byAda, byBob, paused, nobodyLeft}).toEqual({
    nobody: '403 null',
    byAda: '200 ada',
    byBob: '200 bob',
    paused: '403 null',
    nobodyLeft: '403 null',
  })
  expect(['ada', 'bob'].map((name) => existsSync(path.join(cao.base, name)))).toEqual([
    false,
    false,
  ])
})

test.skipIf(!HAS_BROWSER)(
  'the part Connector of the dashboard connects an account, and logs it out',
  async () => {
    const {page: address, simulator, stop} = await startGateway()
    onTestFinished(async () => void (await stop()))
    const browser = await openBrowser()
    onTestFinished(() => browser.close())
    const page = await browser.newPage({locale: 'en-US'})
    const look = async (name: string) => {
      if (PICTURES) await page.screenshot({path: path.join(PICTURES, `connector-${name}.png`)})
    }
    const button = (name: string) => page.getByRole('button', {name})

    await page.goto(address.href)
    await page.getByRole('link', {name: 'Connector'}).click()
    await button('Connect account').click()
    const code = await page.locator('[data-code]').innerText()
    await look('code')
    const barriers = [...(await findBarriers(page))]
    await simulator.approveDevice(code, {email: 'ada@example.com'})
    await page.getByText('ada@example.com').waitFor()
    await page.getByRole('meter').first().waitFor()
    await look('connected')
    barriers.push(...(await findBarriers(page)))
    await button('Hide e-mails').click()
    await page.getByText('ada@example.com').waitFor({state: 'hidden'})
    await button('Save as active provider').click()
    await page.getByText('Saved as active provider.').first().waitFor()
    await button('Log out').click()
    await button('Connect account').waitFor()

    expect(barriers).toEqual([])
  },
)
