/**
 * The process of a gateway. It is a part of the command that is a file of its own.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {createDamageListener} from '../../../accounts/directories/damaged-file.ts'
import {createPrivateFolder} from '../../../files/private-folder.ts'
import type {Engine} from '../../../engine/create-engine.ts'
import type {Gateway} from '../../../gateway/create-gateway.ts'
import type {CheckClient} from '../../../gateway/exchange/exchange.ts'
import {isLoopbackAddress} from '../../../gateway/server/guard-request.ts'
import {createMetricsCheck} from '../../../gateway/keys/check-client.ts'
import {KeyFile} from '../../../gateway/keys/key-file.ts'
import {openClientCheck, type OpenClientCheck} from '../../../gateway/keys/open-client-check.ts'
import {LOCAL_CLIENT} from '../../../gateway/socket-answer.ts'
import {createLogFile} from '../../../gateway/watch/create-log-file.ts'
import {gatherLines} from '../../../gateway/watch/gather-lines.ts'
import {CommandError, reportError} from '../../report-error.ts'
import {
  asOnlyGateway,
  readGatewayState,
  removeGatewayState,
  writeGatewayState,
} from '../state/gateway-state.ts'
import {readProcessStart} from '../state/process-start.ts'
import {createGatewayEngine, type GatewayEngineOptions} from './create-gateway-engine.ts'
import {openGateway, type OpenGatewayOptions} from './open-gateway.ts'
import type {PluggedIn} from './plug-in.ts'
import {createStopSignal} from './stop-signal.ts'
import {warmUp} from './warm-up.ts'
import {isDebugging} from './watch-requests.ts'

/** What the command gives to its part. */
export interface RunGatewayOptions extends Omit<GatewayEngineOptions, 'log'> {
  readonly version: string
  /** It listens, and nobody has been told yet. Must not reject. */
  readonly beforeReady?: (origin: string) => Promise<void>
  /** Others can find it now. */
  readonly onReady?: () => void
  /** Asked every two seconds: it ends once nobody wants it. Must not reject. Default: it is always wanted. */
  readonly isWanted?: (() => Promise<boolean>) | undefined
  /** It is about to end, in good order. Must not reject. */
  readonly beforeEnd?: () => Promise<void>
  /** Writes a line to standard output. */
  readonly out: (line: string) => void
  /** Writes a line to standard error. */
  readonly err: (line: string) => void
}

/** How long answers that are under way may take after the gateway was told to stop, in milliseconds. */
const GRACE_MS = 10_000

/** Between two looks for somebody who wants it, in milliseconds. */
const LOOK_EVERY_MS = 2000

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
  const log = createLogFile(path.join(base, 'gateway.log'), {isDebug: isDebugging(env)})
  const engine = createGatewayEngine({...options, log})
  const clients = createClientCheck(options, {engine, log})
  const stopping = createStopSignal()
  const plugged: PluggedIn[] = []
  const shown = gatherLines((lines) => out(lines.join('\n')))
  try {
    const gateway = await listen(options, {
      engine,
      log,
      show: (line) => shown.add(line),
      stop: () => stopping.stop(),
      keys: clients.keys,
      checkClient: toCheck(settings, clients.checkClient),
      onPluggedIn: (parts) => plugged.push(parts),
    })
    const {origin} = gateway.url
    out(`Gateway started on ${origin} (upstream ${settings.baseUrl})`)
    for (const line of await toHints(engine, origin)) out(line)
    onReady?.()
    const unwanted = untilUnwanted(options)
    // Whoever comes now starts one of its own.
    await Promise.race([stopping.asked, unwanted.then(() => removeGatewayState(base))])
    await beforeEnd?.()
    await gateway.stop(stopping.isUrgent() ? 0 : GRACE_MS)
    await removeGatewayState(base)
    shown.flush()
    out('Gateway stopped.')
    return 0
  } finally {
    stopping.end()
    await clients.close()
    for (const parts of plugged) await parts.close()
    await engine.stop()
    log.close()
  }
}

/** Resolves once nobody wants the gateway any more. Keeps no process alive. */
async function untilUnwanted({isWanted}: Pick<RunGatewayOptions, 'isWanted'>): Promise<void> {
  if (!isWanted) return new Promise(() => {})
  do await sleep(LOOK_EVERY_MS, undefined, {ref: false})
  while (await isWanted())
}

/** Clients without keys are let in; the metrics of a gateway that uses no account of its own are no client's business. */
function toCheck(
  {clientAuth, overrideAuth}: RunGatewayOptions['settings'],
  checkClient: CheckClient,
): CheckClient | undefined {
  if (!overrideAuth) return createMetricsCheck(checkClient, LOCAL_CLIENT)
  return clientAuth ? checkClient : undefined
}

type Parts = Pick<
  OpenGatewayOptions,
  'checkClient' | 'engine' | 'keys' | 'log' | 'onPluggedIn' | 'show' | 'stop'
>

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
  const gateway = await openGateway({...options, ...parts, operatorKey, startedAtMs})
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

async function toHints({store}: Engine, origin: string): Promise<readonly string[]> {
  const accounts = await store.list()
  if (accounts.length === 0) {
    return ['No account is logged in yet. Run `cao add <name>`; the gateway notices it.']
  }
  return [
    `Accounts: ${accounts.length}. Codex: \`cao run --gateway\`. Other clients: base URL ${origin}/v1`,
  ]
}
