/**
 * Limits of accounts that outlive a restart of the host.
 *
 * @module
 */
import {createAccountLimits, type AccountLimits} from '../../accounts/account-limits.ts'
import {toErrorName} from '../../errors.ts'
import type {Clock} from '../../http/fetch.ts'
import type {Log} from '../../http/log.ts'
import type {AlmaContext} from './alma-api.ts'

const KEY = 'limits'

/** What {@link createSavedAccountLimits} needs from outside. */
export interface SavedAccountLimitsOptions {
  readonly storage: AlmaContext['storage']['local']
  readonly now: Clock
  readonly log: Log
}

/** Limits that are saved in the background. */
export interface SavedAccountLimits extends AccountLimits {
  /** Reads what was saved, once. A storage that fails costs a warning and nothing else. */
  load(): Promise<void>
}

/** Creates limits in the host's plain storage. */
export function createSavedAccountLimits({
  storage,
  now,
  log,
}: SavedAccountLimitsOptions): SavedAccountLimits {
  const warn = (error: unknown) =>
    log.warn('Limits of accounts could not be read or saved', {name: toErrorName(error)})
  const limits = createAccountLimits({
    now,
    onChange: () => void storage.set(KEY, limits.export()).catch(warn),
  })
  let loading: Promise<void> | undefined
  return {
    ...limits,
    load() {
      loading ??= storage.get<unknown>(KEY).then((saved) => limits.import(saved), warn)
      return loading
    },
  }
}
