/**
 * How the gateway runs: `gateway.json`, and what was typed.
 *
 * @module
 */
import path from 'node:path'
import * as z from 'zod/mini'
import {parseEndpoint} from '../../../codex/parse-endpoint.ts'
import {DEFAULT_BACKEND_URL} from '../../../codex/endpoints.ts'
import {ConfigurationError} from '../../../errors.ts'
import {parseJson, toJsonObject} from '../../../base/json-object.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {withFileLock} from '../../../files/file-lock.ts'
import {createPrivateFolder} from '../../../files/private-folder.ts'
import {readText} from '../../../files/read-file.ts'
import {writeFile} from '../../../files/write-file.ts'

/** How the gateway runs. The names are those of the file, which the first version of the command wrote. */
export interface GatewaySettings {
  readonly bindAddress: string
  readonly port: number
  /** Of the backend; may end in `/codex`. */
  readonly baseUrl: string
  /** How long an account rests whose limit does not say until when. */
  readonly cooldownSeconds: number
  /** How often all accounts are gone through once more when none could answer for now. */
  readonly maxRetryPasses: number
  /** How long the backend may take to begin an answer, in milliseconds. */
  readonly requestTimeoutMs: number
  /** Tries after the first one, with the same account. */
  readonly upstreamMaxRetries: number
  readonly upstreamRetryBaseMs: number
  readonly upstreamRetryMaxMs: number
  readonly upstreamRetryJitterMs: number
  /** Whether clients may open a WebSocket. `off` answers by HTTP only. */
  readonly webSocket: 'auto' | 'off'
  /** Whether requests go to the backend on WebSockets where that pays. `off` sends them by HTTP only. */
  readonly upstreamWebSocket: 'auto' | 'off'
  /** Whether the accounts here are used. `false` hands on the login of the client. */
  readonly overrideAuth: boolean
  /** Whether clients have to show a key. */
  readonly clientAuth: boolean
}

/** What was typed; what was not is absent. */
export type TypedSettings = Partial<GatewaySettings>

/** Where the gateway listens, unless somebody says otherwise. */
export const DEFAULT_PORT = 4319

const DEFAULTS: Omit<GatewaySettings, 'baseUrl'> = {
  bindAddress: '127.0.0.1',
  port: DEFAULT_PORT,
  cooldownSeconds: 900,
  maxRetryPasses: 1,
  requestTimeoutMs: 120_000,
  upstreamMaxRetries: 2,
  upstreamRetryBaseMs: 200,
  upstreamRetryMaxMs: 2000,
  upstreamRetryJitterMs: 120,
  webSocket: 'auto',
  upstreamWebSocket: 'off',
  overrideAuth: true,
  clientAuth: true,
}

const whole = (least: number, most: number) => z.int().check(z.gte(least), z.lte(most))

/** The longest wait that can be set, in milliseconds. */
const MAX_MS = 86_400_000

const SCHEMA = z.looseObject({
  bindAddress: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  port: z.optional(whole(1, 65_535)),
  baseUrl: z.optional(z.string()),
  cooldownSeconds: z.optional(whole(1, 86_400 * 30)),
  maxRetryPasses: z.optional(whole(0, 100)),
  requestTimeoutMs: z.optional(whole(1000, MAX_MS)),
  upstreamMaxRetries: z.optional(whole(0, 100)),
  upstreamRetryBaseMs: z.optional(whole(0, MAX_MS)),
  upstreamRetryMaxMs: z.optional(whole(0, MAX_MS)),
  upstreamRetryJitterMs: z.optional(whole(0, MAX_MS)),
  webSocket: z.optional(z.enum(['auto', 'off'])),
  upstreamWebSocket: z.optional(z.enum(['auto', 'off'])),
  overrideAuth: z.optional(z.boolean()),
  clientAuth: z.optional(z.boolean()),
})

/** What is read of the environment. */
export interface SettingsPlace {
  /** The folder of the accounts. */
  readonly base: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * What was typed, else what was saved, else the defaults.
 *
 * @throws {ConfigurationError} A saved value cannot be used, or the address of the backend is none that tokens may go to.
 * @throws {StorageError} The file is there and cannot be read.
 */
export async function readGatewaySettings(
  {base, env}: SettingsPlace,
  typed: TypedSettings = {},
): Promise<GatewaySettings> {
  const saved = parseSaved((await readText(toFile(base))) ?? '{}', toFile(base))
  const fallback = env['CODEX_BACKEND_URL']?.trim() || DEFAULT_BACKEND_URL
  const {baseUrl = fallback, ...settings} = {...DEFAULTS, ...saved, ...typed}
  return {...settings, baseUrl: parseEndpoint('--base-url', baseUrl, fallback)}
}

/**
 * Keeps what was typed for later starts. What else stands in the file stays.
 *
 * @throws {StorageError} It could not be written; the file before is kept.
 */
export async function saveGatewaySettings(
  {base}: Pick<SettingsPlace, 'base'>,
  settings: GatewaySettings,
): Promise<string> {
  const file = toFile(base)
  await createPrivateFolder(base)
  await withFileLock(`${file}.lock`, async () => {
    const before = toJsonObject(parseJson((await readText(file)) ?? '{}'))
    await writeFile(file, `${JSON.stringify({...before, ...settings}, undefined, 2)}\n`)
  })
  return file
}

/** The base URL of the backend without the part that only some of its paths have. */
export function toBackendUrl(baseUrl: string): string {
  return baseUrl.replace(/\/codex$/, '')
}

function toFile(base: string): string {
  return path.join(base, 'gateway.json')
}

function parseSaved(text: string, file: string): TypedSettings {
  const parsed = SCHEMA.safeParse(parseJson(text))
  if (!parsed.success) {
    const name = parsed.error.issues[0]?.path[0]
    const what = name === undefined ? 'It' : `Its ${String(name)}`
    throw new ConfigurationError(
      `${file} cannot be used. ${what} has a value that the gateway cannot take. Correct the file, or remove it to use the defaults.`,
    )
  }
  const {data} = parsed
  return withoutUndefined({
    bindAddress: data.bindAddress,
    port: data.port,
    baseUrl: data.baseUrl,
    cooldownSeconds: data.cooldownSeconds,
    maxRetryPasses: data.maxRetryPasses,
    requestTimeoutMs: data.requestTimeoutMs,
    upstreamMaxRetries: data.upstreamMaxRetries,
    upstreamRetryBaseMs: data.upstreamRetryBaseMs,
    upstreamRetryMaxMs: data.upstreamRetryMaxMs,
    upstreamRetryJitterMs: data.upstreamRetryJitterMs,
    webSocket: data.webSocket,
    upstreamWebSocket: data.upstreamWebSocket,
    overrideAuth: data.overrideAuth,
    clientAuth: data.clientAuth,
  })
}
