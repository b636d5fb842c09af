/**
 * One account: whether it can answer, what is left of its windows, and what the user wants of it.
 *
 * @module
 */
import {useSignal} from '@preact/signals'
import type {PageAccount, PageWindow} from '../management/page-state.ts'
import type {PageStore} from './page-store.ts'
import {toClock, toPacePercent, toShownEmail, toSpan} from './words.ts'

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
      </footer>
    </article>
  )
}

function toSentence(name: string, why: string): string {
  return `${name} ${why}.`
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

interface WindowBarProps {
  readonly account: PageAccount
  readonly store: PageStore
  readonly window: PageWindow
}

function WindowBar({account, store, window}: WindowBarProps) {
  const isEditing = useSignal(false)
  const nowMs = store.nowMs.value
  const {ceilingPercent, resetsAtMs, usedPercent} = window
  const pace = toPacePercent(window, nowMs)
  const name = toWindowTitle(window)
  const used = Math.round(usedPercent)
  return (
    <div class="window">
      <div class="row">
        <span>{name}</span>
        <span>
          <strong>{100 - used} %</strong> left
        </span>
      </div>
      <div class="bar">
        <progress max={100} value={usedPercent} aria-label={`${account.name}, ${name}: used`}>
          {used} %
        </progress>
        {pace !== undefined && (
          <Tick
            at={pace}
            kind="pace"
            title={`An even pace would be at ${Math.round(pace)} % now.`}
          />
        )}
        {ceilingPercent !== undefined && (
          <Tick at={ceilingPercent} kind="ceiling" title={`Not used above ${ceilingPercent} %.`} />
        )}
      </div>
      <div class="row faint">
        <span>
          {resetsAtMs === undefined
            ? 'Not started'
            : `Resets ${toClock(resetsAtMs, nowMs)}, in ${toSpan(resetsAtMs - nowMs)}`}
        </span>
        <button type="button" class="link" onClick={() => (isEditing.value = !isEditing.value)}>
          {ceilingPercent === undefined ? 'Set a ceiling' : `Ceiling ${ceilingPercent} %`}
        </button>
      </div>
      {isEditing.value && (
        <CeilingForm {...{account, store, window}} close={() => (isEditing.value = false)} />
      )}
    </div>
  )
}

function Tick({at, kind, title}: {at: number; kind: 'ceiling' | 'pace'; title: string}) {
  return (
    <span
      class={`tick ${kind}`}
      title={title}
      ref={(element) => element?.style.setProperty('left', `${at}%`)}
    />
  )
}

function CeilingForm({account, close, store, window}: WindowBarProps & {close: () => void}) {
  const typed = useSignal(window.ceilingPercent ?? 80)
  const {limit, windowSeconds} = window
  const set = (maxUsedPercent: number | null) => {
    close()
    void store.changeAccount(account.id, {ceiling: {limit, windowSeconds, maxUsedPercent}})
  }
  return (
    <form
      class="row wrap"
      onSubmit={(event) => {
        event.preventDefault()
        set(typed.value)
      }}
    >
      <label class="inline">
        Do not use it above
        <input
          type="number"
          min={0}
          max={100}
          required
          value={typed.value}
          onInput={({currentTarget}) => (typed.value = currentTarget.valueAsNumber)}
        />
        %
      </label>
      <button type="submit">Set</button>
      {window.ceilingPercent !== undefined && (
        <button type="button" onClick={() => set(null)}>
          Lift it
        </button>
      )}
    </form>
  )
}

/** For example `5 h limit`, or `5 h limit of GPT-5.3-Codex-Spark`. */
function toWindowTitle({label, limit}: PageWindow): string {
  const name = `${label.charAt(0).toUpperCase()}${label.slice(1)} limit`
  return limit === 'codex' ? name : `${name} of ${limit}`
}
