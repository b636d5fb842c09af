/**
 * What the official CLI makes of an `auth.json`: it reads no login at all where a single field has another form.
 *
 * Found by asking `codex login status` of 0.169.0 and 0.171.0 about some 200 files, 2026-11-30; both agree, and a
 * test asks them again.
 *
 * @module
 */
import {isUtf8} from 'node:buffer'
import {isJsonObject, parseJson, type JsonObject} from '../../../base/json-object.ts'

/** Says what is wrong with a value; `undefined` when the CLI can read it. */
type Check = (value: unknown) => string | undefined

const MODES = [
  'agentIdentity',
  'apikey',
  'bedrockApiKey',
  'chatgpt',
  'chatgptAuthTokens',
  'headers',
  'personalAccessToken',
]

/** RFC 3339, as generously as the CLI reads it: a zone and the seconds must be there. */
const TIME =
  /^ {0,9}([+-]?\d{1,6}) {0,9}- {0,9}(\d{1,2}) {0,9}- {0,9}(\d{1,2})(?:[Tt] {0,9}| {1,9})(\d{1,2}) {0,9}: {0,9}(\d{1,2}) {0,9}: {0,9}(\d{1,2})(?:\.\d{1,20})? {0,9}(?:[Zz]|[Uu][Tt][Cc]|[-+\u2212](\d\d) {0,9}:? {0,9}(\d\d)) {0,9}$/

/** The largest hour, minute and second, and those of the zone. A minute may have a leap second. */
const CLOCK_LIMITS = [23, 59, 60, 23, 59]

/** The path of what has no path. */
const INSIDE = '[]'

const AUTH = 'https://api.openai.com/auth'
const PROFILE = 'https://api.openai.com/profile'

/**
 * Why the official CLI cannot read the login in a file, as the end of a sentence: `its last_refresh is no time`.
 *
 * @returns `undefined` when it can, or when there is no login of a ChatGPT account to read.
 */
export function findReadingProblem(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return 'it is not UTF-8'
  const text = bytes.toString()
  if (text.startsWith('\uFEFF')) return 'it begins with a byte order mark'
  const file = parseJson(text)
  if (!isJsonObject(file)) return 'it is no JSON object'
  const repeated = findRepeated(text, FILE_PATHS)
  if (repeated !== undefined) return `it has ${repeated} twice`
  const mode = file['auth_mode'] ?? undefined
  // Such files were written by early versions, and by other tools.
  const isKey = mode === undefined && typeof file['OPENAI_API_KEY'] === 'string'
  return checkFile(file) ?? (isKey ? 'it holds an API key as well, which it would use' : undefined)
}

const isText: Check = (value) =>
  typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? undefined : 'is no text'

const isIdToken: Check = (value) =>
  isText(value) ?? (typeof value === 'string' ? checkIdToken(value) : undefined)

const isTime: Check = (value) =>
  typeof value === 'string' && hasTime(value) ? undefined : 'is no time'

const isMode: Check = (value) =>
  MODES.some((mode) => mode === value) ? undefined : 'is not one that it knows'

const isPlan: Check = (value) =>
  isJsonObject(value) && Object.keys(value).length === 1 ? undefined : isText(value)

const isFlag: Check = (value) => (typeof value === 'boolean' ? undefined : 'is neither yes nor no')

const checkTokens = fields({
  id_token: isIdToken,
  access_token: isText,
  refresh_token: isText,
  account_id: optional(isText),
  login_owner_id: optional(isText),
  oauth_provenance: optional(fields({issuer: isText, client_id: isText})),
})

const checkFile = fields({
  auth_mode: optional(isMode),
  OPENAI_API_KEY: optional(isText),
  tokens: optional(checkTokens),
  last_refresh: optional(isTime),
  agent_identity: optional((value) =>
    isJsonObject(value)
      ? fields({agent_runtime_id: isText, agent_private_key: isText})(value)
      : isText(value),
  ),
  personal_access_token: optional(isText),
  bedrock_api_key: optional(fields({api_key: isText, region: isText})),
})

const checkClaims = fields({
  email: optional(isText),
  [PROFILE]: optional(list(fields({email: optional(isText)}))),
  [AUTH]: optional(
    list(
      fields({
        chatgpt_plan_type: optional(isPlan),
        chatgpt_user_id: optional(isText),
        user_id: optional(isText),
        chatgpt_account_id: optional(isText),
        chatgpt_account_is_fedramp: (value) => (value === undefined ? value : isFlag(value)),
      }),
    ),
  ),
})

const FILE_PATHS = new Set(
  [
    ['auth_mode', 'OPENAI_API_KEY', 'tokens', 'last_refresh'],
    ['agent_identity', 'personal_access_token', 'bedrock_api_key'],
    ['id_token', 'access_token', 'refresh_token', 'account_id', 'login_owner_id'].map(inTokens),
    ['oauth_provenance', 'oauth_provenance.issuer', 'oauth_provenance.client_id'].map(inTokens),
  ].flat(),
)

