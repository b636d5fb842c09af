/**
 * What the application around the connector decides and is told.
 *
 * @module
 */
import type {ProblemCode} from '../connector-error.ts'

/** A user of the application. */
export interface ConnectorUser {
  /** Tells users apart. A login is visible only to the user who has started it. */
  readonly id: string
}

/** What a user wants to do. */
export type ConnectorAction =
  | 'cancel_login'
  | 'get_capabilities'
  | 'get_login'
  | 'get_provider'
  | 'get_status'
  | 'log_out'
  | 'refresh'
  | 'save_provider'
  | 'start_login'
  | 'store_api_key'
  | 'validate'

/** What has been done, or not. It holds no code, no token and no key. */
export interface AuditEntry {
  readonly action: ConnectorAction
  /** Absent where nobody is logged in to the application. */
  readonly userId?: string
  readonly outcome: ProblemCode | 'ok'
  /** HTTP status of the answer. */
  readonly status: number
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
}

/** A key that a user has entered. */
export interface ApiKeyEntry {
  readonly providerId: string
  readonly apiKey: string
  readonly baseUrl?: string
}

/** Where API keys go. */
export interface KeyVault {
  /** @returns Whether the provider is the active one now. */
  store(user: ConnectorUser, entry: ApiKeyEntry): Promise<boolean>
  /** Whether there is a key for codex. */
  has(user: ConnectorUser): Promise<boolean>
}

/** Where the choice of a provider goes, as the application has it. */
export interface ProviderSettings {
  read(user: ConnectorUser): Promise<Readonly<Record<string, unknown>>>
  /** Called only while an account is connected, or the choice needs none. */
  save(user: ConnectorUser, choice: Readonly<Record<string, unknown>>): Promise<void>
}

/** The hooks. Each has a safe default. */
export interface ConnectorHooks {
  /**
   * Who makes the request; `undefined` refuses it. Default: whoever sends the key of the connector is the one user, and
   * nobody else is one.
   */
  readonly authenticate?: (request: Request) => Promise<ConnectorUser | undefined>
  /** Whether a user may do it. Default: yes. */
  readonly authorize?: (user: ConnectorUser, action: ConnectorAction) => Promise<boolean>
  /** Whether a user may do it now. Default: ten new logins in ten minutes; all else without a limit. */
  readonly rateLimit?: (user: ConnectorUser, action: ConnectorAction) => Promise<boolean>
  /** Told of each request that was for one of the actions. Must not throw. */
  readonly audit?: (entry: AuditEntry) => void
  /** Default: API keys are not taken. */
  readonly vault?: KeyVault
  /** Default: there is no provider to read or to save. */
  readonly providers?: ProviderSettings
}
