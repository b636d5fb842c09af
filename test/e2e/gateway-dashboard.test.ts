import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {Browser, Page} from 'playwright-core'
import {FIVE_HOURS, WEEK} from '../support/accounts/create-usage.ts'
import {startDashboard, type TestDashboard} from '../support/gateway/start-dashboard.ts'
import {OPERATOR_KEY} from '../support/gateway/start-gateway.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {findBarriers, HAS_BROWSER, openBrowser} from '../support/servers/open-browser.ts'

/** The dashboard as its user sees it: in a browser, over a gateway that answers requests. */

const HOUR_MS = 3_600_000

/** Where pictures of the page are kept, to look at them. Default: nowhere. */
const PICTURES = process.env['PICTURES']

const opened: {browser?: Browser} = {}

beforeAll(async () => {
  if (HAS_BROWSER) opened.browser = await openBrowser()
})

afterAll(() => opened.browser?.close())

describe.skipIf(!HAS_BROWSER)('in a browser', () => {
  test('a user sees who can answer, pauses an account, and hides addresses', async () => {
    const started = await startDashboard()
    await fillIn(started)
    const page = await open(started)

    await page.getByRole('heading', {name: 'Accounts'}).waitFor()
    await page.getByText('ada@example.com').waitFor()
    const bars = await page.getByRole('progressbar').count()
    await look(page, 'accounts-light')
    const barriers = [...(await findBarriers(page))]
    await page.getByRole('button', {name: 'Pause'}).first().click()
    await page.getByText('Paused', {exact: true}).waitFor()
    await page.getByRole('button', {name: 'Hide e-mails'}).click()
    await page.getByText('ada@example.com').waitFor({state: 'hidden'})

    await page.getByRole('button', {name: 'Keep a reserve: ada, Weekly limit'}).click()
    await page.getByRole('spinbutton', {name: 'Keep % of it'}).fill('30')
    await page.getByRole('button', {name: 'Keep it'}).click()
    await page.getByRole('button', {name: 'Use the reserves for an hour: ada'}).click()
    await page.getByText(/Its reserves count again from/).waitFor()
    await look(page, 'reserve-light')
    barriers.push(...(await findBarriers(page)))

    expect(bars).toBe(3)
    expect(barriers).toEqual([])
    expect(page.url()).not.toContain(OPERATOR_KEY)
    const [ada] = await started.engine.store.list()
    expect(started.engine.memory.preferences.of(ada!.id).isPaused).toBe(true)
    expect(started.rules.current.reserves).toEqual([
      {
        accountId: ada!.id,
        windowSeconds: WEEK,
        keepPercent: 30,
        isPaced: false,
        from: 'background',
      },
    ])
  })

  test('a user logs in with a code, and with the browser by its address, and logs out', async () => {
    const simulator = {deviceIntervalSeconds: 0.02, accounts: [{email: 'ada@example.com'}]}
    const redirectPorts = [await findFreePort()]
    const started = await startDashboard({simulator, emails: [], redirectPorts})
    const page = await open(started, {viewport: {width: 360, height: 740}, colorScheme: 'dark'})
    const button = (name: string) => page.getByRole('button', {name})
    await page.getByText('No account is logged in.').waitFor()

    await button('Log in with a code').focus()
    await page.keyboard.press('Enter')
    const code = page.locator('.code')
    await code.waitFor()
    const focused = await page.evaluate('document.activeElement.id')
    await look(page, 'login-code-dark-360')
    const barriers = [...(await findBarriers(page))]
    const width = await page.evaluate('document.documentElement.scrollWidth')
    await started.simulator.approveDevice(await code.innerText())
    await page.getByText('ada@example.com').waitFor()
    await page.getByText(/ is logged in\./).waitFor()
    await look(page, 'login-done-dark-360')

    await button('Log in with this browser').click()
    const link = page.getByRole('link', {name: 'Open the login page'})
    const back = await started.simulator.approve((await link.getAttribute('href')) ?? '')
    await look(page, 'login-browser-dark-360')
    barriers.push(...(await findBarriers(page)))
    const field = page.getByLabel(/paste its address/)
    await field.fill('https://example.com/')
    await button('Finish the login').click()
    await page.getByText(/There is no login code in this address/).waitFor()
    await field.fill(back.href)
    await button('Finish the login').click()
    await button('Done').click()

    await button('Log out').click()
    await look(page, 'logout-dark-360')
    barriers.push(...(await findBarriers(page)))
    await page.keyboard.press('Escape')
    await button('Log out').click()
    await page.getByRole('dialog').getByRole('button', {name: 'Log out'}).click()
    await page.getByText('No account is logged in.').waitFor()

    expect(focused).toBe('login')
    expect(barriers).toEqual([])
    expect(width).toBe(360)
    expect(await started.engine.store.list()).toEqual([])
  })

  test('a user makes a key that is shown once, and revokes it', async () => {
    const started = await startDashboard()
    const page = await open(started)
    const button = (name: string) => page.getByRole('button', {name})
    await page.getByRole('link', {name: 'Keys'}).click()
    await page.getByText('There is no client key.').waitFor()

    await page.getByLabel('Name').fill('laptop')
    await page.getByLabel('Expires').selectOption('30')
    await page.getByLabel('Images').uncheck()
    await button('Make the key').click()
    const key = await page.locator('.secret').innerText()
    await page.getByRole('row', {name: /laptop/}).waitFor()
    await look(page, 'keys-light')
    const barriers = await findBarriers(page)
    const [kept] = await started.keyFile.list()
    await button('Done').click()
    await button('Revoke: laptop').click()
    await page.getByRole('dialog').getByRole('button', {name: 'Revoke'}).click()
    await page.getByText('There is no client key.').waitFor()

    expect(key).toMatch(/^cao_[\w-]{43}$/)
    expect(kept).toMatchObject({name: 'laptop', class: 'interactive', scopes: ['answers']})
    expect(kept?.expiresAtMs).toBeGreaterThan(Date.now())
    expect(barriers).toEqual([])
    expect(await page.content()).not.toContain(key)
    expect(await started.keyFile.list()).toEqual([])
  })

  test('a request shows up while the page is open, with model, account and tokens', async () => {
    const started = await startDashboard()
    const page = await open(started)
    await page.getByRole('link', {name: 'Requests'}).click()
    await page.getByText('No request has come yet.').waitFor()

    await fillIn(started)

    const row = page.getByRole('row', {name: /gpt-5\.5/}).first()
    await row.waitFor()
    expect(await row.innerText()).toMatch(
      /xhigh → high[\s\S]*ada after bob[\s\S]*12\.0 k → 340[\s\S]*25 % \(was 90 %\)/,
    )
    await look(page, 'requests-light')
    expect(await findBarriers(page)).toEqual([])
  })

  test('the page works in the dark and on a telephone, also by keyboard', async () => {
    const started = await startDashboard()
    await fillIn(started)
    const page = await open(started, {colorScheme: 'dark', viewport: {width: 360, height: 740}})
    await page.getByText('ada@example.com').waitFor()

    await look(page, 'accounts-dark-360')
    const accounts = await findBarriers(page)
    await page.getByRole('link', {name: 'History'}).focus()
    await page.keyboard.press('Enter')
    await page.locator('canvas').first().waitFor()
    await look(page, 'history-dark-360')
    const history = await findBarriers(page)
    const width = await page.evaluate('document.documentElement.scrollWidth')

    expect(accounts).toEqual([])
    expect(history).toEqual([])
    expect(width).toBe(360)
  })

  test('without the key, and when the gateway is gone, the page says what to do', async () => {
    const {gateway} = await startDashboard()
    const page = await opened.browser!.newPage()

    await page.goto(new URL('/dashboard/', gateway.url).href)
    await page.getByText('cao gateway open').first().waitFor()
    await look(page, 'no-key')
    const barriers = await findBarriers(page)
    await page.getByLabel(/Or enter the key/).fill(OPERATOR_KEY)
    await page.getByRole('button', {name: 'Open'}).click()
    await page.getByText('ada@example.com').waitFor()
    await gateway.stop(0)
    await page.getByText(/cao gateway start/).waitFor()

    expect(barriers).toEqual([])
    await page.close()
  })
})

