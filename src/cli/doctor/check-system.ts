/**
 * What `cao` needs beside the accounts: the servers, ports and files, and the Codex CLI.
 *
 * @module
 */
import {stat} from 'node:fs/promises'
import {createServer} from 'node:net'
import {withFileLock} from '../../files/file-lock.ts'
import {CodexError, ConfigurationError, toErrorName} from '../../errors.ts'
import {callJson, isTimeout} from '../../http/call-json.ts'
import {toJsonObject, toText} from '../../base/json-object.ts'
import {readCodexClient} from '../../codex/codex-client.ts'
import {fetchModels} from '../../models/fetch-models.ts'
import {REDIRECT_PORTS} from '../../oauth/redirect/redirect-uri.ts'
import type {Cli} from '../cli.ts'
import {parseProxy, readNetworkSettings} from '../../http/network-settings.ts'
import {readEndpoints} from '../../codex/endpoints.ts'
import type {AccountRecord} from '../accounts/account-record.ts'
import {checkCodex, checkEnvironment, checkServersLeft} from './check-codex.ts'
import {checkGateway} from './check-gateway.ts'
import {readCredentials} from '../accounts/credentials.ts'
import type {Check} from './health.ts'

/** What other users may do with a file. */
const OTHERS = 0o077

/** How wrong the clock may be: logins are checked against it, in milliseconds. */
const MAX_SKEW_MS = 5 * 60_000

/** The longest that a lock may be held, in milliseconds. */
const LOCK_TIMEOUT_MS = 1000

/** Checks on this machine. */
export async function checkMachine(
  cli: Cli,
  records: readonly AccountRecord[],
): Promise<readonly Check[]> {
  const [left, gateway, ...checks] = await Promise.all([
    checkServersLeft(records),
    checkGateway(cli),
    checkCodex(cli),
    ...REDIRECT_PORTS.map(checkPort),
    checkModes(cli, records),
    checkLocks(cli),
  ])
  return [...checks, ...gateway, ...checkEnvironment(cli), ...left]
}

/** Checks of the way to each server. */
export async function checkServers(
  cli: Cli,
  {records, timeoutMs}: {readonly records: readonly AccountRecord[]; readonly timeoutMs: number},
): Promise<readonly Check[]> {
  const {server, url} = readEndpoints(cli.env)
  const [authorization, backend] = await Promise.all([
    checkServer(cli, {name: 'authorization server', url: server.issuer, timeoutMs}),
    checkServer(cli, {name: 'backend', url: new URL(url), timeoutMs}),
  ])
  const isReached = backend[0]?.status === 'ok'
  const version = isReached ? await checkClientVersion(cli, {url, records, timeoutMs}) : []
  return [...authorization, ...backend.slice(0, 1), ...version, ...checkProxy(cli)]
}

interface ServerToCheck {
  readonly name: string
  readonly url: URL
  readonly timeoutMs: number
}

/** Any answer shows that the server can be reached; the first one tells the time as well. */
async function checkServer(
  {fetch, now}: Cli,
  {name, url, timeoutMs}: ServerToCheck,
): Promise<readonly Check[]> {
  try {
    const {headers, status} = await callJson(url, {fetch, timeoutMs, maxBytes: 0})
    const reached =
      status >= 500
        ? ({
            name,
            status: 'warn',
            message: `${url.host} answers with an error (HTTP ${status})`,
          } as const)
        : ({name, status: 'ok', message: `${url.host} answers`} as const)
    return [reached, ...checkClock(headers.get('date'), now())]
  } catch (error) {
    return [{name, status: 'error', message: `${url.host} cannot be reached: ${explain(error)}`}]
  }
}

