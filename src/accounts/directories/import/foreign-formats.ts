/**
 * Files in which other tools keep or export logins of ChatGPT accounts.
 *
 * @module
 */
import {
  isJsonObject,
  parseJson,
  toJsonObject,
  toList,
  toText,
  type JsonObject,
} from '../../../base/json-object.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {APP_MODE} from '../codex/auth-file.ts'

/** A login as another tool has it. */
export interface ForeignLogin {
  /** Whose format it is, as the user reads it. */
  readonly format: string
  /** Absent where only a refresh can bring one. */
  readonly accessToken?: string
  readonly refreshToken?: string
  readonly idToken?: string
  readonly accountId?: string
  readonly email?: string
  /** As it stands there. */
  readonly lastRefresh?: string
  /** What belongs to a login of "Sign in with ChatGPT", as it stands there. Only this product has it. */
  readonly app?: JsonObject
}

const CODEX = 'auth.json of the Codex CLI'
const CAMEL = 'auth.json in camel case'

/** Reads every login in a text. None when it is of no known format. */
export function parseForeignLogins(text: string): readonly ForeignLogin[] {
  const json = parseJson(text.replace(/^\uFEFF/, ''))
  if (json !== undefined) return readJson(json)
  return text.split(/\r?\n/).flatMap((line) => {
    const record = parseJson(line)
    return record === undefined ? (readLine(line) ?? []) : readJson(record)
  })
}

function readJson(json: unknown): readonly ForeignLogin[] {
  if (typeof json === 'string') return [readLine(json) ?? []].flat()
  const list = Array.isArray(json) ? json : toList(toJsonObject(json)['accounts'])
  if (list.length > 0) return list.flatMap((item) => readRecord(item, true) ?? [])
  return [readRecord(json, false) ?? []].flat()
}

function readRecord(value: unknown, isListed: boolean): ForeignLogin | undefined {
  if (typeof value === 'string') return readLine(value)
  const root = toJsonObject(value)
  const platform = toText(root['platform']) ?? toText(root['provider']) ?? 'openai'
  if (!/^(?:openai|codex|chatgpt)/i.test(platform)) return undefined
  const auth = toJsonObject(root['auth'])
  const places = [root['tokens'], root['credentials'], auth['tokens'], auth, root].map(toJsonObject)
  const pick = (...names: readonly string[]) =>
    places.flatMap((place) => names.map((name) => toText(place[name]))).find(Boolean)
  const accessToken = pick('access_token', 'accessToken')
  const refreshToken = pick('refresh_token', 'refreshToken')
  if (accessToken === undefined && refreshToken === undefined) return undefined
  const app = root['auth_mode'] === APP_MODE ? toJsonObject(root[APP_MODE]) : undefined
  // Its refresh token must not be spent as one of Codex.
  if (app && accessToken === undefined) return undefined
  return withoutUndefined({
    format: toFormat(root, {isListed, hasAccess: accessToken !== undefined}),
    accessToken,
    refreshToken,
    idToken: pick('id_token', 'idToken'),
    accountId: pick('account_id', 'accountId', 'chatgpt_account_id', 'chatgptAccountId'),
    email: pick('email'),
    lastRefresh: pick('last_refresh', 'lastRefresh'),
    app,
  })
}

function toFormat(
  root: Readonly<Record<string, unknown>>,
  {isListed, hasAccess}: {readonly isListed: boolean; readonly hasAccess: boolean},
): string {
  if (isJsonObject(root['credentials'])) return 'Sub2API'
  if (root['type'] === 'codex') return 'CLIProxyAPI'
  if (!hasAccess) return 'refresh token only'
  const isCamel = 'accessToken' in {...root, ...toJsonObject(root['tokens'])}
  if (isCamel) return CAMEL
  if (isListed || 'id' in root) return 'Cockpit Tools'
  return isJsonObject(root['tokens']) ? CODEX : 'tokens'
}

/** Tokens on a line, with an email or other words between: `ada@example.com----rt_…`. */
function readLine(line: string): ForeignLogin | undefined {
  const words = line.split(/----|[\s,;|"']+/).filter((word) => word !== '')
  const jwts = words.filter((word) => /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(word))
  const refreshToken =
    words.find((word) => /^rt[_.]/.test(word)) ??
    (words.length === 1 && jwts.length === 0 && /^[\w.-]{40,}$/.test(line.trim())
      ? line.trim()
      : undefined)
  const [accessToken, idToken] = jwts
  if (accessToken === undefined && refreshToken === undefined) return undefined
  const email = words.find((word) => /^[^@]+@[^@]+$/.test(word))
  return withoutUndefined({format: 'token lines', accessToken, idToken, refreshToken, email})
}

/** The same login in the format of the CLI; `undefined` when it has to be renewed first. */
export function toCodexText(login: ForeignLogin): string | undefined {
  const {accessToken, accountId, app, idToken, lastRefresh, refreshToken = ''} = login
  if (accessToken === undefined) return undefined
  const tokens = {
    id_token: idToken ?? accessToken,
    access_token: accessToken,
    refresh_token: refreshToken,
    account_id: accountId ?? null,
  }
  const kind = app ? {auth_mode: APP_MODE, [APP_MODE]: app} : {auth_mode: 'chatgpt'}
  return `${JSON.stringify({...kind, OPENAI_API_KEY: null, tokens, last_refresh: lastRefresh}, undefined, 2)}\n`
}
