/**
 * The engine of the gateway: the account directories, and what is known of them, shared with whoever else uses them.
 *
 * @module
 */
import path from 'node:path'
import type {AccountStore} from '../../../accounts/account.ts'
import {NO_JOURNAL} from '../../../accounts/refresh-journal.ts'
import type {UnderWay} from '../../../accounts/tokens/under-way.ts'
import type {Clock} from '../../../base/clock.ts'
import type {Log} from '../../../base/log.ts'
import {createEngine, type Engine} from '../../../engine/create-engine.ts'
import type {FetchFunction} from '../../../http/fetch.ts'
import {createNodeSend} from '../../../http/node-send.ts'
import {
  createSocketSend,
  type SocketSend,
} from '../../../responses/transport/websocket/create-socket-send.ts'
import {openBackendSocket} from '../../../responses/transport/websocket/open-backend-socket.ts'
import {withHeaderTimeout} from '../../../gateway/upstream/with-header-timeout.ts'
import {createFileStorage} from '../../../storage/file-storage.ts'
import {isPlainNetwork} from '../../../http/network-settings.ts'
import {toBackendUrl, type GatewaySettings} from '../settings/gateway-settings.ts'

/** What the engine is made with. */
export interface GatewayEngineOptions {
  /** The folder of the accounts. */
  readonly base: string
  readonly settings: GatewaySettings
  readonly env: NodeJS.ProcessEnv
  readonly userHome: string
  readonly fetch: FetchFunction
  readonly now: Clock
  readonly underWay: UnderWay
  readonly log: Log
}

/** Creates it. Nothing is read and nobody is asked yet. */
export function createGatewayEngine(options: GatewayEngineOptions): Engine {
  const {base, env, log, now, settings, underWay, userHome} = options
  const fetch = withHeaderTimeout(options.fetch, settings.requestTimeoutMs)
  const {arch, platform} = process
  const storage = createFileStorage(path.join(base, 'gateway.memory'))
  const values: Readonly<Record<string, unknown>> = {'openaiCodex.sharedAccounts': base}
  const way = openWay(options)
  const engine = createEngine({
    process: {arch, platform, env: {...env, CODEX_BACKEND_URL: toBackendUrl(settings.baseUrl)}},
    userHome,
    fetch,
    ...(way && {send: way.send}),
    now,
    log,
    underWay,
    // A process that has just begun takes its time for its first answer, and a kill could come in between.
    rehearse: () => fetch('data:application/json,{}').then(nothing, nothing),
    unknownRestMs: settings.cooldownSeconds * 1000,
    retryPolicy: {
      maxRetries: settings.upstreamMaxRetries,
      firstPauseMs: settings.upstreamRetryBaseMs,
      longestPauseMs: settings.upstreamRetryMaxMs,
      jitterMs: settings.upstreamRetryJitterMs,
    },
    settings: {get: (key) => values[key]},
    storage,
    itemStorage: {read: () => storage.get('items'), write: (saved) => storage.set('items', saved)},
    own: NO_ACCOUNTS_OF_OUR_OWN,
    emptyFolder: base,
    tell: (sentence) => log.warn(sentence),
    showSwitch: ({from, reason, to}) =>
      log.info('Another account goes on', {
        from: from.id.slice(0, 8),
        to: to?.id.slice(0, 8),
        reason,
      }),
  })
  return {
    ...engine,
    async stop() {
      way?.close?.()
      await engine.stop()
    },
  }
}

/** The cheaper way to the backend. A proxy, or an authority of its own, is the matter of `fetch`. */
function openWay({env, log, now, settings}: GatewayEngineOptions): Partial<SocketSend> | undefined {
  if (!isPlainNetwork(env)) return undefined
  const {requestTimeoutMs, upstreamWebSocket} = settings
  const send = createNodeSend({headTimeoutMs: requestTimeoutMs})
  if (upstreamWebSocket === 'off') return {send}
  const firstMessageMs = requestTimeoutMs
  return createSocketSend({send, open: openBackendSocket, now, log, firstMessageMs})
}

/** The gateway keeps no logins itself: all of them are in the directories, which other programs use as well. */
const NO_ACCOUNTS_OF_OUR_OWN: AccountStore = {
  list: async () => [],
  get: async () => undefined,
  reload: async () => undefined,
  add: async () => {},
  change: async () => {},
  remove: async () => {},
  watch: () => nothing,
  lock: async (_id, task) => task(NO_JOURNAL),
}

function nothing(): void {}
