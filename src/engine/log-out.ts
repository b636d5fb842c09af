/**
 * Logging out, the same in every editor but for its dialogs.
 *
 * @module
 */
import {toAccountLabel, type Account, type AccountStore} from '../accounts/account.ts'
import type {Log} from '../base/log.ts'
import type {TokenRequestOptions} from '../oauth/token-request.ts'

/** Where the accounts are, and how their logins end. */
export interface LogOutOptions {
  readonly store: AccountStore
  readonly log: Log
  readonly tokenRequest: TokenRequestOptions
  /**
   * Stops using a login that is only used where it is, in this folder (a CODEX_HOME); it stays good there.
   * Default: there are none.
   *
   * @returns Whether it is one.
   */
  readonly unlink?: (home: string) => Promise<boolean>
}

/** The dialogs of an editor. */
export interface LogOutDialogs {
  /** Asks whether a login that other programs use as well may end for them too. */
  mayEnd(account: Account): Promise<boolean>
  /** Says what became of the logins. */
  tell(sentences: string): void
}

interface LoggedOut {
  /** No longer good, anywhere. */
  readonly ended: Account[]
  /** Those of them whose account has no other login here. */
  readonly gone: Account[]
  /** No longer used here; another program still does. */
  readonly unlinked: Account[]
  /** Used here as before. */
  readonly kept: Account[]
}

/**
 * Removes accounts, says so, and ends their logins at the authorization server. It forgets first and
 * revokes after: a logout must not depend on the network. Logins that other programs use as well stay,
 * unless the user agrees to end them there too; one that is only used where it is, is no longer used
 * here.
 *
 * @throws {StorageError} A login could not be removed. It and those after it stay; what became of those
 * before it has been told.
 */
export async function logOut(
  accounts: readonly Account[],
  options: LogOutOptions,
  dialogs: LogOutDialogs,
): Promise<void> {
  const result: LoggedOut = {ended: [], gone: [], unlinked: [], kept: []}
  try {
    for (const account of accounts) await logOutOf(account, {...options, dialogs, result})
  } finally {
    // What is forgotten must be ended as well, whatever happened to the next one.
    tell(result, dialogs)
    await revoke(result.ended, options)
  }
}

/** Logs out of every login of the account: behind one of our own, there may be one that is shared. */
async function logOutOf(
  account: Account,
  options: LogOutOptions & {readonly dialogs: LogOutDialogs; readonly result: LoggedOut},
): Promise<void> {
  const {dialogs, result, store, unlink} = options
  const {id} = account
  const before = result.ended.length
  let login: Account | undefined = account
  while (login) {
    const {home}: Account = login
    if (home !== undefined && (await unlink?.(home))) {
      result.unlinked.push(login)
    } else if (home === undefined || (await dialogs.mayEnd(login))) {
      // It may have been refreshed while the question was open.
      const current = (await store.reload(id)) ?? login
      await store.remove(id)
      result.ended.push(current.home === home ? current : login)
    } else {
      result.kept.push(login)
      return
    }
    const next = await store.get(id)
    login = next?.home === home ? undefined : next
  }
  if (result.ended.length > before) result.gone.push(account)
}

function tell({gone, kept, unlinked}: LoggedOut, dialogs: LogOutDialogs): void {
  const sentences = [
    ...(gone.length > 0 ? [`Logged out of ${toLabels(gone)}.`] : []),
    ...unlinked.map(
      (account) =>
        `${toAccountLabel(account)} is no longer used here, and stays logged in in ${account.home ?? ''}.`,
    ),
    ...(kept.length > 0 ? [`Other programs go on sharing their login of ${toLabels(kept)}.`] : []),
  ]
  if (sentences.length > 0) dialogs.tell(sentences.join(' '))
}

async function revoke(
  ended: readonly Account[],
  {log, tokenRequest}: LogOutOptions,
): Promise<void> {
  const {revokeTokens} = await import('../oauth/revoke.ts')
  const revoked = await Promise.all(ended.map(({tokens}) => revokeTokens(tokens, tokenRequest)))
  if (revoked.includes(false)) {
    log.warn('A login could not be revoked at the server; it will expire')
  }
}

function toLabels(accounts: readonly Account[]): string {
  return [...new Set(accounts.map(toAccountLabel))].join(', ')
}