const CLAIM_PATHS = new Set([
  'email',
  PROFILE,
  `${PROFILE}.email`,
  AUTH,
  ...['chatgpt_plan_type', 'chatgpt_user_id', 'user_id'].map((name) => `${AUTH}.${name}`),
  ...['chatgpt_account_id', 'chatgpt_account_is_fedramp'].map((name) => `${AUTH}.${name}`),
])

function inTokens(name: string): string {
  return `tokens.${name}`
}

/** Each field by name, the others as they like. */
function fields(checks: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (!isJsonObject(value)) return 'is no object'
    for (const [name, check] of Object.entries(checks)) {
      const problem = check(value[name])
      if (problem !== undefined) return toSentence(name, problem, value)
    }
    return undefined
  }
}

function toSentence(name: string, problem: string, value: JsonObject): string {
  // A field within a field has named itself already.
  if (problem.startsWith('its ')) return problem
  const isMissing = value[name] === undefined || value[name] === null
  return isMissing ? `its ${name} is missing` : `its ${name} ${problem}`
}

function optional(check: Check): Check {
  return (value) => (value === undefined || value === null ? undefined : check(value))
}

/** The CLI takes the empty list for an object without fields. */
function list(check: Check): Check {
  return (value) => (Array.isArray(value) ? undefined : check(value))
}

/** Three parts, of which only the middle one is read. */
function checkIdToken(token: string): string | undefined {
  const [header, payload, signature] = token.split('.', 3)
  if (!header || !payload || !signature) return 'is no JWT'
  const bytes = Buffer.from(payload, 'base64url')
  // Padding, other alphabets and loose bits are refused.
  if (bytes.toString('base64url') !== payload) return 'is no JWT'
  const text = bytes.toString()
  const claims = parseJson(text)
  if (Array.isArray(claims)) return undefined
  if (!isJsonObject(claims)) return 'is no JWT'
  const isSound = isUtf8(bytes) || !JSON.stringify(pickKnown(claims)).includes('\uFFFD')
  const isReadable = isSound && findRepeated(text, CLAIM_PATHS) === undefined
  return isReadable && checkClaims(claims) === undefined ? undefined : 'has claims of another form'
}

function pickKnown({email, [PROFILE]: profile, [AUTH]: auth}: JsonObject): unknown {
  return [email, profile, auth]
}

function hasTime(value: string): boolean {
  // The expression takes its time with what is longer.
  const match = value.length <= 100 ? TIME.exec(value) : null
  if (!match) return false
  const [, year = '', ...rest] = match
  const [month = NaN, day = NaN, ...clock] = rest.map(toWhole)
  const isClock = clock.every((part, index) => part <= (CLOCK_LIMITS[index] ?? 0))
  const isYear = !/^\d{5,}$/.test(year) && Math.abs(Number(year)) < 262_000
  return isYear && isClock && isDay(Number(year), month, day)
}

function isDay(year: number, month: number, day: number): boolean {
  const last = new Date(new Date(0).setUTCFullYear(year, month, 0)).getUTCDate()
  return month >= 1 && month <= 12 && day >= 1 && day <= last
}

/** Groups that are not there count as zero. */
function toWhole(text: string | undefined): number {
  return Number(text ?? 0)
}

interface Frame {
  /** The names that lead to the object, with a dot after each; of a list, and far inside, something else. */
  readonly path: string
  readonly seen: Set<string>
  /** The name that was read last; `undefined` where one comes next. */
  key: string | undefined
}

/** The first of these paths that an object has twice; the text is JSON. */
function findRepeated(text: string, paths: ReadonlySet<string>): string | undefined {
  const stack: Frame[] = []
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g)) {
    const top = stack.at(-1)
    if (token === '{' || token === '[') stack.push(openFrame(token, stack))
    else if (token === '}' || token === ']') stack.pop()
    else if (token === ',') clearKey(top)
    else if (top?.key === undefined && top && isRepeated(token, top, paths)) return top.key
  }
  return undefined
}

function clearKey(frame: Frame | undefined): void {
  if (frame && frame.path !== INSIDE) frame.key = undefined
}

/** No path is longer than two names, and what is deeper may be very deep. */
function openFrame(token: string, stack: readonly Frame[]): Frame {
  const top = stack.at(-1)
  const isKnown = token === '{' && stack.length < 3
  if (!isKnown) return {path: INSIDE, seen: new Set(), key: ''}
  const path = top === undefined ? '' : `${top.path}${top.key ?? ''}.`
  return {path, seen: new Set(), key: undefined}
}

function isRepeated(token: string, frame: Frame, paths: ReadonlySet<string>): boolean {
  frame.key = String(parseJson(token))
  const path = frame.path + frame.key
  if (frame.seen.has(path) && paths.has(path)) return true
  frame.seen.add(path)
  return false
}
