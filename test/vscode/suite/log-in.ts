import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import {
  act,
  logIn,
  readNotification,
  seenAt,
  selectModel,
  selectModels,
  until,
  VENDOR,
  control,
} from './editor.ts'
import {loggedInAs, logOutOfAll, tidyUp} from './known-state.ts'
import {group, story} from './story.ts'

/** The 22 ids that were ever offered. */
const VARIANTS = [
  ...['', '-low', '-medium', '-high', '-xhigh'].map((effort) => `gpt-5.2${effort}`),
  ...['', '-low', '-high', '-xhigh'].map((effort) => `gpt-5.2-codex${effort}`),
  ...['', '-low', '-medium', '-xhigh'].map((effort) => `gpt-5.1-codex-max${effort}`),
  ...['', '-low', '-high'].map((effort) => `gpt-5.1-codex${effort}`),
  ...['', '-high'].map((effort) => `gpt-5.1-codex-mini${effort}`),
  ...['', '-low', '-medium', '-high'].map((effort) => `gpt-5.1${effort}`),
]

story('the extension loads, and uses no network before somebody logs in', async () => {
  const extension = vscode.extensions.getExtension('openai-codex-auth.openai-codex-auth')
  await extension?.activate()
  assert.equal(extension?.isActive, true)
  assert.deepEqual(await selectModels(), [])
  const {requests} = (await control('requests')) as {requests: unknown[]}
  assert.deepEqual(requests, [])
})

story('its commands are in the palette, under their names', async () => {
  const commands = await vscode.commands.getCommands(true)
  const expected = ['logIn', 'logInAnotherWay', 'logOut', 'switchAccount', 'showStatus']
  assert.deepEqual(
    expected.filter((name) => !commands.includes(`openaiCodex.${name}`)),
    [],
  )
})

story('a login that is refused in the browser brings no models, and says so', async () => {
  await logIn({decision: 'cancel'})
  assert.deepEqual(await selectModels(), [])
  const message = await readNotification()
  assert.match(message, /The login was cancelled or refused in the browser/)
})

group(tidyUp)

story('logging in by the command brings all 22 variants, and the live models', async () => {
  await logIn()
  const ids = (await selectModels()).map(({id}) => id)
  assert.equal(VARIANTS.length, 22)
  assert.deepEqual(
    VARIANTS.filter((id) => !ids.includes(id)),
    [],
  )
  const live = await until(async () => (await selectModels({id: 'gpt-6-sol'}))[0])
  assert.equal(live.family, 'gpt-6-sol')
})

group(() => loggedInAs('you@example.com'))

story('a model tells its context size, and what it can do', async () => {
  const model = await selectModel('gpt-5.2-codex-high')
  assert.equal(model.family, 'gpt-5.2-codex')
  assert.equal(model.vendor, VENDOR)
  assert.equal(model.maxInputTokens, 258_400)
  assert.equal(model.name, 'GPT-5.2 Codex (High Reasoning)')
})

story('the Accounts menu has the account', async () => {
  const accounts = await vscode.authentication.getAccounts(VENDOR)
  assert.deepEqual(
    accounts.map(({label}) => label),
    ['you@example.com (ChatGPT Plus)'],
  )
})

story('the status bar names the account, and what is left of its limits', async () => {
  const seen = await act({do: 'see', selector: '.statusbar-item:has-text("you@example.com, ")'})
  assert.match(String(seen), /Codex: you@example\.com, \d+ %/)
})

story('logging out takes the models away, and ends the login at the server', async () => {
  const revoked = (await seenAt('revoke')).length
  await logOutOfAll()
  assert.deepEqual(await selectModels(), [])
  assert.equal((await seenAt('revoke')).length, revoked + 1)
  assert.deepEqual(await vscode.authentication.getAccounts(VENDOR), [])
})
