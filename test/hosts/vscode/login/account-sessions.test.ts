import {expect, test} from 'vitest'
import type {Account} from '../../../../src/accounts/account.ts'
import {createAccountSessions} from '../../../../src/hosts/vscode/login/account-sessions.ts'
import {ACCOUNT} from '../../../support/engine/create-backend.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {rejectionOf} from '../../../support/rejection.ts'

const ADA = ACCOUNT
const BOB: Account = {...ACCOUNT, id: 'user-2:account-2', email: 'bob@example.com', plan: 'pro'}

function start(...accounts: Account[]) {
  const store = createMemoryAccountStore(...accounts)
  const {api} = createFakeEditor()
  const user: {logsInAs?: Account} = {}
  const removed: string[] = []
  const sessions = createAccountSessions({
    api,
    store,
    loginActions: {
      async logIn() {
        if (user.logsInAs) await store.add(user.logsInAs)
        return user.logsInAs
      },
      remove: async (id) => void removed.push(id),
    },
  })
  const changes: {added: readonly string[]; removed: readonly string[]}[] = []
  sessions.onDidChangeSessions((change) => {
    const idsOf = (list: typeof change.added = []) => list.map(({id}) => id)
    changes.push({added: idsOf(change.added), removed: idsOf(change.removed)})
  })
  return {sessions, store, user, removed, changes}
}

test('every account is a session, without a token that another extension could use', async () => {
  const {sessions} = start(ADA, BOB)
  expect(await sessions.getSessions(undefined, {})).toEqual([
    {
      id: 'user-1:account-1',
      accessToken: 'not-shared',
      account: {id: 'user-1:account-1', label: 'ada@example.com (ChatGPT Plus)'},
      scopes: ['codex'],
    },
    {
      id: 'user-2:account-2',
      accessToken: 'not-shared',
      account: {id: 'user-2:account-2', label: 'bob@example.com (ChatGPT Pro)'},
      scopes: ['codex'],
    },
  ])
})

test('the sessions of one account are that account', async () => {
  const {sessions} = start(ADA, BOB)
  const account = {id: BOB.id, label: 'whatever it was called'}
  const found = await sessions.getSessions(['codex'], {account})
  expect(found.map(({id}) => id)).toEqual([BOB.id])
  expect(await sessions.getSessions(['codex'], {account: {id: 'gone', label: ''}})).toEqual([])
})

test('the editor is told who came and who went, once', async () => {
  const {changes, sessions, store} = start(ADA)
  await sessions.getSessions(undefined, {})
  await sessions.update()
  expect(changes).toEqual([])
  await store.add(BOB)
  await sessions.update()
  await sessions.update()
  await store.remove(ADA.id)
  await sessions.update()
  expect(changes).toEqual([
    {added: [BOB.id], removed: []},
    {added: [], removed: [ADA.id]},
  ])
})

test('an extension that asks for the sessions first does not keep the editor from being told', async () => {
  const {changes, sessions, store} = start(ADA)
  await sessions.getSessions(undefined, {})
  await store.add(BOB)
  const seen = await sessions.getSessions(undefined, {})
  expect(seen).toHaveLength(2)
  await sessions.update()
  expect(changes).toEqual([{added: [BOB.id], removed: []}])
})

test('changes that are noticed at once are told once', async () => {
  const {changes, sessions, store} = start()
  await sessions.getSessions(undefined, {})
  await store.add(ADA)
  await Promise.all([sessions.update(), sessions.update()])
  expect(changes).toEqual([{added: [ADA.id], removed: []}])
})

test('an editor that has not asked yet is told of all that are there', async () => {
  const {changes, sessions} = start(ADA)
  await sessions.update()
  expect(changes).toEqual([{added: [ADA.id], removed: []}])
})

test('a session is created by logging in', async () => {
  const {user, sessions} = start()
  user.logsInAs = ADA
  expect(await sessions.createSession(['codex'], {})).toMatchObject({
    id: ADA.id,
    account: {label: 'ada@example.com (ChatGPT Plus)'},
  })
})

test('nobody who logs in is no session', async () => {
  const {sessions} = start()
  const error = await rejectionOf(Promise.resolve(sessions.createSession(['codex'], {})))
  expect(error.message).toBe('The login to ChatGPT was not completed.')
})

test('a session is removed by logging its account out', async () => {
  const {removed, sessions} = start(ADA, BOB)
  await sessions.removeSession(BOB.id)
  expect(removed).toEqual([BOB.id])
})

test('after the end, nobody is told', async () => {
  const {changes, sessions, store} = start()
  sessions.dispose()
  await store.add(ADA)
  await sessions.update()
  expect(changes).toEqual([])
})
