/**
 * Who is told when accounts change.
 *
 * @module
 */
import type {AccountListener, AccountStore} from './account.ts'

/** The listeners of one store. */
export interface AccountListeners {
  readonly watch: AccountStore['watch']
  /** Tells everybody, and waits for them. */
  notify(): Promise<void>
}

/** Creates listeners. */
export function createAccountListeners(): AccountListeners {
  const listeners = new Set<{readonly tell: AccountListener}>()
  return {
    watch(tell) {
      const listener = {tell}
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async notify() {
      await Promise.all([...listeners].map(({tell}) => tell()))
    },
  }
}
