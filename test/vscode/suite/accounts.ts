import assert from 'node:assert/strict'
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
  readNotification,
  seenAt,
  selectModel,
  selectModels,
  until,
  VENDOR,
} from './editor.ts'
import {loggedInAs, logOutOfAll, setting} from './known-state.ts'
import {group, story} from './story.ts'

group(() => loggedInAs('you@example.com', 'other@example.com'))

story('after a switch, the other account is asked first', async () => {
  const pending = vscode.commands.executeCommand('openaiCodex.switchAccount')
  await act({do: 'choose', text: 'other@example.com'})
  await pending
  await ask(await selectModel('gpt-5.2'), 'fourth')
  assert.equal((await lastRequest()).account, 'other@example.com')
})

group(() => loggedInAs('you@example.com'))

story('a login that ended is NoPermissions, and says what to do', async () => {
  const model = await selectModel('gpt-5.2')
  const change = {email: 'you@example.com', signOut: true}
  await control('accounts', {method: 'PATCH', body: JSON.stringify(change)})
  const failure = await failureOf(ask(model, 'fifth'))
  assert.equal(failure.code, 'NoPermissions')
  assert.match(failure.message, /Run “Codex: Log In”/)
  const seen = await act({do: 'see', selector: '.statusbar-item:has-text("log in again")'})
  assert.match(String(seen), /Codex: log in again/)
  await logOutOfAll()
})

story('an overloaded backend is a plain error with a sentence', async () => {
  const body = {error: {code: 'server_is_overloaded', message: 'busy'}}
  await addFault({endpoint: 'responses', kind: 'status', status: 503, body, times: 20})
  const failure = await failureOf(ask(await selectModel('gpt-5.2'), 'sixth'))
  await control('faults', {method: 'DELETE'})
  assert.equal(failure.code, undefined)
  assert.match(failure.message, /This model is busy/)
})

group(loggedInAs)

const noModels = () => until(async () => ((await selectModels()).length === 0 ? true : undefined))

/** Tells of a folder of accounts that other programs use as well. */
async function withShared(tell: (base: string) => Promise<void>): Promise<void> {
  const base = await mkdtemp(path.join(tmpdir(), 'codex-shared-'))
  try {
    await tell(base)
  } finally {
    await setting('sharedAccounts', undefined)
    await rm(base, {recursive: true})
  }
}

story('accounts that other programs use as well answer, and follow what these do', () =>
  withShared(async (base) => {
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
    await setting('sharedAccounts', undefined)
    await noModels()
    assert.match(await readFile(path.join(base, 'you/auth.json'), 'utf8'), /refresh_token/)
  }),
)

async function logOutOfShared(answer: string): Promise<void> {
  await vscode.commands.executeCommand('notifications.clearAll')
  const pending = vscode.commands.executeCommand('openaiCodex.logOut')
  await act({do: 'choose', text: 'you@example.com'})
  await act({do: 'choose', text: answer})
  await pending
}

story('a login that other programs use as well ends only when the user agrees', () =>
  withShared(async (base) => {
    await act({do: 'share', base, email: 'you@example.com'})
    await setting('sharedAccounts', base)
    await until(async () => (await selectModels()).at(0))
    const revoked = (await seenAt('revoke')).length
    await logOutOfShared('Keep it')
    assert.match(await readNotification(), /go on sharing their login of you@example\.com/)
    assert.equal((await seenAt('revoke')).length, revoked)
    await logOutOfShared('Log out everywhere')
    await noModels()
    await until(async () => ((await seenAt('revoke')).length > revoked ? true : undefined))
  }),
)
