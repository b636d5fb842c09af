/**
 * Logging in with `codex app-server`, which speaks JSON-RPC over its standard input and output.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/app-server/README.md}
 */
import {parseJson, toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import {ConnectorError} from '../../connector-error.ts'
import type {CliLogin} from './cli-login.ts'
import {startCli} from './cli-process.ts'
import {CODE_LIFETIME_MS, GIVE_UP_MS} from './log-in-by-text.ts'
import {isTrustedUrl} from './parse-device-text.ts'
import {readCliError} from './read-cli-error.ts'

/** How long an answer may take, in milliseconds. */
const ANSWER_TIMEOUT_MS = 20_000

/** How long it may take to hear of a cancelled login, in milliseconds. */
const CANCEL_TIMEOUT_MS = 1000

/** Messages that nobody has waited for yet. The CLI tells of many things. */
const MAX_UNREAD = 50

/** JSON-RPC: there is no such method; an earlier CLI. */
const METHOD_NOT_FOUND = -32_601
const INVALID_REQUEST = -32_600

/** The CLI has no such login: it is older than 2026. Another way may work. */
export class AppServerUnsupportedError extends Error {}

/**
 * Logs in.
 *
 * @throws {AppServerUnsupportedError} The CLI has no app-server, or one without this login.
 * @throws {ConnectorError} It did not work; the code says why.
 * @throws The signal's reason, when it is aborted.
 */
export async function logInByAppServer(login: CliLogin): Promise<void> {
  const {issuer, now, onCode, signal} = login
  const server = startAppServer(login)
  try {
    await server.call('initialize', {
      clientInfo: {name: 'openai-codex-auth', title: null, version: '2'},
    })
    server.notify('initialized')
    const started = await server.call('account/login/start', {type: 'chatgptDeviceCode'})
    const loginId = toText(started['loginId'])
    const userCode = toText(started['userCode'])
    const verificationUrl = toText(started['verificationUrl'])
    if (!loginId || !userCode || !verificationUrl || !isTrustedUrl(verificationUrl, issuer.url)) {
      throw new ConnectorError('parse_failed')
    }
    onCode({userCode, verificationUrl, expiresAtMs: now() + CODE_LIFETIME_MS})
    const {error, success} = await server.completed(loginId)
    if (success !== true) throw new ConnectorError(readCliError(toText(error) ?? ''))
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    await server.stop()
  }
}

interface AppServer {
  call(method: string, params: JsonObject): Promise<JsonObject>
  notify(method: string): void
  /** What it says at the end of a login. When the login is aborted, it is cancelled first. */
  completed(loginId: string): Promise<JsonObject>
  stop(): Promise<void>
}

/** Says whether a message is the one that is waited for. */
type IsWanted = (message: JsonObject) => boolean

function startAppServer({delay, env, home, issuer, program, signal}: CliLogin): AppServer {
  const inbox = createInbox()
  const own = issuer.isDefault ? {} : {CODEX_APP_SERVER_LOGIN_ISSUER: issuer.url.origin}
  const args = ['app-server']
  const cli = startCli({
    program,
    args,
    home,
    env: {...env, ...own},
    onLine: (line) => inbox.push(line),
  })
  const gone = cli.ended.then(({errorText, isUnstarted}) => {
    if (isUnstarted) throw new ConnectorError('spawn_failed')
    throw new AppServerUnsupportedError(errorText)
  })
  gone.catch(() => undefined)
  let lastId = 0
  const send = (message: JsonObject) => cli.write(JSON.stringify(message))

  return {
    async call(method, params) {
      const id = (lastId += 1)
      const answer = inbox.find((message) => message['id'] === id)
      send({id, method, params})
      const patience = new AbortController()
      const late = delay(ANSWER_TIMEOUT_MS, AbortSignal.any([signal, patience.signal]))
      const first = await Promise.race([answer, gone, late]).finally(() => patience.abort())
      if (!first) throw new ConnectorError('timeout')
      if (first['error'] === undefined) return toJsonObject(first['result'])
      const {code, message} = toJsonObject(first['error'])
      throw toRpcError(code, toText(message) ?? '')
    },
    notify: (method) => send({method}),
    async completed(loginId) {
      const end = inbox.find((message) => isEndOf(message, loginId))
      const late = delay(GIVE_UP_MS, signal)
      try {
        const message = await Promise.race([end, gone, late])
        if (!message) throw new ConnectorError('expired')
        return toJsonObject(message['params'])
      } catch (error) {
        if (signal.aborted) {
          send({id: 'cancel', method: 'account/login/cancel', params: {loginId}})
          await Promise.race([end, gone, delay(CANCEL_TIMEOUT_MS)]).catch(() => undefined)
        }
        throw error
      }
    },
    stop: () => cli.stop(),
  }
}

function isEndOf({method, params}: JsonObject, loginId: string): boolean {
  return method === 'account/login/completed' && toJsonObject(params)['loginId'] === loginId
}

/** The messages of the CLI, for whoever waits for one of them, also when it came just before. */
function createInbox() {
  const waiting = new Map<IsWanted, (message: JsonObject) => void>()
  const unread: JsonObject[] = []
  return {
    push(line: string) {
      const message = toJsonObject(parseJson(line))
      for (const [isWanted, resolve] of waiting) {
        if (!isWanted(message)) continue
        waiting.delete(isWanted)
        resolve(message)
        return
      }
      unread.push(message)
      if (unread.length > MAX_UNREAD) unread.shift()
    },
    find: (isWanted: IsWanted) =>
      new Promise<JsonObject>((resolve) => {
        const at = unread.findIndex(isWanted)
        const [earlier] = at === -1 ? [] : unread.splice(at, 1)
        if (earlier) resolve(earlier)
        else waiting.set(isWanted, resolve)
      }),
  }
}

function toRpcError(code: unknown, message: string): Error {
  const problem = readCliError(message)
  const isUnknown = problem === 'server_error'
  const isUnsupported = code === METHOD_NOT_FOUND || (isUnknown && code === INVALID_REQUEST)
  return isUnsupported ? new AppServerUnsupportedError(message) : new ConnectorError(problem)
}
