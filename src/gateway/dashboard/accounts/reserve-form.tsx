/**
 * What of a window is kept, and from whom.
 *
 * @module
 */
import {useSignal} from '@preact/signals'
import type {PageAccount, PageReserve, PageWindow} from '../../management/page-state.ts'
import type {PageStore} from '../page-store.ts'

/** The window, and what changes it. */
export interface WindowFormProps {
  readonly account: PageAccount
  readonly store: PageStore
  readonly window: PageWindow
  readonly close: () => void
}

const NOTHING: PageReserve = {keepPercent: 0, isPaced: false, from: 'background'}

/** Keeps something of a window, or nothing any more. */
export function ReserveForm({account, close, store, window}: WindowFormProps) {
  const wish = useSignal<PageReserve>(window.reserve ?? {...NOTHING, keepPercent: 20})
  const change = (part: Partial<PageReserve>) => (wish.value = {...wish.value, ...part})
  const set = (reserve: PageReserve) => {
    close()
    const {windowSeconds} = window
    void store.changeAccount(account.id, {reserve: {...reserve, windowSeconds}})
  }
  const {from, isPaced, keepPercent} = wish.value
  return (
    <form
      class="row wrap"
      onSubmit={(event) => {
        event.preventDefault()
        set(wish.value)
      }}
    >
      <label class="inline">
        Keep
        <input
          type="number"
          min={0}
          max={100}
          required
          value={keepPercent}
          onInput={({currentTarget}) => change({keepPercent: currentTarget.valueAsNumber})}
        />
        % of it
      </label>
      <label class="inline">
        from
        <select
          value={from}
          onChange={({currentTarget: {value}}) =>
            change({from: value === 'everybody' ? 'everybody' : 'background'})
          }
        >
          <option value="background">background clients</option>
          <option value="everybody">all clients</option>
        </select>
      </label>
      <label class="inline">
        <input
          type="checkbox"
          checked={isPaced}
          onChange={({currentTarget}) => change({isPaced: currentTarget.checked})}
        />
        Hold use to an even pace
      </label>
      <button type="submit">Keep it</button>
      {window.reserve && (
        <button type="button" onClick={() => set(NOTHING)}>
          Keep nothing
        </button>
      )}
    </form>
  )
}
