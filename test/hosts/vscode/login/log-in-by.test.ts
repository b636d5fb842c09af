import {expect, onTestFinished, test, vi} from 'vitest'
import {LoginFailedError, NetworkError, RedirectInvalidError} from '../../../../src/errors.ts'
import {logInBy} from '../../../../src/hosts/vscode/login/log-in-by.ts'
import {findFreePort, holdPort} from '../../../support/processes/find-free-port.ts'
import {createGate} from '../../../support/gate.ts'
import {rejectionOf} from '../../../support/rejection.ts'
import {startEditorLogin} from '../../../support/editor/start-editor-login.ts'
import {eventually} from '../../../support/eventually.ts'

const QUARTER_HOUR_MS = 15 * 60_000

/** The limit of a login can be moved to; what the system does by itself goes on. */
function holdTimers(): void {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
  onTestFinished(() => void vi.useRealTimers())
}

/** A server that takes a code and never answers. */
function createSilentServer() {
  const taken = createGate()
  const fetch: typeof globalThis.fetch = (_input, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      taken.open()
    })
  return {fetch, taken}
}

test('in the browser, a login comes back to a port, and the user reads that it did', async () => {
  const {editor, options, visit} = await startEditorLogin()
  const login = logInBy('browser', options)
  const page = await visit({email: 'bob@example.com'})
  expect(await login).toMatchObject({
    kind: 'account',
    account: {email: 'bob@example.com', plan: 'pro'},
  })
  expect(page).toContain('go back to Fake Editor')
  const progress = await editor.next('progress')
  expect(progress.text).toBe('Log in to ChatGPT in the browser, then come back here.')
  expect(progress.isOpen()).toBe(false)
})

test('"Sign in with ChatGPT" comes back to any port here, and by pasting from elsewhere', async () => {
  const here = await startEditorLogin()
  const far = await startEditorLogin()
  const {api} = far.options
  const remote = {...api, env: {...api.env, remoteName: 'ssh-remote'}}

  const login = logInBy('app', here.options)
  await here.visit({email: 'bob@example.com'})
  const there = logInBy('app', {...far.options, api: remote})
  const redirect = await far.decide()
  const box = await far.editor.next('box')
  box.answer(redirect.href)

  const outcome = await login
  if (outcome.kind !== 'account') throw new Error(outcome.why)
  const again = logInBy('app', {...here.options, again: outcome.account})
  await here.visit({email: 'bob@example.com'})

  expect(outcome.account).toMatchObject({email: 'bob@example.com', tokens: {app: {}}})
  // It stays the same app.
  expect(await again).toMatchObject({account: {id: outcome.account.id}})
  expect(await there).toMatchObject({account: {email: 'ada@example.com', tokens: {app: {}}}})
})

test('the address of the login page reaches the browser as it was meant', async () => {
  const {editor, options, simulator} = await startEditorLogin()
  const login = logInBy('browser', options)
  const page = await editor.nextPage()
  expect(page.searchParams.get('scope')).toBe('openid profile email offline_access')
  await fetch(await simulator.approve(page))
  await login
})

test('a login in the browser also takes an address that the editor hands over', async () => {
  const {decide, options, redirects} = await startEditorLogin()
  const login = logInBy('browser', options)
  const {search} = await decide()
  expect(redirects.offer(search)).toBe(true)
  expect(await login).toMatchObject({kind: 'account', account: {email: 'ada@example.com'}})
  // The port is free for the next one.
  const again = logInBy('browser', options)
  redirects.offer((await decide()).search)
  expect(await again).toMatchObject({kind: 'account'})
})

test('a browser that is back before the editor says that it opened is not turned away', async () => {
  const {options, visit} = await startEditorLogin({opens: 'never'})
  const login = logInBy('browser', options)
  expect(await visit()).toContain('You are logged in')
  expect(await login).toMatchObject({kind: 'account', account: {email: 'ada@example.com'}})
})

test('while the editor asks whether to open the page, the user can give up', async () => {
  const {editor, options} = await startEditorLogin({opens: 'never'})
  const failure = rejectionOf(logInBy('browser', options))
  await editor.nextPage()
  const progress = await editor.next('progress')
  progress.answer()
  expect((await failure).message).toBe('The login was cancelled.')
})

