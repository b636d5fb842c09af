/**
 * The process of a gateway. It is a part of the command that is a file of its own.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import path from 'node:path'
import {createDamageListener} from '../../../accounts/directories/damaged-file.ts'
import {toErrorName, type CodexError} from '../../../errors.ts'
import {createPrivateFolder} from '../../../files/private-folder.ts'
import type {Engine} from '../../../engine/create-engine.ts'
import {createGateway, type Gateway} from '../../../gateway/create-gateway.ts'
import {isLoopbackAddress} from '../../../gateway/server/guard-request.ts'
import {KeyFile} from '../../../gateway/keys/key-file.ts'
import {openClientCheck, type OpenClientCheck} from '../../../gateway/keys/open-client-check.ts'
import {createOpenApiRoute} from '../../../gateway/openapi/describe-api.ts'
import {createBodyCapture} from '../../../gateway/watch/capture-body.ts'
import {countRequests} from '../../../gateway/watch/count-requests.ts'
import {createLogFile, type FileLog} from '../../../gateway/watch/create-log-file.ts'
import {gatherLines, type GatheredLines} from '../../../gateway/watch/gather-lines.ts'
import {logRequests} from '../../../gateway/watch/log-requests.ts'
import {createOperatorRoutes} from '../../../gateway/watch/operator-routes.ts'
import {wordError} from '../../../responses/refusal/word-error.ts'
import {ADVICE_WORDS, CommandError, reportError} from '../../report-error.ts'
import {
  asOnlyGateway,
  readGatewayState,
  removeGatewayState,
  writeGatewayState,
} from '../state/gateway-state.ts'
import {readProcessStart} from '../state/process-start.ts'
import {plugIn, type PluggedIn} from './plug-in.ts'
import {createGatewayEngine, type GatewayEngineOptions} from './create-gateway-engine.ts'

/** What the command gives to its part. */
export interface RunGatewayOptions extends Omit<GatewayEngineOptions, 'log'> {
  readonly version: string
  /** It listens, and nobody has been told yet. Must not reject. */
  readonly beforeReady?: (origin: string) => Promise<void>
  /** Others can find it now. */
  readonly onReady?: () => void
  /** It is about to end, in good order. Must not reject. */
  readonly beforeEnd?: () => Promise<void>
  /** Writes a line to standard output. */
  readonly out: (line: string) => void
  /** Writes a line to standard error. */
  readonly err: (line: string) => void
}

/** How long answers that are under way may take after the gateway was told to stop, in milliseconds. */
const GRACE_MS = 10_000

/** How often models and usage are looked at while somebody asks, in milliseconds. */
const RELOAD_EVERY_MS = 300_000

/** Signals that ask the gateway to stop. A second one cuts what is under way. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs the gateway of the folder until it is told to stop. Its own errors are told in words.
 *
 * @returns The exit code.
 */
export async function runGateway(options: RunGatewayOptions): Promise<number> {
  const {base, err} = options
  try {
    await createPrivateFolder(base)
    const exitCode = await asOnlyGateway(base, () => serve(options))
    if (exitCode !== undefined) return exitCode
    const other = await readGatewayState(base)
    const where = other ? ` at ${new URL(other.url).origin} (process ${other.pid})` : ''
    throw new CommandError(`A gateway is already running${where}.`, {
      hint: 'Use that one, or end it with `cao gateway stop`.',
    })
  } catch (error) {
    reportError(error, {err}, false)
    return 1
  }
}

async function serve(options: RunGatewayOptions): Promise<number> {
  const {base, beforeEnd, env, onReady, out, settings} = options
  const isGuarded = settings.overrideAuth && settings.clientAuth
  if (!isLoopbackAddress(settings.bindAddress) && !isGuarded) {
    throw new CommandError(
      `${settings.bindAddress} can be reached by other machines, and nothing would keep them from your accounts: clients need no key.`,
      {
        hint: 'Leave --bind out to listen on this machine alone, or leave out --no-client-auth and --passthrough-auth.',
      },
    )
  }
  const isDebug = env['CAO_DEBUG_HEADERS'] === '1'
  const log = createLogFile(path.join(base, 'gateway.log'), {isDebug})
  const engine = createGatewayEngine({...options, log})
  const clients = isGuarded ? createClientCheck(options, {engine, log}) : undefined
  const stopping = createStopSignal()
  const plugged: PluggedIn[] = []
  const shown = gatherLines((lines) => out(lines.join('\n')))
  try {
    const stop = () => stopping.stop()
    const parts = {engine, log, plugged, shown, stop, ...(clients && {clients})}
    const gateway = await listen(options, parts)
    const {origin} = gateway.url
    out(`Gateway started on ${origin} (upstream ${settings.baseUrl})`)
    for (const line of await toHints(engine, origin)) out(line)
    onReady?.()
    await stopping.asked
    await beforeEnd?.()
    await gateway.stop(stopping.isUrgent() ? 0 : GRACE_MS)
    await removeGatewayState(base)
    shown.flush()
    out('Gateway stopped.')
    return 0
  } finally {
    stopping.end()
    await clients?.close()
    for (const parts of plugged) await parts.close()
    await engine.stop()
    log.close()
  }
}

