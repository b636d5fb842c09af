import {expect, test} from 'vitest'
import type {Account} from '../../../../src/accounts/account.ts'
import type {AccountChoice} from '../../../../src/accounts/choice/account-choice.ts'
import {explainAccount} from '../../../../src/hosts/vscode/panel/explain-account.ts'
import {manageAccounts} from '../../../../src/hosts/vscode/panel/manage-accounts.ts'
import type {PanelOptions} from '../../../../src/hosts/vscode/panel/panel-options.ts'
import {showStatus} from '../../../../src/hosts/vscode/panel/show-status.ts'
import {createAccountMemory} from '../../../../src/storage/account-memory.ts'
import {ACCOUNT, NOW_MS} from '../../../support/engine/create-backend.ts'
import {createReading} from '../../../support/accounts/create-usage.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'
import {createGate} from '../../../support/gate.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../../support/memory/memory-storage.ts'

const BOB = {...ACCOUNT, id: 'user-2:account-2', email: 'bob@example.com', plan: 'pro'}
const ENDED: Account = {...ACCOUNT, loginRequired: {reason: 'expired', sinceMs: NOW_MS}}

/** Three minutes after the usage was asked for. */
const LATER_MS = NOW_MS + 180_000

function start(accounts: readonly Account[], choices: readonly AccountChoice[] = []) {
  const editor = createFakeEditor()
  const {log} = createMemoryLog()
  const memory = createAccountMemory({storage: createMemoryStorage(), now: () => LATER_MS, log})
  const store = createMemoryAccountStore(...accounts)
  const done: string[] = []
  const asked = createGate()
  const note = (usedPercent: number) => {
    const {resetsAtMs: _, ...window} = createReading({}, {usedPercent}).windows[0]!
    memory.usage.update(ACCOUNT.id, {...createReading({}), windows: [window]})
  }
  const options: PanelOptions = {
    api: editor.api,
    store,
    memory,
    pool: {
      forgetConversations: () => void done.push('forget conversations'),
      lastChoices: () => [...choices],
    },
    usage: {
      reload: {
        all: async () => {
          await asked.opened
          note(70)
        },
        one: async () => {},
        stale: async () => {},
      },
    },
    loginActions: {
      logIn: async () => void done.push('log in'),
      logInAnotherWay: async () => undefined,
      logInAgain: async ({id}) => void done.push(`log in again ${id}`),
      logOut: async () => {},
      remove: async (id) => void done.push(`log out ${id}`),
      switchAccount: async () => {},
    },
    shared: {update: async () => {}},
    codexHome: '/nowhere',
  }
  return {editor, memory, store, done, asked, note, options}
}

test('the status is a list at once, and is reloaded while it is open', async () => {
  const {asked, editor, note, options} = start([ACCOUNT])
  note(30)
  const pending = showStatus(options)
  const list = await editor.next('pick')
  expect(list.choices.slice(0, 3)).toEqual([
    'ChatGPT Plus',
    '$(pass) ada@example.com',
    '███████░░░',
  ])
  expect(list.descriptions.slice(1, 3)).toEqual([
    'is logged in, asked 3 minutes ago',
    '70 % left of the 5 h limit',
  ])
  expect(list.isBusy).toBe(true)
  asked.open()
  await pending
  expect(list.isBusy).toBe(false)
  expect(list.descriptions[2]).toBe('30 % left of the 5 h limit')
  list.answer('$(refresh) Reload')
  expect(editor.commands).toEqual(['openaiCodex.showStatus'])
})

test('a list that was closed before the answer came is left alone', async () => {
  const {asked, editor, options} = start([ACCOUNT])
  const pending = showStatus(options)
  const list = await editor.next('pick')
  list.answer()
  asked.open()
  await pending
  expect(list.isBusy).toBe(true)
})

test('with several accounts, the status says which one goes first, and offers a login that ended again', async () => {
  const {asked, editor, options} = start([ENDED, BOB])
  asked.open()
  await showStatus(options)
  const list = await editor.next('pick')
  expect(list.choices).toContain('$(warning) ada@example.com')
  expect(list.descriptions).toContain('is logged in, goes first')
  list.answer('$(sign-in) Log in again')
  expect(editor.commands).toEqual(['openaiCodex.logIn'])
})

