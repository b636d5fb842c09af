/**
 * The last known usage of each account, kept in the host's plain storage: it changes often, and must
 * never cause the tokens to be written again.
 *
 * @module
 */
import {toJsonObject} from '../../http/json-object.ts'
import type {Usage} from '../../accounts/usage.ts'
import type {AlmaContext} from './alma-api.ts'

const KEY = 'usage'

/** Usage by account id. */
export interface UsageCache {
  /** Everything that is known; empty when the storage cannot be read. */
  list(): Promise<ReadonlyMap<string, Usage>>
  /** Replaces what was known about the named accounts, and forgets those not in `accountIds`. */
  update(usages: ReadonlyMap<string, Usage>, accountIds: readonly string[]): Promise<void>
}

/** Creates a cache on the host's storage. */
export function createUsageCache(storage: AlmaContext['storage']['local']): UsageCache {
  const list = async () => {
    const stored: unknown = await storage.get<unknown>(KEY).catch(() => undefined)
    const entries = Object.entries(toJsonObject(stored))
    return new Map(entries.filter((entry): entry is [string, Usage] => isUsage(entry[1])))
  }
  return {
    list,
    async update(usages, accountIds) {
      const known = new Map([...(await list()), ...usages])
      const kept = [...known].filter(([id]) => accountIds.includes(id))
      await storage.set(KEY, Object.fromEntries(kept))
    },
  }
}

function isUsage(value: unknown): value is Usage {
  const {windows, takenAtMs} = toJsonObject(value)
  return (
    typeof takenAtMs === 'number' &&
    Array.isArray(windows) &&
    windows.map(toJsonObject).every(isWindow)
  )
}

function isWindow({name, usedPercent, resetsAtMs}: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof name === 'string' &&
    typeof usedPercent === 'number' &&
    Number.isFinite(new Date(Number(resetsAtMs)).getTime())
  )
}
