import {expect, test} from 'vitest'
import type {Account} from '../../../../src/accounts/account.ts'
import {showMenu, showStatus} from '../../../../src/hosts/vscode/accounts/manage.ts'
import {createAccountMemory} from '../../../../src/storage/account-memory.ts'
import {ACCOUNT, NOW_MS} from '../../../support/engine/create-backend.ts'
import {createReading} from '../../../support/accounts/create-usage.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'
import {createGate} from '../../../support/gate.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../../support/memory/memory-storage.ts'

const ENDED: Account = {...ACCOUNT, loginRequired: {reason: 'expired', sinceMs: NOW_MS}}

function start(...accounts: Account[]) {
  const editor = createFakeEditor()
  const {log} = createMemoryLog()
  const memory = createAccountMemory({storage: createMemoryStorage(), now: () => NOW_MS, log})
  const store = createMemoryAccountStore(...accounts)
  const reloadUsage = async () => {
    const {resetsAtMs: _, ...window} = {...createReading({}, {usedPercent: 30}).windows[0]!}
    if (accounts.length > 0)
      memory.usage.update(ACCOUNT.id, {...createReading({}), windows: [window]})
  }
  return {editor, memory, store, options: {api: editor.api, store, memory, reloadUsage}}
}

test('without an account, the menu offers to log in', async () => {
  const {editor, options} = start()
  const pending = showMenu(options)
  const pick = await editor.next('pick')
  expect(pick.text).toBe('OpenAI Codex (ChatGPT)')
  expect(pick.choices).toEqual([
    '$(sign-in) Log in',
    '$(key) Log in another way…',
    '$(output) Show log',
  ])
  pick.answer('$(sign-in) Log in')
  await pending
  expect(editor.commands).toEqual(['openaiCodex.logIn'])
})

test.each([
  ['$(graph) Status and usage limits', 'openaiCodex.showStatus'],
  ['$(arrow-swap) Switch account', 'openaiCodex.switchAccount'],
  ['$(add) Log in with another account', 'openaiCodex.logIn'],
  ['$(key) Log in another way…', 'openaiCodex.logInAnotherWay'],
  ['$(sign-out) Log out', 'openaiCodex.logOut'],
  ['$(output) Show log', 'openaiCodex.showLog'],
])('with an account, the menu has %s', async (label, command) => {
  const {editor, options} = start(ACCOUNT)
  const pending = showMenu(options)
  const pick = await editor.next('pick')
  expect(pick.choices).toHaveLength(6)
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

test('the status is asked for first, and then said', async () => {
  const {editor, options} = start(ACCOUNT)
  await showStatus(options)
  expect(editor.messages).toEqual([
    'info: ada@example.com (ChatGPT Plus) is logged in; 70 % left of the 5 h limit.',
  ])
})

test('while the servers are asked for the status, the status bar says so', async () => {
  const {editor, options} = start(ACCOUNT)
  const asked = createGate()
  const pending = showStatus({...options, reloadUsage: () => asked.opened})
  const progress = await editor.next('progress')
  expect(progress.text).toBe('$(sync~spin) Codex: reloading the usage')
  expect(progress.isOpen()).toBe(true)
  asked.open()
  await pending
  expect(progress.isOpen()).toBe(false)
})

test('a status in which no login works is a warning', async () => {
  const {editor, options} = start(ENDED)
  await showStatus({...options, reloadUsage: async () => {}})
  expect(editor.messages[0]).toMatch(
    /^warning: ada@example\.com \(ChatGPT Plus\) needs a new login since .*: run “Codex: Log In”\.$/,
  )
})

test.each([
  ['Log In', ['openaiCodex.logIn']],
  [undefined, []],
])('without an account, the status offers to log in: %s', async (choice, commands) => {
  const {editor, options} = start()
  const pending = showStatus(options)
  const message = await editor.next('info')
  expect(message.text).toBe('No ChatGPT account is logged in.')
  message.answer(choice)
  await pending
  expect(editor.commands).toEqual(commands)
})

test('an account that logs out while its usage is asked for is not in the status', async () => {
  const {editor, options, store} = start(ACCOUNT)
  const pending = showStatus({...options, reloadUsage: () => store.remove(ACCOUNT.id)})
  const message = await editor.next('info')
  expect(message.text).toBe('No ChatGPT account is logged in.')
  message.answer()
  await pending
})