interface Parts {
  readonly engine: Engine
  readonly log: FileLog
  /** What standard output shows of each request. */
  readonly shown: GatheredLines
  readonly stop: () => void
  /** What has to be closed at the end. */
  readonly plugged: PluggedIn[]
  /** Absent where everybody may ask. */
  readonly clients?: OpenClientCheck
}

function createClientCheck(
  {base, now}: RunGatewayOptions,
  {engine, log}: Pick<Parts, 'engine' | 'log'>,
): OpenClientCheck {
  const file = new KeyFile({base, now, onDamage: createDamageListener(log)})
  return openClientCheck({base, engine, file, log})
}

async function listen(options: RunGatewayOptions, parts: Parts): Promise<Gateway> {
  const {base, now, version} = options
  const {engine, log} = parts
  const operatorKey = randomBytes(24).toString('base64url')
  const startedAtMs = now()
  const gateway = await open(options, {...parts, operatorKey, startedAtMs})
  log.info('Gateway started', {url: gateway.url.origin, version, pid: process.pid})
  try {
    await options.beforeReady?.(gateway.url.origin)
    const processStart = await readProcessStart(process.pid)
    const {pid} = process
    const state = {url: gateway.url.href, pid, startedAtMs, operatorKey, version}
    await writeGatewayState(base, {...state, ...(processStart !== undefined && {processStart})})
  } catch (error) {
    await gateway.stop(0)
    throw error
  }
  void warmUp(engine, log)
  return gateway
}

interface Run extends Parts {
  readonly operatorKey: string
  readonly startedAtMs: number
}

async function open(options: RunGatewayOptions, run: Run): Promise<Gateway> {
  const {base, env, now, settings, version} = options
  const {clients, engine, log, operatorKey, shown, stop} = run
  const toName = await createNames(engine)
  const counts = countRequests(engine, toName)
  const isDebug = env['CAO_DEBUG_HEADERS'] === '1'
  const isCaptured = isDebug && env['CAO_CAPTURE_BODY'] === '1'
  const seen = {requests: 0, reloadedAtMs: now()}
  const onRequest = () => {
    seen.requests += 1
    if (now() - seen.reloadedAtMs < RELOAD_EVERY_MS) return
    seen.reloadedAtMs = now()
    void engine.reload()
  }
  const describe = () => ({
    ...describeSelf(options, run),
    url: gateway.url.href,
    requests: seen.requests,
    openRequests: gateway.openRequests - 1,
  })
  const parts = await plugIn({
    ...options,
    engine,
    log,
    toName,
    describe: toWords,
    describeSelf: () => ({url: gateway.url.href, version, startedAtMs: run.startedAtMs}),
    checkClient: clients?.checkClient,
  })
  run.plugged.push(parts)
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
    ...(isCaptured && {onBody: createBodyCapture(path.join(base, 'gateway.last-body.json'), log)}),
    observers: [
      counts.observer,
      logRequests({log, toName, show: (line) => shown.add(line), withHeaders: isDebug}),
      {started: onRequest},
      ...parts.options.observers,
    ],
    routes: [
      counts.route,
      createOpenApiRoute(version),
      ...createOperatorRoutes({engine, toName, stop, describe}),
      ...parts.options.routes,
    ],
  })
  return gateway
}

function describeSelf({settings, version}: RunGatewayOptions, {startedAtMs}: Run) {
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

/** What the first request would wait for. */
async function warmUp(engine: Engine, log: FileLog): Promise<void> {
  try {
    await engine.openBackend()
    await engine.reload()
  } catch (error) {
    log.warn('Models and usage could not be loaded', {name: toErrorName(error)})
  }
}

/** The folder of an account is what its user calls it. */
async function createNames({shared, store}: Engine): Promise<(accountId: string) => string> {
  const names = new Map<string, string>()
  const learn = async () => {
    for (const {home, id} of await store.list()) if (home) names.set(id, path.basename(home))
  }
  // On a machine that is busy, the first look takes its time, and a request would find nobody.
  await shared.update()
  await learn()
  store.watch(learn)
  return (accountId) => names.get(accountId) ?? accountId.slice(0, 8)
}

async function toHints({store}: Engine, origin: string): Promise<readonly string[]> {
  const accounts = await store.list()
  if (accounts.length === 0) {
    return ['No account is logged in yet. Run `cao add <name>`; the gateway notices it.']
  }
  return [
    `Accounts: ${accounts.length}. Codex: \`cao run --gateway\`. Other clients: base URL ${origin}/v1`,
  ]
}

/** Waits for a signal, or for `stop`. */
function createStopSignal() {
  const told = {times: 0, resolve: () => {}}
  const asked = new Promise<void>((resolve) => {
    told.resolve = resolve
  })
  const stop = () => {
    told.times += 1
    told.resolve()
    // Whoever asks twice does not want to wait.
    if (told.times > 1) process.exit(1)
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  return {
    asked,
    stop,
    isUrgent: () => told.times > 1,
    end() {
      for (const signal of SIGNALS) process.off(signal, stop)
    },
  }
}
