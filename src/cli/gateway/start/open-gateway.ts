/**
 * A gateway with everything that plugs into it.
 *
 * @module
 */
import type {Engine} from '../../../engine/create-engine.ts'
import type {CodexError} from '../../../errors.ts'
import {createGateway, type Gateway} from '../../../gateway/create-gateway.ts'
import type {CheckClient} from '../../../gateway/exchange/exchange.ts'
import {createOpenApiRoute} from '../../../gateway/openapi/openapi-route.ts'
import type {FileLog} from '../../../gateway/watch/create-log-file.ts'
import {createOperatorRoutes} from '../../../gateway/watch/operator-routes.ts'
import {wordError} from '../../../responses/refusal/word-error.ts'
import {ADVICE_WORDS} from '../../report-error.ts'
import type {GatewayEngineOptions} from './create-gateway-engine.ts'
import {plugIn, type PlugInOptions, type PluggedIn} from './plug-in.ts'
import {createNames} from './warm-up.ts'
import {watchRequests} from './watch-requests.ts'

/** What a gateway is opened with. */
export interface OpenGatewayOptions extends Omit<GatewayEngineOptions, 'log'> {
  readonly version: string
  readonly engine: Engine
  readonly log: FileLog
  /** Shows a line for each request. */
  readonly show: (line: string) => void
  /** Asks the gateway to end. */
  readonly stop: () => void
  readonly operatorKey: string
  /** Milliseconds since the Unix epoch. */
  readonly startedAtMs: number
  /** The client keys. */
  readonly keys: PlugInOptions['keys']
  /** Default: everybody of this machine may ask. */
  readonly checkClient?: CheckClient | undefined
  /** Told of what has to be closed at the end, also when the gateway then cannot listen. */
  readonly onPluggedIn: (parts: PluggedIn) => void
}

/**
 * Opens it.
 *
 * @throws {ConfigurationError} It cannot listen there; the sentence says what to do.
 */
export async function openGateway(options: OpenGatewayOptions): Promise<Gateway> {
  const {checkClient, engine, log, now, operatorKey, settings, startedAtMs, stop, version} = options
  const toName = await createNames(engine)
  const watched = watchRequests({...options, toName})
  const describe = () => ({
    ...describeSelf(options),
    url: gateway.url.href,
    requests: watched.count(),
    openRequests: gateway.openRequests - 1,
  })
  const parts = await plugIn({
    ...options,
    toName,
    describe: toWords,
    describeSelf: () => ({url: gateway.url.href, version, startedAtMs}),
    checkClient,
  })
  options.onPluggedIn(parts)
  const gateway = await createGateway({
    ...parts.options,
    engine,
    listModels: () => engine.liveModels.catalogue.list(),
    describe: toWords,
    place: {address: settings.bindAddress, port: settings.port},
    version,
    now,
    log,
    operatorKey,
    isPassthrough: !settings.overrideAuth,
    maxRetryPasses: settings.maxRetryPasses,
    webSocket: settings.webSocket,
    ...(watched.onBody && {onBody: watched.onBody}),
    observers: [...watched.observers, ...parts.options.observers],
    routes: [
      ...watched.routes,
      createOpenApiRoute(version),
      ...createOperatorRoutes({engine, toName, stop, describe}),
      ...parts.options.routes,
    ],
  })
  return gateway
}

function describeSelf({settings, startedAtMs, version}: OpenGatewayOptions) {
  return {
    upstream: settings.baseUrl,
    overrideAuth: settings.overrideAuth,
    version,
    pid: process.pid,
    startedAt: new Date(startedAtMs).toISOString(),
  }
}

function toWords(error: CodexError): string {
  return wordError(error, ADVICE_WORDS)
}
