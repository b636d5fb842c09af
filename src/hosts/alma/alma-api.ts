/**
 * Alma's plugin surface as the application really has it. The published types (`alma-plugin-api`)
 * are a subset; `test/manifest.test.ts` keeps the two from drifting apart.
 *
 * @module
 * @see {@link https://github.com/yetone/alma-plugins}
 */
import type {PluginContext, ProviderDefinition, UIAPI} from 'alma-plugin-api'

/** What a login in the browser is started with. */
export interface OAuthFlowOptions {
  readonly authUrl: string
  readonly callbackPort: number
  readonly callbackPath: string
  /** Milliseconds until the host gives up. */
  readonly timeout: number
}

/** What the host caught at the redirect. It does not compare the state. */
export interface OAuthFlowResult {
  readonly code?: string | undefined
  readonly state?: string | undefined
}

/**
 * The host's dialogs. Parts that are optional here were added by later versions, or have been
 * reported missing at run time: look before you call.
 */
export interface AlmaUi extends Omit<UIAPI, LaterDialog>, Partial<Pick<UIAPI, LaterDialog>> {
  /** Opens the system's browser. Falsy when it could not. */
  openExternal?(url: string): Promise<unknown>
  /** Opens the browser and waits for the redirect on loopback. Nullish when cancelled or too late. */
  startOAuthFlow?(options: OAuthFlowOptions): Promise<OAuthFlowResult | null | undefined>
}

type LaterDialog = 'createStatusBarItem' | 'showConfirmDialog' | 'showInputBox' | 'showQuickPick'

/** What {@link AlmaPlugin.activate} is given. */
export interface AlmaContext extends Omit<PluginContext, 'providers' | 'ui'> {
  readonly ui: AlmaUi
  readonly providers: {register(provider: AlmaProvider): {dispose(): void}}
}

/** One entry of the model selector. */
export interface AlmaModel {
  readonly id: string
  readonly name: string
  readonly description?: string
  /** Tokens. The host compacts a conversation before it is full; overstating it causes errors. */
  readonly contextWindow: number
  /** Tokens. */
  readonly maxOutputTokens?: number
  readonly capabilities: AlmaModelCapabilities
  readonly providerOptions?: Readonly<Record<string, unknown>>
}

/** What the composer offers for a model. */
export interface AlmaModelCapabilities {
  readonly streaming: boolean
  readonly reasoning: boolean
  /** The levels of the effort selector, in order. `off` is always offered and not listed. */
  readonly reasoningLevels?: readonly string[]
  readonly functionCalling: boolean
  readonly vision: boolean
  /** The host asks such a model for an image in place of a text. */
  readonly imageOutput?: boolean
}

/** What the host's AI SDK is made with. */
export interface AlmaSdkConfig {
  readonly apiKey: string
  readonly baseURL: string
  readonly fetch: typeof globalThis.fetch
  /** The SDK posts to `<baseURL>/responses`. */
  readonly useResponsesAPI: boolean
}

/** One account card in the provider's settings. */
export interface AlmaAccount {
  readonly id: string
  readonly email?: string
  readonly label?: string
  readonly isRateLimited?: boolean
  /** Milliseconds since the Unix epoch. */
  readonly rateLimitResetAt?: number
  readonly quota?: {
    readonly models: readonly AlmaQuota[]
    /** Milliseconds since the Unix epoch. */
    readonly lastUpdated: number
  }
}

/** One bar of an account card. */
export interface AlmaQuota {
  readonly name: string
  /** What is left, 0 to 100. */
  readonly percentage: number
  /** ISO 8601. */
  readonly resetTime: string
}

/** Result of the Connect button. */
export interface AlmaLoginResult {
  readonly success: boolean
  readonly error?: string
}

/** What the host calls. */
export interface AlmaProvider extends Pick<ProviderDefinition, 'createChatCompletion'> {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly authType: 'oauth'
  readonly supportsMultiAccount: true
  /** Called after registration; the host does not wait for it before the first `getModels`. */
  initialize(): Promise<void>
  isAuthenticated(): Promise<boolean>
  authenticate(): Promise<AlmaLoginResult>
  logout(): Promise<void>
  getModels(): Promise<AlmaModel[]>
  fetchModels(): Promise<AlmaModel[]>
  getSDKConfig(): Promise<AlmaSdkConfig>
  getAccounts(): Promise<AlmaAccount[]>
  removeAccount(accountId: string): Promise<void>
  refreshQuotas(): Promise<void>
}
