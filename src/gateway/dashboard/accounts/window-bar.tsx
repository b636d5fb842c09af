/**
 * One window of an account's usage limit: what is left of it, and what of it may be used.
 *
 * @module
 */
import {useSignal} from '@preact/signals'
import type {PageWindow} from '../../management/page-state.ts'
import {toClock, toPacePercent, toSpan} from '../words.ts'
import {ReserveForm, type WindowFormProps} from './reserve-form.tsx'

/** The bar of a window. */
export function WindowBar({account, store, window}: Omit<WindowFormProps, 'close'>) {
  const open = useSignal<'ceiling' | 'reserve' | undefined>(undefined)
  const nowMs = store.nowMs.value
  const {ceilingPercent, limit, resetsAtMs, usedPercent} = window
  const name = toWindowTitle(window)
  const toggle = (form: 'ceiling' | 'reserve') =>
    (open.value = open.value === form ? undefined : form)
  const close = () => (open.value = undefined)
  return (
    <div class="window">
      <div class="row">
        <span>{name}</span>
        <span>
          <strong>{100 - Math.round(usedPercent)} %</strong> left
        </span>
      </div>
      <Bar account={account} name={name} nowMs={nowMs} window={window} />
      <div class="row wrap spaced faint">
        <span>
          {resetsAtMs === undefined
            ? 'Not started'
            : `Resets ${toClock(resetsAtMs, nowMs)}, in ${toSpan(resetsAtMs - nowMs)}`}
        </span>
        <span class="row">
          {limit === 'codex' && (
            <LinkButton
              text={toReserveText(window)}
              about={`${account.name}, ${name}`}
              isOpen={open.value === 'reserve'}
              onClick={() => toggle('reserve')}
            />
          )}
          <LinkButton
            text={ceilingPercent === undefined ? 'Set a ceiling' : `Ceiling ${ceilingPercent} %`}
            about={`${account.name}, ${name}`}
            isOpen={open.value === 'ceiling'}
            onClick={() => toggle('ceiling')}
          />
        </span>
      </div>
      {open.value === 'ceiling' && <CeilingForm {...{account, close, store, window}} />}
      {open.value === 'reserve' && <ReserveForm {...{account, close, store, window}} />}
    </div>
  )
}

interface BarProps extends Pick<WindowFormProps, 'account' | 'window'> {
  readonly name: string
  readonly nowMs: number
}

function Bar({account, name, nowMs, window}: BarProps) {
  const {ceilingPercent, usedPercent} = window
  const pace = toPacePercent(window, nowMs)
  return (
    <div class="bar">
      <progress max={100} value={usedPercent} aria-label={`${account.name}, ${name}: used`}>
        {Math.round(usedPercent)} %
      </progress>
      {pace !== undefined && (
        <Tick at={pace} kind="pace" title={`An even pace would be at ${Math.round(pace)} % now.`} />
      )}
      {ceilingPercent !== undefined && (
        <Tick at={ceilingPercent} kind="ceiling" title={`Not used above ${ceilingPercent} %.`} />
      )}
    </div>
  )
}

interface LinkButtonProps {
  readonly text: string
  readonly about: string
  readonly isOpen: boolean
  readonly onClick: () => void
}

function LinkButton({about, isOpen, onClick, text}: LinkButtonProps) {
  return (
    <button
      type="button"
      class="link"
      aria-expanded={isOpen}
      aria-label={`${text}: ${about}`}
      onClick={onClick}
    >
      {text}
    </button>
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

function CeilingForm({account, close, store, window}: WindowFormProps) {
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

function toReserveText({reserve}: PageWindow): string {
  if (!reserve) return 'Keep a reserve'
  const {isPaced, keepPercent} = reserve
  if (keepPercent === 0) return 'Held to a pace'
  return isPaced ? `Reserve ${keepPercent} %, paced` : `Reserve ${keepPercent} %`
}
