import {expect, onTestFinished, test} from 'vitest'
import {StorageError} from '../../../../src/errors.ts'
import type {LoginMethod} from '../../../../src/hosts/vscode/login/login-ladder.ts'
import {createLoginActions} from '../../../../src/hosts/vscode/login/login-actions.ts'
import {createAccountMemory} from '../../../../src/storage/account-memory.ts'
import {ACCOUNT} from '../../../support/engine/create-backend.ts'
import {holdPort} from '../../../support/processes/find-free-port.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../../support/memory/memory-storage.ts'
import {
  startEditorLogin,
  type EditorLoginOptions,
} from '../../../support/editor/start-editor-login.ts'

const ADA = ACCOUNT
const BOB = {...ACCOUNT, id: 'user-2:account-2', email: 'bob@example.com', plan: 'pro'}

interface StartOptions extends EditorLoginOptions {
  readonly accounts?: readonly (typeof ADA)[]
  readonly ladder?: readonly LoginMethod[]
}

async function start({accounts = [], ladder = ['browser'], ...options}: StartOptions = {}) {
  const login = await startEditorLogin(options)
  const {log, lines} = createMemoryLog()
  const memory = createAccountMemory({storage: createMemoryStorage(), now: Date.now, log})
  const store = createMemoryAccountStore(...accounts)
  const preferred: string[] = []
  const methods = {ladder: async () => ladder}
  const loginActions = createLoginActions({
    ...login.options,
    store,
    memory,
    log,
    ladder: () => methods.ladder(),
    prefer: (accountId) => void preferred.push(accountId),
  })
  const emails = async () => (await store.list()).map(({email}) => email)
  return {...login, loginActions, store, memory, lines, methods, preferred, emails}
}

test('a login is stored, told, and ends what its account rested for', async () => {
  const {editor, emails, memory, loginActions, store, visit} = await start()
  const first = loginActions.logIn()
  await visit()
  const account = await first
  expect(editor.messages).toEqual(['info: Logged in as ada@example.com (ChatGPT Plus).'])
  memory.rests.note(account!.id, {untilMs: Date.now() + 60_000})
  const again = loginActions.logIn()
  await visit()
  expect(await again).toMatchObject({id: account?.id})
  expect(memory.rests.get(account!.id)).toBe(undefined)
  expect(await emails()).toEqual(['ada@example.com'])
  expect(await store.get(account!.id)).toMatchObject({plan: 'plus'})
})

test('who has logged in can go on to the chat', async () => {
  const {editor, loginActions, visit} = await start()
  const login = loginActions.logIn()
  await visit()
  await login
  const told = await editor.next('info')
  expect(told.choices).toEqual(['Open Chat'])
  told.answer('Open Chat')
  await expect.poll(() => editor.commands).toEqual(['openaiCodex.openChat'])
})

test('a login that is asked for while another waits is the same one', async () => {
  const {editor, loginActions, visit} = await start()
  const one = loginActions.logIn()
  const other = loginActions.logIn()
  await visit()
  expect(await other).toBe(await one)
  expect(editor.messages).toHaveLength(1)
})

test('where the first way is not possible, the next one is tried', async () => {
  const {server, port} = await holdPort()
  onTestFinished(() => void server.close())
  const {decide, editor, lines, loginActions} = await start({
    ports: [port],
    ladder: ['browser', 'paste'],
  })
  const login = loginActions.logIn()
  const {href} = await decide()
  const box = await editor.next('box')
  box.answer(href)
  expect(await login).toMatchObject({email: 'ada@example.com'})
  expect(lines).toEqual([
    'info A way of logging in is not possible: browser',
    'info An account was logged in {"plan":"plus"}',
  ])
})

test('where no way is possible, the user reads why, and can choose another', async () => {
  const {server, port} = await holdPort()
  onTestFinished(() => void server.close())
  const {editor, loginActions} = await start({ports: [port]})
  expect(await loginActions.logIn()).toBe(undefined)
  const error = await editor.next('error')
  expect(error.text).toBe(
    `The browser hands the login over on the ports ${port}, which another program uses. Free one of the ports, or log in another way.`,
  )
  error.answer('Another Way…')
  await expect.poll(() => editor.commands).toEqual(['openaiCodex.logInAnotherWay'])
})

test('a login that is given up stores nothing, and the next one starts anew', async () => {
  const {editor, emails, loginActions, visit} = await start()
  const given = loginActions.logIn()
  const progress = await editor.next('progress')
  await editor.nextPage()
  progress.answer()
  expect(await given).toBe(undefined)
  expect(editor.messages).toEqual(['error: The login was cancelled.'])
  expect(await emails()).toEqual([])
  const next = loginActions.logIn()
  await visit()
  expect(await next).toMatchObject({email: 'ada@example.com'})
})

