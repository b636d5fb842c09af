import {mkdtempSync, symlinkSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import type {PageState} from '../../../src/gateway/management/page-state.ts'
import type {PageLogin} from '../../../src/gateway/logins/page-login.ts'
import {OPERATOR_KEY} from '../../support/gateway/start-gateway.ts'
import {eventually} from '../../support/eventually.ts'
import {startDashboard, type TestDashboard} from '../../support/gateway/start-dashboard.ts'
import {findFreePort} from '../../support/processes/find-free-port.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** Logging in and out from the page of the gateway. */

const SIMULATOR = {
  deviceIntervalSeconds: 0.02,
  accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
}

/** A gateway with ada's login; its browser comes back to a free port. */
async function startStory() {
  const redirectPorts = [await findFreePort()]
  return startDashboard({simulator: SIMULATOR, emails: ['ada@example.com'], redirectPorts})
}

async function readLogin({get}: TestDashboard): Promise<PageLogin | undefined> {
  return ((await get('state')) as PageState).login
}

async function waitForLogin(story: TestDashboard, status: PageLogin['status']): Promise<PageLogin> {
  return eventually(async () => {
    const login = await readLogin(story)
    expect(login?.status).toBe(status)
    return login!
  })
}

async function listEmails({get}: TestDashboard): Promise<unknown> {
  return ((await get('state')) as PageState).accounts.map(({email}) => email)
}

test('a login with a code adds an account, and the account answers at once', async () => {
  const story = await startStory()
  const {engine, post, prompt, simulator} = story

  await post('login', {way: 'code'})
  const {url, userCode = ''} = await waitForLogin(story, 'waiting')
  await simulator.approveDevice(userCode, {email: 'bob@example.com'})
  const ended = await waitForLogin(story, 'succeeded')
  const [ada, bob] = await engine.store.list()
  engine.memory.preferences.change(ada!.id, {isPaused: true})
  const response = await prompt('hello')
  await post('login/dismiss')

  expect(url).toBe(new URL('/codex/device', simulator.url).href)
  expect(ended).toEqual({
    id: ended.id,
    way: 'code',
    status: 'succeeded',
    account: bob!.id.slice(0, 8),
  })
  expect(response.status).toBe(200)
  expect(await listEmails(story)).toEqual(['ada@example.com', 'bob@example.com'])
  expect(await readLogin(story)).toBeUndefined()
})

test('a login with the browser ends when the browser comes back, or its address is pasted', async () => {
  const story = await startStory()
  const {post, simulator} = story

  await post('login', {way: 'browser'})
  const first = await waitForLogin(story, 'waiting')
  const back = await simulator.approve(first.url ?? '', {email: 'bob@example.com'})
  const page = await fetch(back)
  await waitForLogin(story, 'succeeded')
  await post('login', {way: 'browser'})
  const second = await waitForLogin(story, 'waiting')
  const nonsense = await post('login/paste', {text: 'hello there'})
  const other = await simulator.approve(second.url ?? '', {email: 'ada@example.com'})
  const pasted = await post('login/paste', {text: ` "${other.href}"\n`})
  await waitForLogin(story, 'succeeded')

  expect(first.isListening).toBe(true)
  expect(await page.text()).toContain('go back to the dashboard')
  expect(nonsense.status).toBe(400)
  expect(await nonsense.text()).toContain('Paste the whole address')
  expect(pasted.status).toBe(200)
  expect(await listEmails(story)).toEqual(['ada@example.com', 'bob@example.com'])
})

test('an app logs in by a pasted address, answers, and logs in again as the same account', async () => {
  const story = await startStory()
  const {engine, post, prompt, simulator} = story
  const logIn = async (wish: object) => {
    await post('login', wish)
    const {url = ''} = await waitForLogin(story, 'waiting')
    const {href} = await simulator.approve(url, {email: 'bob@example.com'})
    await post('login/paste', {text: href})
    return waitForLogin(story, 'succeeded')
  }

  await logIn({way: 'app'})
  const [ada, bob] = await engine.store.list()
  engine.memory.preferences.change(ada!.id, {isPaused: true})
  const response = await prompt('hello')
  await logIn({way: 'browser', again: bob!.id})
  const [, again] = await engine.store.list()

  expect(bob!.tokens.app?.clientId).toMatch(/^oaiapp_/)
  expect(response.status).toBe(200)
  expect(simulator.counts['app-responses']).toEqual({'200': 1})
  expect(await listEmails(story)).toEqual(['ada@example.com', 'bob@example.com'])
  expect(again!.id).toBe(bob!.id)
  expect(again!.tokens.accessToken).not.toBe(bob!.tokens.accessToken)
})

test('a login that fails says why, and one that is dismissed is worth nothing', async () => {
  const story = await startStory()
  const {post, simulator} = story

  simulator.addFault({endpoint: 'device-user-code', kind: 'status', status: 404})
  await post('login', {way: 'code'})
  const failed = await waitForLogin(story, 'failed')
  await post('login', {way: 'code'})
  const {userCode = ''} = await waitForLogin(story, 'waiting')
  await post('login/dismiss')
  const late = await post('login/paste', {text: 'http://localhost:1455/auth/callback?code=abcdefg'})
  await simulator.approveDevice(userCode, {email: 'bob@example.com'})
  await post('login', {way: 'browser'})
  await waitForLogin(story, 'waiting')

  expect(failed.problem).toMatch(/^Login failed: .* has no login with a code\./)
  expect(late.status).toBe(400)
  expect(await listEmails(story)).toEqual(['ada@example.com'])
})

test('a logout ends the login here and at the server, but only takes a link away', async () => {
  const story = await startStory()
  const {engine, post, simulator} = story
  const [ada] = await engine.store.list()
  const link = path.join(makeTemporaryFolder(), 'linked')
  symlinkSync(mkdtempSync(path.join(makeTemporaryFolder(), 'home-')), link)
  await engine.store.add({...ada!, id: 'linked', home: link})

  const linked = await post('accounts/linked/logout')
  const revokedBefore = simulator.requests.filter(({path: at}) => at === '/oauth/revoke').length
  const own = await post(`accounts/${encodeURIComponent(ada!.id)}/logout`)
  const again = await post(`accounts/${encodeURIComponent(ada!.id)}/logout`)

  expect([linked.status, own.status, again.status]).toEqual([200, 200, 404])
  expect(revokedBefore).toBe(0)
  expect(simulator.requests.filter(({path: at}) => at === '/oauth/revoke')).toHaveLength(1)
  expect(await listEmails(story)).toEqual([])
})

test('what is no login is not started, and nothing is without the key', async () => {
  const story = await startStory()
  const headers = {authorization: `Bearer ${OPERATOR_KEY}`}
  const ask = (name: string, init: RequestInit) =>
    story.ask(`/gateway/page/${name}`, {method: 'POST', ...init})

  const answers = await Promise.all([
    ask('login', {headers, body: '{"way": "magic"}'}),
    ask('login', {headers, body: 'no JSON'}),
    ask('login/paste', {headers, body: '{}'}),
    ask('login', {body: '{"way": "code"}'}),
    ask('login', {headers: {...headers, origin: 'https://evil.example'}, body: '{"way": "code"}'}),
  ])

  expect(answers.map(({status}) => status)).toEqual([400, 400, 400, 403, 403])
  expect(await readLogin(story)).toBeUndefined()
})
