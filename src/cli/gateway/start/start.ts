/**
 * `cao gateway start`
 *
 * @module
 */
import {withoutUndefined} from '../../../base/without-undefined.ts'
import type {Cli} from '../../cli.ts'
import {prepareClients, type FirstKey} from '../keys/prepare-clients.ts'
import {
  readGatewaySettings,
  saveGatewaySettings,
  type GatewaySettings,
  type TypedSettings,
} from '../settings/gateway-settings.ts'

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
}

/** Runs the gateway until it is told to stop; with `--detach`, until it listens. */
export async function startGateway(cli: Cli, options: StartOptions): Promise<number> {
  const {directories, env, io} = cli
  const {base} = directories
  const settings = await readGatewaySettings({base, env}, toTyped(options))
  if (options.save === true) {
    io.out(`Settings saved: ${await saveGatewaySettings({base}, settings)}`)
  }
  const firstKey = await prepareClients(cli, settings)
  try {
    return await serve(cli, {settings, firstKey, isDetached: options.detach === true})
  } finally {
    await firstKey.settle()
  }
}

interface Service {
  readonly settings: GatewaySettings
  readonly firstKey: FirstKey
  readonly isDetached: boolean
}

async function serve(cli: Cli, {settings, firstKey, isDetached}: Service): Promise<number> {
  const {directories, env, fetch, io, now, underWay, userHome, version} = cli
  const {base} = directories
  if (isDetached) {
    const {startDetached} = await import('./start-detached.ts')
    const exitCode = await startDetached(cli, settings)
    if (exitCode === 0) firstKey.show()
    return exitCode
  }
  const {pauseRouting, resumeRouting} = await import('../routing/enable-gateway.ts')
  const {runGateway} = await import('./run-gateway.ts')
  return runGateway({
    base,
    settings,
    env,
    fetch,
    now,
    underWay,
    userHome,
    version,
    beforeReady: async (origin) => void (await resumeRouting(cli, origin)),
    onReady: () => firstKey.show(),
    beforeEnd: async () => void (await pauseRouting(cli)),
    out: (line) => io.out(line),
    err: (line) => io.err(line),
  })
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