/** The backend has no models for a client that it finds too old. */
async function checkClientVersion(
  {env, fetch, now}: Cli,
  options: {
    readonly url: string
    readonly records: readonly AccountRecord[]
    readonly timeoutMs: number
  },
): Promise<readonly Check[]> {
  const {records, timeoutMs, url} = options
  const logins = await Promise.all(records.map(({accountDir}) => readCredentials(accountDir)))
  const accounts = logins.flatMap(({login}) => (login.kind === 'chatgpt' ? login.account : []))
  // An app tells no version.
  const account = accounts.find(({tokens}) => !tokens.app && tokens.expiresAtMs > now())
  if (!account) return []
  const name = 'client version'
  const {arch, platform} = process
  const {clientVersion, userAgent} = readCodexClient({arch, platform, env})
  const {accessToken} = account.tokens
  const request = {url, account, accessToken, clientVersion, userAgent, fetch, timeoutMs}
  const answer = await fetchModels(request).catch(() => undefined)
  if (answer?.kind === 'models' && answer.list.models.length > 0) {
    const message = `the backend has ${answer.list.models.length} models for ${clientVersion}`
    return [{name, status: 'ok', message}]
  }
  // Whether this login works is another question, with an answer of its own.
  if (answer?.kind === 'failed' && [401, 403].includes(answer.status)) return []
  const status = answer?.kind === 'failed' ? ` (HTTP ${answer.status})` : ''
  const message = `the backend has no models for ${clientVersion}${status}. Update this program, or set CODEX_CLIENT_VERSION.`
  return [{name, status: 'warn', message}]
}

function checkClock(date: string | null, nowMs: number): readonly Check[] {
  const skewMs = nowMs - Date.parse(date ?? '')
  if (Number.isNaN(skewMs)) return []
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  if (Math.abs(skewMs) <= MAX_SKEW_MS) {
    return [{name: 'clock', status: 'ok', message: 'agrees with the server'}]
  }
  const message = `is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the server. Set the clock of this machine.`
  return [{name: 'clock', status: 'warn', message}]
}

/** The codes of the system and of OpenSSL say what a message of `fetch` does not. */
function explain(error: unknown): string {
  if (error instanceof CodexError) return error.message
  const cause = error instanceof Error ? error.cause : undefined
  const code = toText(toJsonObject(cause)['code'])
  if (code === undefined) {
    if (isTimeout(error)) return 'no answer in time'
    return cause instanceof Error ? cause.message : toErrorName(error)
  }
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO/.test(code)
  return isCertificate
    ? `its certificate is not trusted (${code}). Name the authority of your network in NODE_EXTRA_CA_CERTS.`
    : code
}

/** The way that `cao` and the Codex CLI both take. */
function checkProxy({env}: Cli): readonly Check[] {
  const {noProxy, proxy} = readNetworkSettings(env)
  if (!proxy) return []
  const name = 'proxy'
  try {
    const except = noProxy === '' ? '' : `, except for ${noProxy}`
    // Without the user name and the password that may be in it.
    const message = `${parseProxy(proxy).host} is used (${proxy.name})${except}`
    return [{name, status: 'ok', message}]
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return [{name, status: 'error', message: error.message}]
  }
}

/** Whether a login in the browser could come back here. */
async function checkPort(port: number): Promise<Check> {
  const name = `login port ${port}`
  const server = createServer()
  const code = await new Promise<string | undefined>((resolve) => {
    server.once('error', (error) => resolve(toText(toJsonObject(error)['code']) ?? 'unknown'))
    server.listen(port, '127.0.0.1', () => resolve(undefined))
  })
  server.close()
  if (code === undefined) return {name, status: 'ok', message: 'free'}
  const reason = code === 'EACCES' ? 'reserved by the system' : 'busy'
  return {name, status: 'warn', message: `${reason}; \`cao add --device-auth\` needs no port`}
}

async function checkModes({directories}: Cli, records: readonly AccountRecord[]): Promise<Check> {
  const name = 'file modes'
  const files = [
    directories.base,
    ...records.flatMap(({accountDir, authFilePath}) => [accountDir, authFilePath]),
  ]
  if (process.platform === 'win32') return {name, status: 'ok', message: 'not used on Windows'}
  const modes = await Promise.all(files.map((file) => stat(file).catch(() => undefined)))
  const open = files.filter((_, index) => ((modes[index]?.mode ?? 0) & OTHERS) !== 0)
  if (open.length === 0) return {name, status: 'ok', message: 'only this user can read the logins'}
  const message = `other users may read ${open.join(', ')}. Run chmod go-rwx on it.`
  return {name, status: 'warn', message}
}

async function checkLocks({directories}: Cli): Promise<Check> {
  const name = 'locks'
  try {
    const timeout = {timeoutMs: LOCK_TIMEOUT_MS}
    await withFileLock(`${directories.registryFile}.lock`, async () => undefined, timeout)
    return {name, status: 'ok', message: 'free'}
  } catch (error) {
    return {name, status: 'warn', message: error instanceof Error ? error.message : 'not free'}
  }
}
