/**
 * An account store that tells when accounts come and go.
 *
 * @module
 */
import type {AccountStore} from '../../accounts/account.ts'

/**
 * The same store. Whoever adds or removes an account waits until `onChange` is done.
 *
 * @param onChange Must not reject.
 */
export function withAccountWatch(store: AccountStore, onChange: () => Promise<void>): AccountStore {
  return {
    list: () => store.list(),
    get: (id) => store.get(id),
    reload: (id) => store.reload(id),
    change: (id, change) => store.change(id, change),
    async add(account) {
      await store.add(account)
      await onChange()
    },
    async remove(id) {
      await store.remove(id)
      await onChange()
    },
  }
}
