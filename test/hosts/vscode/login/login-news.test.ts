import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {createLoginNews} from '../../../../src/hosts/vscode/login/login-news.ts'
import {createAccount} from '../../../support/accounts/start-pool.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../../support/temporary-folder.ts'

const START_MS = Date.UTC(2026, 10, 30)
const TOLD =
  'warning: ada@example.com: Token refresh failed: the login was revoked. Run “Codex: Log In”.'

function openWindows(folder = makeTemporaryFolder()) {
  const store = createMemoryAccountStore(
    createAccount('a', {email: 'ada@example.com'}),
    createAccount('b', {email: 'bob@example.com'}),
  )
  const editor = createFakeEditor()
  const {log} = createMemoryLog()
  const openWindow = () =>
    createLoginNews({api: editor.api, store, log, now: () => START_MS, folder})
  const end = (sinceMs: number) => store.change('a', {loginRequired: {reason: 'revoked', sinceMs}})
  return {editor, openWindow, end}
}

test('a login that ends is told once, whatever changes and however many windows are open', async () => {
  const {editor, openWindow, end} = openWindows()
  const windows = [openWindow(), openWindow()]
  await Promise.all(windows.map((look) => look()))
  expect(editor.messages).toEqual([])

  await end(START_MS + 1)
  await Promise.all(windows.map((look) => look()))
  await Promise.all([...windows, openWindow()].map((look) => look()))

  expect(editor.messages).toEqual([TOLD])
})

test('its button logs in, and an account that ends once more is told again', async () => {
  const {editor, openWindow, end} = openWindows()
  const look = openWindow()
  await end(START_MS + 1)
  await look()
  const shown = await editor.next('warning')
  expect(shown.choices).toEqual(['Log In'])
  shown.answer('Log In')
  await expect.poll(() => editor.commands).toEqual(['openaiCodex.logIn'])

  await end(START_MS + 2)
  await look()

  expect(editor.messages).toEqual([TOLD, TOLD])
})

test('what had ended before the window opened is only in the status bar', async () => {
  const {editor, openWindow, end} = openWindows()
  await end(START_MS - 1)

  await openWindow()()

  expect(editor.messages).toEqual([])
})

test('where there is no way to know of the others, each window tells it', async () => {
  const folder = path.join(makeTemporaryFolder(), 'file')
  writeFileSync(folder, '')
  const {editor, openWindow, end} = openWindows(folder)
  await end(START_MS + 1)

  await openWindow()()

  expect(editor.messages).toEqual([TOLD])
})
