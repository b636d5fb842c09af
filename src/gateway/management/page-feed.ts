/**
 * What the dashboard is told while somebody looks at it.
 *
 * @module
 */
import type {Log} from '../../base/log.ts'
import {toErrorName} from '../../errors.ts'
import type {Engine} from '../../engine/create-engine.ts'
import type {KeyFile} from '../keys/key-file.ts'
import type {LoginDesk} from '../logins/login-desk.ts'
import type {LiveRules} from '../rules/rules-file.ts'
import {describeAccounts} from './describe-accounts.ts'
import {describeKey} from './describe-keys.ts'
import type {PageEvent} from './event-stream.ts'
import type {LiveRequests} from './live-requests.ts'
import type {PageState} from './page-state.ts'

/** What the gateway says of itself. */
export interface PageSelf {
  readonly url: string
  readonly version: string
  readonly startedAtMs: number
  /** Whether the connector is served here, below `/ops`. */
  readonly hasConnector: boolean
}

/** Where the page's state comes from. */
export interface PageFeedOptions {
  readonly engine: Pick<Engine, 'backend' | 'memory' | 'settings' | 'store'>
  /** How the user calls an account; its id is given. */
  readonly toName: (accountId: string) => string
  readonly live: Pick<LiveRequests, 'list'>
  readonly logins: Pick<LoginDesk, 'current'>
  readonly keys: {readonly file: Pick<KeyFile, 'list'>; readonly areChecked: boolean}
  readonly rules: Pick<LiveRules, 'current' | 'reload'>
  readonly describe: () => PageSelf
  readonly log: Log
}

/** Tells whoever looks on. */
export interface PageFeed {
  /** The state as it is now. */
  read(): Promise<PageState>
  /** Something may have changed. Several changes in a moment are told as one, and none where nobody looks on. */
  changed(): void
  /** Tells an event of its own. */
  tell(event: PageEvent): void
  /** @returns Ends it. */
  follow(listener: (event: PageEvent) => void): () => void
}

/** How long changes are gathered, in milliseconds: the eye sees no more than this. */
const GATHER_MS = 200

/** Creates a feed that nobody follows yet. */
export function createPageFeed(options: PageFeedOptions): PageFeed {
  const {describe, engine, keys, live, log, logins, rules, toName} = options
  const listeners = new Set<(event: PageEvent) => void>()
  const pending: {timer?: NodeJS.Timeout | undefined} = {}
  const read = async (): Promise<PageState> => {
    await rules.reload()
    const [accounts, records] = await Promise.all([
      describeAccounts({engine, toName, rules: rules.current}),
      keys.file.list(),
    ])
    return {
      nowMs: engine.backend.now(),
      ...describe(),
      strategy: engine.settings.accountStrategy(),
      accounts,
      live: live.list(),
      keys: records.map(describeKey),
      areKeysChecked: keys.areChecked,
      login: logins.current(),
    }
  }
  const tell = (event: PageEvent) => {
    for (const listener of listeners) listener(event)
  }
  const tellState = async () => {
    pending.timer = undefined
    try {
      tell({type: 'state', data: await read()})
    } catch (error) {
      log.warn('The dashboard could not be told', {name: toErrorName(error)})
    }
  }
  const changed = () => {
    if (listeners.size === 0) return
    pending.timer ??= setTimeout(() => void tellState(), GATHER_MS).unref()
  }
  engine.memory.watch(changed)
  engine.store.watch(async () => changed())
  return {
    read,
    changed,
    tell,
    follow(listener) {
      listeners.add(listener)
      changed()
      return () => void listeners.delete(listener)
    },
  }
}
