/**
 * The requests that are under way, and the last ones that have ended.
 *
 * @module
 */
import {useSignal} from '@preact/signals'
import type {FinishedRequest} from '../history/finished-request.ts'
import type {LiveRequest} from '../management/page-state.ts'
import type {PageStore} from './page-store.ts'
import {toClock, toCount, toSeconds} from './words.ts'

/** What is shown. */
export interface RequestListProps {
  readonly store: PageStore
}

/** Both lists, with a filter. */
export function RequestList({store}: RequestListProps) {
  const filter = useSignal('')
  const wanted = filter.value.trim().toLowerCase()
  const live = store.state.value?.live ?? []
  const all = store.finished.value
  const shown = wanted === '' ? all : all.filter((request) => toText(request).includes(wanted))
  return (
    <section aria-labelledby="requests">
      <div class="row wrap">
        <h2 id="requests">Requests</h2>
        <label class="inline">
          Show only
          <input
            type="search"
            placeholder="model, account, client, reason"
            value={filter.value}
            onInput={({currentTarget}) => (filter.value = currentTarget.value)}
          />
        </label>
      </div>
      <h3>Under way: {live.length}</h3>
      {live.length === 0 ? (
        <p class="faint">Nobody is waiting for an answer.</p>
      ) : (
        <ul class="live">
          {live.map((request) => (
            <LiveRow key={request.id} request={request} nowMs={store.nowMs.value} />
          ))}
        </ul>
      )}
      <h3>{wanted === '' ? `The last ${all.length}` : `${shown.length} of ${all.length}`}</h3>
      {all.length === 0 ? (
        <p class="faint">No request has come yet.</p>
      ) : (
        <RequestTable requests={shown} nowMs={store.nowMs.value} />
      )}
    </section>
  )
}

function LiveRow({nowMs, request}: {nowMs: number; request: LiveRequest}) {
  const {account, client, firstByteAtMs, model, path, startedAtMs} = request
  const what = [model ?? path, toEffort(request)].filter(Boolean).join(' ')
  const phase = firstByteAtMs === undefined ? 'waiting for the first word' : 'answering'
  return (
    <li>
      <span class="pulse" aria-hidden="true" />
      <span>
        <strong>{what}</strong> for {client}
        {account !== undefined && ` by ${account}`}: {phase}, {toSeconds(nowMs - startedAtMs)}
      </span>
    </li>
  )
}

/** The headings; numbers stand to the right. */
const COLUMNS = [
  ['Time', ''],
  ['Client', ''],
  ['Model', ''],
  ['Account', ''],
  ['First word', 'number'],
  ['Took', 'number'],
  ['Tokens', 'number'],
  ['Cached', 'number'],
  ['Outcome', ''],
  ['Why this account', ''],
] as const

function RequestTable({nowMs, requests}: {nowMs: number; requests: readonly FinishedRequest[]}) {
  return (
    // A scrolling part must be reachable by keyboard.
    <div class="scroll" tabIndex={0} role="region" aria-label="The last requests">
      <table>
        <thead>
          <tr>
            {COLUMNS.map(([name, kind]) => (
              <th key={name} scope="col" class={kind}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {requests.map((request) => (
            <RequestRow key={request.id} request={request} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function RequestRow({nowMs, request}: {nowMs: number; request: FinishedRequest}) {
  const {client, durationMs, endpoint, firstWordMs, model, tokens} = request
  return (
    <tr>
      <td title={`Request ${request.id}`}>{toClock(request.startedAtMs, nowMs)}</td>
      <td>{client.label}</td>
      <td>
        {model ?? endpoint} <span class="faint">{toEffort(request)}</span>
      </td>
      <AccountCell request={request} />
      <td class="number">{toSeconds(firstWordMs)}</td>
      <td class="number">{toSeconds(durationMs)}</td>
      <td class="number">
        {tokens ? `${toCount(tokens.input)} → ${toCount(tokens.output)}` : '–'}
      </td>
      <td class="number">{toCachedShare(request)}</td>
      <OutcomeCell request={request} />
      <td class="why">{request.why ?? request.reason ?? '–'}</td>
    </tr>
  )
}

function AccountCell({request: {account, isPaid, switchedFrom}}: {request: FinishedRequest}) {
  return (
    <td>
      {account?.label ?? '–'}
      {switchedFrom && <span class="faint"> after {switchedFrom.label}</span>}
      {isPaid === true && <span class="badge resting">paid</span>}
    </td>
  )
}

function OutcomeCell({request: {code, status}}: {request: FinishedRequest}) {
  const isGood = status < 400 && code === undefined
  return (
    <td>
      <span class={`badge ${isGood ? 'ready' : 'login-needed'}`}>
        {isGood ? 'OK' : (code ?? status)}
      </span>
    </td>
  )
}

function toCachedShare({switchCost, tokens}: FinishedRequest): string {
  if (!tokens || tokens.input === 0) return '–'
  const share = `${Math.round((100 * tokens.cached) / tokens.input)} %`
  return switchCost ? `${share} (was ${Math.round(switchCost.cachedPercentBefore)} %)` : share
}

/** What was asked and what was sent, for example `xhigh → high`. */
function toEffort({askedEffort, effort}: Pick<FinishedRequest, 'askedEffort' | 'effort'>): string {
  if (effort === undefined) return ''
  return askedEffort === undefined || askedEffort === effort ? effort : `${askedEffort} → ${effort}`
}

function toText({account, client, code, endpoint, model, why}: FinishedRequest): string {
  return [account?.label, client.label, code, endpoint, model, why].join(' ').toLowerCase()
}
