/**
 * The client keys.
 *
 * @module
 */
import type {PageKey} from '../../management/page-state.ts'
import type {PageStore} from '../page-store.ts'
import {ConfirmButton} from '../parts/confirm-button.tsx'
import {toClock} from '../words.ts'
import {AddKeyForm} from './add-key-form.tsx'

/** What is shown, and where keys are made. */
export interface KeyListProps {
  readonly store: PageStore
}

const COLUMNS = ['Name', 'Clients', 'Good for', 'Models', 'Expires', 'Last used', 'Revoke'] as const

/** All keys, and a form for one more. */
export function KeyList({store}: KeyListProps) {
  const {areKeysChecked = true, keys = []} = store.state.value ?? {}
  return (
    <section aria-labelledby="keys">
      <div class="row wrap">
        <h2 id="keys">Client keys</h2>
      </div>
      {!areKeysChecked && (
        <p class="notice">
          This gateway takes requests without a key from every program of this machine.
        </p>
      )}
      {keys.length === 0 ? (
        <p class="faint">There is no client key. The Codex CLI needs none.</p>
      ) : (
        // A scrolling part must be reachable by keyboard.
        <div class="scroll" tabIndex={0} role="region" aria-label="The client keys">
          <table>
            <thead>
              <tr>
                {COLUMNS.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {keys.map((key) => (
                <KeyRow key={key.id} record={key} store={store} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <AddKeyForm store={store} />
    </section>
  )
}

function KeyRow({record, store}: {record: PageKey; store: PageStore}) {
  const {id, lastUsedAtMs, models, name, scopes} = record
  const nowMs = store.nowMs.value
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{record.class}</td>
      <td>{scopes.join(', ')}</td>
      <td>{models?.join(', ') ?? 'all'}</td>
      <td>{toExpiry(record, nowMs)}</td>
      <td>{lastUsedAtMs === undefined ? 'never' : toClock(lastUsedAtMs, nowMs)}</td>
      <td>
        <ConfirmButton
          text="Revoke"
          about={name}
          question={`Revoke the client key ${name}? Clients that show it are refused from then on.`}
          keep="Keep the key"
          onConfirm={() => void store.revokeKey(id)}
        />
      </td>
    </tr>
  )
}

function toExpiry({expiresAtMs}: PageKey, nowMs: number) {
  if (expiresAtMs === undefined) return 'never'
  if (expiresAtMs <= nowMs) return <span class="badge login-needed">Expired</span>
  return toClock(expiresAtMs, nowMs)
}
