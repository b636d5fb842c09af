/**
 * What is shown without the key of the operator.
 *
 * @module
 */
import {useSignal} from '@preact/signals'

/** What is asked, and who takes the answer. */
export interface KeyFormProps {
  /** Whether a key was there, and the gateway does not take it. */
  readonly isRefused: boolean
  readonly onKey: (key: string) => void
}

/** Says how to get in. */
export function KeyForm({isRefused, onKey}: KeyFormProps) {
  const typed = useSignal('')
  return (
    <main class="narrow">
      <h1>Codex gateway</h1>
      <p role="status">
        {isRefused
          ? 'The gateway was started again since this page was opened, so it takes another key now.'
          : 'This page opens with the key of the gateway.'}
      </p>
      <p>
        Run <code>cao gateway open</code> in a terminal: it opens the page with the key.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onKey(typed.value.trim())
        }}
      >
        <label>
          Or enter the key that <code>cao gateway open --print</code> shows behind{' '}
          <code>#key=</code>
          <input
            type="password"
            required
            autocomplete="off"
            value={typed.value}
            onInput={({currentTarget}) => (typed.value = currentTarget.value)}
          />
        </label>
        <button type="submit">Open</button>
      </form>
    </main>
  )
}
