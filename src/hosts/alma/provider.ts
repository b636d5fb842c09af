/**
 * The model provider that the host registers.
 *
 * @module
 */
import type {Account, AccountStore} from '../../accounts/account.ts'
import {isExhausted, type Usage} from '../../accounts/usage.ts'
import {toErrorName} from '../../errors.ts'
import type {LiveModels} from '../../models/live-models.ts'
import type {Backend} from '../../responses/backend.ts'
import {toAlmaAccount} from './alma-accounts.ts'
import type {AlmaModel, AlmaProvider} from './alma-api.ts'
import type {RequestHandler} from './request-handler.ts'
import type {SavedAccountLimits} from './saved-account-limits.ts'
import type {SignIn} from './sign-in.ts'
import type {UsageCache} from './usage-cache.ts'

/** Whom to ask for the usage of accounts. */
export type UsageBackend = Pick<
  Backend,
  'accessTokens' | 'fetch' | 'log' | 'now' | 'url' | 'userAgent'
>

/** What {@link createProvider} needs from outside. */
export interface ProviderOptions {
  readonly backend: UsageBackend
  readonly store: AccountStore
  readonly limits: SavedAccountLimits
  readonly signIn: SignIn
  readonly usageCache: UsageCache
  readonly liveModels: LiveModels
  /** The selector's entries, as they are known now. */
  readonly listModels: () => AlmaModel[]
  readonly requestHandler: RequestHandler
}

/** Creates the provider. Its `fetch` keeps no state of its own: the host may ask for it many times. */
export function createProvider(options: ProviderOptions): AlmaProvider {
  const {signIn, store, limits, usageCache, liveModels, listModels, requestHandler} = options
  const {url} = options.backend
  const {fetch} = requestHandler
  return {
    id: 'openai-codex',
    name: 'OpenAI Codex (ChatGPT)',
    description: 'Codex models of your ChatGPT subscription',
    authType: 'oauth',
    supportsMultiAccount: true,
    async initialize() {
      const accounts = await store.list()
      if (accounts.length > 0) void requestHandler.warmUp()
      void liveModels.refreshIfStale()
    },
    isAuthenticated: async () => {
      const accounts = await store.list()
      return accounts.some(({loginRequired}) => loginRequired === undefined)
    },
    authenticate: () => signIn.login(),
    logout: () => signIn.logout(),
    async getModels() {
      await liveModels.load()
      return listModels()
    },
    async fetchModels() {
      await liveModels.refresh()
      return listModels()
    },
    getSDKConfig: async () => ({
      apiKey: 'chatgpt-oauth',
      baseURL: url,
      fetch,
      useResponsesAPI: true,
    }),
    async createChatCompletion(request) {
      const {createChatCompletion} = await import('./chat-completion.ts')
      return createChatCompletion(request, {fetch, url: `${url}/responses`})
    },
    async getAccounts() {
      await limits.load()
      const [accounts, usages] = await Promise.all([store.list(), usageCache.list()])
      return accounts.map((account) =>
        toAlmaAccount(account, {
          usage: usages.get(account.id),
          rest: limits.get(account.id),
        }),
      )
    },
    removeAccount: (accountId) => signIn.remove(accountId),
    refreshQuotas: () => refreshQuotas(options),
  }
}

/** Asks for the usage of every account. One that cannot be asked keeps what was known about it. */
async function refreshQuotas({backend, limits, store, usageCache}: ProviderOptions): Promise<void> {
  await limits.load()
  const accounts = await store.list()
  const usages = await Promise.all(accounts.map((account) => fetchAccountUsage(account, backend)))
  const known = usages.filter((entry): entry is [string, Usage] => entry[1] !== undefined)
  for (const [id, usage] of known) if (!isExhausted(usage)) limits.release(id)
  await usageCache.update(
    new Map(known),
    accounts.map(({id}) => id),
  )
}

async function fetchAccountUsage(
  account: Account,
  {url, accessTokens, fetch, log, now, userAgent}: UsageBackend,
): Promise<[string, Usage | undefined]> {
  try {
    const accessToken = await accessTokens.get(account.id)
    const {fetchUsage} = await import('../../accounts/fetch-usage.ts')
    return [account.id, await fetchUsage(account, {url, accessToken, fetch, now, userAgent})]
  } catch (error) {
    log.warn('The usage of an account could not be asked for', {name: toErrorName(error)})
    return [account.id, undefined]
  }
}
