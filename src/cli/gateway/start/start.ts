/**
 * `cao gateway start`
 *
 * @module
 */
import {withoutUndefined} from '../../../base/without-undefined.ts'
import type {Cli} from '../../cli.ts'
import {countRuns, removeLeftovers} from '../keys/claude-leftovers.ts'
import {prepareClients, type FirstKey} from '../keys/prepare-clients.ts'
import {readRouted} from '../routing/repair-interrupted.ts'
import {
  readGatewaySettings,
  saveGatewaySettings,
  type GatewaySettings,
  type TypedSettings,
} from '../settings/gateway-settings.ts'
import type {RunGatewayOptions} from './run-gateway.ts'

/** When a gateway that has just started reads what only its end needs, in milliseconds. */
const LOAD_AFTER_MS = 1000

/** Options of `cao gateway start`. */
export interface StartOptions {
  readonly bind?: string
  readonly port?: number
  readonly baseUrl?: string
  readonly cooldownSeconds?: number
  readonly maxRetryPasses?: number
  readonly timeoutMs?: number
  readonly upstreamRetries?: number
  readonly upstreamRetryBaseMs?: number
  readonly upstreamRetryMaxMs?: number
  readonly upstreamRetryJitterMs?: number
  readonly passthroughAuth?: boolean
  readonly save?: boolean
  readonly websocket?: 'auto' | 'off'
  readonly upstreamWebsocket?: 'auto' | 'off'
  readonly detach?: boolean
  /** Whether clients have to show a key. Default true. */
  readonly clientAuth?: boolean
  /** Whether it ends with the last run of Claude Code. */
  readonly forRuns?: boolean
}

/** Runs the gateway until it is told to stop; with `--detach`, until it listens. */
export async function startGateway(cli: Cli, options: StartOptions): Promise<number> {
  const {directories, env, io} = cli
  const {base} = directories
  const isDetached = options.detach === true
  const settings = await readGatewaySettings({base, env}, toTyped(options))
  // Read while the files below are waited for: it is most of a start.
  const part = isDetached ? undefined : import('./run-gateway.ts')
  part?.catch(() => undefined)
  if (options.save === true) {
    io.out(`Settings saved: ${await saveGatewaySettings({base}, settings)}`)
  }
  const firstKey = await prepareClients(cli, settings)
  try {
    if (part) return await serve(cli, {...options, settings, firstKey, part})
    const {startDetached} = await import('./start-detached.ts')
    const exitCode = await startDetached(cli, settings)
    if (exitCode === 0) firstKey.show()
    return exitCode
  } finally {
    await firstKey.settle()
  }
}

interface Service extends Pick<StartOptions, 'forRuns'> {
  readonly settings: GatewaySettings
  readonly firstKey: FirstKey
  readonly part: Promise<{readonly runGateway: (options: RunGatewayOptions) => Promise<number>}>
}

async function serve(cli: Cli, {forRuns, settings, firstKey, part}: Service): Promise<number> {
  const {directories, env, fetch, io, now, underWay, userHome, version} = cli
  const {base} = directories
  const {runGateway} = await part
  return runGateway({
    base,
    settings,
    env,
    fetch,
    now,
    underWay,
    userHome,
    version,
    isWanted: forRuns === true ? () => hasRuns(cli) : undefined,
    async beforeReady(origin) {
      const state = await readRouted(base)
      if (state !== 'paused' && state !== 'routed') return
      await (await loadRouting()).resumeRouting(cli, origin)
    },
    onReady() {
      firstKey.show()
      loadRoutingSoon()
    },
    beforeEnd: async () => void (await (await loadRouting()).pauseRouting(cli)),
    out: (line) => io.out(line),
    err: (line) => io.err(line),
  })
}

/** What runs have left that were killed is taken away with the last of them. */
async function hasRuns(cli: Cli): Promise<boolean> {
  if ((await countRuns(cli)) > 0) return true
  await removeLeftovers(cli)
  return false
}

/**
 * What leads Codex to the gateway is not read before somebody can be answered, where nobody has asked for it. It is read
 * soon, because a gateway that was replaced by a newer one while it ran has to take back what it did all the same.
 */
function loadRouting() {
  return import('../routing/enable-gateway.ts')
}

function loadRoutingSoon(): void {
  setTimeout(() => void loadRouting().catch(() => undefined), LOAD_AFTER_MS).unref()
}

function toTyped({
  bind,
  passthroughAuth,
  timeoutMs,
  upstreamRetries,
  ...same
}: StartOptions): TypedSettings {
  return withoutUndefined({
    bindAddress: bind,
    port: same.port,
    baseUrl: same.baseUrl,
    cooldownSeconds: same.cooldownSeconds,
    maxRetryPasses: same.maxRetryPasses,
    requestTimeoutMs: timeoutMs,
    upstreamMaxRetries: upstreamRetries,
    upstreamRetryBaseMs: same.upstreamRetryBaseMs,
    upstreamRetryMaxMs: same.upstreamRetryMaxMs,
    upstreamRetryJitterMs: same.upstreamRetryJitterMs,
    overrideAuth: passthroughAuth === true ? false : undefined,
    webSocket: same.websocket,
    upstreamWebSocket: same.upstreamWebsocket,
    clientAuth: same.clientAuth === false ? false : undefined,
  })
}
