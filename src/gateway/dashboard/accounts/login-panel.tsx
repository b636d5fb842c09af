/**
 * A login, step by step.
 *
 * @module
 */
import {useSignal} from '@preact/signals'
import {useEffect, useRef} from 'preact/hooks'
import type {LoginWay, PageLogin} from '../../logins/page-login.ts'
import type {PageStore} from '../page-store.ts'
import {CopyButton} from '../parts/copy-button.tsx'
import {toCountdown} from '../words.ts'

/** What is shown, and what the user does. */
export interface LoginPanelProps {
  readonly login: PageLogin
  readonly store: PageStore
}

/** The login that is under way, or how it has ended. */
export function LoginPanel({login, store}: LoginPanelProps) {
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (store.isLoginOurs.value) title.current?.focus()
    store.isLoginOurs.value = false
  }, [])
  const dismiss = () => {
    void store.dismissLogin()
    document.querySelector<HTMLElement>('#accounts')?.focus()
  }
  const {again, status, way} = login
  const isOver = status === 'failed' || status === 'succeeded'
  return (
    <section class="card panel" aria-labelledby="login">
      <h3 id="login" ref={title} tabIndex={-1}>
        {TITLES[way]}
      </h3>
      <p role="status">{toSentence(login)}</p>
      {status === 'waiting' && <Steps login={login} store={store} />}
      <p class="row wrap">
        {status === 'failed' && (
          <button type="button" onClick={() => void store.startLogin(way, again)}>
            Try again
          </button>
        )}
        <button type="button" onClick={dismiss}>
          {isOver ? 'Done' : 'Cancel the login'}
        </button>
      </p>
    </section>
  )
}

const TITLES: Readonly<Record<LoginWay, string>> = {
  app: 'Log in by “Sign in with ChatGPT”',
  browser: 'Log in with this browser',
  code: 'Log in with a code',
}

/** What speaks for the kind of login, and against it. */
const CODEX_KIND =
  'This is the login of Codex: it shows what is left of your plan, and can do everything here.'
const APP_KIND =
  'A preview of OpenAI: it can have a weekly cap, and be taken back in the settings of ChatGPT. It shows no usage, draws no images, and Codex can use it through this gateway only.'

function toSentence({account, problem, status, way}: PageLogin): string {
  if (status === 'starting') return 'The login is being prepared …'
  if (status === 'succeeded') return `${account} is logged in.`
  if (status === 'failed') return problem ?? 'The login did not work.'
  return way === 'code'
    ? 'Waiting for the code to be entered.'
    : 'Waiting for the browser to come back.'
}

function Steps({login, store}: LoginPanelProps) {
  const {expiresAtMs = 0, url = '', userCode, way} = login
  const left = toCountdown(expiresAtMs, store.nowMs.value)
  return (
    <>
      <ol>
        <li>
          <a href={url} target="_blank" rel="noopener noreferrer">
            {way === 'code' ? url : 'Open the login page'}
          </a>{' '}
          (in a new tab) and log in.
        </li>
        {userCode !== undefined && (
          <li>
            Enter this code: <strong class="code">{userCode}</strong>{' '}
            <CopyButton name="The code" text={userCode} />
          </li>
        )}
      </ol>
      {way !== 'code' && <Paste login={login} store={store} />}
      <p class="faint">{way === 'app' ? APP_KIND : CODEX_KIND}</p>
      <p class="faint">
        Time left: <span role="timer">{left}</span>. Go on only if you have started this login
        yourself{way === 'code' && '; never enter a code that somebody else has sent you'}.
      </p>
    </>
  )
}

/** The browser may run on another machine than the gateway. */
function Paste({login: {isListening}, store}: LoginPanelProps) {
  const typed = useSignal('')
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault()
        void store.pasteLogin(typed.value)
      }}
    >
      <label>
        {isListening === true
          ? 'If the last page cannot be shown, paste its address: '
          : 'The last page will not be shown. Paste its address: '}
        <input
          type="text"
          required
          autocomplete="off"
          spellcheck={false}
          value={typed.value}
          onInput={({currentTarget}) => (typed.value = currentTarget.value)}
        />
      </label>
      <button type="submit">Finish the login</button>
    </form>
  )
}
