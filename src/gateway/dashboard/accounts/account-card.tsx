/**
 * One account: whether it can answer, what is left of its windows, and what the user wants of it.
 *
 * @module
 */
import type {PageAccount} from '../../management/page-state.ts'
import type {PageStore} from '../page-store.ts'
import {ConfirmButton} from '../parts/confirm-button.tsx'
import {toClock, toShownEmail} from '../words.ts'
import {WindowBar} from './window-bar.tsx'

const STATES: Readonly<Record<PageAccount['state'], string>> = {
  ready: 'Ready',
  resting: 'Resting',
  paused: 'Paused',
  'login-needed': 'Login needed',
}

/** What the card shows and changes. */
export interface AccountCardProps {
  readonly account: PageAccount
  readonly store: PageStore
  readonly isEmailHidden: boolean
}

/** The card of an account. */
export function AccountCard({account, store, isEmailHidden}: AccountCardProps) {
  const {email, id, isPreferred, name, plan, state, why} = account
  const isPaused = state === 'paused'
  const title = `account-${id}`
  return (
    <article class="card" aria-labelledby={title}>
      <header class="row">
        <h3 id={title}>{name}</h3>
        <span class={`badge ${state}`}>{STATES[state]}</span>
      </header>
      <p class="faint">{[toShownEmail(email, isEmailHidden), plan].filter(Boolean).join(' · ')}</p>
      {why !== undefined && <p class="why">{toSentence(name, why)}</p>}
      {account.windows.length === 0 && <p class="faint">Nothing is known of its limits yet.</p>}
      {account.windows.map((window) => (
        <WindowBar key={`${window.limit} ${window.windowSeconds}`} {...{account, store, window}} />
      ))}
      <GoOn account={account} store={store} />
      {account.hasCredits && <p class="faint">Credits pay when a window is full.</p>}
      <footer class="row wrap">
        <button
          type="button"
          aria-pressed={isPreferred}
          onClick={() => void store.changeAccount(id, {isPreferred: !isPreferred})}
        >
          {isPreferred ? 'Goes first' : 'Let it go first'}
        </button>
        <button type="button" onClick={() => void store.changeAccount(id, {isPaused: !isPaused})}>
          {isPaused ? 'Resume' : 'Pause'}
        </button>
        <PriorityField account={account} store={store} />
        {state === 'login-needed' && (
          <button
            type="button"
            aria-label={`Log in again: ${name}`}
            onClick={() => void store.startLogin('browser', id)}
          >
            Log in again
          </button>
        )}
        <ConfirmButton
          text="Log out"
          about={name}
          question={`Log out of ${name}? Its login ends here and at OpenAI, for every program that uses it.`}
          keep="Stay logged in"
          onConfirm={() => void store.logOut(id)}
        />
      </footer>
    </article>
  )
}

function toSentence(name: string, why: string): string {
  return `${name} ${why}.`
}

/** Reserves are for later, and later may be now. */
function GoOn({account, store}: Pick<AccountCardProps, 'account' | 'store'>) {
  const {goOnUntilMs, id, name, windows} = account
  if (!windows.some(({reserve}) => reserve)) return null
  const isLifted = goOnUntilMs !== undefined
  const text = isLifted ? 'Let the reserves count now' : 'Use the reserves for an hour'
  return (
    <p class="row wrap spaced faint">
      {isLifted && (
        <span>Its reserves count again from {toClock(goOnUntilMs, store.nowMs.value)}.</span>
      )}
      <button
        type="button"
        class="link"
        aria-label={`${text}: ${name}`}
        onClick={() => void store.changeAccount(id, {goOnHours: isLifted ? 0 : 1})}
      >
        {text}
      </button>
    </p>
  )
}

function PriorityField({
  account: {id, priority},
  store,
}: Pick<AccountCardProps, 'account' | 'store'>) {
  return (
    <label class="inline">
      Priority
      <input
        type="number"
        min={-1000}
        max={1000}
        value={priority}
        onChange={({currentTarget}) => {
          const wanted = currentTarget.valueAsNumber
          if (Number.isInteger(wanted)) void store.changeAccount(id, {priority: wanted})
        }}
      />
    </label>
  )
}