async function open(
  {gateway}: TestDashboard,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<Page> {
  const page = await opened.browser!.newPage({locale: 'en-US', ...options})
  await page.goto(new URL(`/dashboard/#key=${OPERATOR_KEY}`, gateway.url).href)
  return page
}

async function look(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({path: `${PICTURES}/${name}.png`, fullPage: true})
}

/** An account with two windows and a ceiling, one that rests, and a request that went over between them. */
async function fillIn({engine, history}: TestDashboard): Promise<void> {
  const [ada, bob] = await engine.store.list()
  const takenAtMs = Date.now()
  const window = {limit: 'codex', takenAtMs, source: 'usage' as const}
  const {preferences, rests, usage} = engine.memory
  const five = {...window, windowSeconds: FIVE_HOURS, resetsAtMs: takenAtMs + 2 * HOUR_MS}
  const week = {...window, windowSeconds: WEEK, resetsAtMs: takenAtMs + 60 * HOUR_MS}
  usage.update(ada!.id, {
    source: 'usage',
    takenAtMs,
    windows: [
      {...five, usedPercent: 42},
      {...week, usedPercent: 71},
    ],
  })
  usage.update(bob!.id, {source: 'usage', takenAtMs, windows: [{...five, usedPercent: 100}]})
  rests.note(bob!.id, {untilMs: takenAtMs + 2 * HOUR_MS})
  preferences.setCeiling(ada!.id, {limit: 'codex', windowSeconds: WEEK}, 80)
  for (let hour = 30; hour > 0; hour -= 1) {
    history.add({
      id: `r-${hour}`,
      startedAtMs: takenAtMs - hour * HOUR_MS,
      client: {id: 'k-1', label: 'laptop'},
      endpoint: 'responses',
      status: 200,
      model: 'gpt-5.5',
      askedEffort: 'xhigh',
      effort: 'high',
      firstWordMs: 840,
      durationMs: 5300,
      tokens: {input: 12_000, cached: 3000, output: 340, reasoning: 120},
      account: {id: ada!.id, label: 'ada'},
      switchedFrom: {id: bob!.id, label: 'bob'},
      switchCost: {cachedPercentBefore: 90, cachedPercentAfter: 25, lostTokens: 7800},
      why: 'ada answered: bob has reached its ChatGPT usage limit.',
    })
  }
  history.addUsage([
    {account: {id: ada!.id, label: 'ada'}, windowSeconds: FIVE_HOURS, usedPercent: 42},
    {account: {id: ada!.id, label: 'ada'}, windowSeconds: WEEK, usedPercent: 71},
  ])
}
