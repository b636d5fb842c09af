import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import axe from 'axe-core'
import {chromium, type Browser, type BrowserContextOptions, type Page} from 'playwright-core'
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest'
import {serve} from '../../src/http/serve.ts'
import {startConnector} from '../support/stories/start-connector.ts'

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const CARD = path.resolve(import.meta.dirname, '../../dist/codex-account-card.js')

/** Where pictures of the card go, for whoever wants to look at them. */
const PICTURES = process.env['CARD_PICTURES']

const started: {browser?: Browser} = {}

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) return
  started.browser = await chromium.launch({executablePath: CHROMIUM, args: ['--no-sandbox']})
}, 60_000)
afterAll(() => started.browser?.close())

/** A page with the card, over a connector and a simulator. */
async function openCard(options: BrowserContextOptions, name: string) {
  const clock = {aheadMs: 0}
  const saved: unknown[] = []
  const story = await startConnector(
    {
      authenticate: async () => ({id: 'ada'}),
      cardScript: () => readFile(CARD, 'utf8'),
      providers: {
        read: async () => ({}),
        save: async (_, choice) => void saved.push(choice),
      },
    },
    {now: () => Date.now() + clock.aheadMs},
  )
  const server = await serve((request) => story.connector.handler(request), 0)
  onTestFinished(() => server.close())
  const context = await started.browser!.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => void complaints.push(error.message))
  await page.goto(new URL('/ops/connect', server.url).href)
  const look = async (state: string) => {
    expect(await findFaults(page)).toEqual([])
    if (PICTURES !== undefined) {
      await page.screenshot({path: path.join(PICTURES, `${name}-${state}.png`), fullPage: true})
    }
  }
  return {...story, clock, complaints, look, page, saved, server}
}

/** What axe-core finds wrong, as rule and element. */
async function findFaults(page: Page): Promise<unknown> {
  await page.evaluate(axe.source)
  return page.evaluate(
    `axe.run().then(({violations}) => violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]))`,
  )
}

test.skipIf(!existsSync(CHROMIUM))(
  'a user connects, saves, logs out, cancels and lets a code expire, in Spanish and by the keyboard',
  async () => {
    const card = await openCard({locale: 'es-ES', colorScheme: 'light'}, 'es-light')
    const {clock, complaints, look, page, saved, server, simulator} = card
    await page.evaluate('window.isSamePage = true')
    const button = (name: string) => page.getByRole('button', {name})
    await button('Conectar Cuenta').waitFor()
    expect(await page.getByLabel('Provider Type').inputValue()).toBe('codex')
    expect(await page.getByLabel('Auth Mode').inputValue()).toBe('account')
    expect(await page.getByLabel('API Key').count()).toBe(0)
    expect(await button('Save as active provider').isDisabled()).toBe(true)
    await look('idle')

    await button('Conectar Cuenta').focus()
    await page.keyboard.press('Enter')
    await page.getByText('PENDING').first().waitFor()
    const code = await page.locator('[data-code]').innerText()
    expect(code).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{5}$/)
    const link = page.getByRole('link')
    expect(await link.getAttribute('href')).toBe(new URL('/codex/device', simulator.url).href)
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    expect(await page.getByRole('timer').innerText()).toMatch(/^Tiempo restante: 1[45]:\d\d$/)
    expect(await button('Save as active provider').isDisabled()).toBe(true)
    await button('Copiar el código').click()
    await button('Copiado').waitFor()
    await look('pending')

    await simulator.approveDevice(code, {email: 'ada@example.com'})
    await page.getByText('ada@example.com').waitFor()
    await page.getByRole('meter').first().waitFor()
    expect(await page.getByRole('definition').allInnerTexts()).toEqual(['ada@example.com', 'pro'])
    await button('Save as active provider').click()
    await page.locator('.message', {hasText: 'Guardado como proveedor activo.'}).waitFor()
    expect(saved).toEqual([{provider_type: 'codex', auth_mode: 'account', auth_ref: 'account:ada'}])
    await look('connected')

    await button('Cerrar sesión').click()
    await button('Conectar Cuenta').click()
    await button('Cancelar').click()
    await button('Conectar Cuenta').click()
    await page.getByText('PENDING').first().waitFor()
    clock.aheadMs = 16 * 60_000
    await page.getByRole('alert').getByText('El código ha caducado.').waitFor()
    await look('expired')

    await server.close()
    await button('Volver a intentarlo').click()
    await page.getByRole('alert').getByText('El servidor no responde.').waitFor()
    await look('gone')
    expect(await page.evaluate('window.isSamePage')).toBe(true)
    expect(complaints).toEqual([])
  },
  60_000,
)

test.skipIf(!existsSync(CHROMIUM))(
  'the card speaks English, is dark where the system is, and fits a telephone',
  async () => {
    const viewport = {width: 360, height: 740}
    const card = await openCard({locale: 'en-US', colorScheme: 'dark', viewport}, 'en-dark-360')
    const {look, page, simulator} = card
    const expectToFit = async () =>
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    await page.getByRole('button', {name: 'Connect account'}).waitFor()
    await look('idle')
    await page.getByLabel('Auth Mode').selectOption('api_key')
    await page.getByLabel('API Key').fill('sk-test-12345678')
    await page.getByRole('button', {name: 'Store the key'}).click()
    await page.locator('.message', {hasText: 'API keys cannot be stored here.'}).waitFor()
    await look('api-key')
    await page.getByLabel('Auth Mode').selectOption('account')
    await page.getByRole('button', {name: 'Connect account'}).click()
    await page.getByRole('button', {name: 'Copy the code'}).waitFor()
    await look('pending')
    await expectToFit()
    simulator.changeAccount('bob@example.com', {primary: {usedPercent: 94}})
    await simulator.approveDevice(await page.locator('[data-code]').innerText(), {
      email: 'bob@example.com',
    })
    await page.getByRole('meter').first().waitFor()
    expect(await page.getByRole('meter').first().getAttribute('aria-valuetext')).toBe('6 % left')
    await look('connected')
    await expectToFit()
    const surface = `getComputedStyle(document.querySelector('codex-account-card').shadowRoot.querySelector('.card')).backgroundColor`
    expect(await page.evaluate(surface)).toBe('rgb(22, 24, 29)')
  },
  60_000,
)
