import {expect, test} from 'vitest'
import {showMenu} from '../../../../src/hosts/vscode/panel/show-menu.ts'
import {createAccountMemory} from '../../../../src/storage/account-memory.ts'
import {ACCOUNT, NOW_MS} from '../../../support/engine/create-backend.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../../support/memory/memory-storage.ts'

function start(...accounts: (typeof ACCOUNT)[]) {
  const editor = createFakeEditor()
  const {log} = createMemoryLog()
  const memory = createAccountMemory({storage: createMemoryStorage(), now: () => NOW_MS, log})
  return {editor, options: {api: editor.api, store: createMemoryAccountStore(...accounts), memory}}
}

test('without an account, the menu offers to log in', async () => {
  const {editor, options} = start()
  const pending = showMenu(options)
  const pick = await editor.next('pick')
  expect(pick.text).toBe('OpenAI Codex (ChatGPT)')
  expect(pick.choices).toEqual([
    '$(sign-in) Log in',
    '$(key) Log in another way…',
    '$(cloud-download) Import a login',
    '$(settings-gear) Settings',
    '$(output) Show log',
  ])
  pick.answer('$(sign-in) Log in')
  await pending
  expect(editor.commands).toEqual(['openaiCodex.logIn'])
})

test.each([
  ['$(comment-discussion) Open the chat', 'openaiCodex.openChat'],
  ['$(graph) Status and usage limits', 'openaiCodex.showStatus'],
  ['$(arrow-swap) Switch account', 'openaiCodex.switchAccount'],
  ['$(organization) Accounts', 'openaiCodex.manageAccounts'],
  ['$(question) Why this account', 'openaiCodex.explainAccount'],
  ['$(add) Log in with another account', 'openaiCodex.logIn'],
  ['$(key) Log in another way…', 'openaiCodex.logInAnotherWay'],
  ['$(cloud-download) Import a login', 'openaiCodex.importLogin'],
  ['$(sign-out) Log out', 'openaiCodex.logOut'],
  ['$(settings-gear) Settings', 'openaiCodex.openSettings'],
  ['$(output) Show log', 'openaiCodex.showLog'],
])('with an account, the menu has %s', async (label, command) => {
  const {editor, options} = start(ACCOUNT)
  const pending = showMenu(options)
  const pick = await editor.next('pick')
  expect(pick.choices).toHaveLength(11)
  pick.answer(label)
  await pending
  expect(editor.commands).toEqual([command])
})

test('a menu that is dismissed does nothing', async () => {
  const {editor, options} = start(ACCOUNT)
  const pending = showMenu(options)
  const pick = await editor.next('pick')
  pick.answer()
  await pending
  expect(editor.commands).toEqual([])
})
