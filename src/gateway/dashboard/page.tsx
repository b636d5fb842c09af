/**
 * The page: what is always there, and the part that was chosen.
 *
 * @module
 */
import {signal} from '@preact/signals'
import {AccountList} from './accounts/account-list.tsx'
import type {PageState} from '../management/page-state.ts'
import {ConnectorCard} from './connector-card.tsx'
import {HistoryCharts} from './history-charts.tsx'
import {KeyForm} from './key-form.tsx'
import {KeyList} from './keys/key-list.tsx'
import {toTheme, type PagePreferences} from './preferences.ts'
import type {Connection, PageStore} from './page-store.ts'
import {RequestList} from './request-list.tsx'
import {SetUp} from './set-up.tsx'
import {toClock, toSpan} from './words.ts'

/** What the page shows, and how. */
export interface PageProps {
  readonly store: PageStore
  readonly preferences: PagePreferences
}

const PARTS = {
  accounts: 'Accounts',
  requests: 'Requests',
  history: 'History',
  keys: 'Keys',
  connector: 'Connector',
  'set-up': 'Set up',
} as const

type Part = keyof typeof PARTS

const part = signal<Part>(readPart())
addEventListener('hashchange', () => (part.value = readPart()))

function readPart(): Part {
  const name = location.hash.slice(1)
  return isPart(name) ? name : 'accounts'
}

function isPart(name: string): name is Part {
  return name in PARTS
}

/** The whole page. */
export function Page({preferences, store}: PageProps) {
  const connection = store.connection.value
  if (connection.kind === 'no-key') {
    return <KeyForm isRefused={connection.isRefused} onKey={(key) => store.useKey(key)} />
  }
  return (
    <>
      <Top preferences={preferences} store={store} />
      <main>
        <Notices connection={connection} store={store} />
        <Chosen preferences={preferences} store={store} />
      </main>
    </>
  )
}

function Top({preferences, store}: PageProps) {
  const state = store.state.value
  const {isEmailHidden, theme} = preferences
  return (
    <header class="top">
      <div class="row spread">
        <div>
          <h1>Codex gateway</h1>
          <p class="faint">
            {state
              ? `${new URL(state.url).origin} · version ${state.version} · up for ${toSpan(store.nowMs.value - state.startedAtMs)}`
              : 'Looking for the gateway …'}
          </p>
        </div>
        <div class="row wrap">
          <button
            type="button"
            aria-pressed={isEmailHidden.value}
            onClick={() => (isEmailHidden.value = !isEmailHidden.value)}
          >
            Hide e-mails
          </button>
          <label class="inline">
            Colors
            <select
              value={theme.value}
              onChange={({currentTarget}) => (theme.value = toTheme(currentTarget.value))}
            >
              <option value="system">As the system</option>
              <option value="light">Light</option>
              <option value="dark">Dark</option>
            </select>
          </label>
        </div>
      </div>
      <nav aria-label="Parts">
        {listParts(state).map(([name, title]) => (
          <a key={name} href={`#${name}`} aria-current={name === part.value ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
    </header>
  )
}

/** The connector is there only while account mode is on. */
function listParts(state: PageState | undefined) {
  return Object.entries(PARTS).filter(
    ([name]) => name !== 'connector' || state?.hasConnector === true,
  )
}

function Notices({connection, store}: {connection: Connection; store: PageStore}) {
  const lost =
    connection.kind === 'lost'
      ? `The gateway has not answered since ${toClock(connection.sinceMs, Date.now())}. What you see is from before. Start it with: cao gateway start`
      : undefined
  const problem = store.problem.value ?? lost
  return (
    <div role="status" aria-live="polite">
      {problem !== undefined && <p class="notice">{problem}</p>}
    </div>
  )
}

function Chosen({preferences, store}: PageProps) {
  const state = store.state.value
  if (part.value === 'requests') return <RequestList store={store} />
  if (part.value === 'history') return <HistoryCharts store={store} />
  if (part.value === 'keys') return <KeyList store={store} />
  if (part.value === 'connector' && state?.hasConnector === true) {
    return (
      <ConnectorCard
        store={store}
        theme={preferences.theme.value}
        isEmailHidden={preferences.isEmailHidden.value}
      />
    )
  }
  if (part.value === 'set-up') return state ? <SetUp url={state.url} /> : null
  return <AccountList store={store} isEmailHidden={preferences.isEmailHidden.value} />
}