test('where a program that knows no logins has every port, another way is needed', async () => {
  const {server, port} = await holdPort()
  onTestFinished(() => void server.close())
  const {options} = await startEditorLogin({ports: [port]})
  expect(await logInBy('browser', options)).toEqual({
    kind: 'not possible',
    why: `The browser hands the login over on the ports ${port}, which another program uses.`,
  })
})

test('where the first port is taken, the second one is used', async () => {
  const {server, port} = await holdPort()
  onTestFinished(() => void server.close())
  const second = await findFreePort()
  const {options, visit} = await startEditorLogin({ports: [port, second]})
  const login = logInBy('browser', options)
  await visit()
  expect(await login).toMatchObject({kind: 'account'})
})

test('a user who refuses in the browser ends the login', async () => {
  const {options, visit} = await startEditorLogin()
  const failure = rejectionOf(logInBy('browser', options))
  expect(await visit({cancel: true})).toContain('The login did not work')
  expect(await failure).toBeInstanceOf(RedirectInvalidError)
})

test('a login that is cancelled leaves its port, and a page of it is turned away', async () => {
  const {decide, editor, options} = await startEditorLogin()
  const failure = rejectionOf(logInBy('browser', options))
  const back = await decide()
  const progress = await editor.next('progress')
  progress.answer()
  expect(await failure).toBeInstanceOf(LoginFailedError)
  await expect(fetch(back)).rejects.toThrow('fetch failed')
})

test('a login can be cancelled while its code is traded', async () => {
  const {answerWith, decide, editor, options} = await startEditorLogin()
  const failure = rejectionOf(logInBy('browser', options))
  const back = await decide()
  const silent = createSilentServer()
  answerWith(silent.fetch)
  const page = fetch(back).then((response) => response.text())
  await silent.taken.opened
  const progress = await editor.next('progress')
  progress.answer()
  expect((await failure).message).toBe('The login was cancelled.')
  await page.catch(() => 'The port was closed first.')
})

test('a browser that nobody comes back from is waited for 15 minutes', async () => {
  const {editor, options} = await startEditorLogin()
  holdTimers()
  const failure = rejectionOf(logInBy('browser', options))
  await editor.nextPage()
  vi.advanceTimersByTime(QUARTER_HOUR_MS - 1)
  const progress = await editor.next('progress')
  expect(progress.isOpen()).toBe(true)
  vi.advanceTimersByTime(1)
  expect((await failure).message).toBe('The login was not completed within 15 minutes.')
})

test.each<[string, boolean | Error]>([
  ['does not open', false],
  ['fails to open', new Error('no browser')],
])('a page that %s can be opened by hand, and the login goes on', async (_how, opens) => {
  const {editor, options, simulator} = await startEditorLogin({opens})
  const login = logInBy('browser', options)
  const warning = await editor.next('warning')
  expect(warning.text).toBe('The browser did not open. Open the login page yourself.')
  warning.answer('Copy Address')
  await eventually(() => expect(editor.clipboard.text).not.toBe(''))
  await fetch(await simulator.approve(editor.clipboard.text))
  expect(await login).toMatchObject({kind: 'account', account: {email: 'ada@example.com'}})
})

test('by pasting, a login needs the whole address, and says what is wrong with others', async () => {
  const {decide, editor, options} = await startEditorLogin()
  const login = logInBy('paste', options)
  const back = await decide()
  const box = await editor.next('box')
  expect(box.check('http://localhost:1455/auth/callback?code=code-123&state=other')).toContain(
    'belongs to another login',
  )
  expect(box.check(back.href)).toBe(undefined)
  box.answer(back.href)
  expect(await login).toMatchObject({kind: 'account', account: {email: 'ada@example.com'}})
})

test('a box that was closed is a login that was cancelled', async () => {
  const {editor, options} = await startEditorLogin()
  const failure = rejectionOf(logInBy('paste', options))
  const box = await editor.next('box')
  box.answer()
  expect((await failure).message).toBe('The login was cancelled.')
})

