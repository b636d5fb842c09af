/**
 * The accounts in the editor's Accounts menu.
 *
 * @module
 */
import type * as vscode from 'vscode'
import type {Account, AccountStore} from '../../../accounts/account.ts'
import {toAccountTitle} from '../../../accounts/account-title.ts'
import {SCOPE} from '../names.ts'
import type {LoginActions} from './login-actions.ts'
import type {VscodeApi} from '../vscode-api.ts'

/**
 * What other extensions get in the place of a token. A user who lets an extension use the account
 * means its models, which `vscode.lm` gives, and not a login for all of ChatGPT.
 */
const NO_TOKEN = 'not-shared'

/** The accounts, and the actions behind the menu. */
export interface AccountSessionsOptions {
  readonly api: Pick<VscodeApi, 'EventEmitter'>
  readonly store: AccountStore
  readonly loginActions: Pick<LoginActions, 'logIn' | 'remove'>
}

/** The authentication provider, and how to tell it of changes. */
export interface AccountSessions extends vscode.AuthenticationProvider {
  /** Compares with what the editor was told last. */
  update(): Promise<void>
  dispose(): void
}

/** Creates the provider. */
export function createAccountSessions({
  api,
  store,
  loginActions,
}: AccountSessionsOptions): AccountSessions {
  const changes =
    new api.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>()
  /** What the editor knows; `undefined` before it has asked. */
  let told: readonly vscode.AuthenticationSession[] | undefined
  const list = async () => (await store.list()).map(toSession)
  return {
    onDidChangeSessions: changes.event,
    async getSessions(_scopes, {account} = {}) {
      const sessions = await list()
      // Later it may be any extension that asks, of which the editor's menu takes no notice.
      told ??= sessions
      return sessions.filter(({id}) => account === undefined || account.id === id)
    },
    async createSession() {
      const account = await loginActions.logIn()
      if (!account) throw new Error('The login to ChatGPT was not completed.')
      return toSession(account)
    },
    removeSession: (id) => loginActions.remove(id),
    async update() {
      const now = await list()
      const before = told ?? []
      told = now
      const added = now.filter(({id}) => !before.some((session) => session.id === id))
      const removed = before.filter(({id}) => !now.some((session) => session.id === id))
      if (added.length + removed.length > 0) changes.fire({added, removed, changed: []})
    },
    dispose: () => changes.dispose(),
  }
}

function toSession(account: Account): vscode.AuthenticationSession {
  const {id} = account
  const label = toAccountTitle(account)
  return {id, accessToken: NO_TOKEN, account: {id, label}, scopes: [SCOPE]}
}