test.each([
  ['Log In', ['openaiCodex.logIn']],
  [undefined, []],
])('without an account, the status offers to log in: %s', async (choice, commands) => {
  const {editor, options} = start([])
  const pending = showStatus(options)
  const message = await editor.next('info')
  expect(message.text).toBe('No ChatGPT account is logged in.')
  message.answer(choice)
  await pending
  expect(editor.commands).toEqual(commands)
})

/** Chooses an account, then what to do with it. */
async function act(action: string, {editor, options}: ReturnType<typeof start>, email = 'ada') {
  const pending = manageAccounts(options)
  const accounts = await editor.next('pick')
  accounts.answer(`$(account) ${email}@example.com`)
  const actions = await editor.next('pick')
  expect(actions.choices).toContain(action)
  actions.answer(action)
  return {pending}
}

test('an account is paused and resumed', async () => {
  const started = start([ACCOUNT, BOB])
  await (
    await act('$(debug-pause) Pause', started)
  ).pending
  expect(started.memory.preferences.of(ACCOUNT.id).isPaused).toBe(true)
  await (
    await act('$(debug-continue) Resume', started)
  ).pending
  expect(started.memory.preferences.of(ACCOUNT.id).isPaused).toBe(false)
  expect(started.editor.messages).toEqual([
    'info: ada@example.com is paused.',
    'info: ada@example.com is used again.',
  ])
})

test('an account goes first, in conversations that have begun as well', async () => {
  const started = start([ACCOUNT, BOB])
  await (
    await act('$(arrow-up) Use first', started, 'bob')
  ).pending
  expect(started.memory.preferences.preferredId()).toBe(BOB.id)
  expect(started.done).toEqual(['forget conversations'])
})

test('a ceiling is set for one window, and lifted', async () => {
  const started = start([ACCOUNT])
  const {editor, memory} = started
  for (const [text, ceilings] of [
    ['80', [{limit: 'codex', windowSeconds: 604_800, maxUsedPercent: 80}]],
    ['', []],
  ] as const) {
    const {pending} = await act('$(dashboard) Set a ceiling…', started)
    const windows = await editor.next('pick')
    windows.answer('weekly limit')
    const box = await editor.next('box')
    expect(box.check('100')).toBe('Type a number from 1 to 99, or leave it empty.')
    expect(box.check(text)).toBe(undefined)
    box.answer(text)
    await pending
    expect(memory.preferences.of(ACCOUNT.id).ceilings).toEqual(ceilings)
  }
  expect(editor.messages).toEqual([
    'info: ada@example.com may use 80 % of its weekly limit.',
    'info: ada@example.com may use all of its weekly limit.',
  ])
})

test('a priority is a whole number', async () => {
  const started = start([ACCOUNT])
  const {pending} = await act('$(list-ordered) Set the priority…', started)
  const box = await started.editor.next('box')
  expect(box.check('first')).toBe('Type a whole number, for example 1.')
  box.answer('2')
  await pending
  expect(started.memory.preferences.of(ACCOUNT.id).priority).toBe(2)
})

test.each([
  ['$(sign-in) Log in again', `log in again ${ACCOUNT.id}`],
  ['$(sign-out) Log out', `log out ${ACCOUNT.id}`],
])('%s is done, and says itself what happened', async (action, done) => {
  const started = start([ENDED])
  await (
    await act(action, started)
  ).pending
  expect(started.done).toEqual([done])
  expect(started.editor.messages).toEqual([])
})

const CHOICE: AccountChoice = {
  atMs: NOW_MS,
  strategy: 'order',
  candidates: [
    {accountId: ACCOUNT.id, label: 'ada@example.com', verdict: {kind: 'paused'}},
    {accountId: BOB.id, label: 'bob@example.com', verdict: {kind: 'first-in-order'}},
  ],
  failures: [],
  answeredBy: BOB.id,
}

test('the latest requests say why they went where they went', async () => {
  const {editor, options} = start([ACCOUNT, BOB], [CHOICE])
  const pending = explainAccount(options)
  const list = await editor.next('pick')
  expect(list.choices).toEqual(['bob@example.com answered'])
  list.answer('bob@example.com answered')
  await pending
  expect(editor.messages[0]).toMatch(
    /: bob@example\.com answered\. ada@example\.com is paused\. bob@example\.com is the first in order\.$/,
  )
})

test('before the first request, there is no choice to explain', async () => {
  const {editor, options} = start([ACCOUNT])
  await explainAccount(options)
  expect(editor.messages).toEqual([
    'info: Nothing was asked in this window yet, so no account was chosen.',
  ])
})
