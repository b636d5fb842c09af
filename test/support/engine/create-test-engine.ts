import {createEngine, type Engine, type EngineOptions} from '../../../src/engine/create-engine.ts'
import {ACCOUNT, NOW_MS} from './create-backend.ts'
import {createMemoryAccountStore} from '../memory/memory-account-store.ts'
import {createMemoryLog} from '../memory/memory-log.ts'
import {createMemoryStorage} from '../memory/memory-storage.ts'

/** An engine with one account, no settings and an empty storage; it asks `fetch`, and tells nobody. */
export function createTestEngine({
  fetch,
  ...options
}: Partial<EngineOptions> & Pick<EngineOptions, 'fetch'>): Engine & {
  readonly lines: readonly string[]
} {
  const {log, lines} = createMemoryLog()
  const engine = createEngine({
    process: {arch: 'x64', platform: 'linux', env: {}},
    fetch,
    now: () => NOW_MS,
    delay: async () => {},
    log,
    settings: {get: () => undefined},
    storage: createMemoryStorage(),
    own: createMemoryAccountStore(ACCOUNT),
    emptyFolder: '/nowhere',
    tell: () => {},
    showSwitch: () => {},
    ...options,
  })
  return {...engine, lines}
}
