import assert from 'node:assert/strict'
import {createServer, type Server} from 'node:net'
import {once} from 'node:events'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import * as vscode from 'vscode'
import {
  act,
  addFault,
  ask,
  control,
  failureOf,
  lastRequest,
  logIn,
  readNotification,
  seenAt,
  selectModel,
  selectModels,
  until,
  VENDOR,
} from './editor.ts'
import {story} from './story.ts'

const PORTS = [1455, 1457]

/** Takes the ports on which the browser hands a login over. */
async function takePorts(): Promise<() => void> {
  const servers = await Promise.all(
    PORTS.map(async (port): Promise<Server> => {
      const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  return () => void servers.map((server) => server.close())
}

async function askAs(model: vscode.LanguageModelChat, prompt: string) {
  await ask(model, prompt)
  return lastRequest()
}

/** Chooses an entry of the quick pick that is open, by writing the beginning of it. */
async function choose(text: string): Promise<void> {
  const row = `.quick-input-list .monaco-list-row.focused:has-text("${text}")`
  await act({do: 'see', selector: '.quick-input-list .monaco-list-row'})
  await act({do: 'type', text})
  await act({do: 'see', selector: row})
  await act({do: 'press', key: 'Enter'})
}

async function setting(name: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('openaiCodex')
  await configuration.update(name, value, vscode.ConfigurationTarget.Global)
}

async function logOutOfAll(): Promise<void> {
  const pending = vscode.commands.executeCommand('openaiCodex.logOut')
  await choose('All accounts')
  await pending
  assert.deepEqual(await selectModels(), [])
}

story('with a code that is typed on any device, a person logs in', async () => {
  await setting('loginMethod', 'code')
  const pending = logIn()
  // The page is not opened for the person: the code says where to go.
  const selector = '.notifications-center .notification-list-item-message:has-text("type the code")'
  await vscode.commands.executeCommand('notifications.showList')
  const message = String(await act({do: 'see', selector}))
  const [code = ''] = /[A-Z0-9]{4}-[A-Z0-9]{5}/.exec(message) ?? []
  await act({do: 'type code', code})
  await pending
  assert.equal((await selectModels()).length > 20, true)
  await vscode.commands.executeCommand('openaiCodex.logOut')
  await vscode.commands.executeCommand('notifications.clearAll')
})

story('by pasting the address at which the browser ended, a person logs in', async () => {
  await setting('loginMethod', 'paste')
  await act({do: 'log in', wish: {decision: 'nothing'}})
  await act({do: 'forget page'})
  const pending = vscode.commands.executeCommand('openaiCodex.logIn')
  const page = await until(async () => String(await act({do: 'last page'})) || undefined)
  await act({do: 'see', selector: '.quick-input-widget:visible .quick-input-title'})
  const address = await act({do: 'approve', page})
  await act({do: 'type', text: String(address)})
  await act({do: 'press', key: 'Enter'})
  await pending
  await until(async () => (await selectModels()).at(0))
  await vscode.commands.executeCommand('openaiCodex.logOut')
})

story('by an address that the editor hands over, a person logs in', async () => {
  await setting('loginMethod', 'auto')
  await act({do: 'log in', wish: {decision: 'nothing'}})
  await act({do: 'forget page'})
  const pending = vscode.commands.executeCommand('openaiCodex.logIn')
  const page = await until(async () => String(await act({do: 'last page'})) || undefined)
  const {search} = new URL(String(await act({do: 'approve', page})))
  const own = `${vscode.env.uriScheme}://openai-codex-auth.openai-codex-auth/auth/callback`
  const external = await vscode.env.asExternalUri(vscode.Uri.parse(`${own}${search}`))
  await act({do: 'open', url: external.toString(true)})
  await pending
  await until(async () => (await selectModels()).at(0))
  await vscode.commands.executeCommand('openaiCodex.logOut')
})

story('where other programs have the ports, the next way is tried', async () => {
  const free = await takePorts()
  const pending = logIn()
  await vscode.commands.executeCommand('notifications.showList')
  const selector = '.notifications-center .notification-list-item-message:has-text("type the code")'
  const message = String(await act({do: 'see', selector}))
  await act({do: 'type code', code: /[A-Z0-9]{4}-[A-Z0-9]{5}/.exec(message)?.[0] ?? ''})
  await pending
  free()
  await vscode.commands.executeCommand('openaiCodex.logOut')
  await vscode.commands.executeCommand('notifications.clearAll')
})

story(
  'when an account reaches its limit, the next one answers, and the person is told',
  async () => {
    await logIn({email: 'you@example.com'})
    await logIn({email: 'other@example.com'})
    assert.equal((await vscode.authentication.getAccounts('openai-codex')).length, 2)
    const model = await selectModel('gpt-5.2')
    await ask(model, 'first')
    assert.equal((await lastRequest()).account, 'you@example.com')
    const change = {email: 'you@example.com', primary: {usedPercent: 100}}
    await control('accounts', {method: 'PATCH', body: JSON.stringify(change)})
    await ask(model, 'second')
    assert.equal((await lastRequest()).account, 'other@example.com')
    assert.match(
      await readNotification(),
      /you@example\.com .* other@example\.com answers meanwhile/,
    )
  },
)

story('when all of them have, it is Blocked, with the time of the first', async () => {
  const change = {email: 'other@example.com', primary: {usedPercent: 100}}
  await control('accounts', {method: 'PATCH', body: JSON.stringify(change)})
  const failure = await failureOf(ask(await selectModel('gpt-5.2'), 'third'))
  assert.equal(failure.code, 'Blocked')
  assert.match(failure.message, /limit/)
  for (const email of ['you@example.com', 'other@example.com']) {
    const back = {email, primary: {usedPercent: 5}}
    // oxlint-disable-next-line no-await-in-loop -- two of them
    await control('accounts', {method: 'PATCH', body: JSON.stringify(back)})
  }
  await vscode.commands.executeCommand('openaiCodex.showStatus')
  assert.match(await readNotification(), /other@example\.com \(ChatGPT Pro\).*95 % left of the 5 h/)
})

story('when little is left of a limit, the person is told', async () => {
  const model = await selectModel('gpt-5.2')
  const {account: email} = await askAs(model, 'how much is left?')
  const use = async (usedPercent: number) => {
    await vscode.commands.executeCommand('notifications.clearAll')
    const change = {email, primary: {usedPercent, resetAfterSeconds: 9000}}
    await control('accounts', {method: 'PATCH', body: JSON.stringify(change)})
    await askAs(model, `at ${usedPercent}`)
  }
  await use(80)
  assert.match(await readNotification(), new RegExp(`^${email} has \\d+ % of its 5 h limit left`))
  await use(92)
  assert.match(await readNotification(), new RegExp(`^${email} has [78] % of its 5 h limit left`))
  const back = {email, primary: {usedPercent: 5}}
  await control('accounts', {method: 'PATCH', body: JSON.stringify(back)})
})

story('after a switch, the other account is asked first', async () => {
  const pending = vscode.commands.executeCommand('openaiCodex.switchAccount')
  await choose('other@example.com')
  await pending
  await ask(await selectModel('gpt-5.2'), 'fourth')
  assert.equal((await lastRequest()).account, 'other@example.com')
})

story('a login that ended is NoPermissions, and says what to do', async () => {
  await logOutOfAll()
  await logIn({email: 'you@example.com'})
  const model = await selectModel('gpt-5.2')
  const change = {email: 'you@example.com', signOut: true}
  await control('accounts', {method: 'PATCH', body: JSON.stringify(change)})
  const failure = await failureOf(ask(model, 'fifth'))
  assert.equal(failure.code, 'NoPermissions')
  assert.match(failure.message, /Run “Codex: Log In”/)
  const seen = await act({do: 'see', selector: '.statusbar-item:has-text("log in again")'})
  assert.match(String(seen), /Codex: log in again/)
})

story('an overloaded backend is a plain error with a sentence', async () => {
  await logIn({email: 'you@example.com'})
  const body = {error: {code: 'server_is_overloaded', message: 'busy'}}
  await addFault({endpoint: 'responses', kind: 'status', status: 503, body, times: 20})
  const failure = await failureOf(ask(await selectModel('gpt-5.2'), 'sixth'))
  await control('faults', {method: 'DELETE'})
  assert.equal(failure.code, undefined)
  assert.match(failure.message, /This model is busy/)
  await vscode.commands.executeCommand('openaiCodex.logOut')
})

story('accounts that other programs use as well answer, and follow what these do', async () => {
  const base = await mkdtemp(path.join(tmpdir(), 'codex-shared-'))
  try {
    assert.deepEqual(await selectModels(), [])
    await act({do: 'share', base, email: 'other@example.com'})
    await setting('sharedAccounts', base)
    await until(async () => (await selectModels()).at(0))
    await ask(await selectModel('gpt-5.2'), 'seventh')
    assert.equal((await lastRequest()).account, 'other@example.com')
    await act({do: 'see', selector: '.statusbar-item:has-text("other@example.com, ")'})

    await act({do: 'share', base, email: 'you@example.com'})
    await until(async () => {
      const accounts = await vscode.authentication.getAccounts(VENDOR)
      return accounts.length === 2 ? true : undefined
    })
    await act({do: 'unshare', base, email: 'other@example.com'})
    await act({do: 'see', selector: '.statusbar-item:has-text("you@example.com")'})
    await ask(await selectModel('gpt-5.2'), 'eighth')
    assert.equal((await lastRequest()).account, 'you@example.com')
  } finally {
    await setting('sharedAccounts', undefined)
  }
  await until(async () => ((await selectModels()).length === 0 ? true : undefined))
  assert.match(await readFile(path.join(base, 'you/auth.json'), 'utf8'), /refresh_token/)
  await rm(base, {recursive: true})
})

async function logOutOfShared(answer: string): Promise<void> {
  await vscode.commands.executeCommand('notifications.clearAll')
  const pending = vscode.commands.executeCommand('openaiCodex.logOut')
  await choose(answer)
  await pending
}

story('a login that other programs use as well ends only when the person agrees', async () => {
  const base = await mkdtemp(path.join(tmpdir(), 'codex-shared-'))
  await act({do: 'share', base, email: 'you@example.com'})
  await setting('sharedAccounts', base)
  await until(async () => (await selectModels()).at(0))
  const revoked = (await seenAt('revoke')).length
  await logOutOfShared('Keep it')
  assert.match(await readNotification(), /go on sharing their login of you@example\.com/)
  assert.equal((await seenAt('revoke')).length, revoked)
  await logOutOfShared('Log out everywhere')
  await until(async () => ((await selectModels()).length === 0 ? true : undefined))
  await until(async () => ((await seenAt('revoke')).length > revoked ? true : undefined))
  await setting('sharedAccounts', undefined)
  await rm(base, {recursive: true})
})
