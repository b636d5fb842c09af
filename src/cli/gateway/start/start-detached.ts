/**
 * `cao gateway start --detach`
 *
 * @module
 */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {open, readFile, rm} from 'node:fs/promises'
import path from 'node:path'
import {delay} from '../../../base/delay.ts'
import {createPrivateFolder} from '../../../files/private-folder.ts'
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'
import type {GatewaySettings} from '../settings/gateway-settings.ts'
import {readGatewayState} from '../state/gateway-state.ts'

/** How long it may take to listen, in milliseconds: a machine that has just started is slow. */
const LONGEST_START_MS = 30_000

/** Between two looks, in milliseconds. */
const LOOK_EVERY_MS = 25

/**
 * Starts a process of its own, and waits until it listens.
 *
 * @param more Further arguments of its command.
 * @throws {CommandError} It ended before; the message is its own.
 */
export async function startDetached(
  cli: Cli,
  settings: GatewaySettings,
  more: readonly string[] = [],
): Promise<number> {
  const {directories, env, io, now} = cli
  const {base} = directories
  await createPrivateFolder(base)
  const errors = path.join(base, 'gateway.errors.log')
  const handle = await open(errors, 'w', 0o600)
  const own = [...process.execArgv, process.argv[1] ?? '', '--data-dir', base]
  const child = spawn(process.execPath, [...own, ...toArguments(settings), ...more], {
    detached: true,
    // Its folder may be removed while it runs.
    cwd: base,
    env,
    stdio: ['ignore', 'ignore', handle.fd],
    windowsHide: true,
  })
  const ended = once(child, 'exit')
  const failed = once(child, 'error')
  await handle.close()
  const untilMs = now() + LONGEST_START_MS
  for (;;) {
    const state = await readGatewayState(base)
    if (state && state.pid === child.pid) {
      child.unref()
      await rm(errors, {force: true})
      io.out(`Gateway started on ${new URL(state.url).origin} (upstream ${settings.baseUrl})`)
      io.out(
        `Process ${state.pid}. \`cao gateway stop\` ends it, and \`cao gateway logs\` shows what it does.`,
      )
      return 0
    }
    const isOver = await Promise.race([
      ended.then(() => true),
      failed.then(() => true),
      delay(LOOK_EVERY_MS).then(() => now() > untilMs),
    ])
    if (isOver) break
  }
  const hasEnded = child.exitCode !== null || child.signalCode !== null
  child.kill()
  const text = await readFile(errors, 'utf8').catch(() => '')
  await rm(errors, {force: true})
  throw toStartError(text, hasEnded)
}

/** Says what the process has said. On a disk that is full, it could say nothing. */
function toStartError(text: string, hasEnded: boolean): CommandError {
  const [line = '', next = ''] = text.split('\n')
  const [, hint] = /^Hint: (.+)/.exec(next) ?? []
  if (line !== '') {
    return new CommandError(line.replace(/^Error: /, ''), hint === undefined ? {} : {hint})
  }
  return hasEnded
    ? new CommandError('The gateway ended before it listened.', {
        hint: 'Run `cao gateway start` without --detach to see why.',
      })
    : new CommandError('The gateway did not start in time.')
}

/** The settings as they were understood here, whatever is saved. */
function toArguments(settings: GatewaySettings): string[] {
  const numbers = {
    '--port': settings.port,
    '--cooldown-seconds': settings.cooldownSeconds,
    '--max-retry-passes': settings.maxRetryPasses,
    '--timeout-ms': settings.requestTimeoutMs,
    '--upstream-retries': settings.upstreamMaxRetries,
    '--upstream-retry-base-ms': settings.upstreamRetryBaseMs,
    '--upstream-retry-max-ms': settings.upstreamRetryMaxMs,
    '--upstream-retry-jitter-ms': settings.upstreamRetryJitterMs,
  }
  return [
    'gateway',
    'start',
    '--bind',
    settings.bindAddress,
    '--base-url',
    settings.baseUrl,
    '--websocket',
    settings.webSocket,
    '--upstream-websocket',
    settings.upstreamWebSocket,
    ...Object.entries(numbers).flatMap(([flag, value]) => [flag, String(value)]),
    ...(settings.overrideAuth ? [] : ['--passthrough-auth']),
    ...(settings.clientAuth ? [] : ['--no-client-auth']),
  ]
}
