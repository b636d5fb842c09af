/**
 * The story of a person who uses the chat of the editor, from a fresh profile.
 *
 * @module
 */
import assert from 'node:assert/strict'
import path from 'node:path'
import type {Page} from 'playwright-core'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import type {InstalledHost} from './host/install-host.ts'
import {OUTPUT, startPerson} from './host/person.ts'
import {startEditor} from './host/start-editor.ts'

/** Tells the story, and leaves pictures of it. */
export async function tellChatView(host: InstalledHost, simulator: Simulator): Promise<void> {
  const person = await startPerson()
  const editor = await startEditor({
    host,
    environment: {
      CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
      CODEX_BACKEND_URL: simulator.backendUrl.href,
    },
    files: {'notes.md': '# The blue notebook\n'},
  })
  const {page} = await editor.openWindow()
  person.sitDown(editor.context, page)
  const screen = createScreen(page)
  try {
    await page.waitForSelector('.statusbar-item:has-text("Codex: log in")')
    await screen.run('Codex: Log In')
    await page.waitForSelector('.statusbar-item:has-text("you@example.com")')
    await screen.picture('1-logged-in')

    await screen.run('Chat: Manage Language Models')
    await page.waitForSelector('.models-widget :text("GPT-5.2 Codex")')
    await screen.picture('2-models')
    await page.locator('.modal-editor-part .codicon-close, .codicon-close').last().click({timeout: 3000}).catch((error) => console.log(String(error).slice(0, 200)))
    await page.waitForTimeout(500)
    await page.locator('.activitybar .codicon-accounts-view-bar-icon, .activitybar .codicon-account').first().click({force: true})
    await page.waitForTimeout(500)
    await screen.picture('3-accounts')
    await page.keyboard.press('Escape')
    await page.locator('.interactive-input-part :text("GPT-5.1")').last().click({timeout: 5000}).catch((error) => console.log(String(error).slice(0, 300)))
    await page.waitForTimeout(1000)
    await screen.picture('4-picker')
    await page.keyboard.press('Escape')
    await page.locator('.interactive-input-part :text("None")').last().click({timeout: 5000}).catch((error) => console.log(String(error).slice(0, 300)))
    await page.waitForTimeout(1000)
    await screen.picture('5-effort')
    await page.keyboard.press('Escape')
    await page.locator('.interactive-input-part .monaco-editor').first().click()
    await page.keyboard.type('hello fresh chat')
    await page.keyboard.press('Enter')
    await page.waitForTimeout(9000)
  } finally {
    await screen.picture('last')
    await editor.stop()
    await person.close()
  }
  assert.ok(path)
}

function createScreen(page: Page) {
  return {
    /** Runs a command from the palette. */
    async run(title: string): Promise<void> {
      await page.waitForSelector('.monaco-workbench')
      await page.keyboard.press('F1')
      await page.waitForSelector('.quick-input-widget input')
      await page.keyboard.type(title)
      await page.waitForSelector(`.quick-input-list .monaco-list-row.focused:has-text("${title}")`)
      await page.keyboard.press('Enter')
    },
    picture: (name: string) => page.screenshot({path: `${OUTPUT}/${name}.png`}),
  }
}
