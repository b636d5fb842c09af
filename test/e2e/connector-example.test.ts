import {spawn} from 'node:child_process'
import {once} from 'node:events'
import path from 'node:path'
import process from 'node:process'
import {afterAll, beforeAll, expect, onTestFinished, test, vi} from 'vitest'
import type {Browser} from 'playwright-core'
import {approveDeviceCode} from '../../src/simulator/auth/approve-login.ts'
import {findCodexProgram, installCodexCli} from '../support/cao/codex-cli.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {HAS_BROWSER, openBrowser} from '../support/servers/open-browser.ts'

/** The example of the connector, as whoever reads its page runs it: one command, and a browser. */

vi.setConfig({testTimeout: 60_000})

/** Where pictures of the page go, for whoever wants to look at them. */
const PICTURES = process.env['CARD_PICTURES']

const opened: {browser?: Browser} = {}

beforeAll(installCodexCli, 120_000)
beforeAll(async () => {
  if (HAS_BROWSER) opened.browser = await openBrowser()
}, 60_000)
afterAll(() => opened.browser?.close())

/** Runs `npm run connector -- <args>` without its build, and opens its page. */
async function startExample(args: readonly string[]) {
  const [port, simulatorPort] = [await findFreePort(), await findFreePort()]
  const ports = ['--port', String(port), '--simulator-port', String(simulatorPort)]
  const child = spawn(process.execPath, ['build/connector.js', ...ports, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await once(child, 'close')
  })
  let said = ''
  for await (const chunk of child.stdout) {
    said += String(chunk)
    if (said.includes('Press Ctrl-C')) break
  }
  const page = await opened.browser!.newPage({locale: 'en-US'})
  onTestFinished(() => page.close())
  await page.goto(/Page: +(\S+)/.exec(said)?.[1] ?? '')
  await page.evaluate('window.isSamePage = true')
  const url = new URL(`http://127.0.0.1:${simulatorPort}/codex/device`)
  const readCode = () => page.locator('[data-code]').innerText()
  return {
    page,
    button: (name: string) => page.getByRole('button', {name}),
    isSamePage: () => page.evaluate('window.isSamePage === true'),
    look: async (name: string) => {
      if (PICTURES) await page.screenshot({path: path.join(PICTURES, `example-${name}.png`)})
    },
    readCode,
    typeCode: async () =>
      approveDeviceCode(fetch, url, {userCode: await readCode(), email: 'ada@example.com'}),
  }
}

const CLI = ['--login', 'codex-cli', '--codex']

test.skipIf(!HAS_BROWSER).each([
  ['the app-server of the CLI', () => [...CLI, findCodexProgram(), '--codex-way', 'app-server']],
  ['the output of the CLI', () => [...CLI, findCodexProgram(), '--codex-way', 'text']],
])('a user of the example cancels, connects and logs out by %s', async (name, toArguments) => {
  const {button, isSamePage, look, page, readCode, typeCode} = await startExample(toArguments())

  await button('Connect account').click()
  const cancelled = await readCode()
  await button('Cancel').click()
  await button('Connect account').click()
  const code = await readCode()
  await typeCode()
  await page.getByText('ada@example.com').waitFor()
  await page.getByRole('meter').first().waitFor()
  await button('Save as active provider').click()
  await page.getByText('Saved as active provider.').first().waitFor()
  await look(name.replaceAll(' ', '-'))
  await button('Log out').click()
  await button('Connect account').waitFor()

  expect(code).not.toBe(cancelled)
  expect(await isSamePage()).toBe(true)
})

test.skipIf(!HAS_BROWSER)('a code of the example expires, and is followed by another', async () => {
  const {button, look, page, readCode} = await startExample(['--code-seconds', '2'])

  await button('Connect account').click()
  await page.getByRole('alert').getByText('The code has expired.').waitFor()
  await look('expired')
  await button('Try again').click()

  expect(await readCode()).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{5}$/)
})

test.skipIf(!HAS_BROWSER)('a simulated login of the example connects nobody', async () => {
  const {button, look, page} = await startExample(['--login', 'simulated'])

  await page.getByText('SIMULATION').first().waitFor()
  await button('Connect account').click()
  await page.locator('[data-code]').waitFor()
  await look('simulated')

  expect(await page.locator('[data-code]').innerText()).toMatch(/SIMU/)
  expect(await button('Save as active provider').isDisabled()).toBe(true)
})