test('a login that cannot be stored is not told as one', async () => {
  const {editor, loginActions, store, visit} = await start()
  store.failingWrites = 1
  const login = loginActions.logIn()
  await visit()
  expect(await login).toBe(undefined)
  expect(editor.messages).toEqual(['error: The disk is full'])
})

test('the user chooses the way, and reads what each is for', async () => {
  const {decide, editor, loginActions} = await start({ladder: ['code', 'paste']})
  const login = loginActions.logInAnotherWay()
  const pick = await editor.next('pick')
  expect(pick.choices).toEqual([
    'With a code',
    'By pasting an address',
    'Sign in with ChatGPT (preview)',
  ])
  pick.answer('By pasting an address')
  const {href} = await decide()
  const box = await editor.next('box')
  box.answer(href)
  expect(await login).toMatchObject({email: 'ada@example.com'})
})

test('a user who chooses no way is left alone', async () => {
  const {editor, loginActions} = await start()
  const login = loginActions.logInAnotherWay()
  const pick = await editor.next('pick')
  pick.answer()
  expect(await login).toBe(undefined)
  expect(editor.messages).toEqual([])
})

test('a login that waits gives way to one in another way, and whoever waits for it gets that', async () => {
  const {decide, editor, emails, loginActions} = await start({ladder: ['browser', 'paste']})
  const first = loginActions.logIn()
  await editor.nextPage()
  const progress = await editor.next('progress')
  const second = loginActions.logInAnotherWay()
  const pick = await editor.next('pick')
  expect(progress.isOpen()).toBe(true)
  pick.answer('By pasting an address')
  const {href} = await decide({email: 'bob@example.com'})
  expect(progress.isOpen()).toBe(false)
  const box = await editor.next('box')
  box.answer(href)
  expect(await second).toMatchObject({email: 'bob@example.com'})
  expect(await first).toMatchObject({email: 'bob@example.com'})
  expect(editor.messages).toEqual(['info: Logged in as bob@example.com (ChatGPT Pro).'])
  expect(await emails()).toEqual(['bob@example.com'])
})

test('a user who looks at the other ways and chooses none goes on with the login that waits', async () => {
  const {editor, loginActions, visit} = await start()
  const first = loginActions.logIn()
  const second = loginActions.logInAnotherWay()
  const pick = await editor.next('pick')
  pick.answer()
  expect(await second).toBe(undefined)
  await visit()
  expect(await first).toMatchObject({email: 'ada@example.com'})
})

test('when nobody can say which ways there are, the user reads that it did not work', async () => {
  const {editor, lines, methods, loginActions} = await start()
  methods.ladder = () => Promise.reject(new TypeError('no tunnel'))
  const unexpected =
    'error: That did not work. Try again. If it keeps failing, run “Codex: Show Log” to see more.'
  expect(await loginActions.logIn()).toBe(undefined)
  expect(await loginActions.logInAnotherWay()).toBe(undefined)
  expect(editor.messages).toEqual([unexpected, unexpected])
  expect(lines[0]).toBe('error A command failed for an unknown reason {"name":"TypeError"}')
})

test('the only account is logged out once the user says so, and its login ends at the server', async () => {
  const {editor, emails, loginActions, simulator, visit} = await start()
  const login = loginActions.logIn()
  await visit()
  await login
  const pending = loginActions.logOut()
  const pick = await editor.next('pick')
  expect(pick.choices).toEqual(['ada@example.com'])
  pick.answer('ada@example.com')
  await pending
  expect(editor.messages.at(-1)).toBe('info: Logged out of ada@example.com.')
  expect(await emails()).toEqual([])
  expect(simulator.counts['revoke']).toEqual({200: 1})
})

test('of several accounts, the user chooses who is logged out', async () => {
  const {answerWith, editor, emails, loginActions} = await start({accounts: [ADA, BOB]})
  answerWith(async () => Response.json({}))
  const pending = loginActions.logOut()
  const pick = await editor.next('pick')
  expect(pick.choices).toEqual(['ada@example.com', 'bob@example.com', 'All accounts'])
  expect(pick.descriptions).toEqual(['ChatGPT Plus', 'ChatGPT Pro', ''])
  pick.answer('bob@example.com')
  await pending
  expect(await emails()).toEqual(['ada@example.com'])
})

