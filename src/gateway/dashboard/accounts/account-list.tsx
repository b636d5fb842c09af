/**
 * The accounts, and logging in to more of them.
 *
 * @module
 */
import type {PageStore} from '../page-store.ts'
import {AccountCard} from './account-card.tsx'
import {LoginPanel} from './login-panel.tsx'

/** What is shown. */
export interface AccountListProps {
  readonly store: PageStore
  readonly isEmailHidden: boolean
}

/** All accounts. */
export function AccountList({isEmailHidden, store}: AccountListProps) {
  const state = store.state.value
  return (
    <section aria-labelledby="accounts">
      <div class="row wrap">
        <h2 id="accounts" tabIndex={-1}>
          Accounts
        </h2>
        <button type="button" onClick={() => void store.reload()}>
          Reload usage
        </button>
        <button type="button" onClick={() => void store.startLogin('browser')}>
          Log in with this browser
        </button>
        <button type="button" onClick={() => void store.startLogin('code')}>
          Log in with a code
        </button>
        <button type="button" onClick={() => void store.startLogin('app')}>
          Sign in with ChatGPT
        </button>
      </div>
      {state?.login && <LoginPanel key={state.login.id} login={state.login} store={store} />}
      {state?.accounts.length === 0 && (
        <p>
          No account is logged in. Log in here, or run <code>cao add &lt;name&gt;</code> in a
          terminal: it shows up here by itself.
        </p>
      )}
      <div class="cards">
        {state?.accounts.map((account) => (
          <AccountCard
            key={account.id}
            account={account}
            store={store}
            isEmailHidden={isEmailHidden}
          />
        ))}
      </div>
    </section>
  )
}
