/**
 * The answers of a connector, as a client reads them.
 *
 * @module
 */

/** A login. */
export interface LoginAnswer {
  readonly status:
    | 'cancelled'
    | 'error'
    | 'expired'
    | 'failed'
    | 'interrupted'
    | 'pending'
    | 'simulated'
    | 'starting'
    | 'succeeded'
  readonly state: 'completed' | 'failed' | 'pending'
  readonly message: string
  readonly poll_id: string
  readonly flow_id: string
  readonly version: number
  readonly verification_url?: string
  readonly user_code?: string
  /** ISO 8601. */
  readonly expires_at?: string
  /** The same in seconds from the answer on, for a page whose clock is wrong. */
  readonly expires_in?: number
  readonly code?: string
  readonly action?: string
  readonly email?: string
  readonly plan?: string
  readonly auth_ref?: string
  readonly simulated?: true
}

/** What is left of one usage limit. */
export interface UsageAnswer {
  /** For example `5 h` or `weekly`. */
  readonly window: string
  /** 0 to 100. */
  readonly left_percent: number
  /** ISO 8601. */
  readonly resets_at?: string
}

/** Whether an account is connected, and whose. */
export interface StatusAnswer {
  readonly authenticated: boolean
  readonly method: 'api_key' | 'chatgpt' | null
  readonly detail: string
  readonly verified: boolean
  readonly email?: string
  readonly plan?: string
  readonly auth_ref?: string
  readonly usage?: readonly UsageAnswer[]
  readonly code?: string
  readonly action?: string
  readonly cli?: {readonly installed: boolean; readonly version: string | null}
  readonly simulated?: true
}

/** Whether a provider could be used. */
export interface ValidationAnswer {
  readonly valid: boolean
  readonly health: 'degraded' | 'down' | 'ok'
  readonly effective_model?: string
  readonly warnings: readonly string[]
  readonly error_actionable?: string
}

/** What a provider can do. */
export interface CapabilitiesAnswer {
  readonly items: Readonly<
    Record<
      string,
      {
        readonly auth_modes_supported: readonly string[]
        readonly can_install: boolean
        readonly install_method: string
        readonly supports_account_mode: boolean
        readonly supports_recommended_models: boolean
        readonly requires_remote_api: boolean
      }
    >
  >
}

/** The choice of a provider. */
export type ProviderAnswer = Readonly<Record<string, unknown>>