test('all accounts are logged out at once when the user wants that', async () => {
  const {answerWith, editor, emails, loginActions} = await start({accounts: [ADA, BOB]})
  answerWith(async () => Response.json({}))
  const pending = loginActions.logOut()
  const pick = await editor.next('pick')
  pick.answer('All accounts')
  await pending
  expect(await emails()).toEqual([])
  expect(editor.messages).toEqual(['info: Logged out of ada@example.com, bob@example.com.'])
})

test('a logout that is dismissed logs nobody out', async () => {
  const {editor, emails, loginActions} = await start({accounts: [ADA, BOB]})
  const pending = loginActions.logOut()
  const pick = await editor.next('pick')
  pick.answer()
  await pending
  expect(await emails()).toEqual(['ada@example.com', 'bob@example.com'])
  expect(editor.messages).toEqual([])
})

test('without an account, a logout says so, and an account that is gone is no matter', async () => {
  const {editor, loginActions} = await start()
  await loginActions.logOut()
  await loginActions.remove('user-9:account-9')
  expect(editor.messages).toEqual(['info: No ChatGPT account is logged in.'])
})

test('a logout while a login waits does not end the login', async () => {
  const {answerWith, decide, editor, emails, loginActions} = await start({accounts: [BOB]})
  const login = loginActions.logIn()
  const back = await decide()
  answerWith(async () => Response.json({}))
  const pending = loginActions.logOut()
  const pick = await editor.next('pick')
  pick.answer('bob@example.com')
  await pending
  answerWith(fetch)
  await fetch(back)
  expect(await login).toMatchObject({email: 'ada@example.com'})
  expect(await emails()).toEqual(['ada@example.com'])
  expect(editor.messages.map((message) => message.slice(0, 16))).toEqual([
    'info: Logged out',
    'info: Logged in ',
  ])
})

test('an account that another window logged out meanwhile is logged out all the same', async () => {
  const {answerWith, editor, emails, loginActions, store} = await start({accounts: [ADA, BOB]})
  answerWith(async () => Response.json({}))
  const pending = loginActions.logOut()
  const pick = await editor.next('pick')
  await store.remove(BOB.id)
  pick.answer('bob@example.com')
  await pending
  expect(await emails()).toEqual(['ada@example.com'])
})

test('a switch says who is asked first, and whose login ended', async () => {
  const ended = {...BOB, loginRequired: {reason: 'expired', sinceMs: 1}} as const
  const {editor, preferred, loginActions} = await start({accounts: [ADA, ended]})
  const pending = loginActions.switchAccount()
  const pick = await editor.next('pick')
  expect(pick.choices).toEqual([
    'ada@example.com',
    'bob@example.com',
    '$(add) Log in with another account',
  ])
  expect(pick.descriptions).toEqual(['ChatGPT Plus, goes first', 'ChatGPT Pro, log in again', ''])
  pick.answer('bob@example.com')
  await pending
  expect(preferred).toEqual([BOB.id])
  expect(editor.messages).toEqual([
    'info: bob@example.com goes first from now on. The others answer when it has reached its limit.',
  ])
})

test('a switch that is dismissed changes nothing', async () => {
  const {editor, preferred, loginActions} = await start({accounts: [ADA, BOB]})
  const pending = loginActions.switchAccount()
  const pick = await editor.next('pick')
  pick.answer()
  await pending
  expect([preferred, editor.messages]).toEqual([[], []])
})

test('a switch to another account is a login', async () => {
  const {editor, emails, loginActions, visit} = await start({accounts: [ADA]})
  const pending = loginActions.switchAccount()
  const pick = await editor.next('pick')
  pick.answer('$(add) Log in with another account')
  await visit({email: 'bob@example.com'})
  await pending
  expect(await emails()).toEqual(['ada@example.com', 'bob@example.com'])
})

test('an account that was logged out while the user chose it is not asked first', async () => {
  const {editor, preferred, loginActions, store} = await start({accounts: [ADA, BOB]})
  const pending = loginActions.switchAccount()
  const pick = await editor.next('pick')
  await store.remove(BOB.id)
  pick.answer('bob@example.com')
  await pending
  expect(preferred).toEqual([])
  expect(editor.messages).toEqual(['info: bob@example.com is no longer logged in.'])
})

test.each(['logOut', 'switchAccount', 'remove'] as const)(
  'accounts that cannot be read are told as a sentence: %s',
  async (name) => {
    const {editor, loginActions, store} = await start({accounts: [ADA]})
    const error = new StorageError('The file with your logins is damaged.')
    Object.assign(store, {list: () => Promise.reject(error), get: () => Promise.reject(error)})
    await loginActions[name](ADA.id)
    expect(editor.messages).toEqual(['error: The file with your logins is damaged.'])
  },
)