test('an address that the editor hands over closes the box', async () => {
  const {decide, editor, options, redirects} = await startEditorLogin()
  const login = logInBy('paste', options)
  const {search} = await decide()
  const box = await editor.next('box')
  redirects.offer(search)
  expect(await login).toMatchObject({kind: 'account', account: {email: 'ada@example.com'}})
  expect(box.isOpen()).toBe(false)
})

test('the box is there while the editor asks whether to open the page', async () => {
  const {decide, editor, options} = await startEditorLogin({opens: 'never'})
  const login = logInBy('paste', options)
  const {href} = await decide()
  const box = await editor.next('box')
  box.answer(href)
  expect(await login).toMatchObject({kind: 'account'})
})

test('a text that the editor took although it was told what is wrong is refused', async () => {
  const {editor, options} = await startEditorLogin()
  const failure = rejectionOf(logInBy('paste', options))
  const box = await editor.next('box')
  box.answer('nothing of a login')
  expect(await failure).toBeInstanceOf(RedirectInvalidError)
})

/** The code that a notification asks the user to type. */
function readCode(text: string): string {
  return /[A-Z\d]{4}-[A-Z\d]{5}/.exec(text)?.[0] ?? ''
}

test('with a code, a login needs no browser here', async () => {
  const {editor, options, simulator} = await startEditorLogin()
  const login = logInBy('code', options)
  const {text} = await editor.next('progress')
  expect(text).toMatch(/type the code \S+ at 127\.0\.0\.1:\d+\/codex\/device on any device\.$/)
  await simulator.approveDevice(readCode(text), {email: 'bob@example.com'})
  expect(await login).toMatchObject({kind: 'account', account: {email: 'bob@example.com'}})
})

test.each<[string, {clipboardFailure?: Error}]>([
  ['is copied', {}],
  ['cannot be copied', {clipboardFailure: new Error('The document is not focused')}],
])('when the code %s, its page is opened all the same', async (_how, failing) => {
  const {editor, options} = await startEditorLogin(failing)
  const failure = rejectionOf(logInBy('code', options))
  const offer = await editor.next('info')
  expect(offer.text).toContain('Type it only if you asked for it yourself.')
  offer.answer('Copy Code and Open Page')
  const page = await editor.nextPage()
  expect(page.pathname).toBe('/codex/device')
  const {clipboardFailure} = failing
  expect(editor.clipboard.text).toBe(clipboardFailure ? '' : readCode(offer.text))
  const progress = await editor.next('progress')
  progress.answer()
  await failure
})

test('a code that nobody types is given up when the user cancels', async () => {
  const {editor, options} = await startEditorLogin()
  const failure = rejectionOf(logInBy('code', options))
  const progress = await editor.next('progress')
  progress.answer()
  expect((await failure).message).toBe('The login was cancelled.')
})

test('a code that nobody types is waited for 15 minutes', async () => {
  const {editor, options} = await startEditorLogin()
  holdTimers()
  const failure = rejectionOf(logInBy('code', options))
  await editor.next('progress')
  vi.advanceTimersByTime(QUARTER_HOUR_MS)
  expect((await failure).message).toBe('The login was not completed within 15 minutes.')
})

test.each([403, 404, 500])(
  'where the server answers %i to the question for a code, it says so',
  async (status) => {
    const {editor, options, simulator} = await startEditorLogin()
    simulator.addFault({endpoint: 'device-user-code', kind: 'status', status, body: {}})
    const error = await rejectionOf(logInBy('code', options))
    expect(error.message).toMatch(/^Login failed: .*\.$/)
    expect(editor.messages).toEqual([])
  },
)

test('a server that is gone when the code is traded is a network error, and the port is free', async () => {
  const {answerWith, decide, options} = await startEditorLogin()
  const failure = rejectionOf(logInBy('browser', options))
  const back = await decide()
  answerWith(() => Promise.reject(new TypeError('fetch failed')))
  const page = await fetch(back)
  expect(await page.text()).toContain('broke off before the answer was there')
  expect(await failure).toBeInstanceOf(NetworkError)
  await expect(fetch(back)).rejects.toThrow('fetch failed')
})
